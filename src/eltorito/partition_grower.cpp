// SPDX-License-Identifier: Apache-2.0
#include "eltorito/partition_grower.hpp"

#include "eltorito/partition_format.hpp"
#include "eltorito/partition_writer.hpp"

#include <algorithm>

namespace comeback::eltorito {
namespace {

constexpr std::uint64_t sectors_per_block = disk::block_size / sector_size;
constexpr std::uint64_t table_bytes = gpt_entries * sizeof(gpt_entry);

// True where one of them is longer now.
bool grow(master_boot_record& mbr, std::uint64_t old_sectors, std::uint64_t sectors) {
  bool out = false;
  for (auto& p : mbr.partitions) {
    const std::uint64_t first = p.first, count = p.sectors;
    if (p.type == 0 || count == 0 || first >= sectors) continue;
    if (p.type != protective_type && first + count < old_sectors) continue;
    p.sectors = word(sectors - first);
    p.last_chs = chs(sectors - 1, sectors);
    out = true;
  }
  return out;
}

bool is_guarded(const master_boot_record& mbr) {
  return std::ranges::any_of(mbr.partitions,
                             [](const mbr_partition& p) { return p.type == protective_type; });
}

// The header in the second sector, where its table follows it and both are whole.
std::optional<gpt_header> header_in(std::span<const std::byte> system_area) {
  const auto h = *disk::read<gpt_header>(system_area, sector_size, "GPT");
  if (h.signature.all() != gpt_header{}.signature.all() || h.bytes != sizeof(gpt_header) ||
      h.crc != crc_of(h) || h.entry_count != gpt_entries || h.entry_bytes != sizeof(gpt_entry) ||
      h.entries_at != 2 || h.entries_crc != crc32(system_area.subspan(2 * sector_size, table_bytes)))
    return std::nullopt;
  return h;
}

std::vector<std::byte> tail_of(gpt_header h, std::span<const std::byte> table) {
  const std::uint64_t last = h.other;
  h.here = last;
  h.other = 1;
  h.entries_at = last - gpt_entry_sectors;
  h.crc = crc_of(h);
  std::vector<std::byte> out(disk::bytes_in(tail_blocks(partitioning::gpt)));
  disk::put(std::span(out), out.size() - sector_size, h);
  std::ranges::copy(table, out.end() - static_cast<std::ptrdiff_t>(sector_size + table.size()));
  return out;
}

}  // namespace

std::optional<grown_tables> grow_tables(std::span<const std::byte> system_area, disk::lba old_end,
                                        disk::block_count blocks) {
  if (system_area.size() < 2 * sector_size + table_bytes) return std::nullopt;
  auto mbr = *disk::read<master_boot_record>(system_area, 0, "MBR");
  if (mbr.signature != master_boot_record{}.signature) return std::nullopt;
  const auto all = blocks.value * sectors_per_block;
  grown_tables out{partitioning::mbr, {system_area.begin(), system_area.begin() + disk::block_size}, {}};
  const bool grown = grow(mbr, old_end.value * sectors_per_block, all);
  disk::put(std::span(out.head), 0, mbr);
  if (auto h = header_in(system_area)) {
    h->other = all - 1;
    h->last_usable = all - gpt_entry_sectors - 2;
    h->crc = crc_of(*h);
    disk::put(std::span(out.head), sector_size, *h);
    out.kind = partitioning::gpt;
    out.tail = tail_of(*h, system_area.subspan(2 * sector_size, table_bytes));
    return out;
  }
  // What guards a table that cannot be made longer must not guard more than that says.
  if (!grown || is_guarded(mbr)) return std::nullopt;
  return out;
}

}  // namespace comeback::eltorito
