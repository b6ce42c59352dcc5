// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "disk/units.hpp"
#include "iso9660/reader.hpp"
#include "tree/tree.hpp"

#include <cstdint>
#include <functional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace comeback::iso9660 {

/// Directories of an older session that a volume names where they lie, with all that is below them: those
/// nodes of its tree that are `kept`.
struct kept_directories {
  struct place {
    disk::lba at;
    std::uint32_t bytes = 0;
  };
  std::unordered_map<std::uint32_t, place> places;  ///< by node
  std::vector<path_entry> path_table;               ///< of the older session: it knows what is below them
};

/// A row of a path table (9.4) that is not written yet.
struct path_row {
  std::uint32_t parent = 0;  ///< row, from 0; the root is its own
  std::string_view identifier;
  /// Which directory: one of the caller's, or of the older path table.
  std::uint32_t which = 0;
  bool kept = false;
};

/// One of the directories in another.
struct path_child {
  std::string_view identifier;
  std::uint32_t which = 0;  ///< of the caller's directories; of kept ones, the node
  bool kept = false;
};

/// The rows of a path table in their order: by level, parent, identifier (9.4.4). `children_of` tells what is
/// in a directory of the caller's, of which 0 is the root, in the order of identifiers. Texts are not copied.
/// Errors: `errc::not_supported` where the older table does not know a kept directory, or contradicts itself;
/// `too_many_directories`.
[[nodiscard]] std::vector<path_row> merge_path_table(
    const kept_directories& kept,
    const std::function<std::vector<path_child>(std::uint32_t directory)>& children_of);

}  // namespace comeback::iso9660
