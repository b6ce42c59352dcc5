// SPDX-License-Identifier: Apache-2.0
// What the pages of IDispatch promise a caller, call by call.

#include "com/data/values_test.hpp"
#include "com/dispatch/automation.hpp"
#include "com/dispatch/named_machine_test.hpp"
#include "com/made/VPCCOMInterfaces.hpp"
#include "com/object/boundary.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace comeback;
using namespace comeback::com::test_values;

namespace {

class machine final : public com::named_machine {
 public:
  HRESULT get_Memory(LONG* out) noexcept override { return *out = 512, S_OK; }
  HRESULT Pause() noexcept override { return com::publish(E_FAIL, "no"); }
};
class machines final : public com::automation<IVMVirtualMachineCollection> {
 public:
  HRESULT get_Item(LONG index, IVMVirtualMachine** out) noexcept override {
    if (index != 3) return DISP_E_BADINDEX;
    return *out = com::make<machine>().detach(), S_OK;
  }
};
class application final : public com::automation<IVMVirtualPC> {
 public:
  HRESULT get_VirtualMachines(IVMVirtualMachineCollection** out) noexcept override {
    return *out = com::make<machines>().detach(), S_OK;
  }
};

constexpr DISPID name_id = 0;  // the default property
constexpr WORD get = DISPATCH_PROPERTYGET, method = DISPATCH_METHOD, put = DISPATCH_PROPERTYPUT,
               put_reference = DISPATCH_PROPERTYPUTREF;

VARIANT of_type(VARTYPE type) {
  VARIANT v{};
  v.vt = type;
  return v;
}

DISPID id_of(IDispatch& on, const wchar_t* name) {
  auto* names = const_cast<LPOLESTR>(name);
  DISPID id = DISPID_UNKNOWN;
  EXPECT_EQ(on.GetIDsOfNames(IID_NULL, &names, 1, 0, &id), S_OK);
  return id;
}

struct exact_case {
  const char* title;
  const wchar_t* member;
  WORD flags;
  std::vector<VARIANT> given;  // the last first
  std::vector<DISPID> names;
  HRESULT answer;
  UINT bad = 77;
  LCID locale = 0;
};
void PrintTo(const exact_case& c, std::ostream* out) { *out << c.title; }

class exact_calls : public testing::TestWithParam<exact_case> {};

}  // namespace

TEST_P(exact_calls, are_answered_as_documented) {
  auto row = GetParam();
  const auto on = com::make<machine>();
  DISPPARAMS params{row.given.data(), row.names.data(), static_cast<UINT>(row.given.size()),
                    static_cast<UINT>(row.names.size())};
  VARIANT result{};
  UINT bad = 77;
  EXPECT_EQ(
      on->Invoke(id_of(*on, row.member), IID_NULL, row.locale, row.flags, &params, &result, nullptr, &bad),
      row.answer);
  EXPECT_EQ(bad, row.bad);
  VariantClear(&result);
}

INSTANTIATE_TEST_SUITE_P(
    dispatch, exact_calls,
    testing::Values(
        exact_case{"a property as VB reads it", L"Name", get | method, {}, {}, S_OK},
        exact_case{"a method as VB calls it", L"Pause", get | method, {}, {}, DISP_E_EXCEPTION},
        exact_case{"a property as a method", L"Name", method, {}, {}, DISP_E_MEMBERNOTFOUND},
        exact_case{"a method as a property", L"Pause", get, {}, {}, DISP_E_MEMBERNOTFOUND},
        exact_case{"no flags at all", L"Name", 0, {}, {}, DISP_E_MEMBERNOTFOUND},
        exact_case{"a put", L"Name", put, {number(1)}, {DISPID_PROPERTYPUT}, S_OK},
        exact_case{"a put by reference", L"Name", put_reference, {number(1)}, {DISPID_PROPERTYPUT}, S_OK},
        exact_case{"either put", L"Name", put | put_reference, {number(1)}, {DISPID_PROPERTYPUT}, S_OK},
        exact_case{"a put without its name", L"Name", put, {number(1)}, {}, DISP_E_PARAMNOTFOUND, 0},
        exact_case{"a put by another name", L"Name", put, {number(1)}, {0}, DISP_E_PARAMNOTFOUND, 0},
        exact_case{"a put of nothing", L"Name", put, {}, {}, DISP_E_BADPARAMCOUNT},
        exact_case{"a put of what can only be read",
                   L"GuestOS",
                   put,
                   {number(1)},
                   {DISPID_PROPERTYPUT},
                   DISP_E_MEMBERNOTFOUND},
        exact_case{"the name of a put in a read",
                   L"Name",
                   get,
                   {number(1)},
                   {DISPID_PROPERTYPUT},
                   DISP_E_BADPARAMCOUNT},
        exact_case{"one argument too many", L"Pause", method, {number(1)}, {}, DISP_E_BADPARAMCOUNT},
        exact_case{"a type that is none",
                   L"Name",
                   put,
                   {of_type(0x0777)},
                   {DISPID_PROPERTYPUT},
                   DISP_E_BADVARTYPE,
                   0},
        exact_case{"a reference to no number",
                   L"Name",
                   put,
                   {of_type(VT_BYREF | VT_I4)},
                   {DISPID_PROPERTYPUT},
                   DISP_E_BADVARTYPE,
                   0},
        exact_case{"a reference to no string",
                   L"Name",
                   put,
                   {of_type(VT_BYREF | VT_BSTR)},
                   {DISPID_PROPERTYPUT},
                   DISP_E_BADVARTYPE,
                   0},
        exact_case{"a reference to no VARIANT",
                   L"Name",
                   put,
                   {of_type(VT_BYREF | VT_VARIANT)},
                   {DISPID_PROPERTYPUT},
                   DISP_E_BADVARTYPE,
                   0},
        exact_case{"a reference to no structure",
                   L"Name",
                   put,
                   {of_type(VT_BYREF | VT_RECORD)},
                   {DISPID_PROPERTYPUT},
                   DISP_E_BADVARTYPE,
                   0},
        exact_case{"a type that no value has",
                   L"Name",
                   put,
                   {of_type(VT_NULL)},
                   {DISPID_PROPERTYPUT},
                   DISP_E_TYPEMISMATCH,
                   0},
        exact_case{"a locale that nobody knows", L"Name", get, {}, {}, S_OK, 77, 0xFFFF}));

TEST(dispatch_exact, only_the_null_interface_is_asked_for) {
  const auto on = com::make<machine>();
  DISPPARAMS none{};
  auto* name = const_cast<LPOLESTR>(L"Name");
  DISPID id = 0;
  EXPECT_EQ(on->Invoke(name_id, IID_IDispatch, 0, get, &none, nullptr, nullptr, nullptr),
            DISP_E_UNKNOWNINTERFACE);
  EXPECT_EQ(on->GetIDsOfNames(IID_IDispatch, &name, 1, 0, &id), DISP_E_UNKNOWNINTERFACE);
}

TEST(dispatch_exact, a_put_leaves_the_result_alone) {
  const auto on = com::make<machine>();
  VARIANT value = text(L"x"), result = number(5);
  DISPID named = DISPID_PROPERTYPUT;
  DISPPARAMS params{&value, &named, 1, 1};
  EXPECT_EQ(on->Invoke(name_id, IID_NULL, 0, put, &params, &result, nullptr, nullptr), S_OK);
  EXPECT_EQ(result.vt, VT_I4);
  EXPECT_EQ(result.lVal, 5);
  VariantClear(&value);
}

TEST(dispatch_exact, an_exception_is_filled_in_at_once_and_may_be_unwanted) {
  const auto on = com::make<machine>();
  DISPPARAMS none{};
  EXCEPINFO told{};
  told.pfnDeferredFillIn = [](EXCEPINFO*) { return S_OK; };
  const DISPID pause = id_of(*on, L"Pause");
  EXPECT_EQ(on->Invoke(pause, IID_NULL, 0, method, &none, nullptr, &told, nullptr), DISP_E_EXCEPTION);
  EXPECT_EQ(told.pfnDeferredFillIn, nullptr);
  EXPECT_EQ(told.scode, E_FAIL);
  EXPECT_EQ(told.wCode, 0);
  EXPECT_STREQ(told.bstrDescription, L"no");
  SysFreeString(told.bstrDescription);
  SysFreeString(told.bstrSource);
  SysFreeString(told.bstrHelpFile);
  EXPECT_EQ(on->Invoke(pause, IID_NULL, 0, method, &none, nullptr, nullptr, nullptr), DISP_E_EXCEPTION);
}

TEST(dispatch_exact, a_reference_to_a_reference_is_followed) {
  const auto on = com::make<machine>();
  LONG held = 12;
  VARIANT inner = of_type(VT_BYREF | VT_I4), outer = of_type(VT_BYREF | VT_VARIANT);
  inner.plVal = &held;
  outer.pvarVal = &inner;
  DISPID named = DISPID_PROPERTYPUT;
  DISPPARAMS params{&outer, &named, 1, 1};
  EXPECT_EQ(on->Invoke(name_id, IID_NULL, 0, put, &params, nullptr, nullptr, nullptr), S_OK);
  EXPECT_EQ(on->name, "12");
}

TEST(dispatch_exact, names_that_are_unknown_leave_the_others_as_they_are) {
  const auto on = com::make<machines>();
  wchar_t item[] = L"ITEM", index[] = L"INDEX", other[] = L"other", unknown[] = L"unknown";
  LPOLESTR known[] = {item, other, index}, none[] = {unknown, index, other};
  DISPID ids[3]{7, 7, 7};
  EXPECT_EQ(on->GetIDsOfNames(IID_NULL, known, 3, 0, ids), DISP_E_UNKNOWNNAME);
  EXPECT_THAT(ids, testing::ElementsAre(0, DISPID_UNKNOWN, 0));
  EXPECT_EQ(on->GetIDsOfNames(IID_NULL, none, 3, 0, ids), DISP_E_UNKNOWNNAME);
  EXPECT_THAT(ids, testing::Each(DISPID_UNKNOWN));
}

TEST(dispatch_exact, letters_beyond_ascii_are_other_letters) {
  const auto on = com::make<machine>();
  // KELVIN SIGN and LATIN SMALL LETTER LONG S have K and S for their upper cases in some locales.
  for (const auto* name : {L"ta\u212A", L"Gue\u017FtOS", L"N\u00C4me", L"Name\u0130", L""}) {
    auto* names = const_cast<LPOLESTR>(name);
    DISPID id = 0;
    EXPECT_EQ(on->GetIDsOfNames(IID_NULL, &names, 1, 0, &id), DISP_E_UNKNOWNNAME);
    EXPECT_EQ(id, DISPID_UNKNOWN);
  }
}

TEST(dispatch_exact, an_index_reaches_the_default_property_of_what_a_property_gives) {
  const auto on = com::make<application>();
  const DISPID id = id_of(*on, L"VirtualMachines");
  for (const auto& [index, expected] : {std::pair{3, S_OK}, std::pair{4, DISP_E_EXCEPTION}}) {
    VARIANT given = number(index), result{};
    DISPPARAMS params{&given, nullptr, 1, 0};
    EXPECT_EQ(on->Invoke(id, IID_NULL, 0, get | method, &params, &result, nullptr, nullptr), expected);
    EXPECT_EQ(result.vt, SUCCEEDED(expected) ? VT_DISPATCH : VT_EMPTY);
    VariantClear(&result);
  }
}

namespace {

/// A client's own object, whose members may do what ours do not.
struct throwing {
  static HRESULT call(IDispatch*, com::call_arguments&) { throw std::runtime_error("odd"); }
};

}  // namespace

TEST(dispatch_exact, an_object_that_throws_is_an_exception_and_no_crash) {
  static constexpr com::described_function about{1, L"Throw", DISPATCH_METHOD, 0, 7, {}};
  static constexpr com::member rows[] = {{1, DISPATCH_METHOD, throwing::call, &about}};
  DISPPARAMS none{};
  EXCEPINFO told{};
  EXPECT_EQ(com::invoke(rows, nullptr, 1, IID_NULL, method, &none, nullptr, &told, nullptr),
            DISP_E_EXCEPTION);
  EXPECT_EQ(told.scode, DISP_E_EXCEPTION);
  EXPECT_STREQ(told.bstrDescription, L"odd");
  SysFreeString(told.bstrDescription);
  SysFreeString(told.bstrSource);
  SysFreeString(told.bstrHelpFile);
}
