// SPDX-License-Identifier: Apache-2.0
// The system use entries of SUSP 1.12 (IEEE P1281) and RRIP 1.12 (IEEE P1282). docs/formats/rock-ridge.md
// shows where they lie.
#pragma once

#include "disk/ordered.hpp"
#include "disk/record.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace comeback::rockridge {

using disk::both32;
using u8 = std::uint8_t;

struct entry_header {  // SUSP 4: signature, length of the whole entry, version
  disk::text<2> signature;
  u8 length{}, version{1};
};
static_assert(disk::record<entry_header> && sizeof(entry_header) == 4);

struct sharing_protocol {  // SUSP 5.3, in the first record of the root
  entry_header header{.signature = {{'S', 'P'}}, .length = 7};
  std::array<u8, 2> check{0xBE, 0xEF};
  u8 skipped{};
};
static_assert(disk::record<sharing_protocol> && sizeof(sharing_protocol) == 7);

struct continuation {  // SUSP 5.1
  entry_header header{.signature = {{'C', 'E'}}, .length = 28};
  both32 block, offset, bytes;
};
static_assert(disk::record<continuation> && sizeof(continuation) == 28);

struct extension_reference {  // SUSP 5.5, the fixed part; three texts follow
  entry_header header{.signature = {{'E', 'R'}}};
  u8 identifier_length{}, descriptor_length{}, source_length{}, extension_version{1};
};
static_assert(disk::record<extension_reference> && sizeof(extension_reference) == 8);

struct posix_attributes {  // RRIP 4.1.1
  entry_header header{.signature = {{'P', 'X'}}, .length = 44};
  both32 mode, links, user, group, serial;
};
static_assert(disk::record<posix_attributes> && sizeof(posix_attributes) == 44);

struct device_number {  // RRIP 4.1.2
  entry_header header{.signature = {{'P', 'N'}}, .length = 20};
  both32 high, low;
};
static_assert(disk::record<device_number> && sizeof(device_number) == 20);

struct directory_link {  // RRIP 4.1.5.1 (CL: where a directory that was moved lies), 4.1.5.2 (PL: its parent)
  entry_header header{.signature = {{'C', 'L'}}, .length = 12};
  both32 block;
};
static_assert(disk::record<directory_link> && sizeof(directory_link) == 12);

struct relocated {  // RRIP 4.1.5.3: what stands here does so because it had to move
  entry_header header{.signature = {{'R', 'E'}}, .length = 4};
};
static_assert(disk::record<relocated> && sizeof(relocated) == 4);

/// Of NM and SL entries, and of the components of a link (RRIP 4.1.3, 4.1.4).
enum flags : u8 { continues = 0x01, current = 0x02, parent = 0x04, root = 0x08 };

enum time_flags : u8 {  // RRIP 4.1.6
  creation = 0x01,
  modification = 0x02,
  access = 0x04,
  attributes = 0x08,
  backup = 0x10,
  expiration = 0x20,
  effective = 0x40,
  long_form = 0x80
};

/// How an image says that it has these entries: by the name of 1.12, which every reader here knows as it
/// knows "RRIP_1991A" and "IEEE_1282".
inline constexpr std::string_view identifier = "IEEE_P1282";

}  // namespace comeback::rockridge
