// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/options.hpp"
#include "iso9660/relocation.hpp"
#include "tree/tree.hpp"

#include <memory>

namespace comeback::image {

/// Whether directories that are too deep for ISO 9660 move: where its limits are kept and Rock Ridge tells
/// where they belong.
[[nodiscard]] bool relocates(const options& how);

/// A tree as ISO 9660 is to have it: with a directory that takes those that move.
struct relocated_tree {
  std::shared_ptr<const tree::file_tree> tree;
  iso9660::relocation moves;
};

/// `tree` itself where nothing is too deep, or nothing may move. Its nodes and contents have the same
/// numbers.
[[nodiscard]] relocated_tree relocate(std::shared_ptr<const tree::file_tree> tree, const options& how);

}  // namespace comeback::image
