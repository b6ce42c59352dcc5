// SPDX-License-Identifier: Apache-2.0
// Properties that hold for any value: round trips, and a SAFEARRAY against a plain vector.

#include "com/data/safearray.hpp"
#include "com/data/text.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

using namespace comeback;

namespace {

// A random instant in the years that a DATE has, to the second.
SYSTEMTIME any_time() {
  return {static_cast<WORD>(*rc::gen::inRange(100, 10000)),
          static_cast<WORD>(*rc::gen::inRange(1, 13)),
          0,  // the day of the week is not read
          static_cast<WORD>(*rc::gen::inRange(1, 29)),
          static_cast<WORD>(*rc::gen::inRange(0, 24)),
          static_cast<WORD>(*rc::gen::inRange(0, 60)),
          static_cast<WORD>(*rc::gen::inRange(0, 60)),
          0};
}

std::vector<LONG> contents(SAFEARRAY* array) {
  const auto* const data = static_cast<const LONG*>(array->pvData);
  return {data, data + array->rgsabound[0].cElements};
}

}  // namespace

RC_GTEST_PROP(property, a_64_bit_number_survives_text, (LONG64 value)) {
  BSTR text = nullptr;
  RC_ASSERT(VarBstrFromI8(value, 0, 0, &text) == S_OK);
  LONG64 back = 0;
  const HRESULT hr = VarI8FromStr(text, 0, 0, &back);
  SysFreeString(text);
  RC_ASSERT(hr == S_OK);
  RC_ASSERT(back == value);
}

RC_GTEST_PROP(property, a_currency_survives_text_and_decimal, (LONG64 units)) {
  const CY value{.int64 = units};
  DECIMAL decimal{};
  BSTR text = nullptr;
  CY back{}, read{};
  RC_ASSERT(VarDecFromCy(value, &decimal) == S_OK);
  RC_ASSERT(VarCyFromDec(&decimal, &back) == S_OK);
  RC_ASSERT(back.int64 == units);
  RC_ASSERT(VarBstrFromDec(&decimal, 0, 0, &text) == S_OK);
  const HRESULT hr = VarCyFromStr(text, 0, 0, &read);
  SysFreeString(text);
  RC_ASSERT(hr == S_OK);
  RC_ASSERT(read.int64 == units);
}

RC_GTEST_PROP(property, narrowing_keeps_the_value_or_says_overflow, (double value)) {
  LONG made = 0;
  const HRESULT hr = VarI4FromR8(value, &made);
  const double rounded = std::nearbyint(value);
  const bool fits = rounded >= -2147483648.0 && rounded <= 2147483647.0;
  RC_ASSERT(hr == (fits ? S_OK : DISP_E_OVERFLOW));
  if (fits) RC_ASSERT(static_cast<double>(made) == rounded);
}

RC_GTEST_PROP(property, any_text_is_converted_or_refused, (const std::wstring& text)) {
  double number = 0;
  DATE date = 0;
  for (const HRESULT hr :
       {VarR8FromStr(text.c_str(), 0, 0, &number), VarDateFromStr(text.c_str(), 0, 0, &date)})
    RC_ASSERT(hr == S_OK || hr == DISP_E_TYPEMISMATCH || hr == DISP_E_OVERFLOW);
}

RC_GTEST_PROP(property, an_instant_survives_date_and_text, ()) {
  SYSTEMTIME given = any_time(), back{};
  DATE date = 0, read = 0;
  RC_ASSERT(SystemTimeToVariantTime(&given, &date) == TRUE);
  RC_ASSERT(VariantTimeToSystemTime(date, &back) == TRUE);
  given.wDayOfWeek = back.wDayOfWeek;
  RC_ASSERT(std::memcmp(&given, &back, sizeof given) == 0);
  BSTR text = nullptr;
  RC_ASSERT(VarBstrFromDate(date, 0, 0, &text) == S_OK);
  const HRESULT hr = VarDateFromStr(text, 0, 0, &read);
  SysFreeString(text);
  RC_ASSERT(hr == S_OK);
  RC_ASSERT(read == date);
}

RC_GTEST_PROP(property, a_file_time_survives_its_fields, ()) {
  SYSTEMTIME given = any_time(), back{};
  given.wYear = static_cast<WORD>(*rc::gen::inRange(1601, 30828));
  FILETIME ticks{};
  RC_ASSERT(SystemTimeToFileTime(&given, &ticks) == TRUE);
  RC_ASSERT(FileTimeToSystemTime(&ticks, &back) == TRUE);
  given.wDayOfWeek = back.wDayOfWeek;
  RC_ASSERT(std::memcmp(&given, &back, sizeof given) == 0);
}

RC_GTEST_PROP(property, an_array_is_what_a_vector_is, (std::vector<LONG> model)) {
  const LONG low = *rc::gen::inRange(-1000, 1000);
  const com::safe_array array(SafeArrayCreateVector(VT_I4, low, static_cast<ULONG>(model.size())));
  for (std::size_t i = 0; i < model.size(); ++i) {
    LONG at = low + static_cast<LONG>(i);
    RC_ASSERT(SafeArrayPutElement(array.get(), &at, &model[i]) == S_OK);
  }
  for (int step = 0; step < 4; ++step) {
    SAFEARRAYBOUND bound{*rc::gen::inRange<ULONG>(0, 40), low};
    RC_ASSERT(SafeArrayRedim(array.get(), &bound) == S_OK);
    model.resize(bound.cElements);
    RC_ASSERT(contents(array.get()) == model);
  }
  SAFEARRAY* copy = nullptr;
  RC_ASSERT(SafeArrayCopy(array.get(), &copy) == S_OK);
  const com::safe_array owned(copy);
  RC_ASSERT(contents(copy) == model);
}

RC_GTEST_PROP(property, resizing_an_array_of_strings_loses_and_leaks_none,
              (const std::vector<std::string>& words)) {
  const com::safe_array array(SafeArrayCreateVector(VT_BSTR, 0, static_cast<ULONG>(words.size())));
  for (LONG i = 0; i < static_cast<LONG>(words.size()); ++i) {
    const BSTR text = SysAllocStringByteLen(words[static_cast<std::size_t>(i)].data(),
                                            static_cast<UINT>(words[static_cast<std::size_t>(i)].size()));
    RC_ASSERT(SafeArrayPutElement(array.get(), &i, text) == S_OK);
    SysFreeString(text);
  }
  SAFEARRAYBOUND bound{*rc::gen::inRange<ULONG>(0, 20), 0};
  RC_ASSERT(SafeArrayRedim(array.get(), &bound) == S_OK);
  for (LONG i = 0; i < static_cast<LONG>(bound.cElements); ++i) {
    const BSTR text = static_cast<BSTR*>(array.get()->pvData)[i];
    const bool kept = static_cast<std::size_t>(i) < words.size();
    RC_ASSERT(SysStringByteLen(text) == (kept ? words[static_cast<std::size_t>(i)].size() : 0));
  }
}
