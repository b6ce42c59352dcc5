// SPDX-License-Identifier: Apache-2.0
#include "com/data/number.hpp"

#include "com/data/powers.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <winerror.h>

namespace comeback::com {
namespace {

// Whole parts first, then what is behind the point brought to the same scale: nothing overflows.
std::strong_ordering compare_magnitudes(const exact& a, const exact& b) noexcept {
  const uint128 left = a.magnitude / powers[a.scale], right = b.magnitude / powers[b.scale];
  if (left != right) return left <=> right;
  const unsigned scale = std::max(a.scale, b.scale);
  return a.magnitude % powers[a.scale] * powers[scale - a.scale] <=>
         b.magnitude % powers[b.scale] * powers[scale - b.scale];
}

std::strong_ordering compare(const exact& a, const exact& b) noexcept {
  const bool left = a.negative && a.magnitude != 0, right = b.negative && b.magnitude != 0;
  if (left != right) return left ? std::strong_ordering::less : std::strong_ordering::greater;
  return left ? compare_magnitudes(b, a) : compare_magnitudes(a, b);
}

// Half to even; `by` decimal places go.
uint128 drop(uint128 magnitude, unsigned by) noexcept {
  const uint128 unit = powers[by], rest = magnitude % unit, half = unit / 2;
  uint128 kept = magnitude / unit;
  if (by > 0 && (rest > half || (rest == half && kept % 2 == 1))) ++kept;
  return kept;
}

// False where the digits do not fit.
bool set_scale(exact& e, unsigned scale) noexcept {
  if (e.scale >= scale) {
    e.magnitude = drop(e.magnitude, e.scale - scale);
  } else if (__builtin_mul_overflow(e.magnitude, powers[scale - e.scale], &e.magnitude)) {
    return false;
  }
  e.scale = scale;
  return true;
}

HRESULT signed_within(const exact& e, int128 low, int128 high, int128& out) noexcept {
  if (e.magnitude >= uint128{1} << 126) return DISP_E_OVERFLOW;
  const auto value = e.negative ? -static_cast<int128>(e.magnitude) : static_cast<int128>(e.magnitude);
  if (value < low || value > high) return DISP_E_OVERFLOW;
  out = value;
  return S_OK;
}

// From behind, digit by digit; zeros at the end of the fraction are not written.
std::string to_text(const exact& e) {
  std::string text;
  uint128 left = e.magnitude;
  for (unsigned place = 0; place <= e.scale || left > 0; ++place, left /= 10) {
    const auto digit = static_cast<char>('0' + static_cast<int>(left % 10));
    if (place == e.scale && !text.empty()) text.push_back('.');
    if (place >= e.scale || digit != '0' || !text.empty()) text.push_back(digit);
  }
  if (e.negative && e.magnitude != 0) text.push_back('-');
  std::reverse(text.begin(), text.end());
  return text;
}

// What is no number is written as Microsoft's C library wrote it.
std::string to_text(const real& r) {
  if (std::isnan(r.value)) return "-1.#IND";
  if (std::isinf(r.value)) return r.value < 0 ? "-1.#INF" : "1.#INF";
  if (r.value == 0) return "0";
  std::array<char, 40> text{};
  const auto [end, fault] =
      std::to_chars(text.data(), text.data() + text.size(), r.value, std::chars_format::general, r.digits);
  std::string made(text.data(), fault == std::errc() ? end : text.data());
  std::replace(made.begin(), made.end(), 'e', 'E');
  return made;
}

}  // namespace

exact whole(int128 value) noexcept {
  return {value < 0 ? -static_cast<uint128>(value) : static_cast<uint128>(value), 0, value < 0, false};
}

exact currency(CY value) noexcept {
  exact e = whole(value.int64);
  e.scale = currency_scale;
  return e;
}

HRESULT from_decimal(const DECIMAL& value, exact& out) noexcept {
  if (value.scale > decimal_scale || (value.sign & ~0x80) != 0) return DISP_E_TYPEMISMATCH;
  out = {uint128{value.Hi32} << 64 | value.Lo64, value.scale, value.sign != 0, false};
  return S_OK;
}

HRESULT to_integer(const number& n, int128 low, int128 high, int128& out) noexcept {
  if (const auto* const r = std::get_if<real>(&n)) {
    constexpr double beyond = 0x1p100;
    const double rounded = std::nearbyint(r->value);
    if (!(std::fabs(rounded) < beyond)) return DISP_E_OVERFLOW;
    const auto value = static_cast<int128>(rounded);
    if (value < low || value > high) return DISP_E_OVERFLOW;
    return out = value, S_OK;
  }
  exact e = std::get<exact>(n);
  if (!set_scale(e, 0)) return DISP_E_OVERFLOW;
  const bool whole_type = low == -high - 1;
  if (e.bits && whole_type && e.magnitude > static_cast<uint128>(high) &&
      e.magnitude <= 2 * static_cast<uint128>(high) + 1)
    return out = static_cast<int128>(e.magnitude) + 2 * low, S_OK;
  return signed_within(e, low, high, out);
}

HRESULT to_currency(const number& n, CY& out) noexcept {
  int128 units = 0;
  HRESULT hr = DISP_E_OVERFLOW;
  if (const auto* const r = std::get_if<real>(&n)) {
    hr = to_integer(real{r->value * 10000, r->digits}, INT64_MIN, INT64_MAX, units);
  } else if (exact e = std::get<exact>(n); set_scale(e, currency_scale)) {
    hr = signed_within(e, INT64_MIN, INT64_MAX, units);
  }
  if (SUCCEEDED(hr)) out.int64 = static_cast<LONGLONG>(units);
  return hr;
}

// A real gives the digits it has, no more.
HRESULT to_decimal(const number& n, DECIMAL& out) noexcept try {
  exact e;
  if (const auto* const r = std::get_if<real>(&n)) {
    if (!std::isfinite(r->value) || std::fabs(r->value) >= 0x1p96) return DISP_E_OVERFLOW;
    if (std::fabs(r->value) >= 1e-29) {
      const std::string text = to_text(n);
      number parsed;
      if (const HRESULT hr = parse_number(std::wstring(text.begin(), text.end()), parsed); FAILED(hr))
        return hr;
      const auto* const found = std::get_if<exact>(&parsed);
      if (!found) return DISP_E_OVERFLOW;
      e = *found;
    }
  } else {
    e = std::get<exact>(n);
  }
  const unsigned least = e.scale > decimal_scale ? e.scale - decimal_scale : 0;
  for (unsigned by = least; by <= e.scale; ++by) {
    const uint128 magnitude = drop(e.magnitude, by);
    if (magnitude >= decimal_limit) continue;
    out = DECIMAL{};
    out.scale = static_cast<BYTE>(e.scale - by);
    out.sign = e.negative && magnitude != 0 ? 0x80 : 0;
    out.Hi32 = static_cast<ULONG>(magnitude >> 64);
    out.Lo64 = static_cast<ULONGLONG>(magnitude);
    return S_OK;
  }
  return DISP_E_OVERFLOW;
} catch (...) {
  return E_OUTOFMEMORY;
}

double to_double(const number& n) noexcept {
  if (const auto* const r = std::get_if<real>(&n)) return r->value;
  const auto& e = std::get<exact>(n);
  constexpr uint128 exactly_held = uint128{1} << 53;
  constexpr unsigned exact_power = 22;  // 10^22 is the largest power of ten that a double holds
  double value = static_cast<double>(e.magnitude);
  if (e.scale > 0 && e.magnitude < exactly_held && e.scale <= exact_power) {
    value /= static_cast<double>(powers[e.scale]);
  } else if (e.scale > 0) {
    std::array<char, 48> text{};  // at most 39 digits: from_chars rounds once and right
    char* at = text.data() + text.size();
    const std::string exponent = "e-" + std::to_string(e.scale);
    at = std::copy_backward(exponent.begin(), exponent.end(), at);
    for (uint128 left = e.magnitude; left > 0; left /= 10)
      *--at = static_cast<char>('0' + static_cast<int>(left % 10));
    if (e.magnitude == 0) *--at = '0';
    std::from_chars(at, text.data() + text.size(), value);
  }
  return e.negative ? -value : value;
}

std::partial_ordering compare(const number& a, const number& b) noexcept {
  const auto *const left = std::get_if<exact>(&a), *const right = std::get_if<exact>(&b);
  return left && right ? compare(*left, *right) : to_double(a) <=> to_double(b);
}

bool is_zero(const number& n) noexcept {
  if (const auto* const r = std::get_if<real>(&n)) return r->value == 0;
  return std::get<exact>(n).magnitude == 0;
}

std::string to_text(const number& n) {
  return std::visit([](const auto& value) { return to_text(value); }, n);
}

}  // namespace comeback::com
