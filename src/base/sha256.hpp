// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>

struct evp_md_ctx_st;

namespace comeback::base {

using sha256_digest = std::array<std::byte, 32>;

/// SHA-256 (FIPS 180-4) of bytes as they come, by OpenSSL's libcrypto.
class sha256 {
 public:
  sha256();
  void add(std::span<const std::byte> bytes);
  /// Of all that was added; then it begins anew.
  [[nodiscard]] sha256_digest finish();

 private:
  struct freer {
    void operator()(evp_md_ctx_st* context) const noexcept;
  };
  std::unique_ptr<evp_md_ctx_st, freer> context_;
};

[[nodiscard]] sha256_digest sha256_of(std::span<const std::byte> bytes);
/// 64 lower-case digits.
[[nodiscard]] std::string to_hex(const sha256_digest& digest);

}  // namespace comeback::base
