// SPDX-License-Identifier: Apache-2.0
#include "com/data/date.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace comeback::com {
namespace {

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
