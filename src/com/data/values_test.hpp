// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <oleauto.h>

/// VARIANTs that tests hand to calls; whoever makes a text clears it.
namespace comeback::com::test_values {

inline VARIANT text(const wchar_t* words) {
  VARIANT v{};
  v.vt = VT_BSTR;
  v.bstrVal = SysAllocString(words);
  return v;
}
inline VARIANT number(LONG value) {
  VARIANT v{};
  v.vt = VT_I4;
  v.lVal = value;
  return v;
}

}  // namespace comeback::com::test_values
