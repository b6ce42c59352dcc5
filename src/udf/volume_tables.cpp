// SPDX-License-Identifier: Apache-2.0
// What one type of partition alone has: sparing tables and space bitmap, metadata files, virtual allocation
// tables.
#include "udf/text.hpp"
#include "udf/volume.hpp"

#include <utility>

namespace comeback::udf {

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

std::vector<std::byte> volume::metadata_file(bool mirror) const {
  entry e;
  e.type = mirror ? file_type::metadata_mirror : file_type::metadata;
  e.modified = changed();
  e.size = e.object_size = disk::bytes_in(node_blocks());
  e.extended = true;
  e.links = 0;
  e.revision = how_.revision;
  e.data = {in_partition(mirror && how_.mirror ? where_.mirror : where_.nodes), 0};
  e.at = {in_partition(mirror ? where_.mirror_icb : where_.metadata_icb), 0};
  std::vector<std::byte> out(disk::block_size);
  write_entry(out, e);
  return out;
}

std::vector<std::byte> volume::vat() const {
  std::vector<std::byte> out;
  if (how_.revision >= 0x0200) {
    vat_header h;
    h.header_bytes = sizeof h;
    h.volume = to_dstring<128>(how_.volume);
    h.previous = no_block;
    h.files = static_cast<std::uint32_t>(nodes_->files());
    h.directories = static_cast<std::uint32_t>(nodes_->directories());
    h.min_read = min_read();
    h.min_write = h.max_write = how_.revision;
    disk::append(out, h);
  }
  const auto entries = out.size(), first = std::size_t{in_partition(where_.nodes)};
  out.resize(entries + 4 * nodes_->blocks(), std::byte{0xFF});
  nodes_->for_each_icb(
      [&](std::uint64_t i) { disk::put(out, entries + 4 * i, le32{static_cast<std::uint32_t>(first + i)}); });
  if (how_.revision < 0x0200) {
    vat_trailer t;
    t.kind = udf_entity("*UDF Virtual Alloc Tbl", how_.revision);
    t.previous = no_block;
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
  e.size = e.object_size = vat().size();
  e.extended = how_.revision >= 0x0200;
  e.revision = how_.revision;
  e.data = {in_partition(where_.vat), 0};
  e.at = {in_partition(where_.vat_icb), 0};
  std::vector<std::byte> out(disk::block_size);
  write_entry(out, e);
  return out;
}

}  // namespace comeback::udf
