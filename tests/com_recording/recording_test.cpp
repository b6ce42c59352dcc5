// SPDX-License-Identifier: Apache-2.0
// Every member of every interface: early bound, late bound by name, late bound by DISPID.
#include "tests_com_recording/recorder.hpp"

#include <algorithm>
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

// From an object to its class, and from there back to the interface it was made for.
TEST(recording, objects_of_a_class_say_which) {
  std::size_t classes = 0, described = 0;
  for (const auto* library : com::described_libraries())
    described += static_cast<std::size_t>(std::ranges::count_if(library->types, [](const auto* type) {
      return type->kind == TKIND_COCLASS && type->parts[0].type->is_dual();
    }));
  for (const auto& subject : all()) {
    if (!subject.make) continue;
    SCOPED_TRACE(subject.name);
    const auto provider = subject.make().on.as<IProvideClassInfo2>();
    if (!provider) continue;
    ++classes;
    com::ptr<ITypeInfo> type, part;
    ASSERT_EQ(provider->GetClassInfo(type.put()), S_OK);
    HREFTYPE reference = 0;
    ASSERT_EQ(type->GetRefTypeOfImplType(0, &reference), S_OK);
    ASSERT_EQ(type->GetRefTypeInfo(reference, part.put()), S_OK);
    TYPEATTR* attributes = nullptr;
    ASSERT_EQ(part->GetTypeAttr(&attributes), S_OK);
    EXPECT_EQ(attributes->guid, *subject.about->id);
    part->ReleaseTypeAttr(attributes);
    GUID source{};
    EXPECT_EQ(provider->GetGUID(GUIDKIND_DEFAULT_SOURCE_DISP_IID, &source), S_OK);
    EXPECT_TRUE(source == IID_NULL || com::get_type_info(source, part.put()) == S_OK);
  }
  EXPECT_EQ(classes, described);
  EXPECT_GE(described, 30u);
}

TEST(recording, leaves_no_described_member_out) {
  std::size_t members = 0;
  for (const auto& subject : all()) members += subject.about->functions.size();
  EXPECT_EQ(all().size(), 85u);
  EXPECT_EQ(members, 698u);
}
