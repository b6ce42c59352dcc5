// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tree/tree.hpp"
#include "udf/kept.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>
#include <unordered_set>

namespace comeback::udf {

/// Which ICBs of an older session a tree goes on using. Those of files whose names became more or fewer do
/// not: how many they are stands in the ICB. Works in proportion to what the tree and `kept` hold.
class kept_icbs {
 public:
  kept_icbs() = default;
  /// Errors: `errc::not_supported` where a directory is kept and its ICB is not known, and where a file gets
  /// or loses a name and has others in directories that were not read.
  kept_icbs(std::shared_ptr<const tree::file_tree> tree, std::shared_ptr<const kept_nodes> kept);

  [[nodiscard]] bool any() const { return kept_ != nullptr; }
  /// The ICB that a name of `node` leads to where it is not written again; else null.
  [[nodiscard]] const kept_node* stays(tree::node_id node) const;
  /// Calls `with` for each ICB that was read of and that no name leads to any more.
  void for_each_left(const std::function<void(std::uint32_t)>& with) const;
  /// What a directory that is written again was; null for a new one.
  [[nodiscard]] const kept_node* was(tree::node_id directory) const;

 private:
  struct names {
    std::uint64_t seen = 0, there = 0, added = 0, links = 0;
    tree::node_id one = tree::no_node;  // of those that are there
  };
  using names_by_icb = std::unordered_map<std::uint64_t, names>;

  void check_directories() const;
  [[nodiscard]] names_by_icb count() const;
  void count_added(names_by_icb& all) const;
  void judge(const names_by_icb& all);
  [[nodiscard]] const kept_node* find(tree::node_id node) const;

  std::shared_ptr<const tree::file_tree> tree_;
  std::shared_ptr<const kept_nodes> kept_;
  std::unordered_set<std::uint64_t> changed_;  // ICBs that are written anew
};

}  // namespace comeback::udf
