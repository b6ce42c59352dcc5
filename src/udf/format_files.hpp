// SPDX-License-Identifier: Apache-2.0
// The records within a partition: file sets, identifiers, ICBs with their attributes, allocation extents.
#pragma once

#include "udf/format_basics.hpp"

namespace comeback::udf {

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

}  // namespace comeback::udf
