// SPDX-License-Identifier: Apache-2.0
#include "com/data/date.hpp"

#include <algorithm>
#include <array>
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

constexpr std::array<std::wstring_view, 12> months{L"january",   L"february", L"march",    L"april",
                                                   L"may",       L"june",     L"july",     L"august",
                                                   L"september", L"october",  L"november", L"december"};

std::wstring lower(std::wstring_view text) {
  std::wstring made(text);
  for (wchar_t& c : made)
    if (c >= L'A' && c <= L'Z') c += L'a' - L'A';
  return made;
}

// 1 to 12, or 0: a month's name or its beginning of three letters and more.
unsigned month_named(std::wstring_view word) {
  for (unsigned i = 0; i < months.size(); ++i)
    if (word.size() >= 3 && months[i].starts_with(word)) return i + 1;
  return 0;
}

int full_year(unsigned year, std::size_t digits) noexcept {
  constexpr unsigned turn = 30;
  if (digits > 2) return static_cast<int>(year);
  return static_cast<int>(year < turn ? 2000 + year : 1900 + year);
}

struct token {
  enum { number, word, mark } kind = mark;
  unsigned value = 0;
  std::size_t digits = 0;
  std::wstring text;
};

class date_reader {
 public:
  explicit date_reader(std::wstring_view text) : rest_(text) { next(); }

  HRESULT read(DATE& out) {
    bool day = false, time = false;
    while (!ended_) {
      const bool good = !time && is_time() ? (time = read_time()) : !day && (day = read_day());
      if (!good) return DISP_E_TYPEMISMATCH;
      take_mark(L",");
      if (day && !time && now_.kind == token::word && now_.text == L"t") next();
    }
    const auto made = day || time ? to_date(fields_) : std::nullopt;
    if (!made) return DISP_E_TYPEMISMATCH;
    return out = *made, S_OK;
  }

 private:
  static bool digit(wchar_t c) { return c >= L'0' && c <= L'9'; }
  static bool letter(wchar_t c) { return (c >= L'a' && c <= L'z') || (c >= L'A' && c <= L'Z'); }

  void next() {
    while (!rest_.empty() && (rest_.front() == L' ' || rest_.front() == L'\t')) rest_.remove_prefix(1);
    now_ = {};
    ended_ = rest_.empty();
    if (ended_) return;
    std::size_t size = 1;
    const auto run = [&](auto kind) {
      while (size < rest_.size() && kind(rest_[size])) ++size;
    };
    if (digit(rest_.front())) {
      run(digit);
      now_.kind = token::number;
      now_.digits = size;
      constexpr std::size_t most_digits = 4;
      for (const wchar_t c : rest_.substr(0, std::min(size, most_digits + 1)))
        now_.value = now_.value * 10 + static_cast<unsigned>(c - L'0');
    } else if (letter(rest_.front())) {
      run(letter);
      now_.kind = token::word;
    }
    now_.text = lower(rest_.substr(0, size));
    rest_.remove_prefix(size);
  }
  bool take_mark(std::wstring_view mark) {
    if (ended_ || now_.kind != token::mark || now_.text != mark) return false;
    next();
    return true;
  }
  bool number(unsigned& out, std::size_t* digits = nullptr) {
    if (ended_ || now_.kind != token::number || now_.digits > 4) return false;
    out = now_.value;
    if (digits) *digits = now_.digits;
    next();
    return true;
  }
  [[nodiscard]] bool is_time() const {
    if (now_.kind != token::number) return false;
    std::wstring_view after = rest_;
    while (!after.empty() && after.front() == L' ') after.remove_prefix(1);
    return after.starts_with(L':') || half_of(after) != 0;
  }
  // 'a', 'p' or nothing: "AM", "PM" as a word.
  static wchar_t half_of(std::wstring_view text) {
    const std::wstring word = lower(text.substr(0, 2));
    if (word != L"am" && word != L"pm") return 0;
    return text.size() > 2 && letter(text[2]) ? L'\0' : word.front();
  }

  bool read_time() {
    if (!number(fields_.hour)) return false;
    if (take_mark(L":")) {
      if (!number(fields_.minute)) return false;
      if (take_mark(L":") && !number(fields_.second)) return false;
    }
    if (now_.kind == token::word && (now_.text == L"am" || now_.text == L"pm")) {
      if (fields_.hour < 1 || fields_.hour > 12) return false;
      fields_.hour = fields_.hour % 12 + (now_.text == L"pm" ? 12 : 0);
      next();
    }
    return fields_.hour < 24 && fields_.minute < 60 && fields_.second < 60;
  }

  bool read_day() {
    if (now_.kind == token::word) return read_month_first();
    unsigned first = 0;
    std::size_t digits = 0;
    if (!number(first, &digits)) return false;
    if (digits > 2) return read_year_first(first);
    const bool separated = separator();
    if (now_.kind == token::word) return read_day_first(first);
    fields_.month = first;
    return separated && number(fields_.day) && separator() && read_year();
  }
  bool separator() { return take_mark(L"/") || take_mark(L"-") || take_mark(L"."); }
  bool read_year() {
    unsigned year = 0;
    std::size_t digits = 0;
    if (!number(year, &digits)) return false;
    fields_.year = full_year(year, digits);
    return true;
  }
  bool read_year_first(unsigned year) {
    fields_.year = static_cast<int>(year);
    return separator() && number(fields_.month) && separator() && number(fields_.day);
  }
  bool read_month_first() {
    fields_.month = month_named(now_.text);
    if (fields_.month == 0) return false;
    next();
    if (!number(fields_.day)) return false;
    take_mark(L",");
    return read_year();
  }
  bool read_day_first(unsigned day) {
    fields_.day = day;
    fields_.month = month_named(now_.text);
    if (fields_.month == 0) return false;
    next();
    take_mark(L"-") || take_mark(L",");
    return read_year();
  }

  std::wstring_view rest_;
  token now_;
  bool ended_ = false;
  date_fields fields_;
};

}  // namespace

bool is_date(DATE value) noexcept {
  // Minus 657434 and any time of that day: the fraction counts forward, so -657434.75 is still of year 100.
  return value > first_date - 1 && value < past_last_date;
}

std::optional<date_fields> to_fields(DATE value, unsigned per_second) noexcept {
  if (!is_date(value)) return {};
  const double whole_days = std::trunc(value);
  const auto parts_a_day = seconds_a_day * per_second;
  auto parts = std::llround(std::fabs(value - whole_days) * static_cast<double>(parts_a_day));
  auto days = static_cast<std::int64_t>(whole_days);
  if (parts >= parts_a_day) {  // rounded up into the next day
    parts = 0;
    ++days;
  }
  if (static_cast<double>(days) >= past_last_date) return {};
  const chrono::year_month_day date{day_zero + chrono::days{days}};
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
  const auto days = static_cast<double>((chrono::sys_days{date} - day_zero).count());
  const double parts = ((f.hour * 60.0 + f.minute) * 60 + f.second) * 1000 + f.millisecond;
  const double fraction = parts / static_cast<double>(seconds_a_day * 1000);
  return days < 0 ? days - fraction : days + fraction;
}

HRESULT date_text(DATE value, ULONG flags, std::string& out) {
  const auto f = to_fields(value, 1);
  if (!f) return DISP_E_OVERFLOW;
  const bool midnight = f->hour == 0 && f->minute == 0 && f->second == 0;
  const bool no_day = std::trunc(value) == 0 && !midnight;
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

HRESULT parse_date(std::wstring_view text, ULONG flags, DATE& out) noexcept try {
  DATE made = 0;
  if (const HRESULT hr = date_reader(text).read(made); FAILED(hr)) return hr;
  if (flags & VAR_TIMEVALUEONLY) made = std::fabs(made - std::trunc(made));
  if (flags & VAR_DATEVALUEONLY) made = std::trunc(made);
  out = made;
  return S_OK;
} catch (...) {
  return E_OUTOFMEMORY;
}

}  // namespace comeback::com
