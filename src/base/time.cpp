// SPDX-License-Identifier: Apache-2.0
#include "base/time.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

namespace comeback::base {

civil_time to_civil(timestamp t) noexcept {
  using namespace std::chrono;
  const sys_seconds at{seconds{t.seconds}};
  const auto day_start = floor<days>(at);
  const year_month_day date{day_start};
  const hh_mm_ss clock{at - day_start};
  return {static_cast<int>(date.year()),
          static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()),
          static_cast<unsigned>(clock.hours().count()),
          static_cast<unsigned>(clock.minutes().count()),
          static_cast<unsigned>(clock.seconds().count())};
}

timestamp from_civil(const civil_time& c) noexcept {
  using namespace std::chrono;
  const year_month_day date{year{static_cast<int>(c.year)}, month{c.month}, day{c.day}};
  const auto at = sys_days{date} + hours{c.hour} + minutes{c.minute} + seconds{c.second};
  return {duration_cast<seconds>(at.time_since_epoch()).count(), 0};
}

std::string to_rfc3339(timestamp t) {
  constexpr std::int64_t first = -62167219200, last = 253402300799;  // 0000-01-01 and the last second of 9999
  auto text = to_string({std::clamp(t.seconds, first, last), 0});
  text[text.find(' ')] = 'T';
  return text;
}

std::string to_string(timestamp t) {
  const auto c = to_civil(t);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}Z", c.year, c.month, c.day, c.hour, c.minute,
                     c.second);
}

}  // namespace comeback::base
