// SPDX-License-Identifier: Apache-2.0
#include "iso9660/long_names.hpp"

#include <map>

#include <gtest/gtest.h>

namespace comeback::iso9660 {
namespace {

std::string repeated(std::string_view part, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += part;
  return out;
}

const std::string umlaut = "\xC3\xBC", apple = "\xF0\x9F\x8D\x8E";

struct row {
  std::string title, name;
  bool directory;
  std::string wanted;
};
void PrintTo(const row& r, std::ostream* out) { *out << r.title; }

class long_name_of : public ::testing::TestWithParam<row> {};

TEST_P(long_name_of, is) { EXPECT_EQ(long_name(GetParam().name, GetParam().directory), GetParam().wanted); }

INSTANTIATE_TEST_SUITE_P(
    rows, long_name_of,
    ::testing::Values(
        row{"stays", "Read me; first: *.a.b", false, "Read me; first: *.a.b"},
        row{"keeps_207_bytes", std::string(207, 'x'), false, std::string(207, 'x')},
        row{"is_cut_behind_207", std::string(255, 'x'), false, std::string(207, 'x')},
        row{"keeps_an_extension", std::string(230, 'x') + ".tar", false, std::string(203, 'x') + ".tar"},
        row{"of_a_directory_has_none", std::string(205, 'x') + ".tar", true, std::string(205, 'x') + ".t"},
        row{"drops_a_long_extension", "a." + std::string(250, 'y'), false, "a." + std::string(205, 'y')},
        row{"is_cut_between_characters", repeated(umlaut, 120), false, repeated(umlaut, 103)},
        row{"is_cut_between_long_characters", repeated(apple, 60), false, repeated(apple, 51)},
        row{"of_no_utf8_is_cut_anywhere", repeated("\x80", 250), false, repeated("\x80", 207)},
        row{"of_no_utf8_stays", "\xFF.txt", false, "\xFF.txt"},
        row{"that_would_be_the_parent", "\1", true, "_"}),
    [](const auto& one) { return one.param.title; });

TEST(long_names, unchanged_ones_win_and_others_are_numbered) {
  tree::file_tree t;
  const std::string stem(207, 'x');
  for (const auto& name : {stem + "c", stem + "b", stem})
    t.add_file(tree::root, name, tree::memory_content(""));
  std::map<std::string, std::string> by_source;
  for (const auto& one : long_names().children(t, tree::root))
    by_source[std::string(t.name(one.node))] = one.identifier;
  EXPECT_EQ(by_source[stem], stem);
  EXPECT_EQ(by_source[stem + "b"], std::string(205, 'x') + "_1");
  EXPECT_EQ(by_source[stem + "c"], std::string(205, 'x') + "_2");
}

TEST(long_names, come_in_byte_order) {
  tree::file_tree t;
  for (const auto* name : {"b", "\xFF", "a.b", "a", "A", "a b"}) t.add_directory(tree::root, name);
  std::vector<std::string> got;
  for (const auto& one : long_names().children(t, tree::root)) got.push_back(one.identifier);
  EXPECT_EQ(got, (std::vector<std::string>{"A", "a", "a b", "a.b", "b", "\xFF"}));
}

TEST(long_names, leave_out_links_and_devices) {
  tree::file_tree t;
  t.add_symbolic_link(tree::root, "link", "target");
  t.add_special(tree::root, "pipe", tree::node_kind::fifo, {});
  EXPECT_TRUE(long_names().children(t, tree::root).empty());
}

}  // namespace
}  // namespace comeback::iso9660
