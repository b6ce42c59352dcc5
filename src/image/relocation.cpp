// SPDX-License-Identifier: Apache-2.0
#include "image/relocation.hpp"

#include "image/naming.hpp"

#include <string>
#include <utility>

#include <fmt/format.h>

namespace comeback::image {
namespace {

// Readers that want to see a relocated tree whole know the directory by its name, so one that is there
// already serves. A file that has the name does not.
std::string name_for_moved(const tree::file_tree& tree) {
  std::string name = "rr_moved";
  const auto usable = [&] {
    const auto there = tree.find(tree::root, name);
    return !there || tree.is_directory(*there);
  };
  for (int number = 1; !usable(); ++number) name = fmt::format("rr_moved_{}", number);
  return name;
}

}  // namespace

bool relocates(const options& how) {
  return how.file_systems.iso9660 && how.file_systems.rock_ridge && (how.relocate || how.strict_iso);
}

relocated_tree relocate(std::shared_ptr<const tree::file_tree> tree, const options& how) {
  relocated_tree out{std::move(tree), {}};
  if (!relocates(how)) return out;
  out.moves.moved = iso9660::too_deep(*out.tree, *naming_of(file_system::iso9660, how));
  if (out.moves.empty()) return out;
  const auto name = name_for_moved(*out.tree);
  const auto there = out.tree->find(tree::root, name);
  out.moves.made = !there;
  if (there) {
    out.moves.into = *there;
    return out;
  }
  auto copy = std::make_shared<tree::file_tree>(*out.tree);
  out.moves.into = copy->add_directory(tree::root, name, copy->modified(tree::root));
  out.tree = std::move(copy);
  return out;
}

}  // namespace comeback::image
