// SPDX-License-Identifier: Apache-2.0
// Texts and names of identifiers: OSTA compressed Unicode (UDF 2.1.1) and entity identifiers (UDF 2.1.5).
#pragma once

#include "udf/format.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace comeback::udf {

/// A compression id, then one byte a character where all are below U+0100, else UTF-16, big-endian. Nothing
/// for an empty text. Characters outside the basic plane are pairs of surrogates.
[[nodiscard]] std::string to_cs0(std::u16string_view text);
/// Empty where the compression id is none of 8, 16, 254, 255, or half a character is missing. Lone surrogates
/// are left as they are.
[[nodiscard]] std::optional<std::u16string> from_cs0(std::string_view bytes);

/// A dstring's bytes (1/7.2.12): text cut to what `size` bytes hold, zeros, and its length as last byte.
[[nodiscard]] std::string dstring_bytes(std::string_view utf8, std::size_t size);
/// UTF-8. Empty where it is none.
[[nodiscard]] std::optional<std::string> text_of_dstring(std::string_view bytes);

template <std::size_t N>
[[nodiscard]] text<N> to_dstring(std::string_view utf8) {
  text<N> out;
  std::ranges::copy(dstring_bytes(utf8, N), out.bytes.begin());
  return out;
}
template <std::size_t N>
[[nodiscard]] std::optional<std::string> from_dstring(const text<N>& d) {
  return text_of_dstring(d.all());
}

/// UDF 2.1.2
[[nodiscard]] charspec cs0() noexcept;

/// An identifier of the standard or of us, without a suffix: "+NSR03", "*Comeback".
[[nodiscard]] regid entity(std::string_view identifier) noexcept;
/// "*OSTA UDF Compliant" (UDF 2.1.5.3); `flags`: 1 hard, 2 soft write protection.
[[nodiscard]] regid domain_entity(std::uint16_t revision, u8 flags) noexcept;
/// "*UDF …": with the revision and an operating system (UDF 6.3: 4, 5 is Linux).
[[nodiscard]] regid udf_entity(std::string_view identifier, std::uint16_t revision) noexcept;
/// Who wrote it.
[[nodiscard]] regid implementation_entity() noexcept;
/// The revision in the suffix of a domain or UDF entity.
[[nodiscard]] std::uint16_t revision_of(const regid& id) noexcept;

}  // namespace comeback::udf
