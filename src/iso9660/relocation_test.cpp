// SPDX-License-Identifier: Apache-2.0
#include "iso9660/relocation.hpp"

#include "iso9660/names.hpp"

#include <string>

#include <gtest/gtest.h>

namespace comeback::iso9660 {
namespace {

// A chain of directories: "d1", "d2", … or names that are given.
std::vector<tree::node_id> chain(tree::file_tree& t, int levels, const std::string& name = "d") {
  std::vector<tree::node_id> out{tree::root};
  for (int i = 1; i <= levels; ++i) out.push_back(t.add_directory(out.back(), name + std::to_string(i)));
  return out;
}

std::vector<tree::node_id> nodes_of(const std::vector<named>& all) {
  std::vector<tree::node_id> out;
  for (const auto& one : all) out.push_back(one.node);
  return out;
}

std::vector<std::string> identifiers_of(const std::vector<named>& all) {
  std::vector<std::string> out;
  for (const auto& one : all) out.push_back(one.identifier);
  return out;
}

TEST(too_deep, eight_levels_with_the_root_stay) {
  tree::file_tree t;
  chain(t, 7);
  EXPECT_TRUE(too_deep(t, names(2)).empty());
}

TEST(too_deep, what_moves_begins_anew_at_the_third_level) {
  tree::file_tree t;
  const auto d = chain(t, 20);
  EXPECT_EQ(nodes_of(too_deep(t, names(2))), (std::vector{d[8], d[14], d[20]}));
}

TEST(too_deep, a_path_that_leaves_no_room_for_a_file_moves) {
  tree::file_tree t;
  const auto d = chain(t, 7, std::string(30, 'D'));
  EXPECT_EQ(nodes_of(too_deep(t, names(2))), (std::vector{d[7]}));
}

TEST(placeholders, are_files_of_other_names_than_all_others) {
  tree::file_tree t;
  const std::string same(30, 'D');
  const auto a = t.add_directory(tree::root, same + "1"), b = t.add_directory(tree::root, same + "2");
  t.add_directory(tree::root, same);
  const auto c = t.add_directory(tree::root, "SHORT");
  const auto got = with_placeholders(
      names(2).children(t, tree::root),
      {static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(b), static_cast<std::uint32_t>(c)});
  EXPECT_EQ(identifiers_of(got), (std::vector<std::string>{same, std::string(28, 'D') + "_1.;1",
                                                           std::string(28, 'D') + "_2.;1", "SHORT.;1"}));
}

TEST(moved_directories, that_have_one_name_are_numbered) {
  tree::file_tree t;
  const auto own = t.add_directory(tree::root, "LEVEL");
  const std::vector<named> moved{{own, "LEVEL"}, {own, "A"}, {own, "LEVEL"}, {own, "SEVENTEEN"}};
  EXPECT_EQ(identifiers_of(with_moved(names(1).children(t, tree::root), moved)),
            (std::vector<std::string>{"A", "LEVEL", "LEVEL_1", "LEVEL_2", "SEVENTEEN"}));
}

}  // namespace
}  // namespace comeback::iso9660
