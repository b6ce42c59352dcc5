// SPDX-License-Identifier: Apache-2.0
// FormatMessage: the sentences of base/error_table, or a string of the caller's, with inserts.

#include "base/error.hpp"
#include "com/data/memory.hpp"
#include "com/data/text.hpp"

#include <algorithm>
#include <array>
#include <climits>
#include <cstring>
#include <cwchar>
#include <optional>
#include <string>
#include <string_view>

#include <winbase.h>

namespace comeback::com {
namespace {

thread_local DWORD last_error = ERROR_SUCCESS;

/// How a call ends without a text.
struct refusal {
  DWORD code;
};

/// The values of the inserts in turn, out of an array or a va_list; read once, asked for in any order.
class inserts {
 public:
  inserts(DWORD flags, va_list* arguments) noexcept
      : array_((flags & FORMAT_MESSAGE_ARGUMENT_ARRAY) != 0), arguments_(arguments) {}
  DWORD_PTR operator[](std::size_t number) {
    if (!arguments_ || number == 0 || number > values_.size()) throw refusal{ERROR_INVALID_PARAMETER};
    if (array_) return reinterpret_cast<const DWORD_PTR*>(arguments_)[number - 1];
    for (; read_ < number; ++read_) values_.at(read_) = va_arg(*arguments_, DWORD_PTR);
    return values_.at(number - 1);
  }

 private:
  bool array_;
  va_list* arguments_;
  std::size_t read_ = 0;
  std::array<DWORD_PTR, 99> values_{};
};

std::wstring printed(const wchar_t* format, DWORD_PTR value) {
  std::array<wchar_t, 1024> text{};  // harmless() lets no wider one through
  const int length = std::swprintf(text.data(), text.size(), format, static_cast<unsigned>(value));
  return length < 0 ? std::wstring() : std::wstring(text.data(), static_cast<std::size_t>(length));
}

constexpr std::wstring_view digits = L"0123456789";

/// "08" of "08x": flags and a width, of at most three characters; anything else is refused.
bool harmless(std::wstring_view width) {
  return width.size() <= 3 && width.find_first_not_of(L"0123456789-") == std::wstring_view::npos &&
         width.find(L'-', 1) == std::wstring_view::npos;
}

std::wstring padded(std::wstring text, std::wstring_view width) {
  const bool left = width.starts_with(L'-');
  const std::wstring digits_only(width.substr(left ? 1 : 0));
  const auto wanted = digits_only.empty() ? 0 : static_cast<std::size_t>(std::stoul(digits_only));
  if (text.size() < wanted) text.insert(left ? text.size() : 0, wanted - text.size(), L' ');
  return text;
}

/// One insert by its format: what stands between the exclamation marks, `s` where nothing does.
std::wstring insert(std::wstring_view format, DWORD_PTR value, bool narrow) {
  const wchar_t kind = format.empty() ? L's' : format.back();
  const std::wstring_view width = format.empty() ? format : format.substr(0, format.size() - 1);
  if (!harmless(width)) throw refusal{ERROR_INVALID_PARAMETER};
  if (kind == L's' || kind == L'S') {
    if (!value) return padded(L"(null)", width);
    const bool bytes = narrow == (kind == L's');
    return padded(bytes ? to_wide(reinterpret_cast<const char*>(value))
                        : std::wstring(reinterpret_cast<const wchar_t*>(value)),
                  width);
  }
  if (kind == L'c' || kind == L'C') return padded(std::wstring(1, static_cast<wchar_t>(value)), width);
  if (std::wstring_view(L"diuxX").find(kind) == std::wstring_view::npos)
    throw refusal{ERROR_INVALID_PARAMETER};
  return printed((L"%" + std::wstring(width) + kind).c_str(), value);
}

/// What follows a percent sign: `at` stands on it, and is left behind it.
class expansion {
 public:
  expansion(std::wstring_view from, inserts& values, bool keep, bool narrow)
      : from_(from), values_(values), keep_(keep), narrow_(narrow) {}

  std::wstring run() {
    while (at_ < from_.size() && !ended_) {
      if (from_[at_] != L'%' || at_ + 1 == from_.size())
        out_ += from_[at_++];
      else
        escape();
    }
    return std::move(out_);
  }

 private:
  void escape() {
    const wchar_t next = from_[at_ + 1];
    if (next >= L'1' && next <= L'9') return number();
    at_ += 2;
    if (keep_)
      out_.append({L'%', next});
    else if (next == L'0')
      ended_ = true;
    else
      out_ += plain(next);
  }

  static std::wstring plain(wchar_t next) {
    if (next == L'n') return L"\r\n";
    if (next == L'r') return L"\r";
    if (next == L't') return L"\t";
    if (next == L'b') return L" ";
    return {next};
  }

  void number() {
    const std::size_t begin = at_++;
    const std::size_t end = std::min({from_.find_first_not_of(digits, at_), at_ + 2, from_.size()});
    const auto which = static_cast<std::size_t>(std::stoul(std::wstring(from_.substr(at_, end - at_))));
    at_ = end;
    const std::wstring_view format = between_marks();
    out_ += keep_ ? std::wstring(from_.substr(begin, at_ - begin)) : insert(format, values_[which], narrow_);
  }

  std::wstring_view between_marks() {
    if (at_ >= from_.size() || from_[at_] != L'!') return {};
    const std::size_t end = from_.find(L'!', at_ + 1);
    if (end == std::wstring_view::npos) return {};
    const std::wstring_view format = from_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return format;
  }

  std::wstring_view from_;
  inserts& values_;
  bool keep_, narrow_;
  bool ended_ = false;
  std::size_t at_ = 0;
  std::wstring out_;
};

/// Codes are HRESULTs; one without a severity may be a system error, which has its row as an HRESULT.
std::wstring sentence_of(DWORD code) {
  const base::error_entry* entry = base::find_error(code);
  if (!entry) entry = base::find_error(static_cast<DWORD>(HRESULT_FROM_WIN32(code)));
  if (!entry) throw refusal{ERROR_MR_MID_NOT_FOUND};
  return to_wide(entry->sentence) + L"\r\n";
}

/// Line breaks become spaces where the caller breaks lines itself.
std::wstring on_one_line(std::wstring text) {
  for (std::size_t at = 0; (at = text.find(L"\r\n", at)) != std::wstring::npos;) text.replace(at, 2, L" ");
  return text;
}

std::wstring message(DWORD flags, const std::optional<std::wstring>& source, DWORD code, va_list* arguments,
                     bool narrow) {
  constexpr DWORD tables = FORMAT_MESSAGE_FROM_HMODULE | FORMAT_MESSAGE_FROM_SYSTEM;
  if (!source && !(flags & tables)) throw refusal{ERROR_INVALID_PARAMETER};
  std::wstring text = source ? *source : sentence_of(code);
  if (flags & FORMAT_MESSAGE_MAX_WIDTH_MASK) text = on_one_line(std::move(text));
  if (!source) return text;  // our sentences hold no inserts
  inserts values(flags, arguments);
  return expansion(text, values, (flags & FORMAT_MESSAGE_IGNORE_INSERTS) != 0, narrow).run();
}

template <class Unit>
std::optional<std::wstring> source_of(DWORD flags, const void* source) {
  if (!(flags & FORMAT_MESSAGE_FROM_STRING)) return std::nullopt;
  if (!source) throw refusal{ERROR_INVALID_PARAMETER};
  if constexpr (sizeof(Unit) == 1)
    return to_wide(static_cast<const char*>(source));
  else
    return std::wstring(static_cast<const wchar_t*>(source));
}

template <class Unit>
DWORD deliver(const std::basic_string<Unit>& text, DWORD flags, Unit* buffer, DWORD size) {
  if (!buffer || text.size() >= UINT_MAX / sizeof(Unit)) throw refusal{ERROR_INVALID_PARAMETER};
  const auto count = static_cast<DWORD>(text.size());
  Unit* into = buffer;
  if (flags & FORMAT_MESSAGE_ALLOCATE_BUFFER) {
    const DWORD units = count + 1 > size ? count + 1 : size;
    into = static_cast<Unit*>(allocate(std::size_t{units} * sizeof(Unit)));
    if (!into) throw refusal{ERROR_NOT_ENOUGH_MEMORY};
    *reinterpret_cast<Unit**>(buffer) = into;
  } else if (count >= size) {
    throw refusal{ERROR_INSUFFICIENT_BUFFER};
  }
  std::memcpy(into, text.c_str(), (std::size_t{count} + 1) * sizeof(Unit));
  return count;
}

template <class Unit>
DWORD format(DWORD flags, const void* source, DWORD code, Unit* buffer, DWORD size,
             va_list* arguments) noexcept {
  try {
    constexpr bool narrow = sizeof(Unit) == 1;
    const std::wstring text = message(flags, source_of<Unit>(flags, source), code, arguments, narrow);
    if constexpr (narrow)
      return deliver<Unit>(to_utf8(text), flags, buffer, size);
    else
      return deliver<Unit>(text, flags, buffer, size);
  } catch (const refusal& refused) {
    last_error = refused.code;
  } catch (...) {
    last_error = ERROR_NOT_ENOUGH_MEMORY;
  }
  return 0;
}

}  // namespace
}  // namespace comeback::com

DWORD FormatMessageW(DWORD flags, LPCVOID source, DWORD message, DWORD /*language*/, LPWSTR buffer,
                     DWORD size, va_list* arguments) {
  return comeback::com::format(flags, source, message, buffer, size, arguments);
}

DWORD FormatMessageA(DWORD flags, LPCVOID source, DWORD message, DWORD /*language*/, LPSTR buffer, DWORD size,
                     va_list* arguments) {
  return comeback::com::format(flags, source, message, buffer, size, arguments);
}

HLOCAL LocalFree(HLOCAL memory) {
  comeback::com::release(memory);
  return nullptr;
}

DWORD GetLastError() { return comeback::com::last_error; }
void SetLastError(DWORD code) { comeback::com::last_error = code; }
