// SPDX-License-Identifier: Apache-2.0
#include "com/class_objects.hpp"

#include "base/error.hpp"
#include "com/automation.hpp"
#include "com/guid.hpp"
#include "com/made/VPCCOMInterfaces.hpp"

#include <string>

#include <gtest/gtest.h>
#include <imapi2fs.h>

using namespace comeback;

namespace {

class task final : public com::automation<IVMTask> {};

class class_objects : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(CoInitializeEx(nullptr, COINIT_MULTITHREADED), S_OK); }
  void TearDown() override { CoUninitialize(); }
};

com::ptr<IUnknown> make_task() { return com::make<task>().as<IUnknown>(); }

}  // namespace

TEST_F(class_objects, makes_what_is_registered) {
  com::register_class(CLSID_VMTask, make_task);
  com::ptr<IVMTask> made;
  ASSERT_EQ(CoCreateInstance(CLSID_VMTask, nullptr, CLSCTX_ALL, IID_PPV_ARGS(made.put())), S_OK);
  EXPECT_TRUE(made);
  com::ptr<IClassFactory> factory;
  ASSERT_EQ(CoGetClassObject(CLSID_VMTask, CLSCTX_INPROC_SERVER, nullptr, IID_PPV_ARGS(factory.put())), S_OK);
  void* inner = nullptr;
  EXPECT_EQ(factory->CreateInstance(made.get(), IID_IUnknown, &inner), CLASS_E_NOAGGREGATION);
}

TEST_F(class_objects, what_is_not_registered_or_not_had) {
  void* made = &made;
  EXPECT_EQ(CoCreateInstance(CLSID_VMDisplay, nullptr, CLSCTX_ALL, IID_IUnknown, &made), REGDB_E_CLASSNOTREG);
  EXPECT_EQ(made, nullptr);
  com::register_class(CLSID_VMTask, make_task);
  EXPECT_EQ(CoCreateInstance(CLSID_VMTask, nullptr, CLSCTX_ALL, IID_IVMVirtualPC, &made), E_NOINTERFACE);
  EXPECT_EQ(CoCreateInstance(CLSID_VMTask, nullptr, CLSCTX_ALL, IID_IUnknown, nullptr), E_POINTER);
}

TEST_F(class_objects, a_maker_that_fails_is_the_result) {
  com::register_class(CLSID_VMKeyboard,
                      []() -> com::ptr<IUnknown> { throw base::error(base::errc::access_denied, "No."); });
  void* made = nullptr;
  EXPECT_EQ(CoCreateInstance(CLSID_VMKeyboard, nullptr, CLSCTX_ALL, IID_IUnknown, &made), E_ACCESSDENIED);
}

TEST(class_object, needs_com_initialised) {
  void* made = nullptr;
  EXPECT_EQ(CoCreateInstance(CLSID_VMTask, nullptr, CLSCTX_ALL, IID_IUnknown, &made), CO_E_NOTINITIALIZED);
}

TEST(progid, with_and_without_version_in_any_case) {
  CLSID id{};
  EXPECT_EQ(CLSIDFromProgID(L"VirtualPC.Application", &id), S_OK);
  EXPECT_EQ(id, CLSID_VMVirtualPC);
  EXPECT_EQ(CLSIDFromProgID(L"imapi2fs.msftfilesystemimage.1", &id), S_OK);
  EXPECT_EQ(id, CLSID_MsftFileSystemImage);
  EXPECT_EQ(CLSIDFromProgID(L"IMAPI2FS.MsftFileSystemImage.2", &id), CO_E_CLASSSTRING);
  EXPECT_EQ(CLSIDFromProgID(L"IMAPI2FS.Msft", &id), CO_E_CLASSSTRING);
  EXPECT_EQ(id, CLSID_NULL);
}

TEST(progid, from_the_class) {
  LPOLESTR text = nullptr;
  ASSERT_EQ(ProgIDFromCLSID(CLSID_VMVirtualPC, &text), S_OK);
  EXPECT_STREQ(text, L"VirtualPC.Application.1");
  CoTaskMemFree(text);
  EXPECT_EQ(ProgIDFromCLSID(CLSID_VMTask, &text), REGDB_E_CLASSNOTREG);
}

TEST(guid, text_and_back) {
  wchar_t text[39];
  EXPECT_EQ(StringFromGUID2(IID_IFileSystemImage, text, 39), 39);
  EXPECT_STREQ(text, L"{2C941FE1-975B-59BE-A960-9A2A262853A5}");
  EXPECT_EQ(StringFromGUID2(IID_IFileSystemImage, text, 38), 0);
  CLSID back{};
  EXPECT_EQ(CLSIDFromString(L"{2c941fe1-975b-59be-a960-9a2a262853a5}", &back), S_OK);
  EXPECT_EQ(back, IID_IFileSystemImage);
  EXPECT_EQ(CLSIDFromString(L"VirtualPC.Application", &back), S_OK);
  EXPECT_EQ(back, CLSID_VMVirtualPC);
}

TEST(guid, what_is_none) {
  CLSID id{};
  for (const wchar_t* text :
       {L"{2C941FE1-975B-59BE-A960-9A2A262853A}", L"{2C941FE1-975B-59BE-A960-9A2A262853AG}",
        L"{2C941FE1+975B-59BE-A960-9A2A262853A5}", L""})
    EXPECT_EQ(CLSIDFromString(text, &id), CO_E_CLASSSTRING);
  EXPECT_EQ(IIDFromString(L"VirtualPC.Application", &id), CO_E_IIDSTRING);
  EXPECT_EQ(CLSIDFromString(nullptr, &id), S_OK);
  EXPECT_EQ(id, CLSID_NULL);
}
