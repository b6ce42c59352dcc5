// SPDX-License-Identifier: Apache-2.0
// A UDF volume in memory, made by hand, for tests and fuzzing of the reader: no writer has a part in it.
#pragma once

#include "udf/format.hpp"
#include "udf/test_mending.hpp"
#include "udf/text.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace comeback::udf::testing {

struct identifier {
  std::string_view name;
  std::uint32_t icb;
  unsigned flags = 0;
  std::uint32_t unique_id = 0;
};

/// Appends a file identifier (ECMA-167 4/14.4) to the bytes of a directory, which lie from block `first` on.
inline void append_identifier(std::vector<std::byte>& data, const identifier& what, std::uint32_t first) {
  const auto text = what.name.empty() ? std::string() : "\x08" + std::string(what.name);
  file_identifier f;
  f.version = 1;
  f.characteristics = static_cast<u8>(what.flags);
  f.name_bytes = static_cast<u8>(text.size());
  f.icb.length = 2048;
  f.icb.location.block = what.icb;
  f.icb.unique_id = what.unique_id;
  std::vector<std::byte> one;
  disk::append(one, f);
  for (const char c : text) one.push_back(static_cast<std::byte>(c));
  one.resize((one.size() + 3) / 4 * 4);
  seal(one, tag_id::file_identifier, 3, first + static_cast<std::uint32_t>(data.size() / disk::block_size));
  data.insert(data.end(), one.begin(), one.end());
}

/// /embedded ("hello"), /far (two blocks behind an allocation extent, with a hole between), /link (to
/// "/a/../b"), /.hid (hidden, a second name of /embedded), and a deleted name.
class small_volume {
 public:
  static constexpr std::uint32_t blocks = 330, partition_at = 300, integrity_at = 290;
  enum place : std::uint32_t {
    set,
    root,
    root_data,
    embedded_file,
    far_file,
    far_more,
    far_first,
    far_last,
    link
  };

  small_volume() : bytes_(std::size_t{blocks} * disk::block_size) {
    recognition();
    for (const std::uint32_t at : {256U, blocks - 1}) put_anchor(at);
    for (const std::uint32_t at : {257U, 273U}) sequence(at);
    put_integrity();
    put_set();
    put_files();
  }

  [[nodiscard]] const std::vector<std::byte>& bytes() const { return bytes_; }
  [[nodiscard]] static std::size_t at(place where) {
    return (std::size_t{partition_at} + where) * disk::block_size;
  }

 private:
  std::span<std::byte> block(std::uint32_t at) {
    return std::span(bytes_).subspan(std::size_t{at} * disk::block_size, disk::block_size);
  }
  template <class Record>
  void put(std::uint32_t at, const Record& r, tag_id id, std::uint32_t location,
           std::size_t size = sizeof(Record)) {
    disk::put(block(at), 0, r);
    seal(block(at).first(size), id, 3, location);
  }

  void recognition() {
    std::uint32_t at = 16;
    for (const std::string_view name : {"BEA01", "NSR03", "TEA01"}) {
      structure_descriptor d;
      std::copy(name.begin(), name.end(), d.standard.bytes.begin());
      disk::put(block(at++), 0, d);
    }
  }
  static extent_ad extent(std::uint32_t at, std::uint32_t count) {
    extent_ad out;
    out.length = count * 2048;
    out.location = at;
    return out;
  }
  void put_anchor(std::uint32_t at) {
    anchor a;
    a.main = extent(257, 16);
    a.reserve = extent(273, 16);
    put(at, a, tag_id::anchor, at);
  }
  void sequence(std::uint32_t at) {
    primary_volume p;
    p.volume = to_dstring<32>("small");
    p.volume_set = to_dstring<128>("set");
    p.recorded = to_recorded({1700000000, 0});
    put(at, p, tag_id::primary_volume, at);
    partition part;
    part.start = partition_at;
    part.length = blocks - partition_at - 1;
    part.access = 1;
    put(at + 1, part, tag_id::partition, at + 1);
    logical_volume l;
    l.volume = to_dstring<128>("Small volume");
    l.block_size = 2048;
    l.domain = domain_entity(0x0201, 0);
    l.file_set.length = 2048;
    l.map_bytes = 6;
    l.maps = 1;
    l.integrity = extent(integrity_at, 2);
    disk::put(block(at + 2), sizeof(logical_volume), plain_map{});
    put(at + 2, l, tag_id::logical_volume, at + 2, sizeof(logical_volume) + 6);
    put(at + 3, terminating{}, tag_id::terminating, at + 3);
  }
  void put_integrity() {
    integrity i;
    i.type = 1;
    i.next_unique_id = 100;
    i.partitions = 1;
    i.implementation_bytes = 46;
    integrity_use use;
    use.files = 3;
    use.directories = 1;
    disk::put(block(integrity_at), sizeof(integrity) + 8, use);
    put(integrity_at, i, tag_id::integrity, integrity_at, sizeof(integrity) + 8 + 46);
    put(integrity_at + 1, terminating{}, tag_id::terminating, integrity_at + 1);
  }
  void put_set() {
    file_set s;
    s.root.length = 2048;
    s.root.location.block = root;
    put(partition_at + set, s, tag_id::file_set, set);
  }

  void put_node(place where, file_type type, std::uint16_t links, std::uint64_t size, std::uint64_t recorded,
                std::span<const std::byte> descriptors, icb_flags form) {
    extended_file_entry e;
    e.icb.strategy = 4;
    e.icb.max_entries = 1;
    e.icb.type = static_cast<u8>(type);
    e.icb.flags = static_cast<std::uint16_t>(form);
    e.user = 1000;
    e.group = 100;
    e.permissions = to_permissions(0640);
    e.links = links;
    e.size = size;
    e.object_size = size;
    e.blocks = recorded;
    e.modified = to_recorded({1600000000, 0});
    e.unique_id = where == root ? 0U : 16U + where;
    e.descriptor_bytes = static_cast<std::uint32_t>(descriptors.size());
    const auto into = block(partition_at + where);
    std::copy(descriptors.begin(), descriptors.end(), into.begin() + sizeof(extended_file_entry));
    put(partition_at + where, e, tag_id::extended_file_entry, where, sizeof(e) + descriptors.size());
  }
  static void add_extent(std::vector<std::byte>& list, extent_type type, std::uint32_t bytes,
                         std::uint32_t at) {
    short_ad ad;
    ad.length = typed(type, bytes);
    ad.block = at;
    disk::append(list, ad);
  }
  static std::span<const std::byte> raw(std::string_view text) { return std::as_bytes(std::span(text)); }

  void put_files() {
    put_node(embedded_file, file_type::bytes, 2, 5, 0, raw("hello"), embedded);
    std::vector<std::byte> list;
    add_extent(list, extent_type::recorded, 2048, far_first);
    add_extent(list, extent_type::continuation, 2048, far_more);
    put_node(far_file, file_type::bytes, 1, 3 * 2048 - 48, 2, list, short_descriptors);
    put_more();
    std::fill_n(block(partition_at + far_first).begin(), 2048, std::byte{'1'});
    std::fill_n(block(partition_at + far_last).begin(), 2048, std::byte{'3'});
    constexpr std::string_view path(
        "\2\0\0\0"
        "\5\2\0\0"
        "\x08"
        "a"
        "\3\0\0\0"
        "\5\2\0\0"
        "\x08"
        "b",
        20);
    put_node(link, file_type::symbolic_link, 1, path.size(), 0, raw(path), embedded);
    put_root();
  }
  void put_more() {
    std::vector<std::byte> list;
    add_extent(list, extent_type::hole, 2048, 0);
    add_extent(list, extent_type::recorded, 2000, far_last);
    allocation_extent a;
    a.descriptor_bytes = static_cast<std::uint32_t>(list.size());
    const auto into = block(partition_at + far_more);
    std::copy(list.begin(), list.end(), into.begin() + sizeof(a));
    put(partition_at + far_more, a, tag_id::allocation_extent, far_more, sizeof(a) + list.size());
  }
  static void add_name(std::vector<std::byte>& data, std::string_view name, place icb, unsigned flags) {
    append_identifier(data, {name, icb, flags, icb == root ? 0U : 16U + icb}, root_data);
  }
  void put_root() {
    std::vector<std::byte> data, list;
    add_name(data, "", root, directory | parent);
    add_name(data, "embedded", embedded_file, 0);
    add_name(data, "gone", embedded_file, deleted);
    add_name(data, "far", far_file, 0);
    add_name(data, ".hid", embedded_file, hidden);
    add_name(data, "link", link, 0);
    std::copy(data.begin(), data.end(), block(partition_at + root_data).begin());
    add_extent(list, extent_type::recorded, static_cast<std::uint32_t>(data.size()), root_data);
    put_node(root, file_type::directory, 1, data.size(), 1, list, short_descriptors);
  }

  std::vector<std::byte> bytes_;
};

}  // namespace comeback::udf::testing
