// SPDX-License-Identifier: Apache-2.0
// What nobody should hand to the functions of automation data, and what they answer: a code, at once, and
// nothing is lost.

#include "com/data/variant.hpp"

#include <string>

#include <gtest/gtest.h>

using namespace comeback;

namespace {

VARIANT of(VARTYPE type, void* pointer = nullptr) {
  VARIANT v{};
  v.vt = type;
  v.byref = pointer;
  return v;
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
      {"a record without a description", VT_RECORD, S_OK, DISP_E_TYPEMISMATCH},
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
  VARIANT record = of(VT_BYREF | VT_RECORD, &self), unknown = of(0x0F3F),
          to_unknown = of(VT_BYREF | VT_VARIANT, &unknown);
  struct row {
    const char* title;
    const VARIANT* from;
    HRESULT hr;
  };
  const VARIANT null_number = of(VT_BYREF | VT_I4), null_array = of(VT_BYREF | VT_ARRAY | VT_I4),
                null_variant = of(VT_BYREF | VT_VARIANT), no_type = of(VT_BYREF | 0x0F3F, &unknown);
  const row rows[] = {{"a null number", &null_number, E_INVALIDARG},
                      {"a null array", &null_array, E_INVALIDARG},
                      {"a null VARIANT", &null_variant, E_INVALIDARG},
                      {"itself", &self, E_INVALIDARG},
                      {"a ring of two", &first, E_INVALIDARG},
                      {"a record without a description", &record, E_INVALIDARG},
                      {"a VARIANT of no type", &to_unknown, DISP_E_BADVARTYPE},
                      {"no type", &no_type, DISP_E_BADVARTYPE}};
  for (const auto& r : rows) {
    VARIANT made = of(VT_I4);
    made.lVal = 7;
    EXPECT_EQ(VariantCopyInd(&made, r.from), r.hr) << r.title;
    for (const VARTYPE type : {VT_I4, VT_BSTR, VT_BOOL, VT_DATE, VT_UNKNOWN})
      EXPECT_EQ(VariantChangeType(&made, r.from, 0, type), r.hr) << r.title << ' ' << type;
    EXPECT_EQ(made.lVal, 7) << r.title;
    LONGLONG n = 0;
    EXPECT_EQ(com::number_of(*r.from, 0, 10, n), r.hr) << r.title;
  }
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
