// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <compare>
#include <cstdint>
#include <limits>

namespace comeback::disk {

/// Bytes of a logical block: the only block size that optical media and this project use (ECMA-119 6.2.2).
inline constexpr std::uint64_t block_size = 2048;

/// A number of blocks.
struct block_count {
  std::uint64_t value = 0;
  auto operator<=>(const block_count&) const = default;
};

/// A logical block address, absolute on the medium.
struct lba {
  std::uint64_t value = 0;
  auto operator<=>(const lba&) const = default;
};

namespace detail {
constexpr std::uint64_t sum(std::uint64_t a, std::uint64_t b) {
  if (a > std::numeric_limits<std::uint64_t>::max() - b)
    throw base::error(base::errc::image_size_limit, "A block address is out of range.");
  return a + b;
}
}  // namespace detail

/// Arithmetic that would leave 64 bits throws `errc::image_size_limit`.
constexpr block_count operator+(block_count a, block_count b) { return {detail::sum(a.value, b.value)}; }
constexpr lba operator+(lba at, block_count by) { return {detail::sum(at.value, by.value)}; }
constexpr lba& operator+=(lba& at, block_count by) { return at = at + by; }
constexpr block_count& operator+=(block_count& a, block_count by) { return a = a + by; }
/// `from` must not lie behind `to`.
constexpr block_count operator-(lba to, lba from) {
  if (to < from) throw base::error(base::errc::fsi_internal_error, "A block distance is negative.");
  return {to.value - from.value};
}

/// The blocks that hold `bytes`.
constexpr block_count blocks_for(std::uint64_t bytes) {
  return {bytes / block_size + (bytes % block_size != 0 ? 1 : 0)};
}

constexpr std::uint64_t bytes_in(block_count blocks) {
  if (blocks.value > std::numeric_limits<std::uint64_t>::max() / block_size)
    throw base::error(base::errc::image_size_limit, "A size in blocks is out of range.");
  return blocks.value * block_size;
}

/// Byte offset of a block on the medium.
constexpr std::uint64_t offset_of(lba at) { return bytes_in({at.value}); }

static_assert(blocks_for(0) == block_count{0} && blocks_for(1) == block_count{1});
static_assert(blocks_for(2048) == block_count{1} && blocks_for(2049) == block_count{2});
static_assert(lba{16} + block_count{2} == lba{18} && lba{18} - lba{16} == block_count{2});

}  // namespace comeback::disk
