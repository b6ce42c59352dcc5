// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace comeback::base {

/// The core speaks UTF-8. Names that came from a file system may hold any bytes; these functions say so
/// instead of guessing.

[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

/// One code point a unit; empty when `text` is not UTF-8.
[[nodiscard]] std::optional<std::u32string> to_utf32(std::string_view text);
[[nodiscard]] std::optional<std::u16string> to_utf16(std::string_view text);

/// Bytes that are no UTF-8 become U+FFFD, one for each byte.
[[nodiscard]] std::u32string to_utf32_lossy(std::string_view text);
[[nodiscard]] std::u16string to_utf16_lossy(std::string_view text);

/// Lone surrogates and values above U+10FFFF become U+FFFD.
[[nodiscard]] std::string to_utf8(std::u32string_view text);
[[nodiscard]] std::string to_utf8(std::u16string_view text);

/// Fit for a terminal: control characters (C0, DEL, C1, bidirectional overrides) and bytes that are no UTF-8
/// become \xNN or \u{NNNN}. Names from images and guests are hostile: everything printed goes through this.
[[nodiscard]] std::string printable(std::string_view text);

/// As `printable`, of the first `limit` bytes alone, with "…" where there was more: what fits into a sentence
/// of somebody else's words, however many they are.
[[nodiscard]] std::string printable_excerpt(std::string_view text, std::size_t limit = 300);

/// UTF-8 in any case: bytes that are no UTF-8 become U+FFFD. What JSON output needs.
[[nodiscard]] std::string valid_utf8(std::string_view text);

/// Simple case folding (Unicode), for names that compare without case. Invalid bytes stay as they are.
[[nodiscard]] std::string fold_case(std::string_view text);

}  // namespace comeback::base
