// SPDX-License-Identifier: Apache-2.0
#include "com/text.hpp"
#include "com/value_size.hpp"
#include "com/variant.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>

#include <strings.h>

namespace comeback::com {
namespace {

HRESULT parse(BSTR text, double& out) {
  const std::string number = to_utf8(text);
  char* end = nullptr;
  out = std::strtod(number.c_str(), &end);
  while (end && *end == ' ') ++end;
  return number.empty() || end == number.c_str() || *end || !std::isfinite(out) ? DISP_E_TYPEMISMATCH : S_OK;
}

// VT_I8 and VT_UI8 do not fit a double: integers go their own way.
bool integer_of(const VARIANT& v, LONGLONG& out) noexcept {
  switch (v.vt) {
    case VT_EMPTY:
      out = 0;
      return true;
    case VT_I1:
      out = v.cVal;  // NOLINT(bugprone-signed-char-misuse): VT_I1 is a number
      return true;
    case VT_I2:
    case VT_BOOL:
      out = v.iVal;
      return true;
    case VT_I4:
    case VT_INT:
    case VT_ERROR:
      out = v.lVal;
      return true;
    case VT_I8:
      out = v.llVal;
      return true;
    case VT_UI1:
      out = v.bVal;
      return true;
    case VT_UI2:
      out = v.uiVal;
      return true;
    case VT_UI4:
    case VT_UINT:
      out = v.ulVal;
      return true;
    default:
      return false;
  }
}

std::string decimal(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.15g", value);
  return text;
}

}  // namespace

VARIANT without_reference(const VARIANT& given) noexcept {
  VARIANT v = given;
  // A chain of VT_BYREF | VT_VARIANT is not allowed; two steps are followed, no loop.
  for (int step = 0; step < 2 && v.vt == (VT_BYREF | VT_VARIANT); ++step)
    v = v.pvarVal ? *v.pvarVal : VARIANT{};
  if (!(v.vt & VT_BYREF)) return v;
  VARIANT meant{};
  meant.vt = static_cast<VARTYPE>(v.vt & ~VT_BYREF);
  const std::size_t size = meant.vt & VT_ARRAY ? sizeof(SAFEARRAY*) : value_size(meant.vt);
  // A DECIMAL and a VARIANT are more than the union beside the type can hold.
  if (!v.byref || size == 0 || size > sizeof meant.llVal) return {};
  std::memcpy(&meant.llVal, v.byref, size);
  return meant;
}

HRESULT number_of(const VARIANT& given, double& out) noexcept try {
  const VARIANT v = without_reference(given);
  LONGLONG whole = 0;
  if (integer_of(v, whole)) return out = static_cast<double>(whole), S_OK;
  switch (v.vt) {
    case VT_UI8:
      out = static_cast<double>(v.ullVal);
      return S_OK;
    case VT_R4:
      out = static_cast<double>(v.fltVal);
      return S_OK;
    case VT_R8:
    case VT_DATE:
      out = v.dblVal;
      return S_OK;
    case VT_CY:
      out = static_cast<double>(v.cyVal.int64) / 10000;
      return S_OK;
    case VT_BSTR:
      return parse(v.bstrVal, out);
    default:
      return DISP_E_TYPEMISMATCH;
  }
} catch (...) {
  return E_OUTOFMEMORY;
}

HRESULT number_of(const VARIANT& given, LONGLONG low, LONGLONG high, LONGLONG& out) noexcept {
  const VARIANT v = without_reference(given);
  if (!integer_of(v, out)) {
    if (v.vt == VT_UI8 && v.ullVal <= static_cast<ULONGLONG>(std::numeric_limits<LONGLONG>::max())) {
      out = v.llVal;
    } else {
      double value = 0;
      if (const HRESULT hr = number_of(v, value); FAILED(hr)) return hr;
      if (!(value > -9.2e18 && value < 9.2e18)) return DISP_E_OVERFLOW;
      out = std::llrint(value);  // halves go to the even neighbour, as automation rounds
    }
  }
  return out < low || out > high ? DISP_E_OVERFLOW : S_OK;
}

HRESULT truth_of(const VARIANT& given, VARIANT_BOOL& out) noexcept try {
  const VARIANT v = without_reference(given);
  double value = 0;
  if (v.vt == VT_BSTR) {
    const std::string word = to_utf8(v.bstrVal);
    if (strcasecmp(word.c_str(), "true") == 0) return out = VARIANT_TRUE, S_OK;
    if (strcasecmp(word.c_str(), "false") == 0) return out = VARIANT_FALSE, S_OK;
  }
  if (const HRESULT hr = number_of(v, value); FAILED(hr)) return hr;
  out = value != 0 ? VARIANT_TRUE : VARIANT_FALSE;
  return S_OK;
} catch (...) {
  return E_OUTOFMEMORY;
}

HRESULT text_of(const VARIANT& given, BSTR& out) noexcept try {
  const VARIANT v = without_reference(given);
  LONGLONG whole = 0;
  double value = 0;
  if (v.vt == VT_BSTR) {
    out = v.bstrVal ? SysAllocStringByteLen(reinterpret_cast<LPCSTR>(v.bstrVal), SysStringByteLen(v.bstrVal))
                    : SysAllocString(L"");
    return out ? S_OK : E_OUTOFMEMORY;
  }
  if (v.vt == VT_EMPTY) return out = to_bstr(""), S_OK;
  if (v.vt == VT_BOOL) return out = to_bstr(v.boolVal ? "True" : "False"), S_OK;
  if (v.vt != VT_ERROR && integer_of(v, whole)) return out = to_bstr(std::to_string(whole)), S_OK;
  if (v.vt == VT_UI8) return out = to_bstr(std::to_string(v.ullVal)), S_OK;
  if (v.vt != VT_R4 && v.vt != VT_R8) return DISP_E_TYPEMISMATCH;
  if (const HRESULT hr = number_of(v, value); FAILED(hr)) return hr;
  return out = to_bstr(decimal(value)), S_OK;
} catch (...) {
  return E_OUTOFMEMORY;
}

}  // namespace comeback::com
