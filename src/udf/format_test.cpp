// SPDX-License-Identifier: Apache-2.0
#include "udf/format.hpp"

#include <gtest/gtest.h>

namespace comeback::udf {
namespace {

std::vector<std::byte> sealed_terminator() {
  std::vector<std::byte> bytes(sizeof(terminating));
  seal(bytes, tag_id::terminating, 3, 261);
  return bytes;
}

TEST(seal, makes_a_tag_that_is_read_back) {
  const auto t = read_tag(sealed_terminator());
  ASSERT_TRUE(t);
  EXPECT_EQ(t->id, 8);
  EXPECT_EQ(t->version, 3);
  EXPECT_EQ(t->location, 261U);
  EXPECT_EQ(t->crc_length, 496);
}

TEST(read_tag, finds_every_flipped_bit) {
  const auto sound = sealed_terminator();
  for (std::size_t at = 0; at < sound.size(); ++at)
    for (int bit = 0; bit < 8; ++bit) {
      auto bytes = sound;
      bytes[at] ^= std::byte{1} << bit;
      EXPECT_FALSE(read_tag(bytes)) << at;
    }
}

TEST(read_tag, a_crc_past_the_end_is_a_fault) {
  auto bytes = sealed_terminator();
  bytes.resize(bytes.size() - 1);
  ASSERT_FALSE(read_tag(bytes, 2048));
  EXPECT_EQ(read_tag(bytes, 2048).error().what, base::fault::out_of_range);
  EXPECT_EQ(read_tag(bytes, 2048).error().offset, 2048U);
  EXPECT_EQ(read_tag(std::span(bytes).first(15)).error().what, base::fault::truncated);
}

TEST(recorded_time, comes_back_to_the_microsecond) {
  for (const std::int64_t seconds : {-62135596800LL, -1LL, 0LL, 951782399LL, 1700000000LL, 253402300799LL})
    EXPECT_EQ(from_recorded(to_recorded({seconds, 123'456'789})), (base::timestamp{seconds, 123'456'000}));
}

TEST(recorded_time, counts_the_zone) {
  auto t = to_recorded({1700000000, 0});
  t.type_and_zone = 0x1000 | 60;  // one hour east: the same digits are an hour earlier
  EXPECT_EQ(from_recorded(t)->seconds, 1700000000 - 3600);
  t.type_and_zone = 0x1000 | (0x1000 - 60);
  EXPECT_EQ(from_recorded(t)->seconds, 1700000000 + 3600);
  t.type_and_zone = 0x1000 | (0x1000 - 2047);  // no zone
  EXPECT_EQ(from_recorded(t)->seconds, 1700000000);
}

TEST(recorded_time, nonsense_is_no_time) {
  EXPECT_FALSE(from_recorded({}));
  auto t = to_recorded({0, 0});
  t.hour = 24;
  EXPECT_FALSE(from_recorded(t));
}

TEST(permissions, have_five_bits_each) {
  EXPECT_EQ(to_permissions(0755), 7U << 10 | 5U << 5 | 5U);
  for (std::uint16_t mode = 0; mode < 01000; ++mode) EXPECT_EQ(from_permissions(to_permissions(mode)), mode);
  EXPECT_EQ(from_permissions(1U << 3 | 1U << 4), 0);  // to change attributes and to delete are not POSIX's
}

TEST(extents, carry_their_type_in_their_length) {
  const auto length = typed(extent_type::continuation, 2048);
  EXPECT_EQ(type_of(length), extent_type::continuation);
  EXPECT_EQ(bytes_of_extent(length), 2048U);
  EXPECT_EQ(longest_extent % disk::block_size, 0U);
}

}  // namespace
}  // namespace comeback::udf
