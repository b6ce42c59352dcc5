// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/entry.hpp"

#include <cstdint>

namespace comeback::image {

/// What an entry may make large besides its name, in bytes: many names of one file with many extents, or of
/// one continuation area, are small on the disc.
[[nodiscard]] inline std::uint64_t weight_of(const entry& e) {
  return e.runs.size() * sizeof(run) + e.embedded.size() + e.link_target.size() + e.overhead;
}

/// Bounds what an image makes us keep and read, by its own size.
class allowance {
 public:
  allowance(std::uint64_t image_bytes, std::uint64_t per_byte, std::uint64_t besides)
      : left_(image_bytes * per_byte + besides) {}
  /// Of one directory's entries.
  [[nodiscard]] static allowance of_list(std::uint64_t image_bytes) { return {image_bytes, 4, 1 << 20}; }
  /// False where that is not left.
  [[nodiscard]] bool take(std::uint64_t bytes) {
    if (bytes > left_) return false;
    left_ -= bytes;
    return true;
  }

 private:
  std::uint64_t left_;
};

}  // namespace comeback::image
