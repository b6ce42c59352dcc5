// SPDX-License-Identifier: Apache-2.0
// What a late-bound call leaves behind: nothing where it fails, and words about the failure.
#include "com/data/limited_memory.hpp"
#include "com/data/memory.hpp"
#include "com/data/safearray.hpp"
#include "com/dispatch/automation.hpp"
#include "com/made/VPCCOMInterfaces.hpp"
#include "com/made/imapi2fs.hpp"
#include "com/object/facade_test.hpp"

#include <gtest/gtest.h>

using namespace comeback;

namespace {

class filler final : public com::object<IDispatch> {
 public:
  HRESULT GetTypeInfoCount(UINT*) override { return E_NOTIMPL; }
  HRESULT GetTypeInfo(UINT, LCID, ITypeInfo**) override { return E_NOTIMPL; }
  HRESULT GetIDsOfNames(REFIID, LPOLESTR*, UINT, LCID, DISPID*) override { return E_NOTIMPL; }
  HRESULT Invoke(DISPID, REFIID, LCID, WORD, DISPPARAMS*, VARIANT*, EXCEPINFO*, UINT*) override {
    return E_NOTIMPL;
  }
  HRESULT Fill(VARIANT* any, BSTR* text, IDispatch** self, BSTR* result) {
    any->vt = VT_I4;
    *text = SysAllocString(L"text");
    AddRef();
    *self = this;
    *result = SysAllocString(L"result");
    return S_OK;
  }
};

class machine final : public com::automation<IVMVirtualMachine> {
 public:
  HRESULT get_Name(BSTR* out) noexcept override {
    return boundary(out,
                    []() -> std::string { throw base::error(base::errc::vm_not_running, "It is off."); });
  }
  HRESULT get_Memory(LONG* out) noexcept override {
    *out = 512;
    return S_OK;
  }
  HRESULT Pause() noexcept override { return E_FAIL; }
};
class image final : public com::automation<IFileSystemImage3, com::class_info<&CLSID_MsftFileSystemImage>> {
 public:
  HRESULT get_FileCount(LONG* out) noexcept override {
    return boundary(out, []() -> LONG { throw base::error(base::errc::fail, "Odd."); });
  }
};

struct named_failure {
  std::string source;
  GUID guid{};
};
named_failure last_failure() {
  com::ptr<IErrorInfo> info;
  EXPECT_EQ(GetErrorInfo(0, info.put()), S_OK);
  named_failure failure;
  BSTR source = nullptr;
  EXPECT_EQ(info->GetSource(&source), S_OK);
  failure.source = com::to_utf8(source);
  SysFreeString(source);
  EXPECT_EQ(info->GetGUID(&failure.guid), S_OK);
  return failure;
}

std::string source_of_late(IDispatch& on, const wchar_t* member, WORD how) {
  auto* name = const_cast<LPOLESTR>(member);
  DISPID id = 0;
  EXPECT_EQ(on.GetIDsOfNames(IID_NULL, &name, 1, 0, &id), S_OK);
  DISPPARAMS none{};
  EXCEPINFO exception{};
  EXPECT_EQ(on.Invoke(id, IID_NULL, 0, how, &none, nullptr, &exception, nullptr), DISP_E_EXCEPTION);
  std::string source = com::to_utf8(exception.bstrSource);
  for (const BSTR each : {exception.bstrSource, exception.bstrDescription, exception.bstrHelpFile})
    SysFreeString(each);
  return source;
}

}  // namespace

TEST(failed_store, keeps_the_others_and_clears_the_result) {
  const auto on = com::make<filler>();
  // A locked array cannot be replaced by what the first argument gets.
  const com::safe_array locked(SafeArrayCreateVector(VT_I4, 0, 1));
  ASSERT_EQ(SafeArrayLock(locked.get()), S_OK);
  VARIANT any{}, text{}, self{}, references[3]{}, result{};
  any.vt = VT_ARRAY | VT_I4;
  any.parray = locked.get();
  VARIANT* const behind[] = {&any, &text, &self};
  for (int i = 0; i < 3; ++i) {
    references[i].vt = VT_BYREF | VT_VARIANT;
    references[i].pvarVal = behind[i];
  }
  VARIANT* const given[] = {&references[0], &references[1], &references[2]};
  com::call_arguments with{.given = given, .result = &result};
  EXPECT_EQ((com::detail::call_member<&filler::Fill, true>(on.get(), with)), DISP_E_ARRAYISLOCKED);
  EXPECT_EQ(with.bad, 0u);
  EXPECT_EQ(result.vt, VT_EMPTY);
  EXPECT_EQ(text.vt, VT_BSTR);
  EXPECT_EQ(self.vt, VT_DISPATCH);
  VariantClear(&result);
  VariantClear(&text);
  VariantClear(&self);
  EXPECT_EQ(SafeArrayUnlock(locked.get()), S_OK);
  EXPECT_EQ(on->AddRef(), 2u);
  on->Release();
}

TEST(failure, names_the_interface_and_the_class_early_bound) {
  BSTR name = nullptr;
  EXPECT_EQ(com::make<machine>()->get_Name(&name), static_cast<HRESULT>(0xA0040206));
  auto failure = last_failure();
  EXPECT_EQ(failure.guid, IID_IVMVirtualMachine);
  EXPECT_EQ(failure.source, "VirtualPC.VMVirtualMachine");
  LONG count = 0;
  EXPECT_EQ(com::make<image>()->get_FileCount(&count), E_FAIL);
  failure = last_failure();
  EXPECT_EQ(failure.guid, IID_IFileSystemImage3);
  EXPECT_EQ(failure.source, "IMAPI2FS.MsftFileSystemImage");
}

TEST(failure, names_them_where_a_member_is_not_built) {
  LONG value = 0;
  EXPECT_EQ(com::make<image>()->get_ChangePoint(&value), E_NOTIMPL);
  const auto failure = last_failure();
  EXPECT_EQ(failure.guid, IID_IFileSystemImage);
  EXPECT_EQ(failure.source, "IMAPI2FS.MsftFileSystemImage");
}

TEST(failure, names_the_class_late_bound_too) {
  EXPECT_EQ(source_of_late(*com::make<image>(), L"FileCount", DISPATCH_PROPERTYGET),
            "IMAPI2FS.MsftFileSystemImage");
  // A member that leaves no error information.
  EXPECT_EQ(source_of_late(*com::make<machine>(), L"Pause", DISPATCH_METHOD), "VirtualPC.VMVirtualMachine");
}

TEST(late_bound, a_number_takes_no_memory) {
  const auto on = com::make<machine>();
  wchar_t name[] = L"Memory";
  LPOLESTR names[] = {name};
  DISPID id = 0;
  ASSERT_EQ(on->GetIDsOfNames(IID_NULL, names, 1, 0, &id), S_OK);
  DISPPARAMS none{};
  VARIANT result{};
  HRESULT hr = E_FAIL;
  std::size_t taken = 1;
  {
    const com::allocation_limit no_automation_memory(0);
    const com::new_limit no_heap(0);
    const com::new_count watch;
    hr = on->Invoke(id, IID_NULL, 0, DISPATCH_PROPERTYGET, &none, &result, nullptr, nullptr);
    taken = watch.taken();
  }
  EXPECT_EQ(hr, S_OK);
  EXPECT_EQ(taken, 0u);
  EXPECT_EQ(result.lVal, 512);
}
