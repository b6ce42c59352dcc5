// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include <oaidl.h>

namespace comeback::com {

__extension__ using int128 = __int128;
__extension__ using uint128 = unsigned __int128;

/// What every integer, a CY and a DECIMAL are: magnitude / 10^scale, with a sign; scale at most 38.
struct exact {
  uint128 magnitude = 0;
  unsigned scale = 0;
  bool negative = false;
  bool bits = false;  ///< written as &H or &O: what they say is the bits of an integer
};

/// What VT_R4, VT_R8 and VT_DATE are. A float says no more than 7 digits, a double 15.
struct real {
  double value = 0;
  int digits = 15;
};

/// A number on its way from one automation type to another. Nothing is lost before the target is known.
using number = std::variant<exact, real>;

[[nodiscard]] exact whole(int128 value) noexcept;
[[nodiscard]] exact currency(CY value) noexcept;
/// DISP_E_TYPEMISMATCH for a scale or a sign that no DECIMAL has.
HRESULT from_decimal(const DECIMAL& value, exact& out) noexcept;

// Halves go to the even neighbour, as automation rounds. DISP_E_OVERFLOW where the target is too small.
/// Bits that need all of a signed type are negative: "&HFFFF" is -1 in 16 bits and 65535 in 32.
HRESULT to_integer(const number& n, int128 low, int128 high, int128& out) noexcept;
HRESULT to_currency(const number& n, CY& out) noexcept;
HRESULT to_decimal(const number& n, DECIMAL& out) noexcept;
[[nodiscard]] double to_double(const number& n) noexcept;
[[nodiscard]] bool is_zero(const number& n) noexcept;
/// By value; without an order where one is not a number.
[[nodiscard]] std::partial_ordering compare(const number& a, const number& b) noexcept;
/// What a VARIANT without reference holds, if it is a number: neither text nor object. DISP_E_TYPEMISMATCH.
HRESULT plain_number(const VARIANT& v, number& out) noexcept;
/// VT_BOOL, VT_DATE, VT_DECIMAL and all whose name is a number's.
[[nodiscard]] bool is_number_type(VARTYPE type) noexcept;
/// Fills the member that belongs to such a type, not the type itself. DISP_E_OVERFLOW.
HRESULT from_number(const number& n, VARTYPE type, VARIANT& out) noexcept;

/// Invariant English whatever the locale: blanks around it, one sign in front or behind, or parentheses for
/// a negative amount, "$", "," between thousands, "." before the fraction, an exponent; or &H and &O with
/// hexadecimal or octal digits. DISP_E_TYPEMISMATCH, DISP_E_OVERFLOW.
HRESULT parse_number(std::wstring_view text, number& out) noexcept;
/// "-12.5"; zeros behind the fraction are cut. A real as "1E+20" where it is very large or small.
[[nodiscard]] std::string to_text(const number& n);

}  // namespace comeback::com
