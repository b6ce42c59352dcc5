// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "disk/units.hpp"
#include "image/options.hpp"
#include "udf/kept.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

namespace comeback::image {

/// Where items of an older session lie that a new one names there and does not write again: by node of the
/// tree that holds both (`tree::file_tree::is_kept` for directories).
struct kept_items {
  struct directory {
    disk::lba at;
    std::uint32_t bytes = 0;
  };
  /// Of a volume of ECMA-119: Rock Ridge lies in that of `file_system::iso9660`.
  struct volume {
    std::unordered_map<std::uint32_t, directory> directories;
    std::vector<std::byte> path_table;  ///< of the older session, type L: it numbers what is below them
  };
  std::map<file_system, volume> volumes;
  /// The ICBs of kept directories and of files, links and devices that did not change; and of directories
  /// that were opened, whose ICB may keep its address.
  udf::kept_nodes udf;
};

}  // namespace comeback::image
