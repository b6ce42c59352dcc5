// SPDX-License-Identifier: Apache-2.0
// Numbers in VARIANTs: out of the member that belongs to the type, and into it.

#include "com/data/date.hpp"
#include "com/data/number.hpp"
#include "com/data/value_size.hpp"

#include <cmath>
#include <limits>

#include <oleauto.h>

namespace comeback::com {

// What is no text, object or array.
HRESULT plain_number(const VARIANT& v, number& out) noexcept {
  switch (v.vt) {
    case VT_EMPTY:
      return out = exact{}, S_OK;
    case VT_I1:
      return out = whole(static_cast<signed char>(v.cVal)), S_OK;
    case VT_I2:
    case VT_BOOL:
      return out = whole(v.iVal), S_OK;
    case VT_I4:
    case VT_INT:
      return out = whole(v.lVal), S_OK;
    case VT_I8:
      return out = whole(v.llVal), S_OK;
    case VT_UI1:
      return out = whole(v.bVal), S_OK;
    case VT_UI2:
      return out = whole(v.uiVal), S_OK;
    case VT_UI4:
    case VT_UINT:
      return out = whole(v.ulVal), S_OK;
    case VT_UI8:
      return out = whole(static_cast<int128>(v.ullVal)), S_OK;
    case VT_R4:
      return out = real{static_cast<double>(v.fltVal), 7}, S_OK;
    case VT_R8:
    case VT_DATE:
      return out = real{v.dblVal}, S_OK;
    case VT_CY:
      return out = currency(v.cyVal), S_OK;
    case VT_DECIMAL: {
      exact e;
      const HRESULT hr = from_decimal(v.decVal, e);
      return out = e, hr;
    }
    default:
      return DISP_E_TYPEMISMATCH;
  }
}

namespace {

struct range {
  int128 low, high;
};

range range_of(VARTYPE type) noexcept {
  const unsigned bits = static_cast<unsigned>(value_size(type)) * 8;
  const bool is_signed = type == VT_I1 || type == VT_I2 || type == VT_I4 || type == VT_I8 || type == VT_INT;
  if (is_signed) return {-(int128{1} << (bits - 1)), (int128{1} << (bits - 1)) - 1};
  return {0, (int128{1} << bits) - 1};
}

HRESULT to_float(const number& n, VARIANT& out) noexcept {
  const double value = to_double(n);
  if (std::isfinite(value) && std::fabs(value) > static_cast<double>(std::numeric_limits<float>::max()))
    return DISP_E_OVERFLOW;
  out.fltVal = static_cast<float>(value);
  return S_OK;
}

}  // namespace

HRESULT from_number(const number& n, VARTYPE type, VARIANT& out) noexcept {
  switch (type) {
    case VT_BOOL:
      out.boolVal = is_zero(n) ? VARIANT_FALSE : VARIANT_TRUE;
      return S_OK;
    case VT_R4:
      return to_float(n, out);
    case VT_R8:
      out.dblVal = to_double(n);
      return S_OK;
    case VT_DATE:
      out.date = to_double(n);
      return is_date(out.date) ? S_OK : DISP_E_OVERFLOW;
    case VT_CY:
      return to_currency(n, out.cyVal);
    case VT_DECIMAL:
      return to_decimal(n, out.decVal);
    default: {
      int128 value = 0;
      const auto [low, high] = range_of(type);
      const HRESULT hr = to_integer(n, low, high, value);
      out.llVal = static_cast<LONGLONG>(value);
      return hr;
    }
  }
}

bool is_number_type(VARTYPE type) noexcept {
  return type == VT_BOOL || type == VT_DECIMAL || (type >= VT_I2 && type <= VT_DATE) ||
         (type >= VT_I1 && type <= VT_UINT);
}

}  // namespace comeback::com
