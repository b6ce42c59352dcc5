// SPDX-License-Identifier: Apache-2.0
#include "com/data/values_test.hpp"
#include "com/dispatch/automation.hpp"
#include "com/dispatch/named_machine_test.hpp"
#include "com/made/VPCCOMInterfaces.hpp"
#include "com/made/imapi2.hpp"
#include "com/made/imapi2fs.hpp"
#include "com/object/boundary.hpp"

#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace comeback;
using namespace comeback::com::test_values;

namespace {

class recorded_machine final : public com::named_machine {
 public:
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

// A table of its own: the described interfaces have neither optional arguments nor several of a kind by
// reference.
class sums final : public com::object<IDispatch> {
 public:
  LONG a = -1, b = -1;
  VARTYPE third = VT_EMPTY;
  HRESULT STDMETHODCALLTYPE GetTypeInfoCount(UINT*) noexcept override { return E_NOTIMPL; }
  HRESULT STDMETHODCALLTYPE GetTypeInfo(UINT, LCID, ITypeInfo**) noexcept override { return E_NOTIMPL; }
  HRESULT STDMETHODCALLTYPE GetIDsOfNames(REFIID riid, LPOLESTR* names, UINT count, LCID,
                                          DISPID* ids) noexcept override {
    return com::find_names(table(), riid, names, count, ids);
  }
  HRESULT STDMETHODCALLTYPE Invoke(DISPID id, REFIID riid, LCID, WORD flags, DISPPARAMS* params,
                                   VARIANT* result, EXCEPINFO* exception,
                                   UINT* bad_argument) noexcept override {
    return com::invoke(table(), this, id, riid, flags, params, result, exception, bad_argument);
  }

  HRESULT STDMETHODCALLTYPE Sum(LONG first, LONG second, VARIANT extra, LONG* total) {
    a = first;
    b = second;
    third = extra.vt;
    *total = first + second;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE Fill(LONG* number, BSTR* text, VARIANT_BOOL* truth, DATE* date, VARIANT* any,
                                 IDispatch** self, SAFEARRAY** array) {
    *number = 7;
    *text = SysAllocString(L"seven");
    *truth = VARIANT_TRUE;
    *date = 7.5;
    any->vt = VT_UI1;
    any->bVal = 8;
    AddRef();
    *self = this;
    *array = SafeArrayCreateVector(VT_VARIANT, 0, 2);
    return S_FALSE;
  }

 private:
  static std::span<const com::member> table() {
    static constexpr com::described_parameter sum_parameters[] = {
        {L"first", {VT_I4}, PARAMFLAG_FIN},
        {L"second", {VT_I4}, PARAMFLAG_FIN | PARAMFLAG_FOPT},
        {L"extra", {VT_VARIANT}, PARAMFLAG_FIN | PARAMFLAG_FOPT},
        {L"total", {VT_I4, 1}, PARAMFLAG_FOUT | PARAMFLAG_FRETVAL}};
    static constexpr com::described_parameter fill_parameters[] = {
        {L"number", {VT_I4, 1}, PARAMFLAG_FOUT},      {L"text", {VT_BSTR, 1}, PARAMFLAG_FOUT},
        {L"truth", {VT_BOOL, 1}, PARAMFLAG_FOUT},     {L"date", {VT_DATE, 1}, PARAMFLAG_FOUT},
        {L"any", {VT_VARIANT, 1}, PARAMFLAG_FOUT},    {L"self", {VT_DISPATCH, 1}, PARAMFLAG_FOUT},
        {L"array", {VT_SAFEARRAY, 1}, PARAMFLAG_FOUT}};
    static constexpr com::described_function sum{1, L"Sum", DISPATCH_METHOD, 0, 7, sum_parameters};
    static constexpr com::described_function fill{2, L"Fill", DISPATCH_METHOD, 0, 8, fill_parameters};
    static constexpr com::member rows[] = {com::bound<&sums::Sum, true>(sum),
                                           com::bound<&sums::Fill, false>(fill)};
    return rows;
  }
};

// `drives(3)`: a collection behind a property, with its default member.
class recorded_collection final : public com::automation<IVMVirtualMachineCollection> {
 public:
  HRESULT get_Item(LONG index, IVMVirtualMachine** out) noexcept override {
    if (index != 3) return DISP_E_BADINDEX;
    *out = com::make<recorded_machine>().detach();
    return S_OK;
  }
};
class recorded_application final : public com::automation<IVMVirtualPC> {
 public:
  HRESULT get_VirtualMachines(IVMVirtualMachineCollection** out) noexcept override {
    *out = com::make<recorded_collection>().detach();
    return S_OK;
  }
};

class recorded_display final : public com::automation<IVMDisplay> {
 public:
  HRESULT _GenerateThumbnail(ULONG* pixels) noexcept override {
    for (ULONG i = 0; i < 3072; ++i) pixels[i] = i;
    return S_OK;
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

TEST(dispatch, arguments_are_found_by_name) {
  const auto on = com::make<sums>();
  wchar_t member[] = L"SUM", second[] = L"Second", unknown[] = L"third", first[] = L"first",
          result[] = L"total";
  LPOLESTR names[] = {member, second, first};
  DISPID ids[4]{};
  ASSERT_EQ(on->GetIDsOfNames(IID_NULL, names, 3, 0, ids), S_OK);
  EXPECT_THAT(ids, testing::ElementsAre(1, 1, 0, 0));
  LPOLESTR some[] = {member, unknown, second, result};
  EXPECT_EQ(on->GetIDsOfNames(IID_NULL, some, 4, 0, ids), DISP_E_UNKNOWNNAME);
  EXPECT_THAT(ids, testing::ElementsAre(1, DISPID_UNKNOWN, 1, DISPID_UNKNOWN));
  LPOLESTR nothing[] = {member, nullptr};
  EXPECT_EQ(on->GetIDsOfNames(IID_NULL, nothing, 2, 0, ids), DISP_E_UNKNOWNNAME);
}

namespace {

struct named_call {
  const char* title;
  std::vector<VARIANT> given;  // the last first; the named ones in front
  std::vector<DISPID> names;
  HRESULT answer;
  UINT bad_argument = 77;
  LONG a = -1, b = -1;
};
void PrintTo(const named_call& c, std::ostream* out) { *out << c.title; }

VARIANT left_out() {
  VARIANT v{};
  v.vt = VT_ERROR;
  v.scode = DISP_E_PARAMNOTFOUND;
  return v;
}

class named_arguments : public testing::TestWithParam<named_call> {};

}  // namespace

TEST_P(named_arguments, reach_their_places) {
  auto row = GetParam();
  const auto on = com::make<sums>();
  DISPPARAMS params{row.given.data(), row.names.data(), static_cast<UINT>(row.given.size()),
                    static_cast<UINT>(row.names.size())};
  UINT bad = 77;
  EXPECT_EQ(on->Invoke(1, IID_NULL, 0, DISPATCH_METHOD, &params, nullptr, nullptr, &bad), row.answer);
  EXPECT_EQ(bad, row.bad_argument);
  EXPECT_EQ(on->a, row.a);
  EXPECT_EQ(on->b, row.b);
}

INSTANTIATE_TEST_SUITE_P(
    dispatch, named_arguments,
    testing::Values(
        named_call{"both by position", {number(2), number(1)}, {}, S_OK, 77, 1, 2},
        named_call{"the second left out", {number(1)}, {}, S_OK, 77, 1, 0},
        named_call{"the second marked as left out", {left_out(), number(1)}, {}, S_OK, 77, 1, 0},
        named_call{"both by name", {number(2), number(1)}, {1, 0}, S_OK, 77, 1, 2},
        named_call{"one of each", {number(2), number(1)}, {1}, S_OK, 77, 1, 2},
        named_call{"only an optional one", {number(2)}, {1}, DISP_E_PARAMNOTOPTIONAL, 2},
        named_call{
            "a needed one marked as left out", {number(2), left_out()}, {}, DISP_E_PARAMNOTOPTIONAL, 1},
        named_call{"an unknown name", {number(2), number(1)}, {9}, DISP_E_PARAMNOTFOUND, 0},
        named_call{"a name of something else", {number(2), number(1)}, {-3}, DISP_E_PARAMNOTFOUND, 0},
        named_call{"the same name twice", {number(2), number(1)}, {0, 0}, DISP_E_PARAMNOTFOUND, 1},
        named_call{"a name for what has a position", {number(2), number(1)}, {0}, DISP_E_PARAMNOTFOUND, 0},
        named_call{"none", {}, {}, DISP_E_BADPARAMCOUNT},
        named_call{"too many", {number(4), number(3), number(2), number(1)}, {}, DISP_E_BADPARAMCOUNT},
        named_call{"more names than values", {number(2)}, {0, 1}, DISP_E_BADPARAMCOUNT}));

TEST(dispatch, an_omitted_variant_shows_that_it_was) {
  const auto on = com::make<sums>();
  call sum{.arguments = {number(1)}};
  ASSERT_EQ(sum(on.get(), 1, DISPATCH_METHOD), S_OK);
  EXPECT_EQ(on->third, VT_ERROR);
}

TEST(dispatch, a_number_that_does_not_fit_names_the_argument) {
  const auto on = com::make<sums>();
  VARIANT large{};
  large.vt = VT_R8;
  large.dblVal = 1e12;
  call sum{.arguments = {large, number(1)}};
  EXPECT_EQ(sum(on.get(), 1, DISPATCH_METHOD), DISP_E_OVERFLOW);
  EXPECT_EQ(sum.bad_argument, 0u);
}

namespace {

template <class T>
VARIANT by_reference(VARTYPE type, T& to) {
  VARIANT v{};
  v.vt = static_cast<VARTYPE>(VT_BYREF | type);
  v.byref = &to;
  return v;
}

}  // namespace

TEST(dispatch, arguments_by_reference_are_filled) {
  const auto on = com::make<sums>();
  LONG filled = 0;
  BSTR words = SysAllocString(L"what was there is freed");
  VARIANT_BOOL truth = VARIANT_FALSE;
  DATE date = 0;
  VARIANT any = text(L"freed too");
  on->AddRef();
  IDispatch* self = on.get();
  SAFEARRAY* array = SafeArrayCreateVector(VT_I4, 0, 9);
  std::vector<VARIANT> given{by_reference(VT_ARRAY | VT_VARIANT, array),
                             by_reference(VT_DISPATCH, self),
                             by_reference(VT_VARIANT, any),
                             by_reference(VT_DATE, date),
                             by_reference(VT_BOOL, truth),
                             by_reference(VT_BSTR, words),
                             by_reference(VT_INT, filled)};
  DISPPARAMS params{given.data(), nullptr, 7, 0};
  ASSERT_EQ(on->Invoke(2, IID_NULL, 0, DISPATCH_METHOD, &params, nullptr, nullptr, nullptr), S_FALSE);
  EXPECT_EQ(filled, 7);
  EXPECT_STREQ(words, L"seven");
  EXPECT_EQ(truth, VARIANT_TRUE);
  EXPECT_EQ(date, 7.5);
  EXPECT_EQ(any.vt, VT_UI1);
  EXPECT_EQ(self, on.get());
  ASSERT_TRUE(array);
  EXPECT_EQ(array->rgsabound[0].cElements, 2u);
  SysFreeString(words);
  self->Release();
  SafeArrayDestroy(array);
}

TEST(dispatch, a_variant_by_reference_takes_any_type) {
  const auto on = com::make<sums>();
  std::vector<VARIANT> targets(7), given;
  for (auto& target : targets) given.push_back(by_reference(VT_VARIANT, target));
  DISPPARAMS params{given.data(), nullptr, 7, 0};
  ASSERT_EQ(on->Invoke(2, IID_NULL, 0, DISPATCH_METHOD, &params, nullptr, nullptr, nullptr), S_FALSE);
  std::vector<VARTYPE> types;
  for (auto& target : targets) {
    types.push_back(target.vt);
    VariantClear(&target);
  }
  EXPECT_THAT(types, testing::ElementsAre(VT_ARRAY | VT_VARIANT, VT_DISPATCH, VT_UI1, VT_DATE, VT_BOOL,
                                          VT_BSTR, VT_I4));
}

TEST(dispatch, a_reference_of_another_type_is_refused_before_the_call) {
  const auto on = com::make<sums>();
  SHORT small = 3;
  std::vector<VARIANT> targets(7), given;
  for (auto& target : targets) given.push_back(by_reference(VT_VARIANT, target));
  given[6] = by_reference(VT_I2, small);
  DISPPARAMS params{given.data(), nullptr, 7, 0};
  UINT bad = 77;
  EXPECT_EQ(on->Invoke(2, IID_NULL, 0, DISPATCH_METHOD, &params, nullptr, nullptr, &bad),
            DISP_E_TYPEMISMATCH);
  EXPECT_EQ(bad, 6u);
  EXPECT_EQ(small, 3);
  EXPECT_EQ(targets[0].vt, VT_EMPTY);
}

TEST(dispatch, an_index_goes_on_to_the_default_member) {
  const auto on = com::make<recorded_application>();
  const DISPID id = id_of(on.get(), L"VirtualMachines");
  call third{.arguments = {number(3)}};
  ASSERT_EQ(third(on.get(), id, DISPATCH_PROPERTYGET | DISPATCH_METHOD), S_OK);
  EXPECT_EQ(third.result.vt, VT_DISPATCH);
  call ninth{.arguments = {number(9)}};
  EXPECT_EQ(ninth(on.get(), id, DISPATCH_PROPERTYGET), DISP_E_EXCEPTION);
  EXPECT_EQ(ninth.exception.scode, DISP_E_BADINDEX);
  EXPECT_NE(ninth.exception.bstrDescription, nullptr);
}

TEST(dispatch, a_buffer_is_an_array_by_reference) {
  const auto on = com::make<recorded_display>();
  const DISPID id = id_of(on.get(), L"_GenerateThumbnail");
  VARIANT pixels{};
  call good{.arguments = {by_reference(VT_VARIANT, pixels)}};
  ASSERT_EQ(good(on.get(), id, DISPATCH_METHOD), S_OK);
  ASSERT_EQ(pixels.vt, VT_ARRAY | VT_UI4);
  EXPECT_EQ(pixels.parray->rgsabound[0].cElements, 3072u);
  EXPECT_EQ(static_cast<ULONG*>(pixels.parray->pvData)[3071], 3071u);
  VariantClear(&pixels);
  call bad{.arguments = {number(1)}};
  EXPECT_EQ(bad(on.get(), id, DISPATCH_METHOD), DISP_E_TYPEMISMATCH);
  EXPECT_EQ(bad.bad_argument, 0u);
}

TEST(dispatch, tables_are_sorted) {
  const auto sorted = [](std::span<const com::member> table) {
    return std::ranges::is_sorted(table, {}, &com::member::id);
  };
  EXPECT_TRUE(sorted(com::members_of<IVMVirtualMachine>()));
  EXPECT_TRUE(sorted(com::members_of<IFileSystemImage3>()));
  EXPECT_EQ(com::members_of<IFileSystemImage3>().size(), 55u);
}
