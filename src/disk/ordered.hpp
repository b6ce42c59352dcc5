// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>

namespace comeback::disk {

/// An integer as it lies on a disc: its bytes in a named order, alignment 1, never the host's order.
template <std::unsigned_integral T, std::endian Order>
class ordered {
 public:
  constexpr ordered() = default;
  // Implicit both ways, so that a record's fields read and are set like integers.
  constexpr ordered(T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) bytes_[i] = static_cast<std::uint8_t>(value >> shift_of(i));
  }
  constexpr operator T() const {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) value |= std::uint64_t{bytes_[i]} << shift_of(i);
    return static_cast<T>(value);
  }

 private:
  static constexpr unsigned shift_of(std::size_t i) {
    return static_cast<unsigned>(8 * (Order == std::endian::little ? i : sizeof(T) - 1 - i));
  }
  std::array<std::uint8_t, sizeof(T)> bytes_{};
};

using le16 = ordered<std::uint16_t, std::endian::little>;
using le32 = ordered<std::uint32_t, std::endian::little>;
using le64 = ordered<std::uint64_t, std::endian::little>;
using be16 = ordered<std::uint16_t, std::endian::big>;
using be32 = ordered<std::uint32_t, std::endian::big>;
using be64 = ordered<std::uint64_t, std::endian::big>;

/// A number recorded twice, in both orders (ECMA-119 7.2.3, 7.3.3). Readers take `le`, as drivers do, and
/// report where the two disagree.
template <std::unsigned_integral T>
struct both {
  ordered<T, std::endian::little> le;
  ordered<T, std::endian::big> be;

  constexpr both() = default;
  constexpr both(T value) : le(value), be(value) {}
  [[nodiscard]] constexpr T value() const { return le; }
  [[nodiscard]] constexpr bool agrees() const { return T(le) == T(be); }
};

using both16 = both<std::uint16_t>;
using both32 = both<std::uint32_t>;

}  // namespace comeback::disk
