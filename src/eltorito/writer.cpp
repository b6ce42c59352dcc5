// SPDX-License-Identifier: Apache-2.0
#include "eltorito/writer.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <limits>

namespace comeback::eltorito {
namespace {

std::uint32_t word(std::uint64_t value) {
  if (value > std::numeric_limits<std::uint32_t>::max())
    throw base::error(base::errc::image_size_limit,
                      "A boot image lies or ends beyond what 32 bits can address.");
  return static_cast<std::uint32_t>(value);
}

template <std::size_t N>
text<N> padded(std::string_view from) {
  text<N> out;
  std::copy_n(from.begin(), std::min(N, from.size()), out.bytes.begin());
  return out;
}

catalog_entry entry_of(const placed_entry& one) {
  catalog_entry out;
  out.indicator = one.entry.bootable ? indicator::bootable : indicator::not_bootable;
  out.media = static_cast<u8>(one.entry.how);
  out.load_segment = one.entry.load_segment;
  if (one.entry.how == emulation::hard_disk && one.entry.facts)
    out.system_type = one.entry.facts->system_type;
  out.sectors = load_sectors(one.entry, one.bytes);
  out.at = word(one.at.value);
  return out;
}

validation_entry validation_of(const boot_entry& first) {
  validation_entry out;
  out.platform = static_cast<u8>(first.on);
  out.id = padded<24>(first.id);
  out.checksum = validation_checksum(out);
  return out;
}

std::size_t section_size(std::span<const placed_entry> rest) {
  const auto end = std::ranges::find_if(rest, [&](const placed_entry& one) {
    return one.entry.on != rest[0].entry.on || one.entry.id != rest[0].entry.id;
  });
  return static_cast<std::size_t>(end - rest.begin());
}

void append_section(std::vector<std::byte>& out, std::span<const placed_entry> section, bool last) {
  section_header header;
  header.indicator = last ? indicator::last_header : indicator::header;
  header.platform = static_cast<u8>(section[0].entry.on);
  header.entries = static_cast<std::uint16_t>(section.size());
  header.id = padded<28>(section[0].entry.id);
  disk::append(out, header);
  for (const auto& one : section) disk::append(out, entry_of(one));
}

}  // namespace

std::uint16_t validation_checksum(const validation_entry& entry) noexcept {
  auto blank = entry;
  blank.checksum = 0;
  const auto bytes = disk::bytes_of(blank);
  std::uint16_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 2)
    sum = static_cast<std::uint16_t>(sum + bytes[i] + (bytes[i + 1] << 8));
  return static_cast<std::uint16_t>(-sum);
}

boot_record record_for(disk::lba catalog) {
  boot_record out;
  out.system = padded<32>(boot_system);
  out.catalog = word(catalog.value);
  return out;
}

std::vector<std::byte> catalog_of(std::span<const placed_entry> entries) {
  if (entries.empty() || entries.size() > entry_limit)
    throw base::error(base::errc::boot_image_data, "A boot catalog holds 1 to 32 boot images.");
  std::vector<std::byte> out;
  disk::append(out, validation_of(entries[0].entry));
  disk::append(out, entry_of(entries[0]));
  for (auto rest = entries.subspan(1); !rest.empty();) {
    const auto n = section_size(rest);
    append_section(out, rest.first(n), n == rest.size());
    rest = rest.subspan(n);
  }
  out.resize(disk::bytes_in(catalog_blocks));
  return out;
}

info_table table_for(const placed_entry& entry, disk::lba primary_descriptor) {
  info_table out;
  out.descriptor = word(primary_descriptor.value);
  out.at = word(entry.at.value);
  out.bytes = word(entry.bytes);
  out.checksum = entry.entry.facts ? entry.entry.facts->checksum : 0;
  return out;
}

void table_checksum::add(std::span<const std::byte> piece) noexcept {
  for (const auto byte : piece) {
    if (at_ >= info_table_end) sum_ += std::to_integer<std::uint32_t>(byte) << (8 * (at_ % 4));
    ++at_;
  }
}

}  // namespace comeback::eltorito
