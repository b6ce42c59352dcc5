// SPDX-License-Identifier: Apache-2.0
#include "com/data/values_test.hpp"
#include "com/data/variant.hpp"
#include "com/object/ptr.hpp"

#include <array>
#include <string>

#include <VPCCOMInterfaces.h>
#include <gtest/gtest.h>
#include <imapi2.h>
#include <imapi2fs.h>

using namespace comeback;

namespace {

using com::test_values::number;

/// f(1, "2", named 7 = 70): written from right to left, names first.
struct a_call {
  std::array<VARIANT, 3> arguments{number(70), number(0), number(1)};
  DISPID name = 7;
  BSTR two = SysAllocString(L"2");
  DISPPARAMS params{arguments.data(), &name, 3, 1};
  a_call() {
    arguments[1].vt = VT_BSTR;
    arguments[1].bstrVal = two;
  }
  a_call(const a_call&) = delete;
  a_call& operator=(const a_call&) = delete;
  ~a_call() { SysFreeString(two); }
};

LONG value_at(a_call& call, UINT position) {
  VARIANT result = number(-1);
  EXPECT_EQ(DispGetParam(&call.params, position, VT_I4, &result, nullptr), S_OK) << position;
  EXPECT_EQ(result.vt, VT_I4);
  return result.lVal;
}

GUID id_of(const wchar_t* file) {
  com::ptr<ITypeLib> library;
  EXPECT_EQ(LoadTypeLib(file, library.put()), S_OK) << std::wstring(file).size();
  TLIBATTR* attributes = nullptr;
  if (!library || FAILED(library->GetLibAttr(&attributes))) return GUID_NULL;
  const GUID id = attributes->guid;
  library->ReleaseTLibAttr(attributes);
  return id;
}

}  // namespace

TEST(disp_get_param, finds_by_place_and_by_name_and_converts) {
  a_call call;
  EXPECT_EQ(value_at(call, 0), 1);
  EXPECT_EQ(value_at(call, 1), 2) << "text became a number";
  EXPECT_EQ(value_at(call, 7), 70);
}

TEST(disp_get_param, finds_the_value_of_a_property_put) {
  a_call call;
  call.name = DISPID_PROPERTYPUT;
  EXPECT_EQ(value_at(call, static_cast<UINT>(DISPID_PROPERTYPUT)), 70);
}

TEST(disp_get_param, does_not_find_a_named_argument_by_its_place) {
  a_call call;
  VARIANT result = number(-1);
  UINT bad = 9;
  EXPECT_EQ(DispGetParam(&call.params, 2, VT_I4, &result, &bad), DISP_E_PARAMNOTFOUND);
  EXPECT_EQ(result.lVal, -1);
  EXPECT_EQ(bad, 9u);
}

TEST(disp_get_param, tells_which_argument_does_not_fit) {
  a_call call;
  VARIANT result = number(-1);
  UINT bad = 9;
  EXPECT_EQ(DispGetParam(&call.params, 0, VT_DISPATCH, &result, &bad), DISP_E_TYPEMISMATCH);
  EXPECT_EQ(bad, 2u);
  EXPECT_EQ(result.lVal, -1);
}

TEST(disp_get_param, refuses_what_is_not_whole) {
  a_call call;
  VARIANT result = number(-1);
  EXPECT_EQ(DispGetParam(nullptr, 0, VT_I4, &result, nullptr), E_INVALIDARG);
  EXPECT_EQ(DispGetParam(&call.params, 0, VT_I4, nullptr, nullptr), E_INVALIDARG);
  for (DISPPARAMS broken :
       {DISPPARAMS{nullptr, nullptr, 1, 0}, DISPPARAMS{call.arguments.data(), nullptr, 1, 1},
        DISPPARAMS{call.arguments.data(), &call.name, 0, 1}})
    EXPECT_EQ(DispGetParam(&broken, 0, VT_I4, &result, nullptr), E_INVALIDARG);
  DISPPARAMS none{};
  EXPECT_EQ(DispGetParam(&none, 0, VT_I4, &result, nullptr), DISP_E_PARAMNOTFOUND);
}

TEST(load_type_lib, knows_the_modules_in_any_folder_and_case) {
  EXPECT_EQ(id_of(L"imapi2.dll"), LIBID_IMAPI2);
  EXPECT_EQ(id_of(L"C:\\Windows\\System32\\IMAPI2FS.DLL"), LIBID_IMAPI2FS);
  EXPECT_EQ(id_of(L"imapi2fs.dll\\1"), LIBID_IMAPI2FS);
  EXPECT_EQ(id_of(L"/usr/lib/vpc.exe"), LIBID_VirtualPC);
}

TEST(load_type_lib, refuses_other_files) {
  com::ptr<ITypeLib> library;
  for (const wchar_t* file : {L"", L"stdole2.tlb", L"imapi2.dll\\2", L"imapi2", L"imapi2.dll\\", L"\\1"})
    EXPECT_EQ(LoadTypeLib(file, library.put()), TYPE_E_CANTLOADLIBRARY) << std::wstring(file).size();
  EXPECT_EQ(LoadTypeLib(nullptr, library.put()), E_INVALIDARG);
  EXPECT_EQ(LoadTypeLib(L"imapi2.dll", nullptr), E_INVALIDARG);
}

TEST(load_type_lib_ex, registers_nothing_and_takes_each_kind) {
  for (const REGKIND kind : {REGKIND_DEFAULT, REGKIND_REGISTER, REGKIND_NONE}) {
    com::ptr<ITypeLib> library;
    EXPECT_EQ(LoadTypeLibEx(L"vpc.exe", kind, library.put()), S_OK);
    EXPECT_TRUE(library);
  }
  com::ptr<ITypeLib> library;
  EXPECT_EQ(LoadTypeLibEx(L"vpc.exe", static_cast<REGKIND>(3), library.put()), E_INVALIDARG);
}
