// SPDX-License-Identifier: Apache-2.0
// The small volume with more blocks behind it, for tests of what no writer makes.
#pragma once

#include "udf/small_volume.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace comeback::udf::testing {

/// New blocks are numbered from 30 on in the partition; the anchor at the end is one of them no more.
class grown_volume {
 public:
  using place = small_volume::place;

  grown_volume() : bytes_(small_volume().bytes()) {}

  [[nodiscard]] std::uint32_t next() const {
    return static_cast<std::uint32_t>(bytes_.size() / disk::block_size - small_volume::partition_at);
  }
  std::span<std::byte> block(std::uint32_t in_partition) {
    return std::span(bytes_).subspan(
        (small_volume::partition_at + std::size_t{in_partition}) * disk::block_size, disk::block_size);
  }
  /// The numbers of the new ones: the first, and behind the last.
  std::uint32_t add_blocks(std::uint32_t count) {
    const auto first = next();
    bytes_.resize(bytes_.size() + std::size_t{count} * disk::block_size);
    return first;
  }
  std::uint32_t add(std::span<const std::byte> data) {
    const auto first = add_blocks(static_cast<std::uint32_t>((data.size() + 2047) / 2048));
    std::copy(data.begin(), data.end(), block(first).data());
    return first;
  }

  /// A file of `size` bytes with these descriptors, in a block of its own.
  std::uint32_t add_file(std::uint64_t size, std::span<const std::byte> descriptors,
                         file_type type = file_type::bytes) {
    const auto at = add_blocks(1);
    extended_file_entry e;
    e.icb.strategy = 4;
    e.icb.max_entries = 1;
    e.icb.type = static_cast<u8>(type);
    e.icb.flags = static_cast<std::uint16_t>(short_descriptors);
    e.links = 1;
    e.size = e.object_size = size;
    e.unique_id = 1000 + at;
    e.descriptor_bytes = static_cast<std::uint32_t>(descriptors.size());
    std::copy(descriptors.begin(), descriptors.end(), block(at).begin() + sizeof(e));
    disk::put(block(at), 0, e);
    seal(block(at).first(sizeof(e) + descriptors.size()), tag_id::extended_file_entry, 3, at);
    return at;
  }
  /// Continued descriptors, in a block of their own.
  std::uint32_t add_extents(std::span<const std::byte> descriptors) {
    const auto at = add_blocks(1);
    put_extents(at, descriptors);
    return at;
  }
  void put_extents(std::uint32_t at, std::span<const std::byte> descriptors) {
    allocation_extent a;
    a.descriptor_bytes = static_cast<std::uint32_t>(descriptors.size());
    std::copy(descriptors.begin(), descriptors.end(), block(at).begin() + sizeof(a));
    disk::put(block(at), 0, a);
    seal(block(at).first(sizeof(a) + descriptors.size()), tag_id::allocation_extent, 3, at);
  }

  using entries = std::vector<std::pair<std::string, std::uint32_t>>;
  /// A directory in blocks of its own: names and ICBs. Its parent entry leads to the root.
  std::uint32_t add_directory(const entries& names) {
    const auto [at, size] = add_names(names);
    std::vector<std::byte> list;
    append_extent(list, extent_type::recorded, size, at);
    return add_file(size, list, file_type::directory);
  }
  /// The root's entries are these.
  void set_root(const entries& names) {
    const auto [at, size] = add_names(names);
    std::vector<std::byte> list;
    append_extent(list, extent_type::recorded, size, at);
    auto root = *disk::read<extended_file_entry>(block(small_volume::root), 0, "root");
    root.size = root.object_size = size;
    disk::put(block(small_volume::root), 0, root);
    std::copy(list.begin(), list.end(), block(small_volume::root).begin() + sizeof(root));
    mend(block(small_volume::root));
  }
  static void append_extent(std::vector<std::byte>& list, extent_type type, std::uint32_t bytes,
                            std::uint32_t at) {
    short_ad ad;
    ad.length = typed(type, bytes);
    ad.block = at;
    disk::append(list, ad);
  }

  /// The whole image; its partition reaches to the end.
  [[nodiscard]] std::vector<std::byte> bytes() {
    for (const std::size_t at : {258, 274}) {
      const auto where = std::span(bytes_).subspan(at * disk::block_size, disk::block_size);
      auto p = *disk::read<partition>(where, 0, "partition");
      p.length = next();
      disk::put(where, 0, p);
      mend(where);
    }
    return bytes_;
  }

 private:
  // Where they begin, and their bytes.
  std::pair<std::uint32_t, std::uint32_t> add_names(const entries& names) {
    std::vector<std::byte> data;
    const auto at = next();
    append_identifier(data, {"", small_volume::root, directory | parent}, at);
    for (const auto& [name, icb] : names) append_identifier(data, {name, icb}, at);
    add(data);
    return {at, static_cast<std::uint32_t>(data.size())};
  }
  std::vector<std::byte> bytes_;
};

}  // namespace comeback::udf::testing
