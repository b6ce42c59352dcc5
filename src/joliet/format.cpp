// SPDX-License-Identifier: Apache-2.0
#include "joliet/format.hpp"

#include "base/text.hpp"
#include "joliet/names.hpp"

#include <algorithm>
#include <array>

namespace comeback::joliet {
namespace {

constexpr std::string_view escape_level_3 = "%/E";

// As many units as fit, never half a pair, padded with spaces; a field of odd length ends in a NUL.
template <std::size_t N>
disk::text<N> padded(std::string_view utf8) {
  auto units = base::to_utf16_lossy(utf8);
  if (units.size() > N / 2) {
    const bool torn = units[N / 2 - 1] >= 0xD800 && units[N / 2 - 1] < 0xDC00;
    units.resize(N / 2 - (torn ? 1 : 0));
  }
  units.resize(N / 2, u' ');
  disk::text<N> out;
  const auto bytes = to_bytes(units);
  std::copy(bytes.begin(), bytes.end(), out.bytes.begin());
  return out;
}

std::string trimmed(std::string_view field) {
  auto units = from_bytes(field);
  while (!units.empty() && (units.back() == u' ' || units.back() == u'\0')) units.pop_back();
  return base::to_utf8(units);
}

std::string name(std::string_view identifier) {
  auto units = from_bytes(identifier);
  if (const auto semicolon = units.rfind(u';'); semicolon != std::u16string::npos && semicolon != 0)
    units.resize(semicolon);
  return base::to_utf8(units);
}

}  // namespace

iso9660::volume_descriptor descriptor(const iso9660::volume_facts& facts) {
  auto d = iso9660::unnamed_descriptor(facts);
  d.header.type = static_cast<std::uint8_t>(iso9660::descriptor_type::supplementary);
  std::copy(escape_level_3.begin(), escape_level_3.end(), d.escapes.begin());
  d.system = padded<32>(facts.system);
  d.volume = padded<32>(facts.volume);
  d.volume_set = padded<128>(facts.volume_set);
  d.publisher = padded<128>(facts.publisher);
  d.preparer = padded<128>(facts.preparer);
  d.application = padded<128>(facts.application);
  d.copyright_file = d.abstract_file = d.bibliographic_file = padded<37>("");
  return d;
}

bool is_joliet(const iso9660::volume_descriptor& d) noexcept {
  return d.header.type == static_cast<std::uint8_t>(iso9660::descriptor_type::supplementary) &&
         d.header.version == 1 && d.escapes[0] == '%' && d.escapes[1] == '/' &&
         (d.escapes[2] == '@' || d.escapes[2] == 'C' || d.escapes[2] == 'E');
}

const iso9660::text_style& style() noexcept {
  static constexpr iso9660::text_style joliet{&name, &trimmed};
  return joliet;
}

}  // namespace comeback::joliet
