// SPDX-License-Identifier: Apache-2.0
#include "iso9660/format.hpp"

#include "iso9660/descriptor.hpp"

#include <gtest/gtest.h>

namespace comeback::iso9660 {
namespace {

TEST(recorded_time, comes_back_to_the_second) {
  for (const std::int64_t seconds : {-2208988800LL, -1LL, 0LL, 951782399LL, 1700000000LL, 5869583999LL})
    EXPECT_EQ(from_recorded(to_recorded({seconds, 5})), (base::timestamp{seconds, 0})) << seconds;
}

TEST(recorded_time, years_beyond_its_range_become_the_nearest) {
  EXPECT_EQ(to_recorded({-99999999999, 0}).years_since_1900, 0);
  EXPECT_EQ(to_recorded({99999999999, 0}).years_since_1900, 255);
}

TEST(recorded_time, counts_the_offset_from_utc) {
  auto t = to_recorded({1700000000, 0});
  t.quarters_from_utc = 4;  // one hour east: the same digits are an hour earlier
  EXPECT_EQ(from_recorded(t).seconds, 1700000000 - 3600);
  t.quarters_from_utc = static_cast<u8>(-4);
  EXPECT_EQ(from_recorded(t).seconds, 1700000000 + 3600);
}

TEST(recorded_time, nonsense_is_no_time) {
  EXPECT_EQ(from_recorded({100, 13, 1, 0, 0, 0, 0}), base::timestamp{});
  EXPECT_EQ(from_recorded({}), base::timestamp{});
}

TEST(volume_time, has_digits_and_comes_back) {
  const auto t = to_volume_time({1700000000, 120'000'000});
  EXPECT_EQ(t.year.all(), "2023");
  EXPECT_EQ(t.hundredths.all(), "12");
  EXPECT_EQ(from_volume_time(t), (base::timestamp{1700000000, 120'000'000}));
}

TEST(volume_time, that_was_not_given_is_none) {
  EXPECT_EQ(no_volume_time().year.all(), "0000");
  EXPECT_FALSE(from_volume_time(no_volume_time()));
  EXPECT_FALSE(from_volume_time({}));
}

TEST(directory_record, describes_itself_with_clauses) {
  directory_record r;
  r.length = 34;
  r.extent = 18;
  r.size = 2048;
  r.size.be = 4096;
  const auto text = disk::describe(r);
  EXPECT_NE(text.find("extent (9.1.3): 18\n"), std::string::npos) << text;
  EXPECT_NE(text.find("size (9.1.4): 2048 (big-endian: 4096)\n"), std::string::npos) << text;
}

TEST(primary_descriptor, holds_its_facts_in_their_character_sets) {
  volume_facts facts{.volume = "My Disc", .publisher = "a person & Söhne", .blocks = {100}, .root = {}};
  facts.path_table_l = {20};
  const auto d = primary_descriptor(facts);
  EXPECT_EQ(d.volume.trimmed(), "MY_DISC");
  EXPECT_EQ(d.publisher.trimmed(), "A PERSON & S_HNE");
  EXPECT_EQ(d.blocks.value(), 100U);
  EXPECT_TRUE(d.blocks.agrees());
  EXPECT_EQ(std::uint32_t{d.path_table_l}, 20U);
  EXPECT_EQ(d.root.length, 34);
  EXPECT_EQ(d.structure_version, 1);
}

}  // namespace
}  // namespace comeback::iso9660
