// SPDX-License-Identifier: Apache-2.0
#include "iso9660/descriptor.hpp"

#include "base/error.hpp"
#include "iso9660/long_names.hpp"
#include "iso9660/names.hpp"

#include <algorithm>
#include <limits>

namespace comeback::iso9660 {
namespace {

std::uint32_t word(std::uint64_t value) {
  if (value > std::numeric_limits<std::uint32_t>::max())
    throw base::error(base::errc::image_size_limit,
                      "The image is beyond the 2^32 blocks that ISO 9660 can address.");
  return static_cast<std::uint32_t>(value);
}

template <std::size_t N>
text<N> padded(std::string_view from, bool a_characters) {
  text<N> out;
  out.bytes.fill(' ');
  const auto usable = descriptor_text(from, N, a_characters);
  std::copy(usable.begin(), usable.end(), out.bytes.begin());
  return out;
}

template <std::size_t N>
text<N> padded_utf8(std::string_view from) {
  text<N> out;
  out.bytes.fill(' ');
  std::ranges::copy(cut_utf8(from, N), out.bytes.begin());
  return out;
}

constexpr u8 enhanced_version = 2;  // of the descriptor and of the file structure

}  // namespace

volume_descriptor unnamed_descriptor(const volume_facts& facts) {
  volume_descriptor d;
  d.blocks = word(facts.blocks.value);
  d.set_size = d.sequence = 1;
  d.block_size = static_cast<std::uint16_t>(disk::block_size);
  d.path_table_size = facts.path_table_bytes;
  d.path_table_l = word(facts.path_table_l.value);
  d.path_table_m = word(facts.path_table_m.value);
  d.root = facts.root;
  d.root.length = sizeof(directory_record) + 1;  // with its identifier, one byte 0 (8.4.18)
  d.created = d.changed = to_volume_time(facts.created);
  d.expires = d.effective = no_volume_time();
  return d;
}

volume_descriptor primary_descriptor(const volume_facts& facts) {
  auto d = unnamed_descriptor(facts);
  d.header.type = static_cast<u8>(descriptor_type::primary);
  d.system = padded<32>(facts.system, true);
  d.volume = padded<32>(facts.volume, false);
  d.volume_set = padded<128>(facts.volume_set, false);
  d.publisher = padded<128>(facts.publisher, true);
  d.preparer = padded<128>(facts.preparer, true);
  d.application = padded<128>(facts.application, true);
  d.copyright_file = d.abstract_file = d.bibliographic_file = padded<37>("", false);
  return d;
}

volume_descriptor enhanced_descriptor(const volume_facts& facts) {
  auto d = unnamed_descriptor(facts);
  d.header.type = static_cast<u8>(descriptor_type::supplementary);
  d.header.version = d.structure_version = enhanced_version;
  d.system = padded_utf8<32>(facts.system);
  d.volume = padded_utf8<32>(facts.volume);
  d.volume_set = padded_utf8<128>(facts.volume_set);
  d.publisher = padded_utf8<128>(facts.publisher);
  d.preparer = padded_utf8<128>(facts.preparer);
  d.application = padded_utf8<128>(facts.application);
  d.copyright_file = d.abstract_file = d.bibliographic_file = padded_utf8<37>("");
  return d;
}

bool is_enhanced(const volume_descriptor& d) noexcept {
  return d.header.type == static_cast<u8>(descriptor_type::supplementary) &&
         d.header.version == enhanced_version;
}

}  // namespace comeback::iso9660
