// SPDX-License-Identifier: Apache-2.0
#include "com/automation.hpp"
#include "com/boundary.hpp"
#include "com/made/VPCCOMInterfaces.hpp"
#include "com/made/imapi2.hpp"
#include "com/made/imapi2fs.hpp"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

using namespace comeback;

namespace {

class recorded_machine final : public com::automation<IVMVirtualMachine> {
 public:
  std::string name = "first";
  HRESULT get_Name(BSTR* out) noexcept override {
    return com::boundary(out, [&] { return name; });
  }
  HRESULT put_Name(BSTR value) noexcept override {
    return com::boundary([&] { name = com::to_utf8(value); });
  }
  HRESULT get_Memory(LONG* out) noexcept override {
    return com::boundary(out, [] { return 512; });
  }
  HRESULT Pause() noexcept override {
    return com::boundary([] { throw base::error(base::errc::vm_not_running, "It is off."); });
  }
};

class recorded_tracks final : public com::automation<IRawCDImageCreator> {
 public:
  HRESULT AddTrack(IMAPI_CD_SECTOR_TYPE type, IStream* data, LONG* index) noexcept override {
    if (data) return E_FAIL;
    *index = type + 40;
    return S_OK;
  }
};

class recorded_image final : public com::automation<IFileSystemImage3> {
 public:
  SAFEARRAY* given = nullptr;
  HRESULT put_MultisessionInterfaces(SAFEARRAY* value) noexcept override {
    given = value;
    return S_OK;
  }
  HRESULT get_MultisessionInterfaces(SAFEARRAY** out) noexcept override {
    return com::boundary(out, [] { return com::variant_vector(2); });
  }
};

struct call {
  std::vector<VARIANT> arguments;  // the last first
  VARIANT result{};
  EXCEPINFO exception{};
  UINT bad_argument = 77;

  ~call() {
    for (auto& a : arguments) VariantClear(&a);
    VariantClear(&result);
    SysFreeString(exception.bstrDescription);
    SysFreeString(exception.bstrSource);
    SysFreeString(exception.bstrHelpFile);
  }
  HRESULT operator()(IDispatch* on, DISPID id, WORD flags) {
    DISPPARAMS params{arguments.data(), nullptr, static_cast<UINT>(arguments.size()), 0};
    DISPID put = DISPID_PROPERTYPUT;
    if (flags & (DISPATCH_PROPERTYPUT | DISPATCH_PROPERTYPUTREF)) {
      params.rgdispidNamedArgs = &put;
      params.cNamedArgs = 1;
    }
    return on->Invoke(id, IID_NULL, 0, flags, &params, &result, &exception, &bad_argument);
  }
};

VARIANT text(const wchar_t* value) {
  VARIANT v{};
  v.vt = VT_BSTR;
  v.bstrVal = SysAllocString(value);
  return v;
}
VARIANT number(LONG value) {
  VARIANT v{};
  v.vt = VT_I4;
  v.lVal = value;
  return v;
}
DISPID id_of(IDispatch* on, const wchar_t* name) {
  auto* names = const_cast<LPOLESTR>(name);
  DISPID id = 0;
  EXPECT_EQ(on->GetIDsOfNames(IID_NULL, &names, 1, 0, &id), S_OK) << com::to_utf8(std::wstring_view(name));
  return id;
}

}  // namespace

TEST(dispatch, names_are_found_in_any_case) {
  const auto machine = com::make<recorded_machine>();
  EXPECT_EQ(id_of(machine.get(), L"NAME"), 0);
  EXPECT_EQ(id_of(machine.get(), L"memory"), id_of(machine.get(), L"Memory"));
  auto* unknown = const_cast<LPOLESTR>(L"Nonsense");
  DISPID id = 5;
  EXPECT_EQ(machine->GetIDsOfNames(IID_NULL, &unknown, 1, 0, &id), DISP_E_UNKNOWNNAME);
  EXPECT_EQ(id, DISPID_UNKNOWN);
  EXPECT_EQ(machine->GetIDsOfNames(IID_IUnknown, &unknown, 1, 0, &id), DISP_E_UNKNOWNINTERFACE);
}

TEST(dispatch, gets_and_puts_a_property) {
  const auto machine = com::make<recorded_machine>();
  call put{.arguments = {text(L"second")}};
  ASSERT_EQ(put(machine.get(), DISPID_VALUE, DISPATCH_PROPERTYPUT), S_OK);
  EXPECT_EQ(machine->name, "second");
  call put_reference{.arguments = {number(3)}};
  ASSERT_EQ(put_reference(machine.get(), DISPID_VALUE, DISPATCH_PROPERTYPUTREF), S_OK);
  EXPECT_EQ(machine->name, "3");
  call get;
  ASSERT_EQ(get(machine.get(), DISPID_VALUE, DISPATCH_PROPERTYGET | DISPATCH_METHOD), S_OK);
  ASSERT_EQ(get.result.vt, VT_BSTR);
  EXPECT_STREQ(get.result.bstrVal, L"3");
}

TEST(dispatch, a_failed_member_is_an_exception_with_its_code_and_words) {
  const auto machine = com::make<recorded_machine>();
  call pause;
  EXPECT_EQ(pause(machine.get(), id_of(machine.get(), L"Pause"), DISPATCH_METHOD), DISP_E_EXCEPTION);
  EXPECT_EQ(pause.exception.scode, static_cast<HRESULT>(0xA0040206));
  EXPECT_EQ(pause.exception.wCode, 0);
  EXPECT_STREQ(pause.exception.bstrDescription, L"It is off.");
}

TEST(dispatch, wrong_calls_have_codes_of_their_own) {
  const auto machine = com::make<recorded_machine>();
  call unknown;
  EXPECT_EQ(unknown(machine.get(), 12345, DISPATCH_METHOD), DISP_E_MEMBERNOTFOUND);
  call as_method;
  EXPECT_EQ(as_method(machine.get(), id_of(machine.get(), L"Memory"), DISPATCH_METHOD),
            DISP_E_MEMBERNOTFOUND);
  call too_many{.arguments = {number(1)}};
  EXPECT_EQ(too_many(machine.get(), id_of(machine.get(), L"Memory"), DISPATCH_PROPERTYGET),
            DISP_E_BADPARAMCOUNT);
  call too_few;
  EXPECT_EQ(too_few(machine.get(), DISPID_VALUE, DISPATCH_PROPERTYPUT), DISP_E_BADPARAMCOUNT);
  EXPECT_EQ(machine->Invoke(0, IID_NULL, 0, DISPATCH_PROPERTYGET, nullptr, nullptr, nullptr, nullptr),
            E_INVALIDARG);
}

TEST(dispatch, a_wrong_type_names_the_argument) {
  const auto tracks = com::make<recorded_tracks>();
  const DISPID add = id_of(tracks.get(), L"AddTrack");
  VARIANT nothing{};
  nothing.vt = VT_DISPATCH;
  call wrong{.arguments = {nothing, text(L"no number")}};
  EXPECT_EQ(wrong(tracks.get(), add, DISPATCH_METHOD), DISP_E_TYPEMISMATCH);
  EXPECT_EQ(wrong.bad_argument, 1u);
  call right{.arguments = {nothing, text(L"2")}};
  ASSERT_EQ(right(tracks.get(), add, DISPATCH_METHOD), S_OK);
  EXPECT_EQ(right.result.vt, VT_I4);
  EXPECT_EQ(right.result.lVal, 42);
}

TEST(dispatch, results_may_be_left_out) {
  const auto machine = com::make<recorded_machine>();
  DISPPARAMS none{};
  EXPECT_EQ(machine->Invoke(0, IID_NULL, 0, DISPATCH_PROPERTYGET, &none, nullptr, nullptr, nullptr), S_OK);
}

TEST(dispatch, arrays_cross_both_ways) {
  const auto image = com::make<recorded_image>();
  const DISPID id = id_of(image.get(), L"MultisessionInterfaces");
  EXPECT_EQ(id, 40);
  call get;
  ASSERT_EQ(get(image.get(), id, DISPATCH_PROPERTYGET), S_OK);
  EXPECT_EQ(get.result.vt, VT_ARRAY | VT_VARIANT);
  SAFEARRAY* const array = get.result.parray;
  call put{.arguments = {get.result}};
  get.result = VARIANT{};
  ASSERT_EQ(put(image.get(), id, DISPATCH_PROPERTYPUT), S_OK);
  EXPECT_EQ(image->given, array);
  call wrong{.arguments = {number(1)}};
  EXPECT_EQ(wrong(image.get(), id, DISPATCH_PROPERTYPUT), DISP_E_TYPEMISMATCH);
}

TEST(dispatch, a_member_that_automation_cannot_carry_is_known_but_not_called) {
  class guest final : public com::automation<IVMGuestOS> {};
  const auto made = com::make<guest>();
  call version;
  EXPECT_EQ(version(made.get(), id_of(made.get(), L"GetOsVersionInfo"), DISPATCH_METHOD), DISP_E_BADVARTYPE);
}

TEST(dispatch, tables_are_sorted) {
  const auto sorted = [](std::span<const com::member> table) {
    return std::ranges::is_sorted(table, {}, &com::member::id);
  };
  EXPECT_TRUE(sorted(com::members_of<IVMVirtualMachine>()));
  EXPECT_TRUE(sorted(com::members_of<IFileSystemImage3>()));
  EXPECT_EQ(com::members_of<IFileSystemImage3>().size(), 55u);
}
