// SPDX-License-Identifier: Apache-2.0
#include "com/object/class_objects.hpp"

#include "base/error.hpp"
#include "com/data/limited_memory.hpp"
#include "com/dispatch/automation.hpp"
#include "com/made/VPCCOMInterfaces.hpp"
#include "com/object/guid.hpp"

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

TEST_F(class_objects, every_progid_names_its_class_and_what_is_not_built_says_so) {
  int named = 0;
  for (const auto& known : com::known_classes()) {
    if (!known.progid) continue;
    ++named;
    for (const std::wstring& progid : {std::wstring(known.progid), std::wstring(known.progid) + L".1"}) {
      CLSID id{};
      EXPECT_EQ(CLSIDFromProgID(progid.c_str(), &id), S_OK);
      EXPECT_EQ(id, known.clsid);
      EXPECT_EQ(CLSIDFromProgIDEx(progid.c_str(), &id), S_OK);
      EXPECT_EQ(CLSIDFromString(progid.c_str(), &id), S_OK);
      EXPECT_EQ(id, known.clsid);
    }
    void* made = nullptr;
    EXPECT_EQ(CoCreateInstance(known.clsid, nullptr, CLSCTX_ALL, IID_IUnknown, &made), REGDB_E_CLASSNOTREG);
  }
  EXPECT_GE(named, 10);
}

TEST_F(class_objects, several_interfaces_at_once) {
  com::register_class(CLSID_VMTask, make_task);
  MULTI_QI both[] = {{&IID_IVMTask, nullptr, S_OK}, {&IID_IDispatch, nullptr, S_OK}};
  ASSERT_EQ(CoCreateInstanceEx(CLSID_VMTask, nullptr, CLSCTX_ALL, nullptr, 2, both), S_OK);
  const auto task = com::ptr<IUnknown>::own(both[0].pItf), dispatch = com::ptr<IUnknown>::own(both[1].pItf);
  EXPECT_EQ(task.as<IUnknown>().get(), dispatch.as<IUnknown>().get());
  MULTI_QI one[] = {{&IID_IVMVirtualPC, task.get(), S_OK}, {&IID_IVMTask, nullptr, E_FAIL}};
  ASSERT_EQ(CoCreateInstanceEx(CLSID_VMTask, nullptr, CLSCTX_ALL, nullptr, 2, one), CO_S_NOTALLINTERFACES);
  EXPECT_EQ(one[0].hr, E_NOINTERFACE);
  EXPECT_EQ(one[0].pItf, nullptr);
  EXPECT_EQ(one[1].hr, S_OK);
  one[1].pItf->Release();
  EXPECT_EQ(CoCreateInstanceEx(CLSID_VMTask, nullptr, CLSCTX_ALL, nullptr, 1, one), E_NOINTERFACE);
}

TEST_F(class_objects, several_interfaces_of_nothing) {
  wchar_t elsewhere[] = L"elsewhere";
  COSERVERINFO server{};
  server.pwszName = elsewhere;
  MULTI_QI one{&IID_IUnknown, nullptr, S_OK}, none{nullptr, nullptr, S_OK};
  EXPECT_EQ(CoCreateInstanceEx(CLSID_VMDisplay, nullptr, CLSCTX_ALL, nullptr, 1, &one), REGDB_E_CLASSNOTREG);
  EXPECT_EQ(one.hr, REGDB_E_CLASSNOTREG);
  EXPECT_EQ(CoCreateInstanceEx(CLSID_VMTask, nullptr, CLSCTX_ALL, &server, 1, &one), CO_E_NOT_SUPPORTED);
  EXPECT_EQ(CoCreateInstanceEx(CLSID_VMTask, nullptr, CLSCTX_ALL, nullptr, 0, &one), E_INVALIDARG);
  EXPECT_EQ(CoCreateInstanceEx(CLSID_VMTask, nullptr, CLSCTX_ALL, nullptr, 1, nullptr), E_INVALIDARG);
  EXPECT_EQ(CoCreateInstanceEx(CLSID_VMTask, nullptr, CLSCTX_ALL, nullptr, 1, &none), E_INVALIDARG);
}

TEST(class_object, is_had_from_the_library_itself) {
  com::register_class(CLSID_VMTask, make_task);
  com::ptr<IClassFactory> factory;
  ASSERT_EQ(DllGetClassObject(CLSID_VMTask, IID_PPV_ARGS(factory.put())), S_OK);
  com::ptr<IVMTask> made;
  EXPECT_EQ(factory->CreateInstance(nullptr, IID_PPV_ARGS(made.put())), S_OK);
  EXPECT_EQ(factory->CreateInstance(nullptr, IID_IUnknown, nullptr), E_POINTER);
  EXPECT_EQ(factory->LockServer(TRUE), S_OK);
  EXPECT_EQ(factory->LockServer(FALSE), S_OK);
  void* none = &none;
  EXPECT_EQ(DllGetClassObject(CLSID_VMDisplay, IID_IClassFactory, &none), CLASS_E_CLASSNOTAVAILABLE);
  EXPECT_EQ(none, nullptr);
  EXPECT_EQ(DllGetClassObject(CLSID_VMTask, IID_IVMTask, &none), E_NOINTERFACE);
  EXPECT_EQ(DllGetClassObject(CLSID_VMTask, IID_IClassFactory, nullptr), E_INVALIDARG);
  EXPECT_EQ(DllCanUnloadNow(), S_FALSE);
}

TEST_F(class_objects, null_everywhere) {
  EXPECT_EQ(CoCreateInstance(CLSID_VMTask, nullptr, CLSCTX_ALL, IID_IUnknown, nullptr), E_POINTER);
  EXPECT_EQ(CoGetClassObject(CLSID_VMTask, CLSCTX_ALL, nullptr, IID_IUnknown, nullptr), E_INVALIDARG);
  void* made = nullptr;
  EXPECT_EQ(CoGetClassObject(CLSID_VMTask, 0, nullptr, IID_IUnknown, &made), E_INVALIDARG);
  CLSID id{};
  EXPECT_EQ(CLSIDFromProgID(nullptr, &id), E_INVALIDARG);
  EXPECT_EQ(CLSIDFromProgID(L"VirtualPC.Application", nullptr), E_INVALIDARG);
  EXPECT_EQ(CLSIDFromString(L"", nullptr), E_INVALIDARG);
  EXPECT_EQ(IIDFromString(L"", nullptr), E_INVALIDARG);
  EXPECT_EQ(ProgIDFromCLSID(CLSID_VMVirtualPC, nullptr), E_INVALIDARG);
  EXPECT_EQ(StringFromCLSID(CLSID_VMTask, nullptr), E_INVALIDARG);
  EXPECT_EQ(StringFromIID(IID_IVMTask, nullptr), E_INVALIDARG);
  EXPECT_EQ(StringFromGUID2(IID_IVMTask, nullptr, 39), 0);
  EXPECT_EQ(CoCreateGuid(nullptr), E_INVALIDARG);
  EXPECT_EQ(CoGetMalloc(1, nullptr), E_INVALIDARG);
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

TEST(guid, as_text_that_the_caller_frees) {
  for (const auto& convert : {StringFromCLSID, StringFromIID}) {
    LPOLESTR text = nullptr;
    ASSERT_EQ(convert(IID_IFileSystemImage, &text), S_OK);
    EXPECT_STREQ(text, L"{2C941FE1-975B-59BE-A960-9A2A262853A5}");
    CoTaskMemFree(text);
  }
}

TEST(guid, new_ones_differ_and_say_that_they_are_random) {
  GUID one{}, other{};
  ASSERT_EQ(CoCreateGuid(&one), S_OK);
  ASSERT_EQ(CoCreateGuid(&other), S_OK);
  EXPECT_NE(one, other);
  EXPECT_EQ(one.Data3 >> 12, 4);
  EXPECT_EQ(one.Data4[0] >> 6, 2);
}

TEST(allocator, is_the_memory_of_the_process) {
  com::ptr<IMalloc> memory;
  ASSERT_EQ(CoGetMalloc(1, memory.put()), S_OK);
  EXPECT_TRUE(memory.as<IUnknown>());
  EXPECT_FALSE(memory.as<IDispatch>());
  void* block = memory->Realloc(memory->Alloc(10), 100);
  ASSERT_NE(block, nullptr);
  EXPECT_GE(memory->GetSize(block), 100u);
  EXPECT_EQ(memory->DidAlloc(block), -1);  // it may be: nothing is known
  memory->HeapMinimize();
  CoTaskMemFree(block);
  memory->Free(nullptr);
  EXPECT_EQ(CoGetMalloc(2, memory.put()), E_INVALIDARG);
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

TEST_F(class_objects, names_and_ids_need_memory_and_say_so) {
  CLSID clsid{};
  LPOLESTR texts[2]{};
  HRESULT codes[4]{};
  {
    const com::new_limit none(0);
    codes[0] = CLSIDFromProgID(L"no such class", &clsid);
    codes[1] = CLSIDFromString(L"no such class", &clsid);
    codes[2] = ProgIDFromCLSID(CLSID_VMVirtualPC, &texts[0]);
    codes[3] = StringFromCLSID(CLSID_VMVirtualPC, &texts[1]);
  }
  for (const HRESULT hr : codes) EXPECT_EQ(hr, E_OUTOFMEMORY);
  for (LPOLESTR text : texts) {
    EXPECT_EQ(text, nullptr);
    CoTaskMemFree(text);
  }
}
