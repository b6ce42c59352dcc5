// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tree/tree.hpp"

#include <string>
#include <vector>

namespace comeback::iso9660 {

struct named {
  tree::node_id node;
  std::string identifier;  ///< the bytes that are recorded
};

/// How the items of a directory are called in a file system made of ECMA-119 directories.
class naming {
 public:
  naming() = default;
  naming(const naming&) = delete;
  naming& operator=(const naming&) = delete;
  virtual ~naming() = default;

  /// The children of `dir`, without those that the file system cannot hold, named without collisions, in the
  /// order of their directory (ECMA-119 9.3). Throws `errc::no_unique_name`.
  [[nodiscard]] virtual std::vector<named> children(const tree::file_tree& tree, tree::node_id dir) const = 0;
};

/// Ordered by name: the directories and files of `dir`, without links and devices.
[[nodiscard]] std::vector<tree::node_id> plain_children(const tree::file_tree& tree, tree::node_id dir);

}  // namespace comeback::iso9660
