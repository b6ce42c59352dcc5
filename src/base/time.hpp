// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace comeback::base {

/// An instant: seconds since 1970-01-01 UTC, leap seconds not counted, and nanoseconds in [0, 1e9).
struct timestamp {
  std::int64_t seconds = 0;
  std::uint32_t nanoseconds = 0;
  auto operator<=>(const timestamp&) const = default;
};

/// Calendar fields in UTC (proleptic Gregorian calendar).
struct civil_time {
  std::int64_t year;
  unsigned month, day, hour, minute, second;  ///< month and day count from 1
  bool operator==(const civil_time&) const = default;
};

[[nodiscard]] civil_time to_civil(timestamp t) noexcept;
[[nodiscard]] timestamp from_civil(const civil_time& c) noexcept;

/// "2026-11-21 06:48:00Z"
[[nodiscard]] std::string to_string(timestamp t);
/// "2026-11-21T06:48:00Z" (RFC 3339); instants it cannot write become the nearest it can.
[[nodiscard]] std::string to_rfc3339(timestamp t);

}  // namespace comeback::base
