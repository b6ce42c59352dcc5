// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "disk/source.hpp"

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

namespace comeback::udf {

/// What a node of the tree was in the older session: a directory that was read, one that was not, or
/// something else in one that was read.
enum class kept_as : std::uint8_t { item, open_directory, closed_directory };

/// An ICB of an older session that directories of a new one name where it lies.
struct kept_node {
  std::uint32_t block = 0;
  std::uint16_t partition = 0;  ///< index into the partition maps
  std::uint64_t unique_id = 0;
  kept_as what = kept_as::item;
  std::uint32_t name_id = 0;  ///< of its file identifier; 0: that of the ICB
  std::uint16_t links = 1;    ///< of an item: how many names the ICB says that it has, streams not counted
};

/// By node of the tree; nodes that the tree has no more stay: so it is known what is gone.
using kept_nodes = std::unordered_map<std::uint32_t, kept_node>;

/// Blocks of the physical partition that hold part of a file, in order.
struct kept_run {
  std::uint64_t block = 0, blocks = 0;
};

/// What a volume says of itself that a later session, whose tree holds only part of it, goes on from.
struct older_volume {
  std::uint64_t next_unique_id = 0;  ///< 0: unknown, then there is no such session
  base::timestamp latest;            ///< nothing in it is later
  /// Names of files and of directories below directories of the tree that are kept.
  std::uint64_t hidden_files = 0, hidden_directories = 0;
  std::uint32_t file_set = 0,
                file_set_bytes = 0;  ///< its block in the partition that ICBs lie in, its extent
  /// Of a virtual partition: its table, how many bytes come before that, where they lie; and the ICB.
  std::vector<std::uint32_t> table;
  std::uint64_t table_begin = 0;
  std::vector<kept_run> table_runs;
  std::uint32_t table_icb = 0;
  /// Addresses of it below directories that went without having been read, and of streams that went.
  std::vector<std::uint32_t> gone;
  /// Of a metadata partition: where its file and the mirror of that lie, and what they lie in.
  std::vector<kept_run> metadata, mirror;
  std::uint64_t partition_start = 0;
  std::shared_ptr<const disk::source> bytes;
};

}  // namespace comeback::udf
