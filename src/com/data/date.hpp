// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

#include <optional>
#include <string>
#include <string_view>

#include <oleauto.h>

namespace comeback::com {

/// A DATE as calendar fields. Days count from 1899-12-30; the fraction is the time of day and counts forward
/// even where the day is negative: -1.25 is 1899-12-29 06:00. Years 100 to 9999.
struct date_fields {
  int year = 1899;
  unsigned month = 12, day = 30, hour = 0, minute = 0, second = 0, millisecond = 0;
  bool operator==(const date_fields&) const = default;
};

[[nodiscard]] bool is_date(DATE value) noexcept;
/// Rounded to `per_second` parts of a second (1 or 1000). Empty outside the years.
[[nodiscard]] std::optional<date_fields> to_fields(DATE value, unsigned per_second) noexcept;
/// Empty for a day that no calendar has.
[[nodiscard]] std::optional<DATE> to_date(const date_fields& fields) noexcept;
/// To the second. Whatever the time zone: a DATE does not know its own.
[[nodiscard]] DATE to_date(base::timestamp time) noexcept;
/// Rounded to the second. Empty outside the years.
[[nodiscard]] std::optional<base::timestamp> to_timestamp(DATE value) noexcept;

/// Invariant English whatever the locale: "11/21/2026 13:02:00"; without the time at midnight, without the
/// day on 1899-12-30, at midnight too: that day stands for times alone. VAR_TIMEVALUEONLY and
/// VAR_DATEVALUEONLY choose one of the two.
HRESULT date_text(DATE value, ULONG flags, std::string& out);
/// "11/21/2026", "2026-11-21", "21 Nov 2026", "November 21, 2026", each with or without "13:02[:07]" or
/// "1:02[:07] PM"; a time alone is of 1899-12-30. Two digits of a year: 00 to 29 are of this century.
HRESULT parse_date(std::wstring_view text, ULONG flags, DATE& out) noexcept;

}  // namespace comeback::com
