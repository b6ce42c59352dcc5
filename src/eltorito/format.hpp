// SPDX-License-Identifier: Apache-2.0
// The records of "El Torito" Bootable CD-ROM Format Specification 1.0, section 2.
// docs/formats/el-torito.md shows where they lie.
#pragma once

#include "disk/ordered.hpp"
#include "disk/record.hpp"
#include "disk/units.hpp"
#include "iso9660/format.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace comeback::eltorito {

using disk::le16;
using disk::le32;
using disk::text;
using u8 = std::uint8_t;

/// Where firmware looks for the boot record: nowhere else (section 2.0).
inline constexpr disk::block_count boot_record_block{17};

inline constexpr std::string_view boot_system{"EL TORITO SPECIFICATION"};

/// Figure 7; its first 71 bytes are those of ECMA-119 8.2, of which texts are filled with NUL here.
struct boot_record {
  iso9660::descriptor_header header{.type = static_cast<u8>(iso9660::descriptor_type::boot)};
  text<32> system, identifier;
  le32 catalog;
  std::array<u8, 1973> unused{};
};
static_assert(disk::record<boot_record> && sizeof(boot_record) == disk::block_size);
static_assert(offsetof(boot_record, catalog) == 0x47);

struct validation_entry {  // figure 2
  u8 header{1}, platform{};
  le16 reserved;
  text<24> id;
  le16 checksum;
  std::array<u8, 2> key{0x55, 0xAA};
};
static_assert(disk::record<validation_entry> && sizeof(validation_entry) == 32);

enum indicator : u8 {
  not_bootable = 0x00,
  extension = 0x44,
  bootable = 0x88,
  header = 0x90,
  last_header = 0x91
};

/// Figure 3 (the initial entry, without criteria) and figure 5 (those of sections).
struct catalog_entry {
  u8 indicator{}, media{};
  le16 load_segment;
  u8 system_type{}, unused{};
  le16 sectors;  // of 512 bytes, to load at first
  le32 at;       // block of the boot image
  u8 criteria{};
  std::array<u8, 19> vendor{};
};
static_assert(disk::record<catalog_entry> && sizeof(catalog_entry) == 32);

inline constexpr u8 media_kind = 0x0F, more_extensions = 0x20;  // of `catalog_entry::media`, figure 5

struct section_header {  // figure 4
  u8 indicator{}, platform{};
  le16 entries;
  text<28> id;
};
static_assert(disk::record<section_header> && sizeof(section_header) == 32);

/// What a boot information table tells: bytes 8 to 63 of the boot image, in no document but mkisofs's manual.
struct info_table {
  le32 descriptor;  // block of the primary volume descriptor
  le32 at;          // block of the boot image
  le32 bytes, checksum;
  std::array<u8, 40> reserved{};
};
static_assert(disk::record<info_table> && sizeof(info_table) == 56);
inline constexpr std::size_t info_table_at = 8, info_table_end = 64;

}  // namespace comeback::eltorito

namespace comeback::disk {

template <>
inline constexpr auto fields_of<eltorito::validation_entry> = std::array{
    COMEBACK_FIELD(eltorito::validation_entry, header, "figure 2"),
    COMEBACK_FIELD(eltorito::validation_entry, platform, "figure 2"),
    COMEBACK_FIELD(eltorito::validation_entry, id, "figure 2"),
    COMEBACK_FIELD(eltorito::validation_entry, checksum, "figure 2"),
    COMEBACK_FIELD(eltorito::validation_entry, key, "figure 2"),
};

template <>
inline constexpr auto fields_of<eltorito::catalog_entry> = std::array{
    COMEBACK_FIELD(eltorito::catalog_entry, indicator, "figure 5"),
    COMEBACK_FIELD(eltorito::catalog_entry, media, "figure 5"),
    COMEBACK_FIELD(eltorito::catalog_entry, load_segment, "figure 5"),
    COMEBACK_FIELD(eltorito::catalog_entry, system_type, "figure 5"),
    COMEBACK_FIELD(eltorito::catalog_entry, sectors, "figure 5"),
    COMEBACK_FIELD(eltorito::catalog_entry, at, "figure 5"),
};

template <>
inline constexpr auto fields_of<eltorito::section_header> = std::array{
    COMEBACK_FIELD(eltorito::section_header, indicator, "figure 4"),
    COMEBACK_FIELD(eltorito::section_header, platform, "figure 4"),
    COMEBACK_FIELD(eltorito::section_header, entries, "figure 4"),
    COMEBACK_FIELD(eltorito::section_header, id, "figure 4"),
};

}  // namespace comeback::disk
