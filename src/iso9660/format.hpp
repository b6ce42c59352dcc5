// SPDX-License-Identifier: Apache-2.0
// The records of ECMA-119 (ISO 9660), second edition. docs/formats/iso9660.md shows where they lie.
#pragma once

#include "base/time.hpp"
#include "disk/ordered.hpp"
#include "disk/record.hpp"
#include "disk/units.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace comeback::iso9660 {

using disk::be16;
using disk::be32;
using disk::both16;
using disk::both32;
using disk::le16;
using disk::le32;
using disk::text;
using u8 = std::uint8_t;

inline constexpr disk::block_count system_area{16};  // ECMA-119 6.2.1

enum class descriptor_type : u8 {
  boot = 0,
  primary = 1,
  supplementary = 2,
  partition = 3,
  terminator = 255
};  // 8.1.1

struct recorded_time {  // ECMA-119 9.1.5
  u8 years_since_1900{}, month{}, day{}, hour{}, minute{}, second{};
  u8 quarters_from_utc{};  // signed, 15 minutes each
};
static_assert(disk::record<recorded_time> && sizeof(recorded_time) == 7);

struct volume_time {  // ECMA-119 8.4.26.1: digits, then the signed offset from UTC
  text<4> year;
  text<2> month, day, hour, minute, second, hundredths;
  u8 quarters_from_utc{};
};
static_assert(disk::record<volume_time> && sizeof(volume_time) == 17);

enum file_flags : u8 { hidden = 0x01, directory = 0x02, associated = 0x04, more_sections = 0x80 };  // 9.1.6

struct directory_record {  // ECMA-119 9.1, the fixed part; the identifier follows
  u8 length{}, xattr_length{};
  both32 extent{}, size{};
  recorded_time recorded{};
  u8 flags{}, unit{}, gap{};
  both16 volume{};
  u8 identifier_length{};
};
static_assert(disk::record<directory_record> && sizeof(directory_record) == 33);

template <class Word32, class Word16>
struct path_table_record {  // ECMA-119 9.4, the fixed part; the identifier follows, padded to an even length
  u8 identifier_length{}, xattr_length{};
  Word32 extent;
  Word16 parent;
};
using path_record_l = path_table_record<le32, le16>;
using path_record_m = path_table_record<be32, be16>;
static_assert(disk::record<path_record_l> && sizeof(path_record_l) == 8);
static_assert(disk::record<path_record_m> && sizeof(path_record_m) == 8);
/// Directories that may have others in them: a parent's number has 16 bits (9.4.4).
inline constexpr std::size_t parent_limit = 65535;

struct descriptor_header {  // ECMA-119 8.1
  u8 type{};
  text<5> standard{{'C', 'D', '0', '0', '1'}};
  u8 version{1};
};
static_assert(disk::record<descriptor_header> && sizeof(descriptor_header) == 7);

struct volume_descriptor {  // ECMA-119 8.4 (primary) and 8.5 (supplementary), which differ in `flags` and
                            // `escapes`
  descriptor_header header;
  u8 flags{};
  text<32> system, volume;
  std::array<u8, 8> unused1{};
  both32 blocks;
  std::array<u8, 32> escapes{};
  both16 set_size, sequence, block_size;
  both32 path_table_size;
  le32 path_table_l, optional_path_table_l;
  be32 path_table_m, optional_path_table_m;
  directory_record root;
  u8 root_identifier{};
  text<128> volume_set, publisher, preparer, application;
  text<37> copyright_file, abstract_file, bibliographic_file;
  volume_time created, changed, expires, effective;
  u8 structure_version{1}, reserved1{};
  std::array<u8, 512> application_use{};
  std::array<u8, 653> reserved2{};
};
static_assert(disk::record<volume_descriptor> && sizeof(volume_descriptor) == disk::block_size);
static_assert(offsetof(volume_descriptor, escapes) == 88 && offsetof(volume_descriptor, root) == 156);
static_assert(offsetof(volume_descriptor, volume_set) == 190 && offsetof(volume_descriptor, created) == 813);

/// Times are recorded in UTC. Years that seven bytes cannot hold (before 1900, after 2155) become the
/// nearest.
[[nodiscard]] recorded_time to_recorded(base::timestamp t) noexcept;
[[nodiscard]] base::timestamp from_recorded(const recorded_time& t) noexcept;
[[nodiscard]] volume_time to_volume_time(base::timestamp t) noexcept;
/// Sixteen digits '0': no time is given (8.4.26.1).
[[nodiscard]] volume_time no_volume_time() noexcept;
/// Empty where the digits give none.
[[nodiscard]] std::optional<base::timestamp> from_volume_time(const volume_time& t) noexcept;

}  // namespace comeback::iso9660

namespace comeback::disk {

template <>
inline constexpr auto fields_of<iso9660::directory_record> = std::array{
    COMEBACK_FIELD(iso9660::directory_record, length, "9.1.1"),
    COMEBACK_FIELD(iso9660::directory_record, xattr_length, "9.1.2"),
    COMEBACK_FIELD(iso9660::directory_record, extent, "9.1.3"),
    COMEBACK_FIELD(iso9660::directory_record, size, "9.1.4"),
    COMEBACK_FIELD(iso9660::directory_record, recorded, "9.1.5"),
    COMEBACK_FIELD(iso9660::directory_record, flags, "9.1.6"),
    COMEBACK_FIELD(iso9660::directory_record, unit, "9.1.7"),
    COMEBACK_FIELD(iso9660::directory_record, gap, "9.1.8"),
    COMEBACK_FIELD(iso9660::directory_record, volume, "9.1.9"),
    COMEBACK_FIELD(iso9660::directory_record, identifier_length, "9.1.10"),
};

template <>
inline constexpr auto fields_of<iso9660::volume_descriptor> = std::array{
    COMEBACK_FIELD(iso9660::volume_descriptor, flags, "8.5.3"),
    COMEBACK_FIELD(iso9660::volume_descriptor, system, "8.4.5"),
    COMEBACK_FIELD(iso9660::volume_descriptor, volume, "8.4.6"),
    COMEBACK_FIELD(iso9660::volume_descriptor, blocks, "8.4.8"),
    COMEBACK_FIELD(iso9660::volume_descriptor, escapes, "8.5.6"),
    COMEBACK_FIELD(iso9660::volume_descriptor, set_size, "8.4.10"),
    COMEBACK_FIELD(iso9660::volume_descriptor, sequence, "8.4.11"),
    COMEBACK_FIELD(iso9660::volume_descriptor, block_size, "8.4.12"),
    COMEBACK_FIELD(iso9660::volume_descriptor, path_table_size, "8.4.13"),
    COMEBACK_FIELD(iso9660::volume_descriptor, path_table_l, "8.4.14"),
    COMEBACK_FIELD(iso9660::volume_descriptor, path_table_m, "8.4.16"),
    COMEBACK_FIELD(iso9660::volume_descriptor, root, "8.4.18"),
    COMEBACK_FIELD(iso9660::volume_descriptor, volume_set, "8.4.19"),
    COMEBACK_FIELD(iso9660::volume_descriptor, publisher, "8.4.20"),
    COMEBACK_FIELD(iso9660::volume_descriptor, preparer, "8.4.21"),
    COMEBACK_FIELD(iso9660::volume_descriptor, application, "8.4.22"),
    COMEBACK_FIELD(iso9660::volume_descriptor, created, "8.4.26"),
    COMEBACK_FIELD(iso9660::volume_descriptor, structure_version, "8.4.30"),
};

}  // namespace comeback::disk
