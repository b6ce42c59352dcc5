// SPDX-License-Identifier: Apache-2.0
#include "iso9660/names.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>

namespace comeback::iso9660 {
namespace {

struct name_case {
  std::string_view title, source, level1, level2;
  bool directory = false;
};

void PrintTo(const name_case& c, std::ostream* out) { *out << c.title; }
std::string by_title(const testing::TestParamInfo<name_case>& info) { return std::string(info.param.title); }

class iso_names : public testing::TestWithParam<name_case> {};

TEST_P(iso_names, are_mangled) {
  const auto& c = GetParam();
  tree::file_tree t;
  if (c.directory)
    t.add_directory(tree::root, c.source);
  else
    t.add_file(tree::root, c.source, tree::memory_content(""));
  EXPECT_EQ(names(1).children(t, tree::root).at(0).identifier, c.level1);
  EXPECT_EQ(names(2).children(t, tree::root).at(0).identifier, c.level2);
}

constexpr std::string_view x40 = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

INSTANTIATE_TEST_SUITE_P(
    rows, iso_names,
    testing::Values(name_case{"no_extension", "readme", "README.;1", "README.;1"},
                    name_case{"two_dots", "a.b.c", "A_B.C;1", "A_B.C;1"},
                    name_case{"legal", "README.TXT", "README.TXT;1", "README.TXT;1"},
                    name_case{"leading_dot", ".profile", "_PROFILE.;1", "_PROFILE.;1"},
                    name_case{"trailing_dot", "a.", "A.;1", "A.;1"},
                    name_case{"long_extension", "index.markdown", "INDEX.MAR;1", "INDEX.MARKDOWN;1"},
                    name_case{"long", x40, "XXXXXXXX.;1", "XXXXXXXXXXXXXXXXXXXXXXXXXXXXXX.;1"},
                    name_case{"long_both", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbb", "AAAAAAAA.BBB;1",
                              "AAAAAAAAAAAAAAAAAAAAAA.BBBBBBBB;1"},
                    name_case{"not_ascii", "\xC3\xA4pfel \xF0\x9F\x8D\x8E.txt", "_PFEL__.TXT;1",
                              "_PFEL__.TXT;1"},
                    name_case{"not_utf8",
                              "a\xFF"
                              "b",
                              "A_B.;1", "A_B.;1"},
                    name_case{"directory", "my.folder", "MY_FOLDE", "MY_FOLDER", true},
                    name_case{"long_directory", x40, "XXXXXXXX", "XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX", true}),
    by_title);

std::vector<std::string> identifiers(const tree::file_tree& t, int level) {
  std::vector<std::string> out;
  for (const auto& one : names(level).children(t, tree::root)) out.push_back(one.identifier);
  return out;
}

TEST(iso_name_collisions, a_legal_name_keeps_it_and_others_are_numbered) {
  tree::file_tree t;
  for (const auto* name : {"readme", "Readme", "README"})
    t.add_file(tree::root, name, tree::memory_content(""));
  const auto all = names(2).children(t, tree::root);
  std::map<std::string, std::string> by_source;
  for (const auto& one : all) by_source[std::string(t.name(one.node))] = one.identifier;
  EXPECT_EQ(by_source["README"], "README.;1");
  EXPECT_EQ(by_source["Readme"], "README_1.;1");
  EXPECT_EQ(by_source["readme"], "README_2.;1");
}

TEST(iso_name_collisions, a_directory_and_a_file_without_extension_are_one_name_to_drivers) {
  tree::file_tree t;
  t.add_directory(tree::root, "A");
  t.add_file(tree::root, "a", tree::memory_content(""));
  EXPECT_EQ(identifiers(t, 2), (std::vector<std::string>{"A", "A_1.;1"}));
}

TEST(iso_name_collisions, a_number_that_is_taken_is_passed_over) {
  tree::file_tree t;
  for (const auto* name : {"X", "x", "X_1"}) t.add_file(tree::root, name, tree::memory_content(""));
  EXPECT_EQ(identifiers(t, 2), (std::vector<std::string>{"X.;1", "X_1.;1", "X_2.;1"}));
}

TEST(iso_name_collisions, thousands_in_eight_characters_stay_apart_and_legal) {
  tree::file_tree t;
  for (int i = 0; i < 3000; ++i)
    t.add_file(tree::root, "collision " + std::to_string(i) + ".text", tree::memory_content(""));
  const auto all = identifiers(t, 1);
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), 3000U);
  for (const auto& name : all) {
    EXPECT_LE(name.find('.'), 8U) << name;
    EXPECT_EQ(name.substr(name.find('.')), ".TEX;1");
  }
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
}

TEST(iso_names_order, is_that_of_the_standard_without_versions) {
  tree::file_tree t;
  for (const auto* name : {"FOO.A0", "FOO.A", "FOO", "FOO_", "FOO.AB"})
    t.add_file(tree::root, name, tree::memory_content(""));
  EXPECT_EQ(identifiers(t, 2),
            (std::vector<std::string>{"FOO.;1", "FOO.A;1", "FOO.A0;1", "FOO.AB;1", "FOO_.;1"}));
}

TEST(without_version, shows_what_drivers_show) {
  EXPECT_EQ(without_version("README.TXT;1"), "README.TXT");
  EXPECT_EQ(without_version("README.;1"), "README");
  EXPECT_EQ(without_version("DIR"), "DIR");
  EXPECT_EQ(without_version(";1"), ";1");
  EXPECT_EQ(without_version("."), ".");
  EXPECT_EQ(without_version(""), "");
}

TEST(descriptor_text, is_cut_and_mangled) {
  EXPECT_EQ(descriptor_text("ab c", 32, false), "AB_C");
  EXPECT_EQ(descriptor_text("ab c", 32, true), "AB C");
  EXPECT_EQ(descriptor_text("abcdef", 3, true), "ABC");
}

}  // namespace
}  // namespace comeback::iso9660
