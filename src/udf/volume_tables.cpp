// SPDX-License-Identifier: Apache-2.0
// What one type of partition alone has: sparing tables and space bitmap, metadata files, virtual allocation
// tables.
#include "base/error.hpp"
#include "udf/remap.hpp"
#include "udf/text.hpp"
#include "udf/volume.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace comeback::udf {
namespace {

constexpr std::uint64_t nowhere = std::uint64_t{1} << 40;  // a block that touches no other

[[noreturn]] void refuse(const char* why) {
  throw base::error(base::errc::not_supported,
                    fmt::format("The UDF volume {}: write every directory (--append exact).", why));
}

}  // namespace

std::vector<std::byte> volume::sparing_table_block(disk::lba at) const {
  sparing_table d;
  d.kind = udf_entity("*UDF Sparing Table", how_.revision);
  d.entries = static_cast<std::uint16_t>(spare_packets);
  std::vector<std::byte> out;
  disk::append(out, d);
  for (std::uint32_t i = 0; i < spare_packets; ++i)
    disk::append(out, sparing_entry{spare_is_free,
                                    static_cast<std::uint32_t>(where_.spares.value + i * how_.ecc_blocks)});
  out = sealed(std::move(out), tag_id::sparing_table, at.value);
  out.resize(disk::bytes_in(disk::blocks_for(out.size())));
  return out;
}

// A bitmap of whole packets, itself in the last: what it takes depends on where it begins.
disk::block_count volume::bitmap_blocks(disk::lba partition, disk::lba at) const {
  if (!is(partition_type::sparable)) return {};
  disk::block_count out{1};
  const auto end = [&] {
    const auto behind = ((at + out) - partition).value;
    return (behind + how_.ecc_blocks - 1) / how_.ecc_blocks * how_.ecc_blocks;
  };
  while (disk::blocks_for(sizeof(space_bitmap) + (end() + 7) / 8) > out) ++out.value;
  return out;
}

std::vector<std::byte> volume::bitmap() const {
  space_bitmap d;
  d.bits = partition_blocks();
  d.bytes = (partition_blocks() + 7) / 8;
  std::vector<std::byte> out;
  disk::append(out, d);
  out.resize(sizeof d + d.bytes);
  for (auto i = partition_blocks() - free_blocks(); i < partition_blocks(); ++i)
    out[sizeof d + i / 8] |= std::byte{1} << (i % 8);
  seal(std::span(out).first(sizeof d), tag_id::space_bitmap, version(), in_partition(where_.bitmap), 1);
  return out;
}

// What is left of the last packet.
std::uint32_t volume::free_blocks() const {
  if (!is(partition_type::sparable)) return 0;
  const auto end = where_.bitmap + bitmap_blocks(where_.partition, where_.bitmap);
  return static_cast<std::uint32_t>((where_.partition_end - end).value);
}

void volume::continue_older() {
  if (is(partition_type::sparable)) refuse("has a sparable partition");
  if (is(partition_type::metadata)) find_changed_units();
  if (is(partition_type::vat)) find_changed_table();
}

std::uint64_t volume::older_blocks() const {
  if (!continues()) return 0;
  if (is(partition_type::metadata)) return blocks_of(how_.older->metadata);
  return is(partition_type::vat) ? how_.older->table.size() : 0;
}

// --- metadata partition (UDF 2.2.13) ---

std::uint32_t volume::metadata_blocks() const {
  const auto again = changed_.size() * allocation_unit;
  return static_cast<std::uint32_t>(older_blocks() + node_blocks().value - again);
}

void volume::find_changed_units() {
  const auto& older = *how_.older;
  const auto before = older_blocks();
  const auto whole = [](const std::vector<kept_run>& runs) {
    return std::ranges::all_of(runs, [](const kept_run& one) {
      return one.block % allocation_unit == 0 && one.blocks % allocation_unit == 0;
    });
  };
  if (before == 0 || before > no_block / 2 || !whole(older.metadata) || !whole(older.mirror))
    refuse("has a metadata file that is not made of units of 32 blocks");
  if (how_.mirror && blocks_of(older.mirror) != before)
    refuse("has a metadata file and a mirror that differ");
  std::set<std::uint64_t> units;
  const auto note = [&](std::uint64_t block) {
    if (block >= before) refuse("has an ICB behind the end of its metadata file");
    units.insert(block / allocation_unit);
  };
  for (std::uint64_t i = 0; i < disk::blocks_for(older.file_set_bytes).value; ++i) note(older.file_set + i);
  nodes_->for_each_old_icb([&](std::uint64_t, const kept_node& was) { note(was.block); });
  changed_.assign(units.begin(), units.end());
  const auto bytes = disk::bytes_in(disk::block_count{metadata_blocks()});
  for (const bool mirror : {false, true})
    if (extents_of(metadata_runs(mirror, nowhere), bytes).size() > most_runs)
      refuse("has a metadata file of so many pieces that it should become one again");
}

std::vector<kept_run> volume::metadata_runs(bool mirror, std::uint64_t at) const {
  const auto more = metadata_blocks() - older_blocks();
  return remapped(mirror && how_.mirror ? how_.older->mirror : how_.older->metadata, changed_,
                  allocation_unit, more, at);
}

std::vector<std::byte> volume::metadata_file(bool mirror) const {
  entry e;
  e.type = mirror ? file_type::metadata_mirror : file_type::metadata;
  e.modified = changed();
  e.size = e.object_size = disk::bytes_in(disk::block_count{metadata_blocks()});
  e.extended = true;
  e.links = 0;
  e.revision = how_.revision;
  e.data = {in_partition(mirror && how_.mirror ? where_.mirror : where_.nodes), 0};
  e.at = {in_partition(mirror ? where_.mirror_icb : where_.metadata_icb), 0};
  std::vector<data_run> runs;
  if (continues()) runs = extents_of(metadata_runs(mirror, e.data.block), e.size);
  e.runs = runs;
  std::vector<std::byte> out(disk::block_size);
  write_entry(out, e);
  return out;
}

// --- virtual partition (UDF 2.2.11) ---

std::uint64_t volume::table_size() const {
  const auto entries = 4 * (older_blocks() + nodes_->blocks());
  return entries + (how_.revision >= 0x0200 ? sizeof(vat_header) : sizeof(vat_trailer));
}

// The first block has the header, and the last ones what is new and the trailer.
void volume::find_changed_table() {
  const auto& older = *how_.older;
  const std::uint64_t begin = how_.revision >= 0x0200 ? sizeof(vat_header) : 0;
  const auto end = disk::blocks_for(table_size()).value, have = blocks_of(older.table_runs);
  const auto fresh = (begin + 4 * older_blocks()) / disk::block_size;
  std::set<std::uint64_t> blocks;
  const auto note = [&](std::uint64_t entry) {
    if (entry >= older_blocks()) refuse("has an ICB that its virtual allocation table does not know");
    blocks.insert((begin + 4 * entry) / disk::block_size);
  };
  if (begin > 0) blocks.insert(0);
  note(older.file_set);
  nodes_->for_each_old_icb([&](std::uint64_t, const kept_node& was) { note(was.block); });
  for_each_unused(note);
  for (auto i = fresh; i < end; ++i) blocks.insert(i);
  changed_.assign(blocks.begin(), blocks.end());
  const bool same = older.table_begin == begin && have >= fresh;
  if (same && extents_of(table_runs(nowhere), table_size()).size() <= most_runs) return;
  changed_.resize(static_cast<std::size_t>(end));
  std::iota(changed_.begin(), changed_.end(), std::uint64_t{0});
}

// UDF 2.2.11: an address that is not used leads nowhere.
void volume::for_each_unused(const std::function<void(std::uint64_t)>& with) const {
  nodes_->for_each_left_icb([&](std::uint32_t entry) { with(entry); });
  for (const auto entry : how_.older->gone) with(entry);
}

std::vector<kept_run> volume::table_runs(std::uint64_t at) const {
  const auto end = disk::blocks_for(table_size()).value;
  const auto old = first_of(how_.older->table_runs, end);
  const auto had = blocks_of(old);
  std::vector<std::uint64_t> again;
  std::ranges::copy_if(changed_, std::back_inserter(again), [&](std::uint64_t one) { return one < had; });
  return remapped(old, again, 1, end - had, at);
}

disk::block_count volume::vat_blocks() const {
  if (!is(partition_type::vat)) return {};
  return continues() ? disk::block_count{changed_.size()}
                     : disk::blocks_for(sizeof(vat_header) + 4 * nodes_->blocks());
}

std::vector<std::byte> volume::vat() const {
  auto all = table();
  if (!continues()) return all;
  std::vector<std::byte> out(disk::bytes_in(disk::block_count{changed_.size()}));
  for (std::size_t i = 0; i < changed_.size(); ++i) {
    const auto from = std::span(all).subspan(static_cast<std::size_t>(changed_[i]) * disk::block_size);
    std::ranges::copy(from.first(std::min(from.size(), disk::block_size)),
                      out.begin() + static_cast<std::ptrdiff_t>(i * disk::block_size));
  }
  return out;
}

std::vector<std::byte> volume::table() const {
  std::vector<std::byte> out;
  const auto previous = continues() ? how_.older->table_icb : no_block;
  if (how_.revision >= 0x0200) {
    vat_header h;
    h.header_bytes = sizeof h;
    h.volume = to_dstring<128>(how_.volume);
    h.previous = previous;
    h.files = static_cast<std::uint32_t>(nodes_->files());
    h.directories = static_cast<std::uint32_t>(nodes_->directories());
    h.min_read = min_read();
    h.min_write = h.max_write = how_.revision;
    disk::append(out, h);
  }
  const auto entries = out.size(), first = std::size_t{in_partition(where_.nodes)};
  if (continues())
    for (const auto one : how_.older->table) disk::append(out, le32{one});
  out.resize(entries + 4 * static_cast<std::size_t>(older_blocks() + nodes_->blocks()), std::byte{0xFF});
  if (continues())
    for_each_unused([&](std::uint64_t entry) {
      disk::put(out, entries + 4 * static_cast<std::size_t>(entry), le32{no_block});
    });
  nodes_->for_each_icb([&](std::uint64_t block, address at) {
    disk::put(out, entries + 4 * static_cast<std::size_t>(at.block),
              le32{static_cast<std::uint32_t>(first + block)});
  });
  if (how_.revision < 0x0200) {
    vat_trailer t;
    t.kind = udf_entity("*UDF Virtual Alloc Tbl", how_.revision);
    t.previous = previous;
    disk::append(out, t);
  }
  return out;
}

std::vector<std::byte> volume::vat_icb() const {
  entry e;
  e.type = how_.revision < 0x0200 ? file_type::unspecified : file_type::virtual_allocation_table;
  e.modified = changed();
  e.links = 0;
  e.unique_id = nodes_->next_unique_id();  // the volume's next is one more (UDF 3.2.1.1)
  e.size = e.object_size = table_size();
  e.extended = how_.revision >= 0x0200;
  e.revision = how_.revision;
  e.data = {in_partition(where_.vat), 0};
  e.at = {in_partition(where_.vat_icb), 0};
  std::vector<data_run> runs;
  if (continues()) runs = extents_of(table_runs(e.data.block), e.size);
  e.runs = runs;
  std::vector<std::byte> out(disk::block_size);
  write_entry(out, e);
  return out;
}

}  // namespace comeback::udf
