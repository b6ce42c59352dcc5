// SPDX-License-Identifier: Apache-2.0
#include "udf/remap.hpp"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace comeback::udf {
namespace {

std::string text_of(const std::vector<kept_run>& runs) {
  std::string out;
  for (const auto& run : runs) out += fmt::format("{}+{} ", run.block, run.blocks);
  return out;
}

struct remap_case {
  std::string title;
  std::vector<kept_run> old;
  std::vector<std::uint64_t> changed;
  std::uint64_t unit, more;
  std::string wanted;  // what changed lies from block 9000 on
};

void PrintTo(const remap_case& c, std::ostream* to) { *to << c.title; }

class remapping : public ::testing::TestWithParam<remap_case> {};

TEST_P(remapping, puts_what_changed_in_its_place) {
  const auto& c = GetParam();
  EXPECT_EQ(text_of(remapped(c.old, c.changed, c.unit, c.more, 9000)), c.wanted);
}

INSTANTIATE_TEST_SUITE_P(
    remap, remapping,
    ::testing::Values(
        remap_case{"nothing", {{100, 96}}, {}, 32, 0, "100+96 "},
        remap_case{"the_first_unit", {{100, 96}}, {0}, 32, 0, "9000+32 132+64 "},
        remap_case{"one_within", {{100, 96}}, {1}, 32, 0, "100+32 9000+32 164+32 "},
        remap_case{"the_last_and_more_join", {{100, 96}}, {2}, 32, 64, "100+64 9000+96 "},
        remap_case{
            "two_that_lie_apart", {{100, 128}}, {0, 2}, 32, 32, "9000+32 132+32 9032+32 196+32 9064+32 "},
        remap_case{"neighbours_are_one_extent", {{100, 128}}, {1, 2}, 32, 0, "100+32 9000+64 196+32 "},
        remap_case{"a_unit_in_two_extents", {{100, 48}, {500, 48}}, {1}, 32, 0, "100+32 9000+32 516+32 "},
        remap_case{"what_was_replaced_before", {{9100, 32}, {132, 64}}, {0}, 32, 0, "9000+32 132+64 "},
        remap_case{"blocks", {{7, 5}}, {0, 3}, 1, 2, "9000+1 8+2 9001+1 11+1 9002+2 "},
        remap_case{"a_file_without_blocks", {}, {}, 32, 32, "9000+32 "}),
    [](const auto& one) { return one.param.title; });

TEST(remap, extents_end_where_the_file_does) {
  const auto one = extents_of({{10, 2}, {50, 1}}, 4097);
  ASSERT_EQ(one.size(), 2U);
  EXPECT_EQ(one[0].bytes, 4096U);
  EXPECT_EQ(one[1].bytes, 1U);
  EXPECT_EQ(extents_of({{10, 2}, {50, 1}}, 4096).size(), 1U);
}

TEST(remap, extents_are_no_longer_than_udf_has_them) {
  const auto blocks = std::uint64_t{longest_extent} / disk::block_size + 5;
  const auto parts = extents_of({{10, blocks}}, blocks * disk::block_size);
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0].bytes, longest_extent);
  EXPECT_EQ(parts[1].block, 10 + blocks - 5);
  EXPECT_EQ(parts[1].bytes, 5 * disk::block_size);
}

TEST(remap, a_block_is_found_in_its_run) {
  const std::vector<kept_run> runs{{10, 2}, {50, 3}};
  EXPECT_EQ(blocks_of(runs), 5U);
  EXPECT_EQ(block_in(runs, 1), 11U);
  EXPECT_EQ(block_in(runs, 4), 52U);
  EXPECT_EQ(text_of(first_of(runs, 3)), "10+2 50+1 ");
  EXPECT_EQ(text_of(first_of(runs, 2)), "10+2 ");
}

}  // namespace
}  // namespace comeback::udf
