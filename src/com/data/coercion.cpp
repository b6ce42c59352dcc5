// SPDX-License-Identifier: Apache-2.0
// From any automation type to any other. A value becomes a `number` that has lost nothing, and that becomes
// the target (variant_number.cpp); text, dates and objects have their own ways in and out.

#include "com/data/date.hpp"
#include "com/data/number.hpp"
#include "com/data/text.hpp"
#include "com/data/variant.hpp"

#include <algorithm>
#include <string>

namespace comeback::com {
namespace {

std::wstring_view view(BSTR text) noexcept {
  return text ? std::wstring_view(text, SysStringLen(text)) : std::wstring_view();
}

bool equal_words(std::wstring_view text, std::wstring_view lower) noexcept {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](wchar_t a, wchar_t b) {
    return a == b || (a >= L'A' && a <= L'Z' && a + (L'a' - L'A') == b);
  });
}

bool truth_word(std::wstring_view text, bool& truth) noexcept {
  truth = equal_words(text, L"true") || equal_words(text, L"#true#");
  return truth || equal_words(text, L"false") || equal_words(text, L"#false#");
}

HRESULT any_number(const VARIANT& v, number& out) noexcept {
  return v.vt == VT_BSTR ? parse_number(view(v.bstrVal), out) : plain_number(v, out);
}

bool is_unsigned(VARTYPE type) noexcept {
  return type == VT_UI1 || type == VT_UI2 || type == VT_UI4 || type == VT_UI8 || type == VT_UINT;
}

HRESULT text_to(std::wstring_view text, ULONG flags, VARTYPE type, VARIANT& out) noexcept {
  bool truth = false;
  if (type == VT_BOOL && truth_word(text, truth)) {
    out.boolVal = truth ? VARIANT_TRUE : VARIANT_FALSE;
    return S_OK;
  }
  if (type == VT_DATE) return parse_date(text, flags >> time_or_date_shift, out.date);
  number n;
  const HRESULT hr = parse_number(text, n);
  return FAILED(hr) ? hr : from_number(n, type, out);
}

HRESULT number_to(const VARIANT& v, VARTYPE type, VARIANT& out) noexcept {
  number n;
  if (const HRESULT hr = plain_number(v, n); FAILED(hr)) return hr;
  // VARIANT_TRUE is all bits set, in an unsigned type too.
  if (v.vt == VT_BOOL && is_unsigned(type)) return out.llVal = v.boolVal, S_OK;
  return from_number(n, type, out);
}

// Throws std::bad_alloc.
HRESULT write_text(const VARIANT& v, ULONG flags, std::string& out) {
  if (v.vt == VT_EMPTY) return S_OK;
  if (v.vt == VT_DATE) return date_text(v.date, flags >> time_or_date_shift, out);
  if (v.vt == VT_BOOL && (flags & (VARIANT_ALPHABOOL | VARIANT_LOCALBOOL)))
    return out = v.boolVal ? "True" : "False", S_OK;
  number n;
  const HRESULT hr = plain_number(v, n);
  if (SUCCEEDED(hr)) out = to_text(n);
  return hr;
}

HRESULT copy_text(BSTR text, BSTR& out) noexcept {
  out = SysAllocStringByteLen(reinterpret_cast<LPCSTR>(text), SysStringByteLen(text));
  return out ? S_OK : E_OUTOFMEMORY;
}

// VectorFromBstr refuses a null string, in a VARIANT it is an empty one.
HRESULT bytes_of(BSTR text, SAFEARRAY*& out) noexcept {
  if (text) return VectorFromBstr(text, &out);
  out = SafeArrayCreateVector(VT_UI1, 0, 0);
  return out ? S_OK : E_OUTOFMEMORY;
}

HRESULT to_bstr_of(const VARIANT& v, ULONG flags, BSTR& out) noexcept try {
  if (v.vt == VT_BSTR) return copy_text(v.bstrVal, out);
  if (v.vt == (VT_ARRAY | VT_UI1)) return v.parray ? BstrFromVector(v.parray, &out) : DISP_E_TYPEMISMATCH;
  std::string text;
  if (const HRESULT hr = write_text(v, flags, text); FAILED(hr)) return hr;
  return out = to_bstr(text), S_OK;
} catch (...) {
  return E_OUTOFMEMORY;
}

HRESULT object_to(const VARIANT& v, VARTYPE type, VARIANT& out) noexcept {
  out.punkVal = nullptr;
  if (!v.punkVal) return S_OK;
  const IID& wanted = type == VT_DISPATCH ? __uuidof(IDispatch) : __uuidof(IUnknown);
  const HRESULT hr = v.punkVal->QueryInterface(wanted, reinterpret_cast<void**>(&out.punkVal));
  return FAILED(hr) ? DISP_E_TYPEMISMATCH : S_OK;
}

bool is_object(VARTYPE type) noexcept { return type == VT_DISPATCH || type == VT_UNKNOWN; }

// What is left once objects have told their default property.
HRESULT value_to(const VARIANT& v, ULONG flags, VARTYPE type, VARIANT& out) noexcept {
  if (type == VT_BSTR) return to_bstr_of(v, flags, out.bstrVal);  // null becomes an empty string
  if (is_object(v.vt) && is_object(type)) return object_to(v, type, out);
  if (v.vt == type) return VariantCopy(&out, &v);
  if (type == (VT_ARRAY | VT_UI1) && v.vt == VT_BSTR) return bytes_of(v.bstrVal, out.parray);
  if (!is_number_type(type)) return DISP_E_TYPEMISMATCH;
  return v.vt == VT_BSTR ? text_to(view(v.bstrVal), flags, type, out) : number_to(v, type, out);
}

}  // namespace

HRESULT convert(const VARIANT& given, ULONG flags, VARTYPE type, VARIANT& out) noexcept {
  variant held;
  VARIANT v{}, made{};
  HRESULT hr = dereference(given, v);
  if (SUCCEEDED(hr) && v.vt == VT_DISPATCH && !is_object(type)) hr = settle(v, flags, held, v);
  if (SUCCEEDED(hr)) hr = value_to(v, flags, type, made);
  if (FAILED(hr)) return hr;
  out = made;
  out.vt = type;
  return S_OK;
}

HRESULT convert_text(std::wstring_view text, ULONG flags, VARTYPE type, VARIANT& out) noexcept {
  VARIANT made{};
  if (const HRESULT hr = text_to(text, flags, type, made); FAILED(hr)) return hr;
  out = made;
  out.vt = type;
  return S_OK;
}

namespace {

HRESULT member_number(const VARIANT& given, number& out) noexcept {
  variant held;
  VARIANT v{};
  const HRESULT hr = settle(given, 0, held, v);
  return FAILED(hr) ? hr : any_number(v, out);
}

}  // namespace

HRESULT number_of(const VARIANT& given, double& out) noexcept {
  number n;
  const HRESULT hr = member_number(given, n);
  if (SUCCEEDED(hr)) out = to_double(n);
  return hr;
}

HRESULT number_of(const VARIANT& given, LONGLONG low, LONGLONG high, LONGLONG& out) noexcept {
  number n;
  int128 value = 0;
  if (const HRESULT hr = member_number(given, n); FAILED(hr)) return hr;
  const HRESULT hr = to_integer(n, low, high, value);
  if (SUCCEEDED(hr)) out = static_cast<LONGLONG>(value);
  return hr;
}

HRESULT truth_of(const VARIANT& given, VARIANT_BOOL& out) noexcept {
  VARIANT made{};
  const HRESULT hr = convert(given, 0, VT_BOOL, made);
  if (SUCCEEDED(hr)) out = made.boolVal;
  return hr;
}

HRESULT text_of(const VARIANT& given, BSTR& out) noexcept {
  VARIANT made{};
  const HRESULT hr = convert(given, VARIANT_ALPHABOOL, VT_BSTR, made);
  if (SUCCEEDED(hr)) out = made.bstrVal;
  return hr;
}

}  // namespace comeback::com
