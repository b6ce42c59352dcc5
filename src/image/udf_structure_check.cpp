// SPDX-License-Identifier: Apache-2.0
#include "image/udf_structure_check.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace comeback::image {
namespace {

using udf::lb_addr;
using udf::node;

// Everything behind the tag and the sequence number, which say where a descriptor lies and which one
// prevails.
template <class Descriptor>
bool same_body(const Descriptor& a, const Descriptor& b) {
  const auto x = disk::bytes_of(a), y = disk::bytes_of(b);
  constexpr auto body = sizeof(udf::tag) + sizeof(udf::le32);
  return std::equal(x.begin() + body, x.end(), y.begin() + body);
}

template <class Descriptor>
bool agree(const std::optional<Descriptor>& a, const std::optional<Descriptor>& b) {
  return a.has_value() == b.has_value() && (!a || same_body(*a, *b));
}

class structure_check {
 public:
  structure_check(const udf::reader& volume, findings& out, std::vector<used_run>& used)
      : volume_(volume), all_(volume.structures()), out_(out), used_(used) {}

  void run() {
    check_anchors();
    check_sequences();
    check_partitions();
    check_metadata();
    check_sparing();
    take(all_.set_at, all_.block_size);
    if (all_.table_at != 0) take(all_.table_at, all_.block_size);
    for (const auto& p : all_.table_pieces) take(p.offset, p.bytes);
  }

 private:
  void find(std::string what) { out_.add(file_system::udf, "", std::move(what)); }
  void take(std::uint64_t at, std::uint64_t bytes) { used_.push_back({at, at + bytes}); }

  [[nodiscard]] bool has_table() const {
    return std::ranges::any_of(all_.maps.maps,
                               [](const auto& m) { return m.kind == udf::partition_kind::virtual_table; });
  }

  // UDF 2.2.3: two of block 256, the last and the 256th before that; one on a medium still open.
  void check_anchors() {
    if (all_.anchors.size() < 2 && !has_table() && !anchor_in_front_of_padding())
      find("there is one anchor alone, where two are to be");
  }

  // Recorders pad behind a session's last block: with the post-gap of a CD, or up to a whole unit.
  [[nodiscard]] bool anchor_in_front_of_padding() const {
    constexpr std::uint64_t most = 512;  // a post-gap has 150 blocks, the largest unit 32
    if (all_.block_size != disk::block_size) return false;
    auto end = volume_.source().size() / disk::block_size;
    for (const auto least = end - std::min(end, most); end > least && is_empty(end - 1);) --end;
    const auto is_other = [this](std::uint64_t block) {
      return block != all_.anchors.front() && udf::anchor_at_block(volume_.source(), {block}).has_value();
    };
    return (end > 0 && is_other(end - 1)) || (end > 256 && is_other(end - 257));
  }

  [[nodiscard]] bool is_empty(std::uint64_t block) const {
    std::vector<std::byte> bytes(disk::block_size);
    bytes.resize(volume_.source().read_at(disk::offset_of({block}), bytes));
    return std::ranges::all_of(bytes, [](std::byte one) { return one == std::byte{}; });
  }

  void check_sequences() {
    const auto &main = all_.main, &reserve = all_.reserve;
    if (!main.primary) find("the volume descriptor sequence has no primary volume descriptor");
    const auto differ = [this](const char* what) {
      find(fmt::format("the main and the reserve volume descriptor sequence have different {}", what));
    };
    if (main.maps != reserve.maps || !agree(main.logical, reserve.logical))
      differ("logical volume descriptors");
    if (!agree(main.primary, reserve.primary)) differ("primary volume descriptors");
    if (!std::ranges::equal(main.partitions, reserve.partitions, same_body<udf::partition>))
      differ("partition descriptors");
  }

  void check_partitions() {
    const auto size = volume_.source().size();
    for (const auto& p : all_.used().partitions)
      if (const auto end = (std::uint64_t{p.start} + p.length) * all_.block_size; end > size)
        find(
            fmt::format("the image is cut short: the partition ends at byte {}, the image at {}", end, size));
    if (!has_table()) check_sizes();  // else the table of virtual blocks has the last word (UDF 2.2.6.2)
  }

  void check_sizes() {
    const auto& maps = all_.maps.maps;
    for (std::size_t i = 0; i < std::min(maps.size(), all_.sizes.size()); ++i) {
      if (maps[i].kind != udf::partition_kind::plain && maps[i].kind != udf::partition_kind::sparable)
        continue;
      for (const auto& p : all_.used().partitions)
        if (p.number == maps[i].number && p.length != all_.sizes[i] && all_.sizes[i] != udf::no_block)
          find(fmt::format("the partition has {} blocks, {} as the integrity descriptor says",
                           std::uint32_t{p.length}, all_.sizes[i]));
    }
  }

  // UDF 2.2.13: main file and mirror hold the same.
  void check_metadata() {
    for (const auto& m : all_.metadata) {
      lb_addr at;
      at.partition = m.below;
      at.block = m.map.file_at;
      const auto main = volume_.read(at);
      at.block = m.map.mirror_at;
      const auto mirror = volume_.read(at);
      if (!main || !mirror) {
        find("metadata file or mirror: " + base::to_string(main ? mirror.error() : main.error()));
        continue;
      }
      if (main->type != udf::file_type::metadata || mirror->type != udf::file_type::metadata_mirror)
        find("metadata file or mirror: type");
      for (const auto* n : {&*main, &*mirror}) {
        if (n->complaint) find(base::to_string(*n->complaint));
        take(n->at, all_.block_size);
      }
      compare_metadata(*main, *mirror);
    }
  }

  void compare_metadata(const node& main, const node& mirror) {
    if (main.size != mirror.size) return find("the metadata file and its mirror differ in size");
    if (std::ranges::equal(main.pieces, mirror.pieces,
                           [](const auto& a, const auto& b) { return a.offset == b.offset; }))
      return;
    const auto limit = volume_.source().size();
    const auto a = volume_.data(main, limit), b = volume_.data(mirror, limit);
    if (!a || !b || *a != *b) find("the metadata file and its mirror differ");
  }

  // UDF 2.2.12: a copy in each place that the map names.
  void check_sparing() {
    if (!all_.sparable) return;
    const auto& map = *all_.sparable;
    std::vector<std::byte> first;
    for (std::size_t i = 0; i < std::min<std::size_t>(map.tables, map.table_at.size()); ++i) {
      auto table = sparing_table_at(map.table_at[i]);
      if (first.empty())
        first = std::move(table);
      else if (!table.empty() && table != first)
        find("the sparing tables differ");
    }
  }

  // Its bytes behind the tag; empty where it is none.
  std::vector<std::byte> sparing_table_at(std::uint32_t block) {
    constexpr std::uint32_t largest = sizeof(udf::sparing_table) + 65535 * sizeof(udf::sparing_entry);
    std::vector<std::byte> bytes(std::min(std::uint32_t{all_.sparable->table_bytes}, largest));
    const auto at = std::uint64_t{block} * all_.block_size;
    const auto read = volume_.source().read_at(at, bytes);
    const auto t = udf::read_tag(std::span(bytes).first(read), at);
    if (t && t->id == static_cast<std::uint16_t>(udf::tag_id::sparing_table) && t->location == block)
      return {bytes.begin() + sizeof(udf::tag), bytes.end()};
    find(fmt::format("the sparing table at block {}: {}", block,
                     t ? "its tag is that of something else" : base::to_string(t.error())));
    return {};
  }

  const udf::reader& volume_;
  const udf::volume_structures& all_;
  findings& out_;
  std::vector<used_run>& used_;
};

class bitmap_check {
 public:
  bitmap_check(const udf::reader& volume, findings& out, const std::vector<used_run>& used)
      : volume_(volume), all_(volume.structures()), out_(out), used_(used) {}

  void run() {
    for (std::size_t i = 0; i < all_.maps.maps.size(); ++i) {
      const auto& m = all_.maps.maps[i];
      if (m.kind != udf::partition_kind::plain && m.kind != udf::partition_kind::sparable) continue;
      const auto p = std::ranges::find_if(all_.used().partitions,
                                          [&](const udf::partition& one) { return one.number == m.number; });
      if (p != all_.used().partitions.end() && p->header.unallocated_bitmap.length != 0)
        check(static_cast<std::uint16_t>(i), *p);
    }
  }

 private:
  void find(std::string what) { out_.add(file_system::udf, "", std::move(what)); }

  void check(std::uint16_t map, const udf::partition& p) {
    if (!read(map, p)) return;
    compare(p);
    const auto free = count();
    if (map < all_.free_blocks.size() && all_.free_blocks[map] != udf::no_block &&
        all_.free_blocks[map] != free)
      find(fmt::format("the space bitmap has {} free blocks, the integrity descriptor {}", free,
                       all_.free_blocks[map]));
  }

  // The bits of the whole partition; false where they are not there.
  bool read(std::uint16_t map, const udf::partition& p) {
    constexpr auto head_bytes = sizeof(udf::space_bitmap);
    const auto& extent = p.header.unallocated_bitmap;
    const auto wanted = head_bytes + (std::uint64_t{p.length} + 7) / 8;
    if (udf::bytes_of_extent(extent.length) < wanted || wanted > volume_.source().size())
      return find("the space bitmap is too short for its partition"), false;
    bits_.resize(static_cast<std::size_t>(wanted));
    if (!fill(map, extent.block)) return find("the space bitmap is not within its partition"), false;
    const auto t = udf::read_tag(bits_);
    if (!t || t->id != static_cast<std::uint16_t>(udf::tag_id::space_bitmap))
      return find("the space bitmap: " + (t ? "tag" : base::to_string(t.error()))), false;
    const auto head = *disk::read<udf::space_bitmap>(bits_, 0, "space bitmap");
    bits_.erase(bits_.begin(), bits_.begin() + head_bytes);
    blocks_ = p.length;
    if (head.bits == p.length) return true;
    return find(fmt::format("the space bitmap has {} bits, its partition {} blocks", std::uint32_t{head.bits},
                            std::uint32_t{p.length})),
           false;
  }

  // Packets that were spared lie elsewhere.
  bool fill(std::uint16_t map, std::uint32_t block) {
    for (std::size_t done = 0; done < bits_.size();) {
      const auto left = bits_.size() - done;
      const auto where = all_.maps.locate(map, block + done / all_.block_size, left);
      if (!where || where->bytes == 0) return false;
      const auto part = std::span(bits_).subspan(done, static_cast<std::size_t>(where->bytes));
      if (volume_.source().read_at(where->offset, part) != part.size()) return false;
      done += part.size();
    }
    return true;
  }

  [[nodiscard]] bool is_free(std::uint64_t block) const {
    return (std::to_integer<unsigned>(bits_[static_cast<std::size_t>(block / 8)]) >> (block % 8) & 1U) != 0;
  }

  // `used_` is sorted and what overlaps is looked at once, so this takes no more steps than blocks.
  void compare(const udf::partition& p) {
    std::uint64_t done = 0;
    for (const auto& run : used_) {
      const auto first = run.begin / all_.block_size, last = (run.end - 1) / all_.block_size;
      if (last < p.start) continue;
      const auto end = std::min<std::uint64_t>(last - p.start + 1, blocks_);
      for (auto block = std::max(done, first - std::min<std::uint64_t>(first, p.start)); block < end; ++block)
        if (is_free(block)) {
          find(fmt::format("block {} of the partition is used, and free in the space bitmap", block));
          break;
        }
      done = std::max(done, end);
    }
  }

  [[nodiscard]] std::uint64_t count() const {
    std::uint64_t out = 0;
    for (const auto b : bits_)
      out += static_cast<std::uint64_t>(std::popcount(std::to_integer<unsigned char>(b)));
    for (auto block = blocks_; block % 8 != 0; ++block) out -= is_free(block) ? 1 : 0;  // behind the end
    return out;
  }

  const udf::reader& volume_;
  const udf::volume_structures& all_;
  findings& out_;
  const std::vector<used_run>& used_;
  std::vector<std::byte> bits_;
  std::uint64_t blocks_ = 0;
};

}  // namespace

void check_udf_structures(const udf::reader& volume, findings& out, std::vector<used_run>& used) {
  structure_check(volume, out, used).run();
}

void check_udf_bitmaps(const udf::reader& volume, findings& out, const std::vector<used_run>& used) {
  bitmap_check(volume, out, used).run();
}

}  // namespace comeback::image
