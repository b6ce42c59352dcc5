// SPDX-License-Identifier: Apache-2.0
#include "joliet/names.hpp"

#include "base/text.hpp"

#include <map>

#include <gtest/gtest.h>

namespace comeback::joliet {
namespace {

struct name_case {
  std::string title, source, relaxed, strict;
  bool directory = false;
};

void PrintTo(const name_case& c, std::ostream* out) { *out << c.title; }
std::string by_title(const testing::TestParamInfo<name_case>& info) { return info.param.title; }

class joliet_names : public testing::TestWithParam<name_case> {};

TEST_P(joliet_names, are_mangled) {
  const auto& c = GetParam();
  EXPECT_EQ(base::to_utf8(plain(c.source, c.directory, false)), c.relaxed);
  EXPECT_EQ(base::to_utf8(plain(c.source, c.directory, true)), c.strict);
}

std::string x(std::size_t n) { return std::string(n, 'x'); }
const std::string apple = "\xF0\x9F\x8D\x8E";

INSTANTIATE_TEST_SUITE_P(
    rows, joliet_names,
    testing::Values(
        name_case{"plain", "Licence agreement.txt", "Licence agreement.txt", "Licence agreement.txt"},
        name_case{"not_ascii", "\xC3\xA4\xE7\x9B\xAE", "\xC3\xA4\xE7\x9B\xAE", "\xC3\xA4\xE7\x9B\xAE"},
        name_case{"forbidden", "a*b:c;d?e\\f\x01g", "a_b_c_d_e_f_g", "a_b_c_d_e_f_g"},
        name_case{"outside_the_basic_plane", apple + ".txt", apple + ".txt", "_.txt"},
        name_case{"not_utf8",
                  "a\xFF"
                  "b",
                  "a_b", "a_b"},
        name_case{"dots_at_the_end", "a..", "a__", "a__"}, name_case{"only_dots", "...", "___", "___"},
        name_case{"longest_strict", x(60) + ".txt", x(60) + ".txt", x(60) + ".txt"},
        name_case{"too_long_for_strict", x(61) + ".txt", x(61) + ".txt", x(60) + ".txt"},
        name_case{"too_long", x(200) + ".txt", x(99) + ".txt", x(60) + ".txt"},
        name_case{"long_directory_keeps_no_extension", x(102) + ".dir", x(102) + "_", x(64), true},
        name_case{"a_pair_is_not_torn", x(102) + apple, x(102), x(64)}),
    by_title);

std::map<std::string, std::string> named(const tree::file_tree& t, bool strict) {
  std::map<std::string, std::string> out;
  for (const auto& one : names(strict).children(t, tree::root))
    out[std::string(t.name(one.node))] = base::to_utf8(from_bytes(one.identifier));
  return out;
}

TEST(joliet_collisions, an_unchanged_name_keeps_it_and_others_are_numbered) {
  tree::file_tree t;
  for (const auto* name : {"a?.txt", "a*.txt", "a_.txt"})
    t.add_file(tree::root, name, tree::memory_content(""));
  auto all = named(t, false);
  EXPECT_EQ(all["a_.txt"], "a_.txt;1");
  EXPECT_EQ(all["a*.txt"], "a__1.txt;1");
  EXPECT_EQ(all["a?.txt"], "a__2.txt;1");
}

TEST(joliet_collisions, long_names_stay_within_their_limit) {
  tree::file_tree t;
  for (int i = 0; i < 1200; ++i)
    t.add_file(tree::root, x(200) + std::to_string(i) + ".txt", tree::memory_content(""));
  std::map<std::string, int> seen;
  for (const auto& [source, name] : named(t, true)) {
    ++seen[name];
    EXPECT_LE(name.size(), 64U + 2);
    EXPECT_TRUE(name.ends_with(".txt;1")) << name;
  }
  EXPECT_EQ(seen.size(), 1200U);
}

TEST(joliet_versions, are_left_out_where_readers_would_cut_them) {
  tree::file_tree t;
  for (const std::size_t n : {101U, 102U, 103U}) t.add_file(tree::root, x(n), tree::memory_content(""));
  auto all = named(t, false);
  EXPECT_EQ(all[x(101)], x(101) + ";1");
  EXPECT_EQ(all[x(102)], x(102));
  EXPECT_EQ(all[x(103)], x(103));
}

TEST(joliet_names_order, a_name_comes_before_those_it_begins) {
  tree::file_tree t;
  for (const auto* name : {"a-b.txt", "a.txt", "a", "B"})
    t.add_file(tree::root, name, tree::memory_content(""));
  std::string order;
  for (const auto& one : names(false).children(t, tree::root))
    order += base::to_utf8(from_bytes(one.identifier)) + " ";
  EXPECT_EQ(order, "B;1 a;1 a.txt;1 a-b.txt;1 ");
}

TEST(joliet_bytes, are_big_endian) {
  EXPECT_EQ(to_bytes(u"A\u4E2D"), std::string("\0A\x4E\x2D", 4));
  EXPECT_EQ(from_bytes(std::string("\0A\x4E\x2D\x7", 5)), u"A\u4E2D");
}

}  // namespace
}  // namespace comeback::joliet
