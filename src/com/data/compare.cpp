// SPDX-License-Identifier: Apache-2.0
// VarCmp, VarBstrCmp, VarBstrCat.

#include "base/text.hpp"
#include "com/data/number.hpp"
#include "com/data/text.hpp"
#include "com/data/variant.hpp"

#include <compare>
#include <cstdint>
#include <cstring>
#include <cwchar>
#include <string>

namespace comeback::com {
namespace {

constexpr ULONG known_flags = NORM_IGNORECASE | NORM_IGNOREWIDTH;

HRESULT code_of(std::partial_ordering order) noexcept {
  return std::is_lt(order) ? VARCMP_LT : std::is_gt(order) ? VARCMP_GT : VARCMP_EQ;
}

std::wstring_view view(BSTR text) noexcept {
  return text ? std::wstring_view(text, SysStringLen(text)) : std::wstring_view();
}

// The forms that East Asian fonts draw as wide as an ideograph, U+FF01 to U+FF5E, and their blank.
wchar_t narrow(wchar_t c) noexcept {
  constexpr wchar_t first = 0xFF01, last = 0xFF5E, plain = L'!', wide_blank = 0x3000;
  return c >= first && c <= last ? c - first + plain : c == wide_blank ? L' ' : c;
}

std::wstring key_of(std::wstring_view text, ULONG flags) {
  std::wstring key(text);
  if (flags & NORM_IGNOREWIDTH)
    for (wchar_t& c : key) c = narrow(c);
  return flags & NORM_IGNORECASE ? to_wide(base::fold_case(to_utf8(key))) : key;
}

HRESULT compare_text(std::wstring_view left, std::wstring_view right, ULONG flags) noexcept try {
  if (flags & ~known_flags) return E_INVALIDARG;
  if (flags == 0) return code_of(left <=> right);
  return code_of(key_of(left, flags) <=> key_of(right, flags));
} catch (...) {  // a C function answers a code
  return E_OUTOFMEMORY;
}

// An array is nothing that could be compared, an error neither.
HRESULT check(const VARIANT& v) noexcept {
  number n;
  return v.vt == VT_BSTR ? S_OK : plain_number(v, n);
}

// Text is greater than any number, as in the languages that have VARIANTs; with VT_EMPTY it is compared as
// with "".
HRESULT compare_values(const VARIANT& left, const VARIANT& right, ULONG flags) noexcept {
  const bool left_text = left.vt == VT_BSTR, right_text = right.vt == VT_BSTR;
  if ((left_text || left.vt == VT_EMPTY) && (right_text || right.vt == VT_EMPTY))
    return compare_text(left_text ? view(left.bstrVal) : L"", right_text ? view(right.bstrVal) : L"", flags);
  if (left_text || right_text) return left_text ? VARCMP_GT : VARCMP_LT;
  number a, b;
  (void)plain_number(left, a);
  (void)plain_number(right, b);
  const auto order = compare(a, b);
  if (order == std::partial_ordering::unordered) return DISP_E_OVERFLOW;
  return code_of(order);
}

}  // namespace
}  // namespace comeback::com

using namespace comeback::com;

HRESULT VarCmp(LPVARIANT left, LPVARIANT right, LCID, ULONG flags) {
  if (!left || !right) return VARCMP_NULL;
  variant held_left, held_right;
  VARIANT a{}, b{};
  if (const HRESULT hr = settle(*left, 0, held_left, a); FAILED(hr)) return hr;
  if (const HRESULT hr = settle(*right, 0, held_right, b); FAILED(hr)) return hr;
  if (a.vt == VT_NULL || b.vt == VT_NULL) return VARCMP_NULL;
  for (const VARIANT* each : {&a, &b})
    if (const HRESULT hr = check(*each); FAILED(hr)) return hr;
  return compare_values(a, b, flags);
}

HRESULT VarBstrCmp(BSTR left, BSTR right, LCID, ULONG flags) {
  return compare_text(view(left), view(right), flags);
}

HRESULT VarBstrCat(BSTR left, BSTR right, BSTR* out) {
  if (!out) return E_INVALIDARG;
  const std::uint64_t front = SysStringByteLen(left), behind = SysStringByteLen(right);
  *out = nullptr;
  if (front + behind > INT32_MAX) return E_OUTOFMEMORY;
  const BSTR made = SysAllocStringByteLen(nullptr, static_cast<UINT>(front + behind));
  if (!made) return E_OUTOFMEMORY;
  if (front > 0) std::memcpy(made, left, front);
  if (behind > 0) std::memcpy(reinterpret_cast<char*>(made) + front, right, behind);
  *out = made;
  return S_OK;
}
