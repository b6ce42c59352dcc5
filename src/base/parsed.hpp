// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace comeback::base {

/// What can be wrong with bytes that came from outside.
enum class fault : std::uint8_t {
  truncated,
  bad_magic,
  bad_checksum,
  out_of_range,
  loop,
  unsupported,
  disagrees
};

[[nodiscard]] std::string_view name_of(fault what) noexcept;

/// A malformed image or reply is data, not an exception: what is wrong, where, in which field.
struct [[nodiscard]] parse_error {
  fault what;
  std::uint64_t offset;  ///< bytes from the beginning of the image or reply
  std::string field;     ///< "volume descriptor: path table size"
};

/// "bad_magic in volume descriptor: identifier at byte 32769"
[[nodiscard]] std::string to_string(const parse_error& e);

template <class T>
using parsed = tl::expected<T, parse_error>;

}  // namespace comeback::base
