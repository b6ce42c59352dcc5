// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "disk/source.hpp"
#include "disk/units.hpp"
#include "image/options.hpp"
#include "tree/tree.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace comeback::image {

/// Where a chain of sessions begins: xorriso and growisofs look for the first one there.
inline constexpr disk::block_count first_session{32};
/// Sessions begin at multiples of that many blocks.
inline constexpr std::uint64_t session_alignment = 32;
/// Where a session begins behind one that ends there.
[[nodiscard]] constexpr disk::lba session_behind(disk::lba end) {
  return {(end.value + session_alignment - 1) / session_alignment * session_alignment};
}

/// From that many bytes on, the kernel copies a file of this machine into the image: at half the cost where
/// its pages are pages of the image, too.
inline constexpr std::uint64_t large_file = 16 << 20;
inline constexpr std::uint64_t page_size = 4096;

enum class role : std::uint8_t {
  system_area,
  descriptors,
  path_table,
  directories,
  file,
  boot_catalog,
  partition_table,  ///< the copy at the end
  udf_structures,   ///< anchors, volume descriptor sequences, integrity, file set, maps
  udf_nodes,        ///< file entries and directories
  padding
};
[[nodiscard]] std::string_view name_of(role what) noexcept;

/// A run of blocks and what it is for.
struct extent {
  disk::lba at;
  disk::block_count blocks;
  role what = role::file;
  tree::content_id content = tree::no_content;  ///< of a file; its bytes begin at `at`, zeros fill the rest
  std::optional<file_system> of{};              ///< whose path table or directories
  std::uint32_t made = not_made;                ///< in `layout::made`: who makes these blocks on demand
  static constexpr std::uint32_t not_made = 0xFFFFFFFF;
};

/// Bytes that replace those of a file's extent, such as a boot information table.
struct patch {
  std::uint64_t offset;  ///< in the image: 0 is the first byte of block `layout::first`
  std::vector<std::byte> bytes;
};

/// A block in front of the session that changes when the session is there.
struct repointed_block {
  disk::lba at;
  std::vector<std::byte> bytes;
};

/// What leads from a directory that stays where it lies to the one above it.
struct relink {
  file_system fs = file_system::iso9660;
  disk::lba directory;  ///< its first block; of UDF the block of its ICB
  disk::lba parent;     ///< where the one above lies now; of UDF its ICB, as a block of the partition
  std::uint32_t parent_bytes = 0;  ///< and how long that is; of UDF nothing
};

/// Where every block of an image comes from: a value that refers to nothing but the tree it holds.
struct layout {
  disk::lba first, end;             ///< the image is the blocks [first, end)
  std::vector<extent> extents;      ///< sorted, gapless, from `first` to `end`
  std::vector<std::byte> metadata;  ///< the first blocks, ready: those that no file adds to
  /// What makes blocks behind `metadata` on demand, directories for one, so that a file costs no block of
  /// memory. What an extent has neither here nor as content is zeros.
  std::vector<std::shared_ptr<const disk::source>> made;
  std::vector<patch> patches;  ///< sorted, not overlapping
  /// In the order in which they must be written, each file system's last block being the one that counts.
  std::vector<repointed_block> repointed;
  /// What is changed last, when everything else is there.
  std::vector<relink> relinks;
  /// Of UDF, behind its files: readers that find it believe that the session is whole.
  std::optional<disk::lba> end_anchor;
  std::shared_ptr<const tree::file_tree> tree;
  std::uint64_t files = 0, directories = 0;  ///< directories without the root

  [[nodiscard]] disk::block_count blocks() const { return end - first; }
  [[nodiscard]] std::uint64_t bytes() const { return disk::bytes_in(blocks()); }
};

/// Decides every block. Reads nothing but the tree. Errors, all naming the object: `invalid_parameter`
/// (options), `iso9660_levels` (strict, too deep), `too_many_directories`, `no_unique_name`, `data_too_big`
/// (a file that the ISO level cannot hold), `image_size_limit` (beyond 2^32 blocks).
[[nodiscard]] layout plan(std::shared_ptr<const tree::file_tree> tree, const options& how);
[[nodiscard]] layout plan(tree::file_tree tree, const options& how);

/// One line an extent, for people and golden files.
[[nodiscard]] std::string describe(const layout& what);

/// The name `node` has in a file system of an image of `tree`: "LICENSE.;1", "Licence agreement.txt".
/// "" for the root.
[[nodiscard]] std::string file_system_name(const tree::file_tree& tree, tree::node_id node, file_system fs,
                                           const options& how);

}  // namespace comeback::image
