// SPDX-License-Identifier: Apache-2.0
#include "udf/text.hpp"

#include "base/text.hpp"

namespace comeback::udf {
namespace {

constexpr bool is_low_surrogate(char16_t c) { return c >= 0xDC00 && c < 0xE000; }
constexpr u8 unix_class = 4, linux_id = 5;  // UDF 6.3.1, 6.3.2

std::u16string widen(std::string_view bytes, bool wide) {
  std::u16string out;
  out.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); i += wide ? 2 : 1) {
    const auto first = static_cast<unsigned char>(bytes[i]);
    out.push_back(
        static_cast<char16_t>(wide ? first << 8 | static_cast<unsigned char>(bytes[i + 1]) : first));
  }
  return out;
}

// As many characters of `text` as fit into `room` bytes, no pair torn.
std::string cs0_within(std::u16string_view text, std::size_t room) {
  auto out = to_cs0(text);
  while (out.size() > room) {
    text.remove_suffix(is_low_surrogate(text.back()) && text.size() > 1 ? 2 : 1);
    out = to_cs0(text);
  }
  return out;
}

}  // namespace

std::string to_cs0(std::u16string_view text) {
  std::string out;
  if (text.empty()) return out;
  const bool wide = std::ranges::any_of(text, [](char16_t c) { return c > 0xFF; });
  out.reserve(1 + text.size() * (wide ? 2 : 1));
  out.push_back(wide ? 16 : 8);
  for (const char16_t c : text) {
    if (wide) out.push_back(static_cast<char>(c >> 8));
    out.push_back(static_cast<char>(c & 0xFF));
  }
  return out;
}

std::optional<std::u16string> from_cs0(std::string_view bytes) {
  if (bytes.empty()) return std::u16string();
  const auto id = static_cast<unsigned char>(bytes.front());
  const bool wide = id == 16 || id == 255;  // 254 and 255 mark deleted names (UDF 2.1.1)
  if (!wide && id != 8 && id != 254) return std::nullopt;
  bytes.remove_prefix(1);
  if (wide && bytes.size() % 2 != 0) return std::nullopt;
  return widen(bytes, wide);
}

std::string dstring_bytes(std::string_view utf8, std::size_t size) {
  auto out = cs0_within(base::to_utf16_lossy(utf8.substr(0, size * 4)), size - 1);
  const auto used = out.size();
  out.resize(size);
  out.back() = static_cast<char>(used);
  return out;
}

std::optional<std::string> text_of_dstring(std::string_view bytes) {
  const std::size_t used = bytes.empty() ? 0 : static_cast<unsigned char>(bytes.back());
  if (used > 0 && used >= bytes.size()) return std::nullopt;
  const auto units = from_cs0(bytes.substr(0, used));
  if (!units) return std::nullopt;
  return base::to_utf8(*units);
}

charspec cs0() noexcept {
  charspec out;
  std::ranges::copy(std::string_view("OSTA Compressed Unicode"), out.information.bytes.begin());
  return out;
}

regid entity(std::string_view identifier) noexcept {
  regid out;
  std::ranges::copy(identifier.substr(0, 23), out.identifier.bytes.begin());
  return out;
}

regid domain_entity(std::uint16_t revision, u8 flags) noexcept {
  auto out = entity("*OSTA UDF Compliant");
  out.suffix[0] = static_cast<u8>(revision & 0xFF);
  out.suffix[1] = static_cast<u8>(revision >> 8);
  out.suffix[2] = flags;
  return out;
}

regid udf_entity(std::string_view identifier, std::uint16_t revision) noexcept {
  auto out = entity(identifier);
  out.suffix[0] = static_cast<u8>(revision & 0xFF);
  out.suffix[1] = static_cast<u8>(revision >> 8);
  out.suffix[2] = unix_class;
  out.suffix[3] = linux_id;
  return out;
}

regid implementation_entity() noexcept {
  auto out = entity("*Comeback");
  out.suffix[0] = unix_class;
  out.suffix[1] = linux_id;
  return out;
}

std::uint16_t revision_of(const regid& id) noexcept {
  return static_cast<std::uint16_t>(id.suffix[0] | id.suffix[1] << 8);
}

}  // namespace comeback::udf
