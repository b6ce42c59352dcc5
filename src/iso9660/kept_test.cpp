// SPDX-License-Identifier: Apache-2.0
#include "iso9660/kept.hpp"

#include "base/error.hpp"

#include <map>
#include <string>
#include <tuple>

#include <gmock/gmock.h>

namespace comeback::iso9660 {
namespace {

using testing::ElementsAre;

// Node 1 lies at block 100 and has b and c in it, c has d; node 2 lies at 200.
kept_directories two_kept() {
  return {{{1, {{100}, 2048}}, {2, {{200}, 2048}}},
          {{std::string(1, '\0'), 50, 1},
           {"A", 100, 1},
           {"Z", 200, 1},
           {"B", 110, 2},
           {"C", 120, 2},
           {"D", 130, 5}}};
}

using children = std::map<std::uint32_t, std::vector<path_child>>;

std::vector<std::tuple<std::uint32_t, std::string, bool>> rows(const kept_directories& kept, children of) {
  std::vector<std::tuple<std::uint32_t, std::string, bool>> out;
  for (const auto& row : merge_path_table(kept, [&](std::uint32_t which) { return of[which]; }))
    out.emplace_back(row.parent, row.identifier, row.kept);
  return out;
}

base::errc refused(const kept_directories& kept, const children& of) {
  try {
    (void)rows(kept, of);
  } catch (const base::error& e) {
    return e.code();
  }
  return base::errc::ok;
}

TEST(merged_path_table, what_lies_below_comes_along_in_its_level) {
  const auto kept = two_kept();
  EXPECT_THAT(rows(kept, {{0, {{"A", 1, true}, {"M", 1, false}, {"Z", 2, true}}}, {1, {{"N", 2, false}}}}),
              ElementsAre(std::tuple(0U, std::string(1, '\0'), false), std::tuple(0U, "A", true),
                          std::tuple(0U, "M", false), std::tuple(0U, "Z", true), std::tuple(1U, "B", true),
                          std::tuple(1U, "C", true), std::tuple(2U, "N", false), std::tuple(5U, "D", true)));
}

TEST(merged_path_table, what_was_removed_goes_with_all_below) {
  EXPECT_THAT(rows(two_kept(), {{0, {{"Z", 2, true}}}}),
              ElementsAre(std::tuple(0U, std::string(1, '\0'), false), std::tuple(0U, "Z", true)));
}

TEST(merged_path_table, a_kept_directory_may_have_moved_and_have_another_name) {
  EXPECT_THAT(rows(two_kept(), {{0, {{"NEW", 1, false}}}, {1, {{"OTHER", 1, true}}}}),
              ElementsAre(std::tuple(0U, std::string(1, '\0'), false), std::tuple(0U, "NEW", false),
                          std::tuple(1U, "OTHER", true), std::tuple(2U, "B", true), std::tuple(2U, "C", true),
                          std::tuple(4U, "D", true)));
}

TEST(merged_path_table, hostile_tables_are_refused) {
  auto later = two_kept();
  later.path_table[3].parent = 6;  // a directory in one behind it
  EXPECT_EQ(refused(later, {}), base::errc::not_supported);
  auto none = two_kept();
  none.path_table[3].parent = 0;
  EXPECT_EQ(refused(none, {}), base::errc::not_supported);
  auto unknown = two_kept();
  unknown.path_table[1].extent = 7;
  EXPECT_EQ(refused(unknown, {{0, {{"A", 1, true}}}}), base::errc::not_supported);
  auto empty = two_kept();
  empty.path_table.clear();
  EXPECT_EQ(refused(empty, {{0, {{"A", 1, true}}}}), base::errc::not_supported);
  EXPECT_EQ(refused(empty, {}), base::errc::ok);
}

TEST(merged_path_table, parents_have_16_bits) {
  children of;
  for (std::uint32_t i = 1; i <= 65536; ++i) of[0].push_back({"X", i, false});
  EXPECT_EQ(refused({}, of), base::errc::ok);
  of[65535].push_back({"BELOW", 65537, false});
  EXPECT_EQ(refused({}, of), base::errc::too_many_directories);
}

}  // namespace
}  // namespace comeback::iso9660
