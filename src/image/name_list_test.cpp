// SPDX-License-Identifier: Apache-2.0
#include "image/name_list.hpp"

#include "image/test_image.hpp"

#include <fmt/format.h>

namespace comeback::image {
namespace {

std::string listed(const tree::file_tree& tree, const options& how) {
  std::string out;
  each_changed_name(tree, how, [&](const changed_name& one) {
    out += one.path;
    for (const auto& [fs, name] : one.names) out += fmt::format(" {}={}", name_of(fs), name.value_or("-"));
    for (const auto& [fs, target] : one.targets) out += fmt::format(" {}->{}", name_of(fs), target);
    out += '\n';
  });
  return out;
}

tree::file_tree two_files() {
  tree::file_tree t;
  t.add_file(tree::root, "SAME.TXT", tree::memory_content(""));
  t.add_file(t.add_directory(tree::root, "lower"), "a?b", tree::memory_content(""));
  t.add_file(tree::root, "PLAIN", tree::memory_content(""));
  return t;
}

TEST(name_list, tells_of_changed_names_alone_in_every_file_system) {
  EXPECT_EQ(listed(two_files(), {}),
            "/lower iso9660=LOWER joliet=lower\n"
            "/lower/a?b iso9660=A_B joliet=a_b\n");
}

TEST(name_list, rock_ridge_changes_nothing) {
  EXPECT_EQ(listed(two_files(), {.file_systems = {.joliet = false, .rock_ridge = true}}),
            "/lower iso9660=LOWER rockridge=lower\n"
            "/lower/a?b iso9660=A_B rockridge=a?b\n");
}

TEST(name_list, colliding_names_are_told_with_their_numbers) {
  tree::file_tree t;
  for (const auto* name : {"README", "Readme", "readme"})
    t.add_file(tree::root, name, tree::memory_content(""));
  EXPECT_EQ(listed(t, {.file_systems = {.joliet = false}}),
            "/Readme iso9660=README_1\n"
            "/readme iso9660=README_2\n");
}

TEST(name_list, udf_cuts_replaces_and_numbers) {
  tree::file_tree t;
  const std::string stem(249, 'l');  // with one character and an extension a byte too long
  for (const auto& name : {stem + "a.text", stem + "b.text", std::string("raw\xFF"), std::string("raw\xFE"),
                           std::string("plain")})
    t.add_file(tree::root, name, tree::memory_content(""));
  const options udf_alone{.file_systems = {.iso9660 = false, .joliet = false, .udf = true}};
  EXPECT_EQ(listed(t, udf_alone), "/" + stem + "a.text udf=" + stem + ".text\n" +  //
                                      "/" + stem + "b.text udf=" + stem.substr(2) + "_1.text\n" +
                                      "/raw\xFE udf=raw_\n/raw\xFF udf=raw__1\n");
}

TEST(name_list, a_name_that_is_no_utf_8_is_told_in_every_file_system) {
  tree::file_tree t;
  t.add_file(tree::root, "raw\xFF", tree::memory_content(""));
  EXPECT_EQ(listed(t, {.file_systems = {.rock_ridge = true, .udf = true}, .iso_level = 4}),
            "/raw\xFF iso9660=RAW_ joliet=raw_ rockridge=raw\xFF iso9660-1999=raw\xFF udf=raw_\n");
}

TEST(name_list, targets_of_links_that_udf_cannot_record_are_told) {
  tree::file_tree t;
  t.add_symbolic_link(tree::root, "raw", "to/\xFE");
  t.add_symbolic_link(tree::root, "long", "x/" + std::string(300, 'y'));
  t.add_symbolic_link(tree::root, "plain", "./a//b/../\xC3\xBC/");
  const options udf_alone{.file_systems = {.iso9660 = false, .joliet = false, .udf = true}};
  EXPECT_EQ(listed(t, udf_alone),
            "/long udf=long udf->x/" + std::string(254, 'y') + "\n/raw udf=raw udf->to/_\n");
}

TEST(name_list, a_directory_that_moves_is_told_with_its_place) {
  tree::file_tree t;
  auto at = tree::root;
  for (int i = 1; i <= 8; ++i) at = t.add_directory(at, "D" + std::to_string(i));
  EXPECT_EQ(listed(t, {.file_systems = {.joliet = false, .rock_ridge = true}, .relocate = true}),
            "/D1/D2/D3/D4/D5/D6/D7/D8 iso9660=/RR_MOVED/D8 rockridge=D8\n");
}

TEST(name_list, of_no_item_is_empty) { EXPECT_EQ(listed({}, {}), ""); }

}  // namespace
}  // namespace comeback::image
