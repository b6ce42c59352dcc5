// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <utf8proc.h>

namespace comeback::base {
namespace {

constexpr char32_t replacement = 0xFFFD;

// The next code point of `text`, and how many bytes it takes; -1 and 1 for a byte that is no UTF-8.
struct decoded {
  utf8proc_int32_t point;
  std::size_t bytes;
};

decoded decode(std::string_view text) {
  if (static_cast<unsigned char>(text.front()) < 0x80) return {text.front(), 1};
  utf8proc_int32_t point = -1;
  const auto used = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                     static_cast<utf8proc_ssize_t>(text.size()), &point);
  if (used <= 0) return {-1, 1};
  return {point, static_cast<std::size_t>(used)};
}

bool is_scalar(char32_t c) { return c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF); }

void append_utf8(std::string& out, char32_t c) {
  utf8proc_uint8_t bytes[4];
  const auto n = utf8proc_encode_char(static_cast<utf8proc_int32_t>(is_scalar(c) ? c : replacement), bytes);
  out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(n));
}

void append_utf16(std::u16string& out, char32_t c) {
  if (c < 0x10000) {
    out.push_back(static_cast<char16_t>(c));
  } else {
    out.push_back(static_cast<char16_t>(0xD7C0 + (c >> 10)));
    out.push_back(static_cast<char16_t>(0xDC00 + (c & 0x3FF)));
  }
}

// Calls `each` with every code point, replaced where the bytes are no UTF-8; false when there were such
// bytes.
template <class Each>
bool for_each_point(std::string_view text, Each each) {
  bool valid = true;
  while (!text.empty()) {
    const auto [point, bytes] = decode(text);
    valid = valid && point >= 0;
    each(point >= 0 ? static_cast<char32_t>(point) : replacement);
    text.remove_prefix(bytes);
  }
  return valid;
}

// What could move the cursor, ring, or reorder the line on a terminal.
bool is_unprintable(char32_t c) {
  const bool control = c < 0x20 || (c >= 0x7F && c < 0xA0);
  const bool direction =
      (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F;
  return control || direction || c == 0x2028 || c == 0x2029;
}

// A byte that is a whole character, and may be shown: most are.
bool is_plain(char c) { return c >= 0x20 && c < 0x7F; }

}  // namespace

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const auto [point, bytes] = decode(text);
    if (point < 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

std::u32string to_utf32_lossy(std::string_view text) {
  std::u32string out;
  for_each_point(text, [&](char32_t c) { out.push_back(c); });
  return out;
}

std::u16string to_utf16_lossy(std::string_view text) {
  std::u16string out;
  for_each_point(text, [&](char32_t c) { append_utf16(out, c); });
  return out;
}

std::optional<std::u32string> to_utf32(std::string_view text) {
  std::u32string out;
  if (!for_each_point(text, [&](char32_t c) { out.push_back(c); })) return std::nullopt;
  return out;
}

std::optional<std::u16string> to_utf16(std::string_view text) {
  std::u16string out;
  if (!for_each_point(text, [&](char32_t c) { append_utf16(out, c); })) return std::nullopt;
  return out;
}

std::string to_utf8(std::u32string_view text) {
  std::string out;
  for (const char32_t c : text) append_utf8(out, c);
  return out;
}

std::string to_utf8(std::u16string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char32_t high = text[i];
    const bool pair = high >= 0xD800 && high < 0xDC00 && i + 1 < text.size() && text[i + 1] >= 0xDC00 &&
                      text[i + 1] < 0xE000;
    append_utf8(out, pair ? 0x10000 + ((high - 0xD800) << 10) + (text[++i] - 0xDC00U) : high);
  }
  return out;
}

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto plain = std::ranges::find_if_not(text, is_plain) - text.begin();
    out.append(text.substr(0, static_cast<std::size_t>(plain)));
    text.remove_prefix(static_cast<std::size_t>(plain));
    if (text.empty()) break;
    const auto [point, bytes] = decode(text);
    if (point < 0) {
      out += fmt::format("\\x{:02X}", static_cast<unsigned char>(text.front()));
    } else if (is_unprintable(static_cast<char32_t>(point))) {
      out += point < 0x100 ? fmt::format("\\x{:02X}", point) : fmt::format("\\u{{{:04X}}}", point);
    } else {
      out.append(text.substr(0, bytes));
    }
    text.remove_prefix(bytes);
  }
  return out;
}

std::string printable_excerpt(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return printable(text);
  std::size_t end = limit;
  const auto continues = [text](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
  };
  while (end > 0 && limit - end < 3 && continues(end)) --end;  // no code point is cut
  return printable(text.substr(0, end)) + "\u2026";
}

std::string valid_utf8(std::string_view text) {
  std::string out;
  for_each_point(text, [&](char32_t c) { append_utf8(out, c); });
  return out;
}

std::string fold_case(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto [point, bytes] = decode(text);
    if (point < 0) {
      out.push_back(text.front());
    } else {
      append_utf8(out, static_cast<char32_t>(utf8proc_tolower(point)));
    }
    text.remove_prefix(bytes);
  }
  return out;
}

}  // namespace comeback::base
