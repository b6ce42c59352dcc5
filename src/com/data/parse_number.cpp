// SPDX-License-Identifier: Apache-2.0
#include "com/data/number.hpp"
#include "com/data/powers.hpp"

#include <algorithm>
#include <charconv>

#include <winerror.h>

namespace comeback::com {
namespace {

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
    exact e = whole(static_cast<int128>(value));
    e.bits = true;
    return out = e, S_OK;
  }
  HRESULT finish(number& out) const {
    exact e{found_.magnitude, 0, found_.negative, false};
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

HRESULT parse_number(std::wstring_view text, number& out) noexcept try {
  return scanner(text).read(out);
} catch (...) {
  return E_OUTOFMEMORY;
}

}  // namespace comeback::com
