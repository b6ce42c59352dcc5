// SPDX-License-Identifier: Apache-2.0
// Any text, as every type there is: a conversion answers one of four codes, and what it made can be written
// and read again.
#include "com/data/memory.hpp"
#include "com/data/text.hpp"
#include "com/data/variant.hpp"

#include <cmath>
#include <cstdint>
#include <cstdlib>

using namespace comeback;

namespace {

constexpr VARTYPE numbers[] = {VT_I1,  VT_I2,   VT_I4, VT_I8, VT_INT, VT_UI1,  VT_UI2,     VT_UI4,
                               VT_UI8, VT_UINT, VT_R4, VT_R8, VT_CY,  VT_DATE, VT_DECIMAL, VT_BOOL};

void expect(bool held) {
  if (!held) std::abort();
}

void expect_code(HRESULT hr) {
  expect(hr == S_OK || hr == DISP_E_TYPEMISMATCH || hr == DISP_E_OVERFLOW || hr == DISP_E_BADVARTYPE);
}

// Written and read again it is the same, to the digits that the text has.
void round_trip(const VARIANT& value) {
  com::variant text, back;
  expect(VariantChangeType(text.put(), &value, 0, VT_BSTR) == S_OK);
  const HRESULT hr = VariantChangeType(back.put(), &text.get(), 0, value.vt);
  const bool rounded = value.vt == VT_R4 || value.vt == VT_R8 || value.vt == VT_DATE;
  expect(hr == S_OK || (rounded && hr == DISP_E_OVERFLOW));  // the largest double has 17 digits, its text 15
  VARIANT left = value, right = back.get();
  if (!rounded) expect(VarCmp(&left, &right, 0, 0) == VARCMP_EQ);
}

void every_number(const VARIANT& text, USHORT flags) {
  for (const VARTYPE type : numbers) {
    com::variant made;
    const HRESULT hr = VariantChangeType(made.put(), &text, flags, type);
    expect_code(hr);
    expect(made.get().vt == (SUCCEEDED(hr) ? type : VT_EMPTY));
    if (SUCCEEDED(hr)) round_trip(made.get());
  }
}

void every_type(const VARIANT& text) {
  constexpr unsigned last = 0x48;
  for (unsigned type = 0; type <= last; ++type)
    for (const unsigned around : {0u, static_cast<unsigned>(VT_ARRAY), static_cast<unsigned>(VT_BYREF)}) {
      com::variant made;
      expect_code(VariantChangeType(made.put(), &text, 0, static_cast<VARTYPE>(type | around)));
    }
}

void functions(LPCOLESTR text, ULONG flags) {
  DATE date = 0;
  DECIMAL decimal{};
  CY currency{};
  double real = 0;
  if (VarDateFromStr(text, 0, flags, &date) == S_OK) {
    SYSTEMTIME time{};
    expect(VariantTimeToSystemTime(date, &time) == TRUE);
  }
  if (VarDecFromStr(text, 0, flags, &decimal) == S_OK) expect(VarR8FromDec(&decimal, &real) == S_OK);
  if (VarCyFromStr(text, 0, flags, &currency) == S_OK) expect(VarR8FromCy(currency, &real) == S_OK);
}

VARIANT text_of(const std::uint8_t* data, std::size_t size, bool raw) {
  VARIANT v{};
  v.vt = VT_BSTR;
  v.bstrVal = raw ? SysAllocStringByteLen(reinterpret_cast<LPCSTR>(data), static_cast<UINT>(size))
                  : com::to_bstr({reinterpret_cast<const char*>(data), size});
  return v;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  VARIANT text = text_of(data + 1, size - 1, (data[0] & 0x80) != 0);
  every_number(text, static_cast<USHORT>(data[0] & 0x1F));
  every_type(text);
  functions(text.bstrVal, data[0] & 3);
  VariantClear(&text);
  return 0;
}
