// SPDX-License-Identifier: Apache-2.0
// The volume's structures (ECMA-167 part 3, UDF 2.2). What grows with the tree is in nodes.cpp, what one type
// of partition alone has in volume_tables.cpp.
#include "udf/volume.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "udf/node_source.hpp"
#include "udf/remap.hpp"
#include "udf/text.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include <fmt/format.h>

namespace comeback::udf {
namespace {

constexpr std::size_t block = disk::block_size;

// FNV-1a over what decides the volume: names it the same every time, and others differently.
class fingerprint {
 public:
  fingerprint& add(std::string_view text) {
    for (const char c : text) mix(static_cast<unsigned char>(c));
    mix(0);
    return *this;
  }
  fingerprint& add(std::uint64_t number) {
    for (int i = 0; i < 64; i += 8) mix(static_cast<unsigned char>(number >> i));
    return *this;
  }
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  void mix(unsigned char byte) { value_ = (value_ ^ byte) * 0x100000001B3; }
  std::uint64_t value_ = 0xCBF29CE484222325;
};

std::uint64_t fingerprint_of(const tree::file_tree& tree, const volume_options& how) {
  fingerprint all;
  all.add(how.volume).add(how.volume_set).add(how.revision).add(static_cast<std::uint64_t>(how.partition));
  all.add(static_cast<std::uint64_t>(how.created.seconds)).add(tree.file_count()).add(tree.directory_count());
  for (auto n = tree.first_child(tree::root); n != tree::no_node; n = tree.next_sibling(n))
    all.add(tree.name(n)).add(tree.size(n)).add(static_cast<std::uint64_t>(tree.modified(n).seconds));
  return all.value();
}

template <class Record>
std::vector<std::byte> bytes_of_record(const Record& r, std::size_t size = block) {
  std::vector<std::byte> out(std::max(size, sizeof r));
  disk::put(out, 0, r);
  return out;
}

void append_block(std::vector<std::byte>& to, std::vector<std::byte> one) {
  one.resize(disk::bytes_in(disk::blocks_for(one.size())));
  to.insert(to.end(), one.begin(), one.end());
}

}  // namespace

volume::volume(std::shared_ptr<const tree::file_tree> tree, const volume_options& how)
    : tree_(std::move(tree)), how_(how) {
  check(how_);
  nodes_ = std::make_shared<nodes>(tree_, how_);
  if (continues()) continue_older();
}

disk::block_count volume::node_blocks() const {
  if (!is(partition_type::metadata)) return {nodes_->blocks()};
  const auto units = (nodes_->blocks() + allocation_unit - 1) / allocation_unit;
  return {(units + changed_.size()) * allocation_unit};
}

std::uint32_t volume::in_partition(disk::lba at) const {
  return static_cast<std::uint32_t>((at - where_.partition).value);
}

std::uint32_t volume::partition_blocks() const { return in_partition(where_.partition_end); }
std::uint16_t volume::version() const { return descriptor_version(how_.revision); }

// 2.60 is read like 2.50 (UDF 2.2.6.4, table of 2.60).
std::uint16_t volume::min_read() const { return how_.revision == 0x0260 ? 0x0250 : how_.revision; }

std::uint16_t volume::maps() const {
  return is(partition_type::plain) || is(partition_type::sparable) ? 1 : 2;
}

void volume::place(const volume_places& where) {
  where_ = where;
  if (where.partition_end.value > std::numeric_limits<std::uint32_t>::max())
    throw base::error(base::errc::image_size_limit,
                      "The UDF volume would end beyond the 2^32 blocks that UDF can address.");
  nodes_->place(addressing());
}

nodes::addressing volume::addressing() const {
  const auto where = where_;
  const auto physical = [where](disk::lba at) {
    if (at < where.partition)
      throw base::error(base::errc::invalid_parameter,
                        fmt::format("Block {} lies in front of the UDF partition, which begins at block {}: "
                                    "UDF cannot name what is there.",
                                    at.value, where.partition.value));
    return address{at.value - where.partition.value, 0};
  };
  nodes::addressing out;
  out.data = [where, physical](std::uint64_t i) { return physical(where.nodes + disk::block_count{i}); };
  out.loose = [where, physical](std::uint64_t i) { return physical(where.loose + disk::block_count{i}); };
  out.content = [where, physical](tree::content_id c) { return physical(where.content(c)); };
  out.structure = out.data;
  // Behind the addresses of the older session; but the file set stays at its own.
  const auto mapped = [before = older_blocks(),
                       set = continues() ? how_.older->file_set : 0](std::uint64_t i) {
    return address{i == 0 ? set : before + i, 1};
  };
  if (maps() == 2) out.structure = mapped;
  if (is(partition_type::metadata)) out.data = mapped;
  out.long_files = maps() == 2;
  out.long_directories = is(partition_type::vat);
  return out;
}

std::vector<std::byte> volume::sealed(std::vector<std::byte> bytes, tag_id id, std::uint64_t at) const {
  seal(bytes, id, version(), static_cast<std::uint32_t>(at), 1);
  return bytes;
}

base::timestamp volume::changed() const { return std::max(how_.created, nodes_->latest()); }

access_type volume::access() const {
  if (is(partition_type::vat)) return access_type::write_once;
  return is(partition_type::sparable) ? access_type::rewritable : access_type::read_only;
}

std::string volume::volume_set() const {
  const auto name = how_.volume_set.empty() ? how_.volume : how_.volume_set;
  return fmt::format("{:016x}{}", fingerprint_of(*tree_, how_), name);  // UDF 2.2.2.5
}

std::vector<std::byte> volume::recognition(std::uint16_t revision) {
  std::vector<std::byte> out;
  structure_descriptor d;
  for (const auto* name : {"BEA01", revision < 0x0200 ? "NSR02" : "NSR03", "TEA01"}) {
    std::copy_n(name, 5, d.standard.bytes.begin());
    disk::append(out, d);
  }
  return out;
}

std::vector<std::byte> volume::primary(std::uint32_t number) const {
  primary_volume d;
  d.sequence_number = number;
  d.volume = to_dstring<32>(how_.volume);
  d.volume_sequence = d.last_volume_sequence = 1;
  d.interchange_level = d.max_interchange_level = 2;  // UDF 2.2.2.2: one volume
  d.character_sets = d.max_character_sets = 1;
  d.volume_set = to_dstring<128>(volume_set());
  d.characters = d.explanatory_characters = cs0();
  d.application = implementation_entity();
  d.recorded = to_recorded(how_.created);
  d.implementation = implementation_entity();
  return bytes_of_record(d, sizeof d);
}

std::vector<std::byte> volume::implementation_use_descriptor(std::uint32_t number) const {
  implementation_use_volume d;
  d.sequence_number = number;
  d.kind = udf_entity("*UDF LV Info", how_.revision);
  d.characters = cs0();
  d.logical_volume = to_dstring<128>(how_.volume);
  d.implementation = implementation_entity();
  return bytes_of_record(d, sizeof d);
}

std::vector<std::byte> volume::partition_descriptor(std::uint32_t number) const {
  partition d;
  d.sequence_number = number;
  d.flags = 1;  // 3/10.5.3: space is allocated
  d.contents = entity(how_.revision < 0x0200 ? "+NSR02" : "+NSR03");
  d.access = static_cast<std::uint32_t>(access());
  if (is(partition_type::sparable))
    d.header.unallocated_bitmap = {
        static_cast<std::uint32_t>(disk::bytes_in(bitmap_blocks(where_.partition, where_.bitmap))),
        in_partition(where_.bitmap)};
  d.start = static_cast<std::uint32_t>(where_.partition.value);
  d.length = partition_blocks();
  d.implementation = implementation_entity();
  return bytes_of_record(d, sizeof d);
}

sparable_map volume::sparable() const {
  sparable_map m;
  m.kind = udf_entity("*UDF Sparable Partition", how_.revision);
  m.volume_sequence = 1;
  m.packet_blocks = static_cast<std::uint16_t>(how_.ecc_blocks);
  m.tables = 2;
  m.table_bytes = static_cast<std::uint32_t>(sizeof(sparing_table) + spare_packets * sizeof(sparing_entry));
  m.table_at[0] = static_cast<std::uint32_t>(where_.first_table.value);
  m.table_at[1] = static_cast<std::uint32_t>(where_.second_table.value);
  return m;
}

metadata_map volume::metadata() const {
  metadata_map m;
  m.kind = udf_entity("*UDF Metadata Partition", how_.revision);
  m.volume_sequence = 1;
  m.file_at = in_partition(where_.metadata_icb);
  m.mirror_at = in_partition(where_.mirror_icb);
  m.bitmap_at = no_block;
  m.allocation_blocks = allocation_unit;
  m.alignment_blocks = allocation_unit;
  m.flags = how_.mirror ? 1 : 0;
  return m;
}

void volume::append_maps(std::vector<std::byte>& to) const {
  plain_map first;
  first.volume_sequence = 1;
  if (is(partition_type::sparable)) return disk::append(to, sparable());
  disk::append(to, first);
  if (is(partition_type::metadata)) disk::append(to, metadata());
  if (is(partition_type::vat)) {
    virtual_map m;
    m.kind = udf_entity("*UDF Virtual Partition", how_.revision);
    m.volume_sequence = 1;
    disk::append(to, m);
  }
}

std::vector<std::byte> volume::logical(std::uint32_t number) const {
  std::vector<std::byte> maps_bytes;
  append_maps(maps_bytes);
  logical_volume d;
  d.sequence_number = number;
  d.characters = cs0();
  d.volume = to_dstring<128>(how_.volume);
  d.block_size = block;
  d.domain = domain_entity(how_.revision, 0);
  // An extent of virtual blocks is one block long (UDF 2.3.10): no terminating descriptor follows there.
  d.file_set.length = is(partition_type::vat) ? block : nodes::file_set_blocks * block;
  if (continues() && is(partition_type::metadata)) d.file_set.length = how_.older->file_set_bytes;
  const auto at = addressing().structure(0);
  d.file_set.location = {static_cast<std::uint32_t>(at.block), at.partition};
  d.map_bytes = static_cast<std::uint32_t>(maps_bytes.size());
  d.maps = maps();
  d.implementation = implementation_entity();
  d.integrity = {static_cast<std::uint32_t>(disk::bytes_in(integrity_blocks)),
                 static_cast<std::uint32_t>(where_.integrity.value)};
  auto out = bytes_of_record(d, sizeof d + maps_bytes.size());
  std::ranges::copy(maps_bytes, out.begin() + sizeof d);
  return out;
}

std::vector<std::byte> volume::unallocated(std::uint32_t number) const {
  unallocated_space d;
  d.sequence_number = number;
  return bytes_of_record(d, sizeof d);
}

std::vector<std::byte> volume::sequence(bool reserve) const {
  const auto first = (reserve ? where_.reserve : where_.main).value;
  std::vector<std::byte> out;
  std::uint64_t at = first;
  std::uint32_t number = 0;
  const auto add = [&](std::vector<std::byte> d, tag_id id) {
    append_block(out, sealed(std::move(d), id, at++));
    ++number;
  };
  add(primary(number), tag_id::primary_volume);
  add(implementation_use_descriptor(number), tag_id::implementation_use);
  add(partition_descriptor(number), tag_id::partition);
  add(logical(number), tag_id::logical_volume);
  add(unallocated(number), tag_id::unallocated_space);
  add(bytes_of_record(terminating{}, sizeof(terminating)), tag_id::terminating);
  out.resize(disk::bytes_in(sequence_blocks));
  return out;
}

std::vector<std::byte> volume::integrity_sequence() const {
  integrity d;
  d.recorded = to_recorded(changed());
  d.type = is(partition_type::vat) ? 0 : 1;  // the VAT closes it (UDF 6.10.1.1)
  d.next_unique_id = nodes_->next_unique_id();
  d.partitions = maps();
  d.implementation_bytes = sizeof(integrity_use);
  auto bytes = bytes_of_record(d, sizeof d);
  const std::uint32_t physical = partition_blocks();
  const auto second = is(partition_type::metadata) ? metadata_blocks() : no_block;
  // Free space, which is not known of a virtual partition (UDF 2.2.6.2); then sizes.
  disk::append(bytes, le32{free_blocks()});
  if (maps() == 2) disk::append(bytes, le32{is(partition_type::vat) ? no_block : 0});
  disk::append(bytes, le32{physical});
  if (maps() == 2) disk::append(bytes, le32{second});
  integrity_use use;
  use.implementation = implementation_entity();
  use.files = static_cast<std::uint32_t>(nodes_->files());
  use.directories = static_cast<std::uint32_t>(nodes_->directories());
  use.min_read = min_read();
  use.min_write = use.max_write = how_.revision;
  disk::append(bytes, use);
  std::vector<std::byte> out;
  append_block(out, sealed(std::move(bytes), tag_id::integrity, where_.integrity.value));
  append_block(out, sealed(bytes_of_record(terminating{}, sizeof(terminating)), tag_id::terminating,
                           where_.integrity.value + 1));
  out.resize(disk::bytes_in(integrity_blocks));
  return out;
}

std::vector<std::byte> volume::anchor_block(disk::lba at) const {
  anchor d;
  const auto bytes = static_cast<std::uint32_t>(disk::bytes_in(sequence_blocks));
  d.main = {bytes, static_cast<std::uint32_t>(where_.main.value)};
  d.reserve = {bytes, static_cast<std::uint32_t>(where_.reserve.value)};
  auto out = sealed(bytes_of_record(d, sizeof d), tag_id::anchor, at.value);
  out.resize(block);
  return out;
}

std::vector<std::byte> volume::file_set_blocks() const {
  const auto at = addressing().structure(0).block;
  file_set d;
  d.recorded = to_recorded(how_.created);
  d.interchange_level = d.max_interchange_level = 3;  // UDF 2.3.2.2, 2.3.2.3
  d.character_sets = d.max_character_sets = 1;
  d.volume_characters = d.characters = cs0();
  d.volume = to_dstring<128>(how_.volume);
  d.name = to_dstring<32>(how_.volume);
  d.root = nodes_->root();
  d.domain = domain_entity(how_.revision, 0);
  std::vector<std::byte> out;
  append_block(out, sealed(bytes_of_record(d, sizeof d), tag_id::file_set, at));
  append_block(out, sealed(bytes_of_record(terminating{}, sizeof(terminating)), tag_id::terminating, at + 1));
  return out;
}

std::vector<volume::stale_parent> volume::stale_parents() const {
  std::vector<stale_parent> out;
  if (is(partition_type::plain))
    nodes_->for_each_kept_directory([&](const kept_node& was, address parent) {
      out.push_back({was.block, static_cast<std::uint32_t>(parent.block)});
    });
  return out;
}

std::shared_ptr<const disk::source> volume::node_source() const {
  if (!continues() || !is(partition_type::metadata))
    return std::make_shared<udf::node_source>(nodes_, tree_, file_set_blocks(), node_blocks());
  auto fresh = std::make_shared<udf::node_source>(nodes_, tree_, file_set_blocks(),
                                                  disk::block_count{nodes_->blocks()});
  return std::make_shared<unit_source>(std::move(fresh), *nodes_, how_.older, changed_, node_blocks());
}

std::shared_ptr<const disk::source> volume::loose_source() const {
  return std::make_shared<udf::loose_source>(nodes_);
}

}  // namespace comeback::udf
