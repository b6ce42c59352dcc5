// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/segments.hpp"

#include "imapi2fs/paths.hpp"

#include <algorithm>
#include <utility>

namespace comeback::imapi2fs {
namespace {

std::vector<tree::node_id> files_by_content(const tree::file_tree& tree) {
  std::vector<tree::node_id> found(tree.content_limit(), tree::no_node), pending{tree::root};
  while (!pending.empty()) {
    const auto node = pending.back();
    pending.pop_back();
    if (tree.is_directory(node)) {
      const auto below = tree.sorted_children(node);
      pending.insert(pending.end(), below.rbegin(), below.rend());
    } else if (const auto what = static_cast<std::size_t>(tree.content_of(node));
               what < found.size() && found[what] == tree::no_node) {
      found[what] = node;
    }
  }
  return found;
}

}  // namespace

segments::segments(std::shared_ptr<const image::layout> plan)
    : plan_(std::move(plan)), files_(files_by_content(*plan_->tree)) {}

segment segments::at(std::size_t index) const {
  const auto& e = plan_->extents[index];
  segment made{std::string(image::name_of(e.what)), e.at.value, e.blocks.value};
  const auto content = static_cast<std::size_t>(e.content);
  if (content < files_.size() && files_[content] != tree::no_node)
    made.description = with_backslashes(plan_->tree->path(files_[content]));
  return made;
}

std::optional<segment> segments::of_block(std::uint64_t block) const {
  const auto& all = plan_->extents;
  const auto behind =
      std::ranges::upper_bound(all, block, {}, [](const image::extent& e) { return e.at.value; });
  if (behind == all.begin() || block >= plan_->end.value) return {};
  return at(static_cast<std::size_t>(behind - all.begin()) - 1);
}

std::optional<segment> segments::of_description(std::string_view description) const {
  for (std::size_t i = 0; i < size(); ++i)
    if (auto one = at(i); one.description == description) return one;
  return {};
}

}  // namespace comeback::imapi2fs
