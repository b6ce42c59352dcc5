// SPDX-License-Identifier: Apache-2.0
#include "image/name_list.hpp"

#include "image/naming.hpp"
#include "image/relocation.hpp"
#include "rockridge/link.hpp"
#include "udf/link.hpp"

#include <algorithm>
#include <memory>
#include <string_view>
#include <unordered_map>

namespace comeback::image {
namespace {

// The names of one file system, a directory at a time.
class names_of {
 public:
  names_of(const tree::file_tree& tree, file_system fs, const options& how)
      : tree_(tree), fs_(fs), how_(naming_of(fs, how)) {
    if (fs == file_system::iso9660 && relocates(how)) find_moved(how);
  }

  [[nodiscard]] file_system fs() const { return fs_; }

  void enter(tree::node_id dir) {
    names_.clear();
    for (const auto& one : how_->children(tree_, dir)) {
      const auto moved = moved_.find(static_cast<std::uint32_t>(one.node));
      names_.emplace(static_cast<std::uint32_t>(one.node),
                     moved == moved_.end() ? shown(one) : moved->second);
    }
  }

  [[nodiscard]] std::optional<std::string> name(tree::node_id node) const {
    const auto at = names_.find(static_cast<std::uint32_t>(node));
    return at == names_.end() ? std::nullopt : std::optional(at->second);
  }

 private:
  [[nodiscard]] std::string shown(const iso9660::named& one) const {
    return shown_name(fs_, one.identifier, tree_.is_directory(one.node));
  }

  // A directory that is too deep has a path of its own.
  void find_moved(const options& how) {
    const auto [tree, moves] = relocate({std::shared_ptr<const tree::file_tree>(), &tree_}, how);
    if (moves.empty()) return;
    std::string top;
    for (const auto& one : how_->children(*tree, tree::root))
      if (one.node == moves.into) top = "/" + one.identifier + "/";
    for (const auto& one : iso9660::with_moved(how_->children(*tree, moves.into), moves.moved))
      if (tree_.parent(one.node) != moves.into)
        moved_.emplace(static_cast<std::uint32_t>(one.node), top + one.identifier);
  }

  const tree::file_tree& tree_;
  file_system fs_;
  std::unique_ptr<const iso9660::naming> how_;
  std::unordered_map<std::uint32_t, std::string> moved_;
  std::unordered_map<std::uint32_t, std::string> names_;
};

// Rock Ridge keeps the bytes of a target.
void add_targets(changed_name& one, std::string_view target, const std::vector<names_of>& systems) {
  for (const auto& system : systems) {
    if (system.fs() != file_system::udf || target.empty()) continue;
    auto there = udf::recorded_link(target);
    if (there != rockridge::recorded_link(target)) one.targets.emplace_back(system.fs(), std::move(there));
  }
}

bool changed(const changed_name& one, std::string_view name) {
  return !one.targets.empty() ||
         std::ranges::any_of(one.names, [&](const auto& n) { return n.second != name; });
}

}  // namespace

std::vector<file_system> file_systems_of(const options& how) {
  std::vector<file_system> out;
  const auto& chosen = how.file_systems;
  if (chosen.iso9660) out.push_back(file_system::iso9660);
  if (chosen.joliet) out.push_back(file_system::joliet);
  if (chosen.iso9660 && chosen.rock_ridge) out.push_back(file_system::rock_ridge);
  if (chosen.iso9660 && how.iso_level == 4) out.push_back(file_system::enhanced);
  if (chosen.udf) out.push_back(file_system::udf);
  return out;
}

void each_changed_name(const tree::file_tree& tree, const options& how,
                       const std::function<void(const changed_name&)>& visit) {
  std::vector<names_of> systems;
  for (const auto fs : file_systems_of(how)) systems.emplace_back(tree, fs, how);
  std::vector<tree::node_id> pending{tree::root};
  while (!pending.empty()) {
    const auto dir = pending.back();
    pending.pop_back();
    for (auto& one : systems) one.enter(dir);
    const auto children = tree.sorted_children(dir);
    for (const auto node : children) {
      changed_name item{node, {}, {}};
      add_targets(item, tree.link_target(node), systems);
      for (const auto& one : systems) item.names.emplace_back(one.fs(), one.name(node));
      if (!changed(item, tree.name(node))) continue;
      item.path = tree.path(node);
      visit(item);
    }
    for (auto child = children.rbegin(); child != children.rend(); ++child)
      if (tree.is_directory(*child)) pending.push_back(*child);
  }
}

}  // namespace comeback::image
