// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/history.hpp"

#include <utility>

namespace comeback::imapi2fs {
namespace {

struct changes {
  std::vector<tree::node_id> added, removed;  // the topmost of each
  std::vector<std::pair<tree::node_id, base::timestamp>> modified;
};

tree::node_id node(std::size_t number) { return tree::node_id{static_cast<std::uint32_t>(number)}; }

bool is_new(tree::node_id n, const tree::file_tree& before) {
  return static_cast<std::size_t>(n) >= before.node_limit();
}

// What is new lies behind what was there: copies keep the numbers.
void find_added(const tree::file_tree& before, const tree::file_tree& after, changes& found) {
  for (std::size_t i = before.node_limit(); i < after.node_limit(); ++i)
    if (after.contains(node(i)) && !is_new(after.parent(node(i)), before)) found.added.push_back(node(i));
}

void find_others(const tree::file_tree& before, const tree::file_tree& after, changes& found) {
  for (std::size_t i = 0; i < before.node_limit(); ++i) {
    const auto n = node(i);
    if (!before.contains(n)) continue;
    if (after.contains(n)) {
      if (after.modified(n) != before.modified(n)) found.modified.emplace_back(n, before.modified(n));
    } else if (after.contains(before.parent(n))) {
      found.removed.push_back(n);
    }
  }
}

}  // namespace

void history::lock() {
  locked_ = point();
  undo_.clear();
}

void history::rewind(tree::file_tree& tree, std::int32_t to) const {
  for (std::size_t i = undo_.size(); i > static_cast<std::size_t>(to - locked_); --i) undo_[i - 1](tree);
}

history::undo difference(const tree::file_tree& before, const tree::file_tree& after) {
  auto found = std::make_shared<changes>();
  find_added(before, after, *found);
  find_others(before, after, *found);
  return [found = std::shared_ptr<const changes>(std::move(found))](tree::file_tree& tree) {
    for (const auto n : found->added) tree.remove(n);
    for (const auto n : found->removed) tree.restore(n);
    for (const auto& [n, when] : found->modified) tree.set_modified(n, when);
  };
}

}  // namespace comeback::imapi2fs
