// SPDX-License-Identifier: Apache-2.0
#include "base/sha256.hpp"

#include "base/error.hpp"

#include <openssl/evp.h>

namespace comeback::base {
namespace {

void check(int done) {
  if (done != 1) throw error(errc::fail, "SHA-256 cannot be computed: libcrypto refuses.");
}

}  // namespace

void sha256::freer::operator()(evp_md_ctx_st* context) const noexcept { EVP_MD_CTX_free(context); }

sha256::sha256() : context_(EVP_MD_CTX_new()) {
  check(context_ ? EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) : 0);
}

void sha256::add(std::span<const std::byte> bytes) {
  check(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

sha256_digest sha256::finish() {
  std::array<unsigned char, 32> raw{};
  check(EVP_DigestFinal_ex(context_.get(), raw.data(), nullptr));
  check(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr));
  sha256_digest out;
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = std::byte{raw[i]};
  return out;
}

sha256_digest sha256_of(std::span<const std::byte> bytes) {
  sha256 hash;
  hash.add(bytes);
  return hash.finish();
}

std::string to_hex(const sha256_digest& digest) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (const auto b : digest) {
    out += digits[std::to_integer<unsigned>(b) >> 4U];
    out += digits[std::to_integer<unsigned>(b) & 15U];
  }
  return out;
}

}  // namespace comeback::base
