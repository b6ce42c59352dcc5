// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/options.hpp"
#include "tree/tree.hpp"

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace comeback::image {

/// An item whose name, or target as a symbolic link, is another one in at least one file system of an image.
struct changed_name {
  tree::node_id node;
  std::string path;  ///< in the tree, "/a/b": bytes as they are, not fit for a terminal
  /// For each file system of the image, in the order of `file_system`: the name as readers show it, without
  /// version and trailing dot; empty where the item is left out, as links and devices are by Joliet. Names
  /// that are no UTF-8 are bytes as they are. A directory that ISO 9660 has elsewhere, since it is too deep,
  /// is told with its path there: "/RR_MOVED/DEEP".
  std::vector<std::pair<file_system, std::optional<std::string>>> names;
  /// Where a symbolic link leads in a file system that cannot record its target, such as one that is no
  /// UTF-8 in UDF. That slashes which mean nothing are not kept is no change.
  std::vector<std::pair<file_system, std::string>> targets{};
};

/// Which file systems an image made with `how` has, in the order of `file_system`.
[[nodiscard]] std::vector<file_system> file_systems_of(const options& how);

/// Tells of each item whose name or target is not recorded as it is, parents first, children by name. Nothing
/// is kept beyond one directory. Throws `no_unique_name`.
void each_changed_name(const tree::file_tree& tree, const options& how,
                       const std::function<void(const changed_name&)>& visit);

}  // namespace comeback::image
