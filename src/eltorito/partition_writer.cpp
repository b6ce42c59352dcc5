// SPDX-License-Identifier: Apache-2.0
#include "eltorito/partition_writer.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <bit>
#include <string_view>

#include <fmt/format.h>

namespace comeback::eltorito {
namespace {

constexpr std::uint64_t sectors_per_block = disk::block_size / sector_size;
constexpr std::size_t system_area_bytes = 16 * disk::block_size;
constexpr std::size_t code_limit = 446, id_at = 440;

constexpr std::uint64_t sector_of(disk::lba at) { return at.value * sectors_per_block; }
constexpr std::uint64_t sectors_for(std::uint64_t bytes) { return (bytes + sector_size - 1) / sector_size; }

mbr_partition partition(std::uint8_t indicator, std::uint8_t type, std::uint64_t first, std::uint64_t sectors,
                        std::uint64_t disk_sectors) {
  return {.indicator = indicator,
          .first_chs = chs(first, disk_sectors),
          .type = type,
          .last_chs = chs(first + sectors - 1, disk_sectors),
          .first = word(first),
          .sectors = word(sectors)};
}

bool contains(std::span<const std::byte> bytes, std::string_view words) {
  const auto found =
      std::ranges::search(bytes, words, [](std::byte a, char b) { return a == static_cast<std::byte>(b); });
  return !found.empty() || words.empty();
}

// isolinux reads its image's address and an offset in front of the disk's id, in sectors.
struct isolinux_words {
  le32 image, offset;
};
// GRUB's MBR loads the image without its first block, which is for booting from a disc.
struct grub_words {
  le64 image;
};
constexpr std::size_t loader_words_at = 432;

void patch_code(master_boot_record& mbr, loader_code kind, disk::lba loader) {
  const auto bytes = std::span(mbr.code);
  if (kind == loader_code::isolinux)
    disk::put(bytes, loader_words_at, isolinux_words{word(sector_of(loader)), 0});
  if (kind == loader_code::grub)
    disk::put(bytes, loader_words_at, grub_words{sector_of(loader) + sectors_per_block});
}

void add_mbr_partitions(master_boot_record& mbr, const disk_options& how, const disk_layout& what) {
  const auto all = what.blocks.value * sectors_per_block;
  mbr.partitions[0] = partition(active_partition, how.partition_type, 0, all, all);
  for (std::size_t i = 0; i < what.efi.size(); ++i)
    mbr.partitions[i + 1] =
        partition(0, efi_type, sector_of(what.efi[i].at), sectors_for(what.efi[i].bytes), all);
}

// A protective partition (5.2.3). BIOSes that start no disk without an active partition find one of no type.
void add_protective_partitions(master_boot_record& mbr, const disk_layout& what) {
  const auto all = what.blocks.value * sectors_per_block;
  mbr.partitions[0] = partition(0, protective_type, 1, all - 1, all);
  mbr.partitions[1] = partition(active_partition, 0, 0, 1, all);
}

// Version 8 of RFC 9562 (made by a rule of our own), different for each partition.
unique_id id_of(const unique_id& base, std::size_t which) {
  auto out = base;
  out.bytes[0] = static_cast<std::uint8_t>(out.bytes[0] ^ which);
  out.bytes[7] = static_cast<std::uint8_t>((out.bytes[7] & 0x0F) | 0x80);
  out.bytes[8] = static_cast<std::uint8_t>((out.bytes[8] & 0x3F) | 0x80);
  return out;
}

std::vector<std::byte> gpt_table(const disk_layout& what) {
  std::vector<std::byte> out;
  for (std::size_t i = 0; i < what.efi.size(); ++i) {
    gpt_entry e;
    e.type = efi_system_partition;
    e.id = id_of(what.id, i + 1);
    e.first = sector_of(what.efi[i].at);
    e.last = sector_of(what.efi[i].at) + sectors_for(what.efi[i].bytes) - 1;
    constexpr std::string_view name = "EFI system";
    std::ranges::transform(name, e.name.begin(), [](char c) { return le16(static_cast<std::uint8_t>(c)); });
    disk::append(out, e);
  }
  out.resize(gpt_entries * sizeof(gpt_entry));
  return out;
}

gpt_header header_of(const disk_layout& what, std::span<const std::byte> table, bool copy) {
  const auto last = what.blocks.value * sectors_per_block - 1;
  gpt_header h;
  h.here = copy ? last : 1;
  h.other = copy ? 1 : last;
  h.first_usable = 2 + gpt_entry_sectors;
  h.last_usable = last - gpt_entry_sectors - 1;
  h.disk = id_of(what.id, 0);
  h.entries_at = copy ? last - gpt_entry_sectors : 2;
  h.entry_count = gpt_entries;
  h.entry_bytes = static_cast<std::uint32_t>(sizeof(gpt_entry));
  h.entries_crc = crc32(table);
  h.crc = crc_of(h);
  return h;
}

std::uint32_t disk_id_of(const unique_id& id) {
  return le32(std::bit_cast<le32>(std::array{id.bytes[0], id.bytes[1], id.bytes[2], id.bytes[3]}));
}

[[noreturn]] void refuse(std::string why) { throw base::error(base::errc::boot_image_data, std::move(why)); }

}  // namespace

partitioning partitions_of(const disk_options& how, bool has_efi) noexcept {
  if (how.partitions != partitioning::none || how.boot_code.empty()) return how.partitions;
  return has_efi ? partitioning::gpt : partitioning::mbr;
}

disk::block_count tail_blocks(partitioning how) noexcept {
  return how == partitioning::gpt ? disk::blocks_for((gpt_entry_sectors + 1) * sector_size)
                                  : disk::block_count{0};
}

loader_code kind_of(std::span<const std::byte> boot_code) noexcept {
  if (contains(boot_code, "isolinux.bin")) return loader_code::isolinux;
  return contains(boot_code, "GRUB") ? loader_code::grub : loader_code::unknown;
}

void check(const disk_options& how, std::size_t efi_images) {
  const auto bytes = how.boot_code.size();
  const auto limit =
      partitions_of(how, efi_images > 0) == partitioning::gpt ? sector_size : system_area_bytes;
  if (bytes > limit || (bytes > code_limit && bytes % sector_size != 0))
    refuse(fmt::format("The boot code for disks has {} bytes: at most {} or whole sectors up to {} fit.",
                       bytes, code_limit, limit));
  if (partitions_of(how, efi_images > 0) == partitioning::mbr && efi_images > 3)
    refuse(fmt::format("There are {} EFI boot images: an MBR has room for 3, a GPT for all.", efi_images));
}

std::vector<std::byte> system_area_of(const disk_options& how, const disk_layout& what) {
  const auto kind = partitions_of(how, !what.efi.empty());
  std::vector<std::byte> out(system_area_bytes);
  std::ranges::copy(how.boot_code, out.begin());
  auto mbr = *disk::read<master_boot_record>(out, 0, "MBR");
  mbr.signature = master_boot_record{}.signature;
  // Code of 441 to 446 bytes leaves no room for an id.
  if (how.boot_code.size() <= id_at || how.boot_code.size() >= sector_size) {
    mbr.disk_id = disk_id_of(what.id);
    mbr.unknown = 0;
  }
  mbr.partitions = {};
  if (what.loader) patch_code(mbr, kind_of(how.boot_code), *what.loader);
  if (kind == partitioning::gpt)
    add_protective_partitions(mbr, what);
  else
    add_mbr_partitions(mbr, how, what);
  disk::put(std::span(out), 0, mbr);
  if (kind != partitioning::gpt) return out;
  const auto table = gpt_table(what);
  disk::put(std::span(out), sector_size, header_of(what, table, false));
  std::ranges::copy(table, out.begin() + 2 * sector_size);
  return out;
}

std::vector<std::byte> tail_of(const disk_options& how, const disk_layout& what) {
  std::vector<std::byte> out(disk::bytes_in(tail_blocks(partitions_of(how, !what.efi.empty()))));
  if (out.empty()) return out;
  const auto table = gpt_table(what);
  disk::put(std::span(out), out.size() - sector_size, header_of(what, table, true));
  std::ranges::copy(table, out.end() - static_cast<std::ptrdiff_t>(sector_size + table.size()));
  return out;
}

}  // namespace comeback::eltorito
