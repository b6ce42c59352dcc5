// SPDX-License-Identifier: Apache-2.0
#include "com/data/number.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <winerror.h>

namespace comeback::com {
namespace {

constexpr unsigned most_scale = 38, decimal_scale = 28, currency_scale = 4;
constexpr uint128 decimal_limit = uint128{1} << 96;

constexpr auto powers = [] {
  std::array<uint128, most_scale + 1> made{};
  made[0] = 1;
  for (std::size_t i = 1; i < made.size(); ++i) made[i] = made[i - 1] * 10;
  return made;
}();

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

std::string digits_of(uint128 value) {
  std::string text;
  for (; value > 0; value /= 10) text.push_back(static_cast<char>('0' + static_cast<int>(value % 10)));
  if (text.empty()) text = "0";
  std::reverse(text.begin(), text.end());
  return text;
}

std::string to_text(const exact& e) {
  std::string text = digits_of(e.magnitude);
  if (e.scale > 0) {
    if (text.size() <= e.scale) text.insert(0, e.scale + 1 - text.size(), '0');
    text.insert(text.size() - e.scale, 1, '.');
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  if (e.negative && e.magnitude != 0 && text != "0") text.insert(0, 1, '-');
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

// A plain text of digits: "123", "1.5e-7". `tiny`: it is below 1, so that what is out of range is so near to
// 0 that no double tells it from 0.
HRESULT read_real(const std::string& text, bool negative, bool tiny, double& out) noexcept {
  double value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault == std::errc::result_out_of_range) {
    if (!tiny) return DISP_E_OVERFLOW;
    value = 0;
  } else if (fault != std::errc() || end != text.data() + text.size()) {
    return DISP_E_TYPEMISMATCH;
  }
  out = negative ? -value : value;
  return S_OK;
}

struct scanned {
  std::string digits;  // what from_chars reads
  uint128 magnitude = 0;
  int significant = 0;  // digits from the first that is not 0
  int places = 0;       // behind the point
  bool fits = true;     // in `magnitude`
  bool negative = false;
};

class scanner {
 public:
  explicit scanner(std::wstring_view text) : rest_(text) {}

  HRESULT read(number& out) {
    trim();
    const bool enclosed = enclosing();
    bool sign = leading();
    if (!rest_.empty() && rest_.front() == L'&') return sign || enclosed ? DISP_E_TYPEMISMATCH : radix(out);
    if (take(L'$') && !sign) sign = leading();
    if (!mantissa() || !exponent()) return DISP_E_TYPEMISMATCH;
    trim();
    if (!sign && !enclosed) trailing();
    if (!rest_.empty()) return DISP_E_TYPEMISMATCH;
    found_.negative |= enclosed;
    return finish(out);
  }

 private:
  static bool blank(wchar_t c) { return c == L' ' || c == L'\t' || c == L'\n' || c == L'\r' || c == 0xA0; }
  static bool digit(wchar_t c) { return c >= L'0' && c <= L'9'; }
  void trim() {
    while (!rest_.empty() && blank(rest_.front())) rest_.remove_prefix(1);
    while (!rest_.empty() && blank(rest_.back())) rest_.remove_suffix(1);
  }
  bool take(wchar_t c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool enclosing() {
    if (rest_.size() < 2 || rest_.front() != L'(' || rest_.back() != L')') return false;
    rest_ = rest_.substr(1, rest_.size() - 2);
    trim();
    return true;
  }
  bool leading() {
    const bool minus = take(L'-');
    if (!minus && !take(L'+')) return false;
    found_.negative = minus;
    trim();
    return true;
  }
  void trailing() {
    found_.negative = take(L'-');
    if (!found_.negative) take(L'+');
  }

  void add(wchar_t c) {
    found_.digits.push_back(static_cast<char>(c));
    if (c != L'0' || found_.significant > 0) ++found_.significant;
    uint128 next = 0;
    if (__builtin_mul_overflow(found_.magnitude, uint128{10}, &next) || next >= uint128{1} << 126)
      found_.fits = false;
    else
      found_.magnitude = next + static_cast<uint128>(c - L'0');
  }
  bool mantissa() {
    bool any = false, point = false;
    for (; !rest_.empty(); rest_.remove_prefix(1)) {
      const wchar_t c = rest_.front();
      if (digit(c)) {
        add(c);
        found_.places += point;
        any = true;
      } else if (c == L'.' && !point) {
        point = true;
        found_.digits.push_back('.');
      } else if (c != L',' || point || !any) {
        break;
      }
    }
    if (!any) return false;
    if (found_.digits.front() == '.') found_.digits.insert(0, 1, '0');
    if (found_.digits.back() == '.') found_.digits.pop_back();
    return true;
  }
  bool exponent() {
    if (rest_.empty() || std::wstring_view(L"eEdD").find(rest_.front()) == std::wstring_view::npos)
      return true;
    rest_.remove_prefix(1);
    const bool minus = take(L'-');
    if (!minus) take(L'+');
    if (rest_.empty() || !digit(rest_.front())) return false;
    constexpr int beyond = 99'999'999;  // ten times as much is still an int
    int value = 0;
    for (; !rest_.empty() && digit(rest_.front()); rest_.remove_prefix(1))
      value = std::min(value * 10 + (rest_.front() - L'0'), beyond);
    found_.digits += minus ? "e-" : "e";
    found_.digits += std::to_string(value);
    found_.places += minus ? value : -value;
    return true;
  }
  HRESULT radix(number& out) {
    rest_.remove_prefix(1);
    const bool hex = take(L'H') || take(L'h');
    if (!hex && !take(L'O') && !take(L'o')) return DISP_E_TYPEMISMATCH;
    std::string digits;
    for (const wchar_t c : rest_) digits.push_back(c < 0x80 ? static_cast<char>(c) : '?');
    std::uint64_t value = 0;
    const auto [end, fault] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 8);
    if (fault == std::errc::result_out_of_range) return DISP_E_OVERFLOW;
    if (fault != std::errc() || end != digits.data() + digits.size()) return DISP_E_TYPEMISMATCH;
    out = whole(static_cast<int128>(value));
    return S_OK;
  }
  HRESULT finish(number& out) const {
    exact e{found_.magnitude, 0, found_.negative};
    if (found_.fits && found_.places >= 0 && found_.places <= static_cast<int>(most_scale)) {
      e.scale = static_cast<unsigned>(found_.places);
      return out = e, S_OK;
    }
    if (found_.fits && found_.places < 0 && -found_.places <= static_cast<int>(decimal_scale) &&
        !__builtin_mul_overflow(e.magnitude, powers[static_cast<unsigned>(-found_.places)], &e.magnitude) &&
        e.magnitude < decimal_limit)
      return out = e, S_OK;
    real r;
    const bool tiny = found_.significant <= found_.places;
    const HRESULT hr = read_real(found_.digits, found_.negative, tiny, r.value);
    return out = r, hr;
  }

  std::wstring_view rest_;
  scanned found_;
};

}  // namespace

exact whole(int128 value) noexcept {
  return {value < 0 ? -static_cast<uint128>(value) : static_cast<uint128>(value), 0, value < 0};
}

exact currency(CY value) noexcept {
  exact e = whole(value.int64);
  e.scale = currency_scale;
  return e;
}

HRESULT from_decimal(const DECIMAL& value, exact& out) noexcept {
  if (value.scale > decimal_scale || (value.sign & ~0x80) != 0) return DISP_E_TYPEMISMATCH;
  out = {uint128{value.Hi32} << 64 | value.Lo64, value.scale, value.sign != 0};
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
  return set_scale(e, 0) ? signed_within(e, low, high, out) : DISP_E_OVERFLOW;
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

HRESULT parse_number(std::wstring_view text, number& out) noexcept try {
  return scanner(text).read(out);
} catch (...) {
  return E_OUTOFMEMORY;
}

std::string to_text(const number& n) {
  return std::visit([](const auto& value) { return to_text(value); }, n);
}

}  // namespace comeback::com
