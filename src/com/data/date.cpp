// SPDX-License-Identifier: Apache-2.0
#include "com/data/date.hpp"

#include <chrono>
#include <cmath>
#include <cstdint>

#include <fmt/format.h>

namespace comeback::com {
namespace {

namespace chrono = std::chrono;
constexpr chrono::sys_days day_zero{chrono::year{1899} / 12 / 30};
constexpr double first_date = -657434, past_last_date = 2958466;  // 0100-01-01, 10000-01-01
constexpr std::int64_t seconds_a_day = 86400;

}  // namespace

bool is_date(DATE value) noexcept {
  // Minus 657434 and any time of that day: the fraction counts forward, so -657434.75 is still of year 100.
  return value > first_date - 1 && value < past_last_date;
}

namespace {

struct day_and_parts {
  std::int64_t day, parts;
};

std::optional<day_and_parts> split(DATE value, std::int64_t parts_a_day) noexcept {
  if (!is_date(value)) return {};
  const double whole_days = std::trunc(value);
  auto parts = std::llround(std::fabs(value - whole_days) * static_cast<double>(parts_a_day));
  auto day = static_cast<std::int64_t>(whole_days);
  if (parts >= parts_a_day) {  // rounded up into the next day
    parts = 0;
    ++day;
  }
  if (static_cast<double>(day) >= past_last_date) return {};
  return day_and_parts{day, parts};
}

// Counts forward even where the day is negative.
DATE join(std::int64_t day, double time) noexcept {
  const auto days = static_cast<double>(day);
  return days < 0 ? days - time : days + time;
}

}  // namespace

std::optional<date_fields> to_fields(DATE value, unsigned per_second) noexcept {
  const auto found = split(value, seconds_a_day * per_second);
  if (!found) return {};
  const auto [day, parts] = *found;
  const chrono::year_month_day date{day_zero + chrono::days{day}};
  const auto seconds = static_cast<unsigned>(parts / per_second);
  return date_fields{static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()),
                     seconds / 3600,
                     seconds / 60 % 60,
                     seconds % 60,
                     static_cast<unsigned>(parts % per_second) * 1000 / per_second};
}

std::optional<DATE> to_date(const date_fields& f) noexcept {
  const chrono::year_month_day date{chrono::year{f.year}, chrono::month{f.month}, chrono::day{f.day}};
  if (f.year < 100 || f.year > 9999 || !date.ok()) return {};
  if (f.hour > 23 || f.minute > 59 || f.second > 59 || f.millisecond > 999) return {};
  const double parts = ((f.hour * 60.0 + f.minute) * 60 + f.second) * 1000 + f.millisecond;
  return join((chrono::sys_days{date} - day_zero).count(), parts / static_cast<double>(seconds_a_day * 1000));
}

DATE to_date(base::timestamp time) noexcept {
  const auto day = chrono::floor<chrono::days>(chrono::seconds{time.seconds});
  const auto second = chrono::seconds{time.seconds} - day;
  return join(day.count() - day_zero.time_since_epoch().count(),
              static_cast<double>(second.count()) / static_cast<double>(seconds_a_day));
}

std::optional<base::timestamp> to_timestamp(DATE value) noexcept {
  const auto found = split(value, seconds_a_day);
  if (!found) return {};
  const auto day = day_zero.time_since_epoch().count() + found->day;
  return base::timestamp{.seconds = day * seconds_a_day + found->parts, .nanoseconds = 0};
}

HRESULT date_text(DATE value, ULONG flags, std::string& out) {
  const auto f = to_fields(value, 1);
  if (!f) return DISP_E_OVERFLOW;
  const bool midnight = f->hour == 0 && f->minute == 0 && f->second == 0;
  const bool no_day = *f == date_fields{1899, 12, 30, f->hour, f->minute, f->second, f->millisecond};
  const auto day = fmt::format("{:02}/{:02}/{:04}", f->month, f->day, f->year);
  const auto time = fmt::format("{:02}:{:02}:{:02}", f->hour, f->minute, f->second);
  if ((flags & VAR_TIMEVALUEONLY) || (no_day && !(flags & VAR_DATEVALUEONLY)))
    out = time;
  else if ((flags & VAR_DATEVALUEONLY) || midnight)
    out = day;
  else
    out = fmt::format("{} {}", day, time);
  return S_OK;
}

}  // namespace comeback::com
