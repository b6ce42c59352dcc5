// SPDX-License-Identifier: Apache-2.0
// What the records of UDF are made of: tags and their checks, identifiers, times, addresses, extents.
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
/// Tells a sealed descriptor that it lies at another block.
void move(std::span<std::byte> descriptor, std::uint32_t location);

/// The tag in front of `descriptor`, checksum and CRC proven; `base` is where it begins in the image. Id and
/// location are the caller's to judge.
[[nodiscard]] base::parsed<tag> read_tag(std::span<const std::byte> descriptor, std::uint64_t base = 0);

}  // namespace comeback::udf
