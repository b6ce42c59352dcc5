// SPDX-License-Identifier: Apache-2.0
// The records of ECMA-167, third edition ("4/14.9" is part 4, clause 14.9), and those of the OSTA Universal
// Disk Format ("UDF 2.2.9", numbered as in revision 2.50). docs/formats/udf.md shows where they lie.
#pragma once

#include "base/parsed.hpp"
#include "base/time.hpp"
#include "disk/ordered.hpp"
#include "disk/record.hpp"
#include "disk/units.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace comeback::udf {

using disk::le16;
using disk::le32;
using disk::le64;
using disk::text;
using u8 = std::uint8_t;
template <std::size_t N>
using reserved = std::array<u8, N>;

// --- building blocks ---

enum class tag_id : std::uint16_t {  // ECMA-167 3/7.2.1 and 4/7.2.1
  sparing_table = 0,                 // UDF 2.2.12
  primary_volume = 1,
  anchor = 2,
  volume_pointer = 3,
  implementation_use = 4,
  partition = 5,
  logical_volume = 6,
  unallocated_space = 7,
  terminating = 8,
  integrity = 9,
  file_set = 256,
  file_identifier = 257,
  allocation_extent = 258,
  indirect_entry = 259,
  terminal_entry = 260,
  file_entry = 261,
  extended_attributes = 262,
  unallocated_space_entry = 263,
  space_bitmap = 264,
  partition_integrity = 265,
  extended_file_entry = 266
};

struct tag {  // ECMA-167 3/7.2
  le16 id, version;
  u8 checksum{};  ///< of the other fifteen bytes
  reserved<1> unused{};
  le16 serial, crc, crc_length;
  le32 location;  ///< the block it lies in: in the partition, for what lies in one
};
static_assert(disk::record<tag> && sizeof(tag) == 16);

struct regid {  // ECMA-167 1/7.4
  u8 flags{};
  text<23> identifier;
  std::array<u8, 8> suffix{};
};
static_assert(disk::record<regid> && sizeof(regid) == 32);

struct charspec {  // ECMA-167 1/7.2.1; UDF 2.1.2: always CS0
  u8 type{};
  text<63> information{};
};
static_assert(disk::record<charspec> && sizeof(charspec) == 64);

struct timestamp {     // ECMA-167 1/7.3
  le16 type_and_zone;  ///< 4 bits: 1 is local time; 12 bits, signed: minutes east of UTC, -2047 for none
  le16 year;           ///< signed
  u8 month{}, day{}, hour{}, minute{}, second{};
  u8 centiseconds{}, hundreds_of_microseconds{}, microseconds{};
};
static_assert(disk::record<timestamp> && sizeof(timestamp) == 12);

struct extent_ad {  // ECMA-167 3/7.1
  le32 length;      ///< bytes
  le32 location;    ///< block of the medium
};
static_assert(disk::record<extent_ad> && sizeof(extent_ad) == 8);

struct lb_addr {  // ECMA-167 4/7.1
  le32 block;
  le16 partition;  ///< index into the partition maps
};
static_assert(disk::record<lb_addr> && sizeof(lb_addr) == 6);

/// The two highest bits of a length (4/14.14.1.1).
enum class extent_type : u8 { recorded = 0, allocated = 1, hole = 2, continuation = 3 };
inline constexpr std::uint32_t longest_extent = (1U << 30) - disk::block_size;  // UDF 2.3.10
constexpr extent_type type_of(std::uint32_t length) { return static_cast<extent_type>(length >> 30); }
constexpr std::uint32_t bytes_of_extent(std::uint32_t length) { return length & 0x3FFFFFFF; }
constexpr std::uint32_t typed(extent_type type, std::uint32_t bytes) {
  return (std::uint32_t{static_cast<u8>(type)} << 30) | bytes;
}

struct short_ad {  // ECMA-167 4/14.14.1: in the partition that holds the ICB
  le32 length;
  le32 block;
};
static_assert(disk::record<short_ad> && sizeof(short_ad) == 8);

struct long_ad {  // ECMA-167 4/14.14.2, implementation use as in UDF 2.3.10.1
  le32 length;
  lb_addr location;
  le16 flags;
  le32 unique_id;  ///< of file identifiers and links to stream directories: low half (UDF 2.3.4.3)
};
static_assert(disk::record<long_ad> && sizeof(long_ad) == 16);

// --- recognition and volume structures ---

struct structure_descriptor {  // ECMA-167 2/9.1
  u8 type{};
  text<5> standard;  ///< "BEA01", "NSR02", "NSR03", "TEA01"
  u8 version{1};
  reserved<2041> unused{};
};
static_assert(disk::record<structure_descriptor> && sizeof(structure_descriptor) == disk::block_size);

inline constexpr disk::lba anchor_at{256};  // ECMA-167 3/8.4.2.1

struct anchor {  // ECMA-167 3/10.2
  struct tag tag;
  extent_ad main, reserve;
  reserved<480> unused{};
};
static_assert(disk::record<anchor> && sizeof(anchor) == 512);

struct primary_volume {  // ECMA-167 3/10.1
  struct tag tag;
  le32 sequence_number, number;
  text<32> volume;
  le16 volume_sequence, last_volume_sequence, interchange_level, max_interchange_level;
  le32 character_sets, max_character_sets;
  text<128> volume_set;
  charspec characters, explanatory_characters;
  extent_ad volume_abstract, copyright;
  regid application;
  timestamp recorded;
  regid implementation;
  reserved<64> implementation_use{};
  le32 predecessor;
  le16 flags;
  reserved<22> unused{};
};
static_assert(disk::record<primary_volume> && sizeof(primary_volume) == 512);
static_assert(offsetof(primary_volume, volume_set) == 72 && offsetof(primary_volume, recorded) == 376);

struct implementation_use_volume {  // ECMA-167 3/10.4 with "*UDF LV Info" (UDF 2.2.7)
  struct tag tag;
  le32 sequence_number;
  regid kind;
  charspec characters;
  text<128> logical_volume;
  text<36> info1, info2, info3;
  regid implementation;
  reserved<128> implementation_use{};
};
static_assert(disk::record<implementation_use_volume> && sizeof(implementation_use_volume) == 512);

enum class access_type : std::uint32_t {  // ECMA-167 3/10.5.7
  pseudo_overwritable = 0,                // UDF 2.2.14 (2.60)
  read_only = 1,
  write_once = 2,
  rewritable = 3,
  overwritable = 4
};

struct partition_header {  // ECMA-167 4/14.3
  short_ad unallocated_table, unallocated_bitmap, integrity_table, freed_table, freed_bitmap;
  reserved<88> unused{};
};
static_assert(disk::record<partition_header> && sizeof(partition_header) == 128);

struct partition {  // ECMA-167 3/10.5
  struct tag tag;
  le32 sequence_number;
  le16 flags, number;
  regid contents;  ///< "+NSR02" or "+NSR03"
  partition_header header;
  le32 access, start, length;
  regid implementation;
  reserved<128> implementation_use{};
  reserved<156> unused{};
};
static_assert(disk::record<partition> && sizeof(partition) == 512);
static_assert(offsetof(partition, access) == 184);

struct logical_volume {  // ECMA-167 3/10.6, the fixed part; the partition maps follow
  struct tag tag;
  le32 sequence_number;
  charspec characters;
  text<128> volume;
  le32 block_size;
  regid domain;
  long_ad file_set;
  le32 map_bytes, maps;
  regid implementation;
  reserved<128> implementation_use{};
  extent_ad integrity;
};
static_assert(disk::record<logical_volume> && sizeof(logical_volume) == 440);
static_assert(offsetof(logical_volume, file_set) == 248 && offsetof(logical_volume, integrity) == 432);

struct plain_map {  // ECMA-167 3/10.7.2: type 1
  u8 type{1}, length{6};
  le16 volume_sequence, partition;
};
static_assert(disk::record<plain_map> && sizeof(plain_map) == 6);

struct virtual_map {  // UDF 2.2.8: type 2, as the next two
  u8 type{2}, length{64};
  reserved<2> unused1{};
  regid kind;  ///< "*UDF Virtual Partition"
  le16 volume_sequence, partition;
  reserved<24> unused2{};
};
static_assert(disk::record<virtual_map> && sizeof(virtual_map) == 64);

struct sparable_map {  // UDF 2.2.9
  u8 type{2}, length{64};
  reserved<2> unused1{};
  regid kind;  ///< "*UDF Sparable Partition"
  le16 volume_sequence, partition;
  le16 packet_blocks;
  u8 tables{};
  reserved<1> unused2{};
  le32 table_bytes;
  std::array<le32, 4> table_at{};
};
static_assert(disk::record<sparable_map> && sizeof(sparable_map) == 64);

struct metadata_map {  // UDF 2.2.10
  u8 type{2}, length{64};
  reserved<2> unused1{};
  regid kind;  ///< "*UDF Metadata Partition"
  le16 volume_sequence, partition;
  le32 file_at, mirror_at, bitmap_at;  ///< blocks of the partition that hold their ICBs
  le32 allocation_blocks;
  le16 alignment_blocks;
  u8 flags{};  ///< bit 0: the mirror has blocks of its own
  reserved<5> unused2{};
};
static_assert(disk::record<metadata_map> && sizeof(metadata_map) == 64);
inline constexpr std::uint32_t no_block = 0xFFFFFFFF;  // UDF 2.2.10: no bitmap

struct unallocated_space {  // ECMA-167 3/10.8, the fixed part; extents follow
  struct tag tag;
  le32 sequence_number, extents;
};
static_assert(disk::record<unallocated_space> && sizeof(unallocated_space) == 24);

struct terminating {  // ECMA-167 3/10.9
  struct tag tag;
  reserved<496> unused{};
};
static_assert(disk::record<terminating> && sizeof(terminating) == 512);

struct integrity {  // ECMA-167 3/10.10, the fixed part; free space and size of every partition follow, then
                    // implementation use
  struct tag tag;
  timestamp recorded;
  le32 type;  ///< 0 open, 1 closed
  extent_ad next;
  le64 next_unique_id;  // 4/14.15
  reserved<24> unused{};
  le32 partitions, implementation_bytes;
};
static_assert(disk::record<integrity> && sizeof(integrity) == 80);

struct integrity_use {  // UDF 2.2.6.4
  regid implementation;
  le32 files, directories;
  le16 min_read, min_write, max_write;
};
static_assert(disk::record<integrity_use> && sizeof(integrity_use) == 46);

struct sparing_table {  // UDF 2.2.12, the fixed part; entries follow
  struct tag tag;
  regid kind;  ///< "*UDF Sparing Table"
  le16 entries;
  reserved<2> unused{};
  le32 sequence_number;
};
static_assert(disk::record<sparing_table> && sizeof(sparing_table) == 56);

struct sparing_entry {  // UDF 2.2.12
  le32 original, mapped;
};
static_assert(disk::record<sparing_entry> && sizeof(sparing_entry) == 8);
inline constexpr std::uint32_t spare_is_free = 0xFFFFFFFF, spare_is_defective = 0xFFFFFFF0;

struct vat_header {  // UDF 2.2.11 (2.00 and later); implementation use and entries follow
  le16 header_bytes, implementation_bytes;
  text<128> volume;
  le32 previous;  ///< block of the ICB of the table before, or `no_block`
  le32 files, directories;
  le16 min_read, min_write, max_write;
  reserved<2> unused{};
};
static_assert(disk::record<vat_header> && sizeof(vat_header) == 152);

struct vat_trailer {  // UDF 1.50, 2.2.10: behind the entries
  regid kind;         ///< "*UDF Virtual Alloc Tbl"
  le32 previous;
};
static_assert(disk::record<vat_trailer> && sizeof(vat_trailer) == 36);

// --- files ---

struct file_set {  // ECMA-167 4/14.1
  struct tag tag;
  timestamp recorded;
  le16 interchange_level, max_interchange_level;
  le32 character_sets, max_character_sets, number, descriptor_number;
  charspec volume_characters;
  text<128> volume;
  charspec characters;
  text<32> name, copyright_file, abstract_file;
  long_ad root;
  regid domain;
  long_ad next, system_streams;
  reserved<32> unused{};
};
static_assert(disk::record<file_set> && sizeof(file_set) == 512);
static_assert(offsetof(file_set, root) == 400);

enum characteristics : u8 {  // ECMA-167 4/14.4.3, UDF 2.3.4.2
  hidden = 0x01,
  directory = 0x02,
  deleted = 0x04,
  parent = 0x08,
  metadata = 0x10
};

struct file_identifier {  // ECMA-167 4/14.4, the fixed part; implementation use and name follow, padded to 4
  struct tag tag;
  le16 version;
  u8 characteristics{}, name_bytes{};
  long_ad icb;
  le16 implementation_bytes;
};
static_assert(disk::record<file_identifier> && sizeof(file_identifier) == 38);

enum class file_type : u8 {  // ECMA-167 4/14.6.6, UDF 2.3.5.2
  unspecified = 0,           // also the table of UDF 1.50
  directory = 4,
  bytes = 5,
  block_device = 6,
  character_device = 7,
  fifo = 9,
  socket = 10,
  symbolic_link = 12,
  stream_directory = 13,
  virtual_allocation_table = 248,
  real_time = 249,
  metadata = 250,
  metadata_mirror = 251,
  metadata_bitmap = 252
};

enum icb_flags : std::uint16_t {  // ECMA-167 4/14.6.8
  short_descriptors = 0,
  long_descriptors = 1,
  extended_descriptors = 2,
  embedded = 3,
  descriptors_mask = 7,
  sorted_directory = 0x0008,
  not_relocatable = 0x0010,
  archived = 0x0020,
  set_user_id = 0x0040,
  set_group_id = 0x0080,
  sticky = 0x0100,
  contiguous = 0x0200,
  system_file = 0x0400,
  has_streams = 0x2000
};

struct icb_tag {  // ECMA-167 4/14.6
  le32 prior_entries;
  le16 strategy, strategy_parameter, max_entries;
  reserved<1> unused{};
  u8 type{};
  lb_addr parent;
  le16 flags;
};
static_assert(disk::record<icb_tag> && sizeof(icb_tag) == 20);

inline constexpr std::uint32_t no_owner = 0xFFFFFFFF;  // UDF 2.3.6.1: nobody said

struct file_entry {  // ECMA-167 4/14.9, the fixed part; extended attributes and descriptors follow
  struct tag tag;
  icb_tag icb;
  le32 user, group, permissions;
  le16 links;
  u8 record_format{}, record_display{};
  le32 record_bytes;
  le64 size, blocks;
  timestamp accessed, modified, changed;
  le32 checkpoint;
  long_ad attributes;
  regid implementation;
  le64 unique_id;
  le32 attribute_bytes, descriptor_bytes;
};
static_assert(disk::record<file_entry> && sizeof(file_entry) == 176);

struct extended_file_entry {  // ECMA-167 4/14.17
  struct tag tag;
  icb_tag icb;
  le32 user, group, permissions;
  le16 links;
  u8 record_format{}, record_display{};
  le32 record_bytes;
  le64 size, object_size, blocks;
  timestamp accessed, modified, created, changed;
  le32 checkpoint;
  reserved<4> unused{};
  long_ad attributes, streams;
  regid implementation;
  le64 unique_id;
  le32 attribute_bytes, descriptor_bytes;
};
static_assert(disk::record<extended_file_entry> && sizeof(extended_file_entry) == 216);

struct allocation_extent {  // ECMA-167 4/14.5; descriptors follow
  struct tag tag;
  le32 previous, descriptor_bytes;
};
static_assert(disk::record<allocation_extent> && sizeof(allocation_extent) == 24);

struct space_bitmap {  // ECMA-167 4/14.12; the bits follow: 1 is free
  struct tag tag;
  le32 bits, bytes;
};
static_assert(disk::record<space_bitmap> && sizeof(space_bitmap) == 24);

struct path_component {  // ECMA-167 4/14.16.1; the identifier follows
  u8 type{}, name_bytes{};
  le16 version;
};
static_assert(disk::record<path_component> && sizeof(path_component) == 4);
/// 4/14.16.1.1. `root` is that of the host, `top` that of the file system.
enum class component_type : u8 { top = 1, root = 2, parent = 3, self = 4, name = 5 };

// --- extended attributes ---

struct attributes_header {  // ECMA-167 4/14.10.1
  struct tag tag;
  le32 implementation_at, application_at;
};
static_assert(disk::record<attributes_header> && sizeof(attributes_header) == 24);

struct attribute {  // ECMA-167 4/14.10.2
  le32 type;
  u8 subtype{1};
  reserved<3> unused{};
  le32 bytes;  ///< with this
};
static_assert(disk::record<attribute> && sizeof(attribute) == 12);

struct file_times_attribute {  // ECMA-167 4/14.10.5, with one time
  attribute head;              ///< type 5
  le32 data_bytes, existence;  ///< bit 0: created
  timestamp created;
};
static_assert(disk::record<file_times_attribute> && sizeof(file_times_attribute) == 32);

struct device_attribute {  // ECMA-167 4/14.10.7
  attribute head;          ///< type 12
  le32 implementation_bytes, major, minor;
};
static_assert(disk::record<device_attribute> && sizeof(device_attribute) == 24);

struct implementation_attribute {  // ECMA-167 4/14.10.8; its bytes follow
  attribute head;                  ///< type 2048
  le32 implementation_bytes;
  regid kind;
};
static_assert(disk::record<implementation_attribute> && sizeof(implementation_attribute) == 48);

enum class attribute_type : std::uint32_t { file_times = 5, device = 12, implementation = 2048 };

/// 4/14.9.5: five bits each for others, group and owner, from the lowest: execute, write, read, change
/// attributes, delete.
[[nodiscard]] std::uint32_t to_permissions(std::uint16_t mode) noexcept;
[[nodiscard]] std::uint16_t from_permissions(std::uint32_t permissions) noexcept;  ///< nine bits of st_mode

/// Times are recorded in UTC, to the microsecond. Years beyond 1 to 9999 become the nearest.
[[nodiscard]] timestamp to_recorded(base::timestamp t) noexcept;
/// Empty where the fields give no time. Local time without a zone is taken for UTC.
[[nodiscard]] std::optional<base::timestamp> from_recorded(const timestamp& t) noexcept;

/// CRC of ECMA-167 3/7.2.6: x^16 + x^12 + x^5 + 1, begun with 0.
template <class Byte>
[[nodiscard]] constexpr std::uint16_t crc_ccitt(const Byte* bytes, std::size_t size);

namespace detail {
// The remainder of each byte, and of each byte that 1 to 7 zero bytes follow: eight bytes are taken at once.
constexpr std::array<std::array<std::uint16_t, 256>, 8> crc_tables() {
  std::array<std::array<std::uint16_t, 256>, 8> out{};
  for (unsigned i = 0; i < 256; ++i) {
    unsigned crc = i << 8;
    for (int bit = 0; bit < 8; ++bit) crc = (crc << 1) ^ ((crc & 0x8000) != 0 ? 0x1021U : 0U);
    out[0][i] = static_cast<std::uint16_t>(crc);
  }
  for (unsigned zeros = 1; zeros < 8; ++zeros)
    for (unsigned i = 0; i < 256; ++i) {
      const unsigned before = out[zeros - 1][i];
      out[zeros][i] = static_cast<std::uint16_t>((before << 8) ^ out[0][before >> 8]);
    }
  return out;
}
inline constexpr auto crc_of = crc_tables();
}  // namespace detail

template <class Byte>
constexpr std::uint16_t crc_ccitt(const Byte* bytes, std::size_t size) {
  std::uint16_t crc = 0;
  const auto byte = [&](std::size_t at) { return static_cast<unsigned>(bytes[at]) & 0xFFU; };
  std::size_t i = 0;
  for (; size - i >= 8; i += 8) {
    unsigned sum = detail::crc_of[7][(crc >> 8) ^ byte(i)] ^ detail::crc_of[6][(crc & 0xFFU) ^ byte(i + 1)];
    for (std::size_t k = 2; k < 8; ++k) sum ^= detail::crc_of[7 - k][byte(i + k)];
    crc = static_cast<std::uint16_t>(sum);
  }
  for (; i < size; ++i)
    crc = static_cast<std::uint16_t>((crc << 8) ^ detail::crc_of[0][(crc >> 8) ^ byte(i)]);
  return crc;
}
static_assert(crc_ccitt(std::string_view("123456789").data(), 9) == 0x31C3);
static_assert(crc_ccitt(std::array{0x70, 0x6A, 0x77}.data(), 3) == 0x3299);  // 3/7.2.6's example

/// Of the fifteen bytes besides it (3/7.2.3).
[[nodiscard]] u8 checksum_of(const tag& t) noexcept;

/// Writes the tag of a descriptor that is otherwise complete: `descriptor` ends where its CRC ends. `version`
/// is 2 for NSR02, 3 for NSR03 (3/7.2.2).
void seal(std::span<std::byte> descriptor, tag_id id, std::uint16_t version, std::uint32_t location,
          std::uint16_t serial = 0);

/// The tag in front of `descriptor`, checksum and CRC proven; `base` is where it begins in the image. Id and
/// location are the caller's to judge.
[[nodiscard]] base::parsed<tag> read_tag(std::span<const std::byte> descriptor, std::uint64_t base = 0);

}  // namespace comeback::udf
