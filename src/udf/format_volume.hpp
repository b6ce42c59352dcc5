// SPDX-License-Identifier: Apache-2.0
// The records of a volume: recognition, volume descriptors, partition maps and what these need.
#pragma once

#include "udf/format_basics.hpp"

namespace comeback::udf {

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

}  // namespace comeback::udf
