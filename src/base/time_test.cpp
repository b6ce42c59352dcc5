// SPDX-License-Identifier: Apache-2.0
#include "base/time.hpp"

#include <gtest/gtest.h>

namespace comeback::base {
namespace {

struct row {
  std::int64_t seconds;
  civil_time civil;
};

constexpr row rows[] = {
    {0, {1970, 1, 1, 0, 0, 0}},
    {-1, {1969, 12, 31, 23, 59, 59}},
    {951826554, {2000, 2, 29, 12, 15, 54}},
    {4107542399, {2100, 2, 28, 23, 59, 59}},  // 2100 is no leap year
};

TEST(time, converts_both_ways) {
  for (const auto& r : rows) {
    EXPECT_EQ(to_civil({r.seconds, 0}), r.civil) << r.seconds;
    EXPECT_EQ(from_civil(r.civil).seconds, r.seconds);
  }
}

TEST(time, prints_rfc3339_whatever_a_guest_says) {
  EXPECT_EQ(to_rfc3339({951826554, 5}), "2000-02-29T12:15:54Z");
  EXPECT_EQ(to_rfc3339({INT64_MAX, 0}), "9999-12-31T23:59:59Z");
  EXPECT_EQ(to_rfc3339({INT64_MIN, 0}), "0000-01-01T00:00:00Z");
}

TEST(time, prints_utc) { EXPECT_EQ(to_string({951826554, 5}), "2000-02-29 12:15:54Z"); }

}  // namespace
}  // namespace comeback::base
