// SPDX-License-Identifier: Apache-2.0
// Every member of every interface: early bound, late bound by name, late bound by DISPID.
#include "tests_com_recording/recorder.hpp"

#include <cstddef>
#include <ostream>

#include <gtest/gtest.h>

using namespace comeback;

namespace comeback::recording {
void PrintTo(const subject& s, std::ostream* out) { *out << s.name; }
}  // namespace comeback::recording

namespace {

std::vector<recording::subject> all() {
  auto found = recording::subjects_of_VPCCOMInterfaces();
  for (const auto& more : {recording::subjects_of_imapi2(), recording::subjects_of_imapi2fs()})
    found.insert(found.end(), more.begin(), more.end());
  return found;
}

class every_interface : public testing::TestWithParam<recording::subject> {};

}  // namespace

TEST_P(every_interface, has_members_that_are_the_same_early_and_late_bound) { GetParam().run(); }

INSTANTIATE_TEST_SUITE_P(recording, every_interface, testing::ValuesIn(all()),
                         [](const auto& row) { return row.param.name; });

TEST(recording, leaves_no_described_member_out) {
  std::size_t members = 0;
  for (const auto& subject : all()) members += subject.about->functions.size();
  EXPECT_EQ(all().size(), 85u);
  EXPECT_EQ(members, 698u);
}
