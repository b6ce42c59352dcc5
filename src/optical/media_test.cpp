// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "optical/medium.hpp"

#include <set>

#include <gtest/gtest.h>

namespace comeback::optical {
namespace {

TEST(Media, EveryKindIsThereOnce) {
  int number = 0;
  std::set<std::string_view> names;
  std::set<std::uint16_t> profiles;
  for (const auto& m : all_media()) {
    EXPECT_EQ(static_cast<int>(m.type), ++number);
    EXPECT_EQ(find_media(number), &m);
    EXPECT_EQ(find_media(m.name), &m);
    EXPECT_EQ(&facts_of(m.type), &m);
    EXPECT_TRUE(names.insert(m.name).second) << m.name;
    EXPECT_TRUE(profiles.insert(m.profile).second) << m.name;
  }
  EXPECT_EQ(number, 19);
}

TEST(Media, WhatIsNoKindIsNotFound) {
  EXPECT_EQ(find_media(0), nullptr);
  EXPECT_EQ(find_media(-1), nullptr);
  EXPECT_EQ(find_media(20), nullptr);
  EXPECT_EQ(find_media("DVD"), nullptr);
  EXPECT_EQ(find_media(""), nullptr);
  EXPECT_THROW((void)facts_of(media_type::unknown), base::error);
}

TEST(Media, FactsHangTogether) {
  for (const auto& m : all_media()) {
    SCOPED_TRACE(m.name);
    EXPECT_TRUE(m.capacity.value > 0 || m.type == media_type::disk);
    EXPECT_EQ(m.capacity.value % m.write_unit, 0U);
    EXPECT_EQ(m.after_first.value % m.write_unit, 0U);
    EXPECT_EQ(m.between.value % m.write_unit, 0U);
    EXPECT_GE(m.after_first, m.between);
    // Only sequential media have room between sessions; what is written at random can be written again.
    EXPECT_TRUE(m.between.value == 0 || m.how == writing::sequential);
    EXPECT_TRUE(m.how != writing::random || m.erasable);
    EXPECT_TRUE(m.how != writing::none || !m.erasable);
  }
}

TEST(Media, CompactDiscs) {
  const auto& m = facts_of(media_type::cd_rw);
  EXPECT_EQ(m.profile, 0x0A);
  EXPECT_EQ(m.how, writing::sequential);
  EXPECT_TRUE(m.erasable);
  EXPECT_EQ(m.after_first.value, 11400U);
  EXPECT_EQ(m.between.value, 6900U);
}

}  // namespace
}  // namespace comeback::optical
