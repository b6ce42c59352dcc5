// SPDX-License-Identifier: Apache-2.0
// VarXFromY: every pair is one way in, `convert`, and one way out.

#include "com/data/variant.hpp"

#include <cstring>

namespace comeback::com {
namespace {

// How a type of the C API stands in a VARIANT.
template <class T>
VARIANT in_variant(VARTYPE type, T value) noexcept {
  VARIANT v{};
  static_assert(sizeof value <= sizeof v.llVal);
  v.vt = type;
  std::memcpy(&v.llVal, &value, sizeof value);
  return v;
}
VARIANT in_variant(VARTYPE, IDispatch* value) noexcept {
  VARIANT v{};
  v.vt = VT_DISPATCH;
  v.pdispVal = value;
  return v;
}
VARIANT in_variant(VARTYPE, const DECIMAL* value) noexcept {
  VARIANT v{};
  if (value) {
    v.decVal = *value;
    v.vt = VT_DECIMAL;
  } else {
    v.vt = VT_ILLEGAL;
  }
  return v;
}

template <class T>
void out_of(const VARIANT& v, T& out) noexcept {
  std::memcpy(&out, &v.llVal, sizeof out);
}
void out_of(const VARIANT& v, DECIMAL& out) noexcept {
  out = v.decVal;
  out.wReserved = 0;
}

template <class Out>
HRESULT answer(const VARIANT& from, ULONG flags, VARTYPE type, Out* out) noexcept {
  if (!out || from.vt == VT_ILLEGAL) return E_INVALIDARG;
  VARIANT made{};
  const HRESULT hr = convert(from, flags, type, made);
  if (SUCCEEDED(hr)) out_of(made, *out);
  return hr;
}

template <class Out>
HRESULT answer(LPCOLESTR text, ULONG flags, VARTYPE type, Out* out) noexcept {
  if (!out) return E_INVALIDARG;
  if (!text) return DISP_E_TYPEMISMATCH;
  VARIANT made{};
  const HRESULT hr = convert_text(text, flags, type, made);
  if (SUCCEEDED(hr)) out_of(made, *out);
  return hr;
}

constexpr VARTYPE type_UI1 = VT_UI1, type_I2 = VT_I2, type_I4 = VT_I4, type_I8 = VT_I8, type_R4 = VT_R4,
                  type_R8 = VT_R8, type_Cy = VT_CY, type_Date = VT_DATE, type_Bool = VT_BOOL, type_I1 = VT_I1,
                  type_UI2 = VT_UI2, type_UI4 = VT_UI4, type_UI8 = VT_UI8, type_Dec = VT_DECIMAL;

// The string functions have flags of their own, and always write a VT_BOOL as a word.
constexpr ULONG of_text(ULONG flags) noexcept { return (flags & 3) << time_or_date_shift; }

}  // namespace
}  // namespace comeback::com

using namespace comeback::com;

#define FROM(X, Out, Y, In)                                       \
  HRESULT Var##X##From##Y(In value, Out* out) {                   \
    return answer(in_variant(type_##Y, value), 0, type_##X, out); \
  }
#define TEXT_FROM(X, Out, Y, In)                                                                  \
  HRESULT Var##X##From##Y(In value, LCID, ULONG flags, Out* out) {                                \
    return answer(in_variant(type_##Y, value), of_text(flags) | VARIANT_ALPHABOOL, VT_BSTR, out); \
  }
#define TO(X, Out)                                                       \
  COMEBACK_VAR_SOURCES(FROM, X, Out)                                     \
  HRESULT Var##X##FromStr(LPCOLESTR text, LCID, ULONG flags, Out* out) { \
    return answer(text, of_text(flags), type_##X, out);                  \
  }                                                                      \
  HRESULT Var##X##FromDisp(IDispatch* object, LCID, Out* out) {          \
    return answer(in_variant(VT_DISPATCH, object), 0, type_##X, out);    \
  }
COMEBACK_VAR_TARGETS(TO)
COMEBACK_VAR_SOURCES(TEXT_FROM, Bstr, BSTR)

HRESULT VarBstrFromDisp(IDispatch* object, LCID, ULONG flags, BSTR* out) {
  return answer(in_variant(VT_DISPATCH, object), of_text(flags), VT_BSTR, out);
}
