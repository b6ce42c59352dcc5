// SPDX-License-Identifier: Apache-2.0
// DATE, SYSTEMTIME, FILETIME and the two words of DOS.

#include "com/data/date.hpp"

#include <chrono>
#include <cmath>
#include <cstdint>

namespace {

namespace chrono = std::chrono;

constexpr chrono::sys_days file_epoch{chrono::year{1601} / 1 / 1};
constexpr std::int64_t ticks_a_second = 10'000'000, ticks_a_millisecond = 10'000, seconds_a_day = 86400;
constexpr unsigned first_dos_year = 1980, last_dos_year = 2099;  // as documented, though 2107 would fit
constexpr int last_file_year = 30827;

WORD word(unsigned value) { return static_cast<WORD>(value); }

WORD weekday_of(const chrono::year_month_day& date) {
  return word(chrono::weekday{chrono::sys_days{date}}.c_encoding());
}

chrono::year_month_day date_of(int year, unsigned month, unsigned day) {
  return {chrono::year{year}, chrono::month{month}, chrono::day{day}};
}

// What a client fills in may have a day that its month has not, and is set right as documented: day 0 is the
// last of the month before, days up to 31 run into the next. Months and times are not.
std::optional<DATE> set_right(comeback::com::date_fields f) {
  constexpr unsigned most_days = 31;
  const auto first = date_of(f.year, f.month, 1);
  if (f.year < 0 || f.year > 9999 || !first.ok() || f.day > most_days) return {};
  const chrono::year_month_day date{chrono::sys_days{first} + chrono::days{static_cast<int>(f.day) - 1}};
  f.year = static_cast<int>(date.year());
  f.month = static_cast<unsigned>(date.month());
  f.day = static_cast<unsigned>(date.day());
  return comeback::com::to_date(f);
}

// To the second: milliseconds are ignored, as documented.
std::optional<DATE> date_of(const SYSTEMTIME& t) {
  return set_right({t.wYear, t.wMonth, t.wDay, t.wHour, t.wMinute, t.wSecond, 0});
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
  const auto made = date_of(*t);
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
  const unsigned year = first_dos_year + (dos_date >> 9);
  if (!time || year > last_dos_year) return FALSE;
  const auto made = set_right({static_cast<int>(year), dos_date >> 5 & 0xFu, dos_date & 0x1Fu,
                               dos_time >> 11 & 0x1Fu, dos_time >> 5 & 0x3Fu, (dos_time & 0x1Fu) * 2, 0});
  if (!made) return FALSE;
  *time = *made;
  return TRUE;
}

HRESULT VarDateFromUdate(UDATE* from, ULONG flags, DATE* date) {
  if (!from || !date) return E_INVALIDARG;
  const auto made = date_of(from->st);
  if (!made) return E_INVALIDARG;
  *date = flags & VAR_TIMEVALUEONLY   ? std::fabs(*made - std::trunc(*made))
          : flags & VAR_DATEVALUEONLY ? std::trunc(*made)
                                      : *made;
  return S_OK;
}

HRESULT VarDateFromUdateEx(UDATE* from, LCID, ULONG flags, DATE* date) {
  return VarDateFromUdate(from, flags, date);
}

HRESULT VarUdateFromDate(DATE date, ULONG, UDATE* out) {
  UDATE made{};
  if (!out || !VariantTimeToSystemTime(date, &made.st)) return E_INVALIDARG;
  const chrono::sys_days day = date_of(made.st.wYear, made.st.wMonth, made.st.wDay);
  const chrono::sys_days new_year = date_of(made.st.wYear, 1, 1);
  made.wDayOfYear = word(static_cast<unsigned>((day - new_year).count()) + 1);
  *out = made;
  return S_OK;
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
