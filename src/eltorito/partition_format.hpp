// SPDX-License-Identifier: Apache-2.0
// The records of partition tables: UEFI 2.10, 5.2 (MBR) and 5.3 (GPT). Their blocks are sectors of 512 bytes.
#pragma once

#include "disk/ordered.hpp"
#include "disk/record.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace comeback::eltorito {

using disk::le16;
using disk::le32;
using disk::le64;

inline constexpr std::uint64_t sector_size = 512;

struct mbr_partition {  // UEFI 2.10, table 5.2
  std::uint8_t indicator{};
  std::array<std::uint8_t, 3> first_chs{};
  std::uint8_t type{};
  std::array<std::uint8_t, 3> last_chs{};
  le32 first, sectors;
};
static_assert(disk::record<mbr_partition> && sizeof(mbr_partition) == 16);

struct master_boot_record {  // table 5.1
  std::array<std::byte, 440> code{};
  le32 disk_id;
  le16 unknown;
  std::array<mbr_partition, 4> partitions{};
  std::array<std::uint8_t, 2> signature{0x55, 0xAA};
};
static_assert(disk::record<master_boot_record> && sizeof(master_boot_record) == sector_size);

inline constexpr std::uint8_t active_partition = 0x80, protective_type = 0xEE, efi_type = 0xEF;

/// Sixteen bytes as they lie on the disk (appendix A: the first three groups are little-endian).
struct unique_id {
  std::array<std::uint8_t, 16> bytes{};
  bool operator==(const unique_id&) const = default;
};
/// C12A7328-F81F-11D2-BA4B-00A0C93EC93B, table 5.7
inline constexpr unique_id efi_system_partition{
    {0x28, 0x73, 0x2A, 0xC1, 0x1F, 0xF8, 0xD2, 0x11, 0xBA, 0x4B, 0x00, 0xA0, 0xC9, 0x3E, 0xC9, 0x3B}};

struct gpt_header {  // table 5.5
  disk::text<8> signature{{'E', 'F', 'I', ' ', 'P', 'A', 'R', 'T'}};
  le32 revision{0x00010000}, bytes{92}, crc, reserved;
  le64 here, other, first_usable, last_usable;
  unique_id disk;
  le64 entries_at;
  le32 entry_count, entry_bytes, entries_crc;
};
static_assert(disk::record<gpt_header> && sizeof(gpt_header) == 92);

struct gpt_entry {  // table 5.6
  unique_id type, id;
  le64 first, last, attributes;
  std::array<le16, 36> name{};
};
static_assert(disk::record<gpt_entry> && sizeof(gpt_entry) == 128);

inline constexpr std::uint32_t gpt_entries = 128;  // as everybody has: 16 KiB (5.3.1)
inline constexpr std::uint64_t gpt_entry_sectors = gpt_entries * sizeof(gpt_entry) / sector_size;

/// What 32 bits cannot say is said as the largest number (UEFI 2.10, 5.2.3).
[[nodiscard]] std::uint32_t word(std::uint64_t value) noexcept;
/// Cylinder, head and sector of a disk of 64 heads and 32 sectors, or of the largest that can be told so, or
/// its end.
[[nodiscard]] std::array<std::uint8_t, 3> chs(std::uint64_t sector, std::uint64_t disk_sectors) noexcept;

/// The CRC-32 of UEFI 2.10, 5.3.2: reflected, polynomial 0x04C11DB7.
[[nodiscard]] std::uint32_t crc32(std::span<const std::byte> bytes) noexcept;
/// Of a header: its own field counts as 0.
[[nodiscard]] std::uint32_t crc_of(const gpt_header& header) noexcept;

}  // namespace comeback::eltorito
