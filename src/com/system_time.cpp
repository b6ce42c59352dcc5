// SPDX-License-Identifier: Apache-2.0
// DATE, SYSTEMTIME, FILETIME and the two words of DOS.

#include "com/date.hpp"

#include <chrono>
#include <cstdint>

namespace {

namespace chrono = std::chrono;

constexpr chrono::sys_days file_epoch{chrono::year{1601} / 1 / 1};
constexpr std::int64_t ticks_a_second = 10'000'000, ticks_a_millisecond = 10'000, seconds_a_day = 86400;
constexpr unsigned first_dos_year = 1980, last_dos_year = 2107;
constexpr int last_file_year = 30827;

WORD word(unsigned value) { return static_cast<WORD>(value); }

WORD weekday_of(const chrono::year_month_day& date) {
  return word(chrono::weekday{chrono::sys_days{date}}.c_encoding());
}

chrono::year_month_day date_of(int year, unsigned month, unsigned day) {
  return {chrono::year{year}, chrono::month{month}, chrono::day{day}};
}

}  // namespace

INT VariantTimeToSystemTime(DOUBLE time, LPSYSTEMTIME out) {
  const auto f = comeback::com::to_fields(time, 1);
  if (!f || !out) return FALSE;
  *out = {word(static_cast<unsigned>(f->year)),
          word(f->month),
          weekday_of(date_of(f->year, f->month, f->day)),
          word(f->day),
          word(f->hour),
          word(f->minute),
          word(f->second),
          0};
  return TRUE;
}

INT SystemTimeToVariantTime(LPSYSTEMTIME t, DOUBLE* time) {
  if (!t || !time) return FALSE;
  const auto made = comeback::com::to_date(
      {t->wYear, t->wMonth, t->wDay, t->wHour, t->wMinute, t->wSecond, t->wMilliseconds});
  if (!made) return FALSE;
  *time = *made;
  return TRUE;
}

INT VariantTimeToDosDateTime(DOUBLE time, USHORT* dos_date, USHORT* dos_time) {
  const auto f = comeback::com::to_fields(time, 1);
  if (!f || !dos_date || !dos_time) return FALSE;
  const auto year = static_cast<unsigned>(f->year);
  if (year < first_dos_year || year > last_dos_year) return FALSE;
  *dos_date = word((year - first_dos_year) << 9 | f->month << 5 | f->day);
  *dos_time = word(f->hour << 11 | f->minute << 5 | f->second / 2);
  return TRUE;
}

INT DosDateTimeToVariantTime(USHORT dos_date, USHORT dos_time, DOUBLE* time) {
  if (!time) return FALSE;
  const auto made = comeback::com::to_date({static_cast<int>(first_dos_year + (dos_date >> 9)),
                                            dos_date >> 5 & 0xFu, dos_date & 0x1Fu, dos_time >> 11 & 0x1Fu,
                                            dos_time >> 5 & 0x3Fu, (dos_time & 0x1Fu) * 2, 0});
  if (!made) return FALSE;
  *time = *made;
  return TRUE;
}

BOOL SystemTimeToFileTime(const SYSTEMTIME* t, LPFILETIME out) {
  if (!t || !out) return FALSE;
  const auto date = date_of(t->wYear, t->wMonth, t->wDay);
  if (t->wYear < 1601 || t->wYear > last_file_year || !date.ok()) return FALSE;
  if (t->wHour > 23 || t->wMinute > 59 || t->wSecond > 59 || t->wMilliseconds > 999) return FALSE;
  const std::int64_t days = (chrono::sys_days{date} - file_epoch).count();
  const std::int64_t seconds = days * seconds_a_day + (t->wHour * 60 + t->wMinute) * 60 + t->wSecond;
  const auto ticks =
      static_cast<std::uint64_t>(seconds * ticks_a_second + t->wMilliseconds * ticks_a_millisecond);
  *out = {static_cast<DWORD>(ticks), static_cast<DWORD>(ticks >> 32)};
  return TRUE;
}

BOOL FileTimeToSystemTime(const FILETIME* file_time, LPSYSTEMTIME out) {
  if (!file_time || !out || file_time->dwHighDateTime > INT32_MAX) return FALSE;
  const auto ticks =
      static_cast<std::int64_t>(std::uint64_t{file_time->dwHighDateTime} << 32 | file_time->dwLowDateTime);
  const std::int64_t seconds = ticks / ticks_a_second;
  const chrono::year_month_day date{file_epoch + chrono::days{seconds / seconds_a_day}};
  const auto clock = static_cast<unsigned>(seconds % seconds_a_day);
  *out = {word(static_cast<unsigned>(static_cast<int>(date.year()))),
          word(static_cast<unsigned>(date.month())),
          weekday_of(date),
          word(static_cast<unsigned>(date.day())),
          word(clock / 3600),
          word(clock / 60 % 60),
          word(clock % 60),
          word(static_cast<unsigned>(ticks % ticks_a_second / ticks_a_millisecond))};
  return TRUE;
}
