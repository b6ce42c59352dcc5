// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/data/variant.hpp"

#include <utility>

namespace comeback::com {

/// Owns a SAFEARRAY.
class safe_array {
 public:
  safe_array() = default;
  explicit safe_array(SAFEARRAY* taken) noexcept : array_(taken) {}
  safe_array(safe_array&& o) noexcept : array_(o.detach()) {}
  safe_array(const safe_array&) = delete;
  safe_array& operator=(safe_array o) noexcept {
    std::swap(array_, o.array_);
    return *this;
  }
  ~safe_array() { SafeArrayDestroy(array_); }

  [[nodiscard]] SAFEARRAY* get() const noexcept { return array_; }
  [[nodiscard]] SAFEARRAY* detach() noexcept { return std::exchange(array_, nullptr); }

 private:
  SAFEARRAY* array_ = nullptr;
};

/// A new one-dimensional array of `count` empty VARIANTs, counted from 0; throws std::bad_alloc.
[[nodiscard]] safe_array variant_vector(ULONG count);

}  // namespace comeback::com
