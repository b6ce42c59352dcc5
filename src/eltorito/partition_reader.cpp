// SPDX-License-Identifier: Apache-2.0
#include "eltorito/partition_reader.hpp"

#include "base/text.hpp"
#include "eltorito/partition_format.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

namespace comeback::eltorito {
namespace {

using base::fault;

// 128 entries are what everybody has; four times as many are read.
constexpr std::uint64_t table_limit = 64 << 10;

std::vector<std::byte> read_bytes(const disk::source& from, std::uint64_t at, std::uint64_t bytes) {
  if (at >= from.size()) return {};
  std::vector<std::byte> out(static_cast<std::size_t>(bytes));
  out.resize(from.read_at(at, out));
  return out;
}

// A table's name: UTF-16 up to the first NUL; what is not ASCII is not shown.
std::string name_of(const gpt_entry& e) {
  std::string out;
  for (const std::uint16_t unit : e.name) {
    if (unit == 0) break;
    out += unit < 0x80 ? static_cast<char>(unit) : '?';
  }
  return out;
}

class table_reader {
 public:
  explicit table_reader(const disk::source& from) : from_(from), sectors_(from.size() / sector_size) {}

  partition_table run() {
    const auto bytes = read_bytes(from_, 0, sector_size);
    const auto mbr = disk::read<master_boot_record>(bytes, 0, "MBR");
    if (!mbr || mbr->signature != master_boot_record{}.signature) return {};
    const bool guarded = std::ranges::any_of(
        mbr->partitions, [](const mbr_partition& p) { return p.type == protective_type && p.sectors != 0; });
    if (guarded)
      read_gpt();
    else
      read_mbr(*mbr);
    return std::move(out_);
  }

 private:
  void find(fault what, std::uint64_t sector, std::string field) {
    out_.faults.push_back({what, sector * sector_size, std::move(field)});
  }

  void read_mbr(const master_boot_record& mbr) {
    for (const auto& p : mbr.partitions) {
      if (p.sectors == 0 || p.type == 0) continue;
      if (p.indicator != 0 && p.indicator != active_partition)
        find(fault::out_of_range, 0, "MBR: partition: boot indicator");
      add({p.first, p.sectors, p.type, p.indicator == active_partition, p.type == efi_type, {}}, 0,
          "MBR: partition");
    }
    if (!out_.partitions.empty()) out_.kind = partitioning::mbr;
  }

  void add(found_partition p, std::uint64_t sector, std::string field) {
    if (p.first > sectors_ || p.sectors > sectors_ - p.first)
      find(fault::out_of_range, sector, std::move(field));
    out_.partitions.push_back(std::move(p));
  }

  // A header whose checksums are right, with its table.
  struct half {
    gpt_header header;
    std::vector<std::byte> table;
  };

  std::optional<half> read_half(std::uint64_t sector, const std::string& what) {
    const auto bytes = read_bytes(from_, sector * sector_size, sector_size);
    const auto h = disk::read<gpt_header>(bytes, 0, what);
    if (!h || h->signature.all() != gpt_header{}.signature.all()) {
      find(h ? fault::bad_magic : fault::truncated, sector, what);
      return std::nullopt;
    }
    if (h->bytes != sizeof(gpt_header) || h->entry_bytes != sizeof(gpt_entry)) {
      find(fault::unsupported, sector, what + ": sizes");
      return std::nullopt;
    }
    if (h->crc != crc_of(*h)) find(fault::bad_checksum, sector, what);
    if (h->here != sector) find(fault::disagrees, sector, what + ": own address");
    return read_table({*h, {}}, sector, what);
  }

  std::optional<half> read_table(half one, std::uint64_t sector, const std::string& what) {
    const std::uint64_t wanted = std::uint64_t{one.header.entry_count} * sizeof(gpt_entry);
    const std::uint64_t at = one.header.entries_at;
    if (wanted > table_limit || at > sectors_) {
      find(fault::out_of_range, sector, what + ": table");
      return std::nullopt;
    }
    one.table = read_bytes(from_, at * sector_size, wanted);
    if (one.table.size() < wanted)
      find(fault::truncated, at, what + ": table");
    else if (one.header.entries_crc != crc32(one.table))
      find(fault::bad_checksum, at, what + ": table");
    return one;
  }

  void read_gpt() {
    out_.kind = partitioning::gpt;
    const auto first = read_half(1, "GPT");
    const std::uint64_t copy_at = first ? std::uint64_t{first->header.other} : sectors_ - 1;
    if (copy_at >= sectors_) return find(fault::out_of_range, 1, "GPT: address of its copy");
    const auto copy = read_half(copy_at, "GPT at the end");
    if (first && copy && (first->table != copy->table || first->header.disk != copy->header.disk))
      find(fault::disagrees, copy_at, "GPT at the end");
    if (first || copy) read_entries(first ? *first : *copy);
  }

  void read_entries(const half& from) {
    for (std::size_t at = 0; at + sizeof(gpt_entry) <= from.table.size(); at += sizeof(gpt_entry)) {
      const auto e = *disk::read<gpt_entry>(from.table, at, "GPT entry");
      if (e.type == unique_id{}) continue;
      const std::uint64_t first = e.first, last = e.last;
      if (last < first || first < from.header.first_usable || last > from.header.last_usable)
        find(fault::out_of_range, from.header.entries_at + at / sector_size, "GPT entry: extent");
      add({first, last < first ? 0 : last - first + 1, 0, false, e.type == efi_system_partition, name_of(e)},
          from.header.entries_at + at / sector_size, "GPT entry: beyond the image");
    }
  }

  const disk::source& from_;
  std::uint64_t sectors_;
  partition_table out_;
};

}  // namespace

partition_table read_partitions(const disk::source& from) { return table_reader(from).run(); }

}  // namespace comeback::eltorito
