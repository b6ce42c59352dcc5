// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/options.hpp"
#include "iso9660/kept.hpp"
#include "rockridge/writer.hpp"
#include "udf/kept.hpp"

#include <map>
#include <memory>

namespace comeback::image {

/// Where items of an older session lie that a new one names there and does not write again: by node of the
/// tree that holds both (`tree::file_tree::is_kept` for directories).
struct kept_items {
  /// Of volumes of ECMA-119: Rock Ridge lies in that of `file_system::iso9660`.
  std::map<file_system, std::shared_ptr<iso9660::kept_directories>> directories;
  /// The names of files of several names, in directories that were opened.
  rockridge::recorded_names names;
  /// The ICBs of kept directories and of files, links and devices that did not change; and of directories
  /// that were opened, whose ICB may keep its address.
  udf::kept_nodes udf;
  /// Of a UDF volume, in the end: what `older_udf` says.
  std::shared_ptr<const udf::older_volume> older_udf;
};

}  // namespace comeback::image
