// SPDX-License-Identifier: Apache-2.0
#include "udf/kept_icbs.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <utility>

#include <fmt/format.h>

namespace comeback::udf {
namespace {

std::uint64_t icb_of(const kept_node& k) { return std::uint64_t{k.partition} << 32 | k.block; }

[[noreturn]] void refuse(std::string message) {
  throw base::error(base::errc::not_supported, std::move(message));
}

}  // namespace

kept_icbs::kept_icbs(std::shared_ptr<const tree::file_tree> tree, std::shared_ptr<const kept_nodes> kept)
    : tree_(std::move(tree)), kept_(std::move(kept)) {
  if (!kept_) return;
  check_directories();
  auto all = count();
  count_added(all);
  judge(all);
}

void kept_icbs::check_directories() const {
  for (std::uint32_t i = 0; i < tree_->node_limit(); ++i) {
    const tree::node_id node{i};
    if (tree_->contains(node) && tree_->is_directory(node) && tree_->is_kept(node) && find(node) == nullptr)
      refuse(base::printable(tree_->path(node)) +
             " would stay where it lies, and its ICB is not known: write every directory (--append exact).");
  }
}

kept_icbs::names_by_icb kept_icbs::count() const {
  names_by_icb out;
  for (const auto& [index, was] : *kept_) {
    if (was.what != kept_as::item) continue;
    const tree::node_id node{index};
    auto& of = out[icb_of(was)];
    ++of.seen;
    of.links = was.links;
    if (!tree_->contains(node)) continue;
    ++of.there;
    of.one = node;
  }
  return out;
}

void kept_icbs::count_added(names_by_icb& all) const {
  std::unordered_map<std::uint32_t, names*> by_content;
  for (auto& [icb, of] : all)
    if (of.there > 0)
      if (const auto content = tree_->content_of(of.one); content != tree::no_content)
        by_content.emplace(static_cast<std::uint32_t>(content), &of);
  for (std::uint32_t i = 0; i < tree_->node_limit(); ++i) {
    const tree::node_id node{i};
    if (!tree_->contains(node) || find(node) != nullptr) continue;
    const auto found = by_content.find(static_cast<std::uint32_t>(tree_->content_of(node)));
    if (found != by_content.end()) ++found->second->added;
  }
}

void kept_icbs::judge(const names_by_icb& all) {
  for (const auto& [icb, of] : all) {
    if (of.added == 0 && of.seen == of.there) continue;
    if (of.links > of.seen)
      refuse(
          fmt::format("{} has {} names, of which {} were not read: what gives it one or takes one away must "
                      "write every directory (--append exact).",
                      of.there > 0 ? base::printable(tree_->path(of.one)) : "A file that goes", of.links,
                      of.links - of.seen));
    changed_.insert(icb);
  }
}

const kept_node* kept_icbs::find(tree::node_id node) const {
  if (!kept_) return nullptr;
  const auto found = kept_->find(static_cast<std::uint32_t>(node));
  return found == kept_->end() ? nullptr : &found->second;
}

const kept_node* kept_icbs::stays(tree::node_id node) const {
  const auto* was = find(node);
  if (was == nullptr) return nullptr;
  if (tree_->is_directory(node)) return tree_->is_kept(node) ? was : nullptr;
  return changed_.contains(icb_of(*was)) ? nullptr : was;
}

void kept_icbs::for_each_left(const std::function<void(std::uint32_t)>& with) const {
  for (const auto icb : changed_) with(static_cast<std::uint32_t>(icb));
  if (!kept_) return;
  for (const auto& [index, was] : *kept_)
    if (was.what == kept_as::open_directory && !tree_->contains(tree::node_id{index})) with(was.block);
}

const kept_node* kept_icbs::was(tree::node_id directory) const { return find(directory); }

}  // namespace comeback::udf
