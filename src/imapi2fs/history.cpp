// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/history.hpp"

#include <memory>
#include <utility>

namespace comeback::imapi2fs {
namespace {

// What is new lies behind what was there; the topmost of it takes the rest along.
std::vector<tree::node_id> topmost_from(const tree::file_tree& tree, std::size_t first) {
  std::vector<tree::node_id> found;
  for (std::size_t i = first; i < tree.node_limit(); ++i) {
    const tree::node_id n{static_cast<std::uint32_t>(i)};
    if (tree.contains(n) && static_cast<std::size_t>(tree.parent(n)) < first) found.push_back(n);
  }
  return found;
}

}  // namespace

void history::make_room() {
  if (undo_.size() == undo_.capacity()) undo_.reserve(undo_.size() * 2 + 1);
}

void history::lock() {
  locked_ = point();
  undo_.clear();
}

void history::rewind(tree::file_tree& tree, std::int32_t to) const {
  for (std::size_t i = undo_.size(); i > static_cast<std::size_t>(to - locked_); --i) undo_[i - 1](tree);
}

history::undo way_back(const tree::file_tree& after, std::size_t first, tree::replaced_items replaced) {
  struct changes {
    std::vector<tree::node_id> added;
    tree::replaced_items replaced;
  };
  const auto all = std::make_shared<const changes>(changes{topmost_from(after, first), std::move(replaced)});
  return [all](tree::file_tree& tree) {
    for (const auto n : all->added) tree.remove(n);
    for (const auto n : all->replaced.removed) tree.restore(n);
    for (const auto& [n, when] : all->replaced.modified) tree.set_modified(n, when);
  };
}

}  // namespace comeback::imapi2fs
