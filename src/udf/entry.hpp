// SPDX-License-Identifier: Apache-2.0
// Information control blocks (ECMA-167 4/14.9, 4/14.17) and the allocation extents behind them.
#pragma once

#include "disk/units.hpp"
#include "tree/tree.hpp"
#include "udf/format.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace comeback::udf {

struct address {
  std::uint64_t block = 0;
  std::uint16_t partition = 0;
};
[[nodiscard]] long_ad icb_address(address at, std::uint64_t unique_id);

/// A run of blocks, of the partition that the ICB lies in; at most `longest_extent` bytes.
struct data_run {
  std::uint64_t block = 0, bytes = 0;
};

/// What one ICB says. Its bytes lie in one gapless run, in itself, or in `runs` that its own block can list.
struct entry {
  file_type type = file_type::bytes;
  std::uint16_t flags = 0;  ///< of the ICB tag, besides the kind of descriptors and the modes
  tree::attributes how;
  base::timestamp modified;
  tree::other_times times;
  std::uint64_t size = 0, object_size = 0, unique_id = 0;
  std::uint16_t links = 1;
  bool extended = false;  ///< an extended file entry
  bool is_embedded = false;
  std::span<const std::byte> embedded;
  address data;  ///< where its bytes begin
  std::span<const data_run> runs;
  bool long_form = false;  ///< descriptors name the partition
  address more;            ///< where its allocation extents begin, if it has any
  long_ad streams;         ///< its stream directory
  address at;              ///< its own
  std::uint16_t revision = 0x0201;
};

/// 2 for NSR02, 3 for NSR03 (UDF 2.2.1.2)
constexpr std::uint16_t descriptor_version(std::uint16_t revision) { return revision < 0x0200 ? 2 : 3; }

/// Bytes of data that fit behind an ICB's fixed part and attributes.
[[nodiscard]] std::size_t room_in(const entry& e);
/// Blocks of allocation extents that `e` needs besides its own.
[[nodiscard]] std::uint64_t continuation_blocks(const entry& e);

/// `into` is one block of zeros.
void write_entry(std::span<std::byte> into, const entry& e);
/// The `which`th of its allocation extents.
void write_continuation(std::span<std::byte> into, const entry& e, std::uint64_t which);

/// Puts a file identifier at the front of `into`; returns its bytes, padding and all. `at` is the block it
/// begins in; `padded` adds an entity identifier as implementation use.
std::size_t write_identifier(std::span<std::byte> into, std::uint8_t characteristics, const long_ad& icb,
                             std::string_view cs0, std::uint64_t at, std::uint16_t revision,
                             bool padded = false);
constexpr std::size_t identifier_bytes(std::size_t name_bytes) {
  return (sizeof(file_identifier) + name_bytes + 3) / 4 * 4;
}
inline constexpr std::size_t padding_bytes = sizeof(regid);
inline constexpr std::size_t longest_identifier = identifier_bytes(255) + padding_bytes;
/// Whether the tag of an identifier at this byte of a directory would lie in two blocks, which write-once
/// media do not admit (UDF 2.3.4.4): the one in front is then padded.
constexpr bool splits_tag(std::uint64_t at) { return at % disk::block_size > disk::block_size - sizeof(tag); }

/// Path components (4/14.16) of a symbolic link's target.
[[nodiscard]] std::vector<std::byte> components_of(std::string_view target);

}  // namespace comeback::udf
