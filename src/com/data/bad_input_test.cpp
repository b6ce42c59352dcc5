// SPDX-License-Identifier: Apache-2.0
// What nobody should hand to the functions of automation data, and what they answer: a code, at once, and
// nothing is lost.

#include "com/data/safearray.hpp"
#include "com/data/text.hpp"
#include "com/object/object.hpp"
#include "com/object/ptr.hpp"

#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

using namespace comeback;

namespace {

constexpr VARTYPE unsaid = VT_EMPTY;

VARIANT of(VARTYPE type, void* pointer = nullptr) {
  VARIANT v{};
  v.vt = type;
  v.byref = pointer;
  return v;
}

/// Does something when it is released for the last time.
class parting final : public com::object<IDispatch> {
 public:
  explicit parting(std::function<void()> last) : last_(std::move(last)) {}
  ~parting() override { last_(); }
  HRESULT GetTypeInfoCount(UINT*) override { return E_NOTIMPL; }
  HRESULT GetTypeInfo(UINT, LCID, ITypeInfo**) override { return E_NOTIMPL; }
  HRESULT GetIDsOfNames(REFIID, LPOLESTR*, UINT, LCID, DISPID*) override { return DISP_E_UNKNOWNNAME; }
  HRESULT Invoke(DISPID, REFIID, LCID, WORD, DISPPARAMS*, VARIANT*, EXCEPINFO*, UINT*) override {
    return DISP_E_MEMBERNOTFOUND;
  }

 private:
  std::function<void()> last_;
};

// An array of one VARIANT that holds `inner`, which it takes over.
SAFEARRAY* around(SAFEARRAY* inner) {
  SAFEARRAY* const made = SafeArrayCreateVector(VT_VARIANT, 0, 1);
  *static_cast<VARIANT*>(made->pvData) = of(VT_ARRAY | VT_VARIANT, inner);
  return made;
}

}  // namespace

TEST(bad_data, types_of_variants) {
  struct row {
    const char* title;
    VARTYPE type;
    HRESULT clear, change_to;  // from the number 1
  };
  constexpr row rows[] = {
      {"a hole among the types", 15, DISP_E_BADVARTYPE, DISP_E_BADVARTYPE},
      {"the first behind the last", 24, DISP_E_BADVARTYPE, DISP_E_BADVARTYPE},
      {"a record", VT_RECORD, S_OK, DISP_E_TYPEMISMATCH},
      {"a VARIANT within", VT_VARIANT, DISP_E_BADVARTYPE, DISP_E_BADVARTYPE},
      {"an array of nothing", VT_ARRAY | VT_EMPTY, DISP_E_BADVARTYPE, DISP_E_BADVARTYPE},
      {"an array of nulls", VT_ARRAY | VT_NULL, DISP_E_BADVARTYPE, DISP_E_BADVARTYPE},
      {"a reference to nothing", VT_BYREF | VT_EMPTY, DISP_E_BADVARTYPE, DISP_E_BADVARTYPE},
      {"a vector of a property set", VT_VECTOR | VT_I4, DISP_E_BADVARTYPE, DISP_E_BADVARTYPE},
      {"the reserved bit", 0x8000 | VT_I4, DISP_E_BADVARTYPE, DISP_E_BADVARTYPE},
      {"all bits", 0xFFFF, DISP_E_BADVARTYPE, DISP_E_BADVARTYPE},
      {"an array that is not there", VT_ARRAY | VT_I4, S_OK, DISP_E_TYPEMISMATCH},
      {"a null reference", VT_BYREF | VT_BSTR, S_OK, DISP_E_TYPEMISMATCH},
      {"an object that is not there", VT_UNKNOWN, S_OK, DISP_E_TYPEMISMATCH},
  };
  for (const auto& r : rows) {
    VARIANT wrong = of(r.type), copy{}, one = of(VT_I4);
    one.lVal = 1;
    EXPECT_EQ(VariantChangeType(&copy, &one, 0, r.type), r.change_to) << r.title;
    EXPECT_EQ(VariantCopy(&copy, &wrong), r.clear) << r.title;
    VariantInit(&copy);
    EXPECT_EQ(VariantClear(&wrong), r.clear) << r.title;
  }
}

TEST(bad_data, references_that_lead_nowhere) {
  VARIANT self = of(VT_BYREF | VT_VARIANT), first = self, second = self;
  self.pvarVal = &self;
  first.pvarVal = &second;
  second.pvarVal = &first;
  VARIANT record = of(VT_BYREF | VT_RECORD, &self);
  struct row {
    const char* title;
    const VARIANT* from;
    HRESULT hr;
  };
  const VARIANT null_number = of(VT_BYREF | VT_I4), null_array = of(VT_BYREF | VT_ARRAY | VT_I4),
                null_variant = of(VT_BYREF | VT_VARIANT);
  const row rows[] = {
      {"a null number", &null_number, E_INVALIDARG},   {"a null array", &null_array, E_INVALIDARG},
      {"a null VARIANT", &null_variant, E_INVALIDARG}, {"itself", &self, E_INVALIDARG},
      {"a ring of two", &first, E_INVALIDARG},         {"a record", &record, E_INVALIDARG}};
  for (const auto& r : rows) {
    VARIANT made = of(VT_I4);
    made.lVal = 7;
    EXPECT_EQ(VariantCopyInd(&made, r.from), r.hr) << r.title;
    for (const VARTYPE type : {VT_I4, VT_BSTR, VT_BOOL, VT_DATE, VT_UNKNOWN})
      EXPECT_EQ(VariantChangeType(&made, r.from, 0, type), r.hr) << r.title << ' ' << type;
    EXPECT_EQ(made.lVal, 7) << r.title;
    LONGLONG n = 0;
    EXPECT_EQ(com::number_of(*r.from, 0, 10, n), DISP_E_TYPEMISMATCH) << r.title;
  }
}

TEST(bad_data, bounds_and_types_of_new_arrays) {
  struct row {
    const char* title;
    VARTYPE type;
    std::vector<SAFEARRAYBOUND> bounds;
    bool made;
  };
  const row rows[] = {
      {"no elements", VT_I4, {{0, 0}}, true},
      {"no elements in one of two dimensions", VT_I4, {{0, 0}, {0xFFFFFFFF, 0}}, true},
      {"the lowest bound", VT_I4, {{1, INT32_MIN}}, true},
      {"more bytes than 31 bits count", VT_UI1, {{0x80000000, 0}}, false},
      {"a product beyond 32 bits", VT_I4, {{0x10000, 0}, {0x10000, 0}}, false},
      {"a product that is 0 in 64 bits", VT_UI1, {{0x80000000, 0}, {0x80000000, 0}, {4, 0}}, false},
      {"a product that is 4 in 64 bits", VT_I4, {{0xFFFFFFFF, 0}, {0xFFFFFFFF, 0}, {0xFFFFFFFF, 0}}, false},
      {"elements of 24 bytes", VT_VARIANT, {{0x0AAAAAAB, 0}}, false},
      {"nothing", VT_EMPTY, {{1, 0}}, false},
      {"nulls", VT_NULL, {{1, 0}}, false},
      {"records", VT_RECORD, {{1, 0}}, false},
      {"references", VT_BYREF | VT_I4, {{1, 0}}, false},
      {"arrays", VT_ARRAY | VT_I4, {{1, 0}}, false},
      {"no type", 0xFFFF, {{1, 0}}, false},
  };
  for (const auto& r : rows) {
    auto bounds = r.bounds;
    const com::safe_array made(SafeArrayCreate(r.type, static_cast<UINT>(bounds.size()), bounds.data()));
    EXPECT_EQ(made.get() != nullptr, r.made) << r.title;
    SAFEARRAY* by_hand = nullptr;
    ASSERT_EQ(SafeArrayAllocDescriptor(static_cast<UINT>(bounds.size()), &by_hand), S_OK);
    by_hand->cbElements = SafeArrayGetElemsize(made.get());
    std::copy(bounds.rbegin(), bounds.rend(), by_hand->rgsabound);
    EXPECT_EQ(SafeArrayAllocData(by_hand), r.made ? S_OK : E_INVALIDARG) << r.title;
    EXPECT_EQ(SafeArrayDestroy(by_hand), S_OK) << r.title;
  }
}

TEST(bad_data, a_descriptor_that_asks_for_too_much) {
  SAFEARRAY* a = nullptr;
  ASSERT_EQ(SafeArrayAllocDescriptor(2, &a), S_OK);
  a->cbElements = 0xFFFFFFFF;
  a->rgsabound[0] = a->rgsabound[1] = {0xFFFFFFFF, 0};
  EXPECT_EQ(SafeArrayAllocData(a), E_OUTOFMEMORY);
  SAFEARRAY* copy = nullptr;
  EXPECT_EQ(SafeArrayCopy(a, &copy), E_INVALIDARG);
  EXPECT_EQ(copy, nullptr);
  EXPECT_EQ(SafeArrayDestroy(a), S_OK);
}

TEST(bad_data, indices) {
  SAFEARRAYBOUND bounds[] = {{2, -5}, {3, 10}};
  const com::safe_array a(SafeArrayCreate(VT_BSTR, 2, bounds));
  struct row {
    LONG at[2];
    HRESULT hr;
  };
  for (const auto& r :
       {row{{-5, 10}, S_OK}, row{{-4, 12}, S_OK}, row{{-6, 10}, DISP_E_BADINDEX},
        row{{-3, 10}, DISP_E_BADINDEX}, row{{-5, 9}, DISP_E_BADINDEX}, row{{-5, 13}, DISP_E_BADINDEX},
        row{{10, -5}, DISP_E_BADINDEX}, row{{INT32_MIN, INT32_MIN}, DISP_E_BADINDEX},
        row{{INT32_MAX, INT32_MAX}, DISP_E_BADINDEX}}) {
    auto at = r;
    BSTR taken = nullptr;
    void* place = nullptr;
    EXPECT_EQ(SafeArrayGetElement(a.get(), at.at, &taken), r.hr) << r.at[0] << ' ' << r.at[1];
    EXPECT_EQ(SafeArrayPutElement(a.get(), at.at, nullptr), r.hr);
    EXPECT_EQ(SafeArrayPtrOfIndex(a.get(), at.at, &place), r.hr);
  }
}

TEST(bad_data, arrays_of_the_wrong_kind) {
  SAFEARRAYBOUND two[] = {{1, 0}, {1, 0}};
  const com::safe_array square(SafeArrayCreate(VT_UI1, 2, two)), numbers(SafeArrayCreateVector(VT_I4, 0, 1)),
      bytes(SafeArrayCreateVector(VT_UI1, 0, 4));
  BSTR text = nullptr;
  SAFEARRAY* none = square.get();
  EXPECT_EQ(VectorFromBstr(nullptr, &none), E_INVALIDARG);
  EXPECT_EQ(none, nullptr);
  EXPECT_EQ(BstrFromVector(nullptr, &text), E_INVALIDARG);
  EXPECT_EQ(BstrFromVector(bytes.get(), nullptr), E_INVALIDARG);
  EXPECT_EQ(BstrFromVector(square.get(), &text), DISP_E_TYPEMISMATCH);
  EXPECT_EQ(BstrFromVector(numbers.get(), &text), DISP_E_TYPEMISMATCH);
  VARIANT made{};
  const VARIANT empty = of(VT_BSTR);
  ASSERT_EQ(VariantChangeType(&made, &empty, 0, VT_ARRAY | VT_UI1), S_OK);
  EXPECT_EQ(made.parray->rgsabound[0].cElements, 0u);
  VariantClear(&made);
  for (SAFEARRAY* const lying : {square.get(), numbers.get(), static_cast<SAFEARRAY*>(nullptr)}) {
    const VARIANT v = of(VT_ARRAY | VT_UI1, lying);
    EXPECT_EQ(VariantChangeType(&made, &v, 0, VT_BSTR), DISP_E_TYPEMISMATCH);
  }
  for (const VARTYPE type : {VT_I4, VT_R8, VT_DATE, VT_BOOL, VT_DECIMAL, VT_DISPATCH}) {
    const VARIANT v = of(VT_ARRAY | VT_UI1, bytes.get());
    EXPECT_EQ(VariantChangeType(&made, &v, 0, type), DISP_E_TYPEMISMATCH) << type;
  }
}

TEST(bad_data, features_that_contradict_the_size_of_elements) {
  SAFEARRAY* a = nullptr;
  ASSERT_EQ(SafeArrayAllocDescriptor(1, &a), S_OK);
  a->cbElements = 1;
  a->fFeatures = FADF_BSTR;
  a->rgsabound[0] = {8, 0};
  ASSERT_EQ(SafeArrayAllocData(a), S_OK);
  std::memset(a->pvData, 0xEE, 8);  // no pointer, and not followed as one
  VARTYPE type = unsaid;
  EXPECT_EQ(SafeArrayGetVartype(a, &type), E_INVALIDARG);
  SAFEARRAY* copy = nullptr;
  EXPECT_EQ(SafeArrayCopy(a, &copy), S_OK);
  EXPECT_EQ(SafeArrayDestroy(copy), S_OK);
  EXPECT_EQ(SafeArrayDestroy(a), S_OK);
}

TEST(bad_data, null_elements) {
  for (const VARTYPE type : {VT_BSTR, VT_DISPATCH, VT_UNKNOWN}) {
    const com::safe_array a(SafeArrayCreateVector(type, 0, 2));
    SAFEARRAY* copy = nullptr;
    LONG first = 0;
    void* taken = &first;
    EXPECT_EQ(SafeArrayPutElement(a.get(), &first, nullptr), S_OK);
    EXPECT_EQ(SafeArrayGetElement(a.get(), &first, &taken), S_OK);
    EXPECT_EQ(taken, nullptr);
    EXPECT_EQ(SafeArrayCopy(a.get(), &copy), S_OK);
    EXPECT_EQ(SafeArrayDestroy(copy), S_OK);
  }
  const com::safe_array a(SafeArrayCreateVector(VT_VARIANT, 0, 1));
  LONG first = 0;
  EXPECT_EQ(SafeArrayPutElement(a.get(), &first, nullptr), E_INVALIDARG);
  VARIANT wrong = of(15);
  EXPECT_EQ(SafeArrayPutElement(a.get(), &first, &wrong), DISP_E_BADVARTYPE);
}

TEST(bad_data, a_locked_array_can_be_copied_and_filled_but_not_changed) {
  SAFEARRAY* const a = SafeArrayCreateVector(VT_BSTR, 0, 2);
  SAFEARRAYBOUND bound{5, 0};
  VARIANT held = of(VT_ARRAY | VT_BSTR, a), other{};
  LONG first = 0;
  ASSERT_EQ(SafeArrayLock(a), S_OK);
  EXPECT_EQ(SafeArrayRedim(a, &bound), DISP_E_ARRAYISLOCKED);
  EXPECT_EQ(SafeArrayDestroyData(a), DISP_E_ARRAYISLOCKED);
  EXPECT_EQ(SafeArrayDestroyDescriptor(a), DISP_E_ARRAYISLOCKED);
  EXPECT_EQ(SafeArrayDestroy(a), DISP_E_ARRAYISLOCKED);
  EXPECT_EQ(VariantClear(&held), DISP_E_ARRAYISLOCKED);
  EXPECT_EQ(VariantCopy(&held, &other), DISP_E_ARRAYISLOCKED);
  EXPECT_EQ(VariantChangeType(&held, &other, 0, VT_I4), DISP_E_ARRAYISLOCKED);
  EXPECT_EQ(held.parray, a);
  EXPECT_EQ(SafeArrayPutElement(a, &first, nullptr), S_OK);
  EXPECT_EQ(VariantCopy(&other, &held), S_OK);
  EXPECT_EQ(other.parray->cLocks, 0u);
  EXPECT_EQ(VariantClear(&other), S_OK);
  ASSERT_EQ(SafeArrayUnlock(a), S_OK);
  EXPECT_EQ(VariantClear(&held), S_OK);
}

TEST(bad_data, an_object_that_looks_at_the_array_while_it_goes) {
  SAFEARRAY* a = SafeArrayCreateVector(VT_DISPATCH, 0, 2);
  int seen = 0;
  const auto look = [&] {
    SAFEARRAYBOUND bound{90, 0};
    LONG at[] = {0, 1};
    for (LONG& each : at) {
      com::ptr<IDispatch> other;
      EXPECT_EQ(SafeArrayGetElement(a, &each, other.put()), S_OK);
    }
    EXPECT_EQ(SafeArrayRedim(a, &bound), DISP_E_ARRAYISLOCKED);
    EXPECT_EQ(SafeArrayDestroy(a), DISP_E_ARRAYISLOCKED);
    ++seen;
  };
  for (LONG i = 0; i < 2; ++i) ASSERT_EQ(SafeArrayPutElement(a, &i, com::make<parting>(look).get()), S_OK);
  EXPECT_EQ(SafeArrayDestroy(a), S_OK);
  EXPECT_EQ(seen, 2);
}

TEST(bad_data, an_object_that_is_replaced_may_take_the_array_along) {
  SAFEARRAY* const a = SafeArrayCreateVector(VT_DISPATCH, 0, 1);
  LONG first = 0;
  ASSERT_EQ(
      SafeArrayPutElement(a, &first, com::make<parting>([&] { EXPECT_EQ(SafeArrayDestroy(a), S_OK); }).get()),
      S_OK);
  EXPECT_EQ(SafeArrayPutElement(a, &first, nullptr), S_OK);
  VARIANT v = of(VT_DISPATCH);
  v.pdispVal = com::make<parting>([&] {
                 EXPECT_EQ(v.vt, VT_EMPTY);
                 EXPECT_EQ(VariantClear(&v), S_OK);
               }).detach();
  EXPECT_EQ(VariantClear(&v), S_OK);
}

TEST(bad_data, an_array_outlives_those_who_gave_it_objects) {
  bool gone = false;
  const auto look = [&] { gone = true; };
  com::safe_array a(SafeArrayCreateVector(VT_VARIANT, 0, 1));
  LONG first = 0;
  {
    const auto object = com::make<parting>(look);
    VARIANT v = of(VT_DISPATCH);
    v.pdispVal = object.get();
    ASSERT_EQ(SafeArrayPutElement(a.get(), &first, &v), S_OK);
  }
  EXPECT_FALSE(gone);
  VARIANT taken{};
  ASSERT_EQ(SafeArrayGetElement(a.get(), &first, &taken), S_OK);
  a = com::safe_array();
  EXPECT_FALSE(gone);
  VariantClear(&taken);
  EXPECT_TRUE(gone);
}

TEST(bad_data, arrays_within_arrays_a_million_deep) {
  SAFEARRAY* deep = nullptr;
  for (int i = 0; i < 1'000'000; ++i) deep = around(deep);
  SAFEARRAY* copy = nullptr;
  EXPECT_EQ(SafeArrayCopy(deep, &copy), E_INVALIDARG);
  EXPECT_EQ(copy, nullptr);
  EXPECT_EQ(SafeArrayDestroy(deep), S_OK);
  SAFEARRAY* shallow = nullptr;
  for (int i = 0; i < 100; ++i) shallow = around(shallow);
  EXPECT_EQ(SafeArrayCopy(shallow, &copy), S_OK);
  EXPECT_EQ(SafeArrayDestroy(copy), S_OK);
  EXPECT_EQ(SafeArrayDestroy(shallow), S_OK);
}

TEST(bad_data, arrays_that_hold_themselves) {
  SAFEARRAY* const a = SafeArrayCreateVector(VT_VARIANT, 0, 3);
  SAFEARRAY* b = around(a);
  auto* const elements = static_cast<VARIANT*>(a->pvData);
  elements[0] = of(VT_BYREF | VT_VARIANT, &elements[0]);
  elements[1] = of(VT_BYREF | VT_ARRAY | VT_VARIANT, &b);
  elements[2] = of(VT_ARRAY | VT_VARIANT, b);
  SAFEARRAY* copy = nullptr;
  EXPECT_EQ(SafeArrayCopy(a, &copy), E_INVALIDARG);
  EXPECT_EQ(SafeArrayDestroy(a), S_OK);
}

TEST(bad_data, lengths_of_two_gibibytes) {
  BSTR text = nullptr;
  for (const UINT units : {0x20000000u, 0x3FFFFFFFu, 0x40000000u, 0x7FFFFFFFu, 0x80000000u, 0xFFFFFFFFu}) {
    EXPECT_EQ(SysAllocStringLen(nullptr, units), nullptr) << units;
    EXPECT_FALSE(SysReAllocStringLen(&text, L"", units)) << units;
  }
  for (const UINT bytes : {0x80000000u, 0xFFFFFFFCu, 0xFFFFFFFFu})
    EXPECT_EQ(SysAllocStringByteLen(nullptr, bytes), nullptr) << bytes;
}

TEST(bad_data, a_megabyte_of_digits) {
  constexpr std::size_t many = 1 << 20;
  const std::wstring nines(many, L'9'), zeros(many, L'0');
  struct row {
    const char* title;
    std::wstring text;
    HRESULT hr;
    double value;
  };
  const row rows[] = {
      {"a large number", nines, DISP_E_OVERFLOW, 0},
      {"zeros in front", zeros + L"7", S_OK, 7},
      {"zeros behind the point", L"7." + zeros, S_OK, 7},
      {"nines behind the point", L"0." + nines, S_OK, 1},
      {"so little that it is nothing", L"0." + zeros + L"1", S_OK, 0},
      {"an exponent that takes it back", L"1" + zeros + L"e-1048576", S_OK, 1},
      {"an exponent that does not", L"1" + zeros + L"e-7", DISP_E_OVERFLOW, 0},
      {"an exponent of many digits", L"1e" + nines, DISP_E_OVERFLOW, 0},
      {"a negative one", L"1e-" + nines, S_OK, 0},
      {"hexadecimal", L"&H" + std::wstring(many, L'F'), DISP_E_OVERFLOW, 0},
      {"blanks", std::wstring(many, L' ') + L"7" + std::wstring(many, L' '), S_OK, 7},
      {"signs", std::wstring(many, L'-') + L"7", DISP_E_TYPEMISMATCH, 0},
      {"parentheses", std::wstring(many, L'(') + L"7" + std::wstring(many, L')'), DISP_E_TYPEMISMATCH, 0},
      {"thousands", L"1" + std::wstring(many, L','), S_OK, 1},
  };
  for (const auto& r : rows) {
    double value = 0;
    EXPECT_EQ(VarR8FromStr(r.text.c_str(), 0, 0, &value), r.hr) << r.title;
    if (r.hr == S_OK) {
      EXPECT_DOUBLE_EQ(value, r.value) << r.title;
    }
    DATE date = 0;
    EXPECT_TRUE(FAILED(VarDateFromStr(r.text.c_str(), 0, 0, &date))) << r.title;
    VARIANT_BOOL truth = 0;
    EXPECT_EQ(SUCCEEDED(VarBoolFromStr(r.text.c_str(), 0, 0, &truth)), r.hr == S_OK) << r.title;
  }
}

TEST(bad_data, units_that_are_no_text) {
  const wchar_t* const texts[] = {L"\xD800",   L"\xDFFF\xD800", L"1\xD8352", L"\x7FFFFFFF",
                                  L"\x110000", L"1\xFFFF",      L"\uFEFF1"};
  for (const wchar_t* const text : texts) {
    const com::ptr<IUnknown> none;
    double value = 0;
    EXPECT_EQ(VarR8FromStr(text, 0, 0, &value), DISP_E_TYPEMISMATCH);
    EXPECT_EQ(VarDateFromStr(text, 0, 0, &value), DISP_E_TYPEMISMATCH);
    VARIANT v = of(VT_BSTR), copy{};
    v.bstrVal = SysAllocString(text);
    ASSERT_EQ(VariantChangeType(&copy, &v, 0, VT_BSTR), S_OK);
    EXPECT_EQ(std::wstring(copy.bstrVal), text);  // as it was: a string is no matter of encoding
    EXPECT_EQ(VarCmp(&v, &copy, 0, NORM_IGNORECASE), VARCMP_EQ);
    VariantClear(&v);
    VariantClear(&copy);
  }
}
