// SPDX-License-Identifier: Apache-2.0
#include "udf/node_reader.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace comeback::udf {
namespace {

using base::fault;

// Extended attributes that are of use: a device's numbers, and when a file entry was created.
void read_attributes(std::span<const std::byte> bytes, node& n) {
  std::uint64_t at = sizeof(attributes_header);
  while (const auto head = disk::read<attribute>(bytes, at, "extended attribute")) {
    if (head->bytes < sizeof(attribute) || head->bytes > bytes.size() - at) return;
    const auto type = static_cast<attribute_type>(std::uint32_t{head->type});
    if (type == attribute_type::device) {
      if (const auto device = disk::read<device_attribute>(bytes, at, "device")) {
        n.major = device->major;
        n.minor = device->minor;
      }
    } else if (type == attribute_type::file_times && !n.created) {
      const auto times = disk::read<file_times_attribute>(bytes, at, "times");
      if (times && (times->existence & 1) != 0) n.created = from_recorded(times->created);
    }
    at += head->bytes;
  }
}

template <class Entry>
void take_common(const Entry& e, node& n) {
  n.type = static_cast<file_type>(e.icb.type);
  n.flags = e.icb.flags;
  n.user = e.user;
  n.group = e.group;
  n.permissions = e.permissions;
  n.links = e.links;
  n.size = e.size;
  n.object_size = e.size;
  n.blocks_recorded = e.blocks;
  n.unique_id = e.unique_id;
  n.accessed = from_recorded(e.accessed);
  n.modified = from_recorded(e.modified);
  n.changed = from_recorded(e.changed);
}

// Follows a node's allocation descriptors (ECMA-167 4/12, 4/14.14), through continuations too.
class allocation {
 public:
  allocation(const disk::source& from, const partition_maps& maps, block_window& window, node& n)
      : from_(from), maps_(maps), window_(window), n_(n), left_(n.size) {}

  base::parsed<void> run(std::span<const std::byte> descriptors) {
    const bool is_long = (n_.flags & descriptors_mask) == long_descriptors;
    std::vector<std::byte> block;
    for (auto next = one_list(descriptors, is_long);; next = one_list(descriptors, is_long)) {
      if (!next) return tl::unexpected(next.error());
      if (!*next) break;
      if (auto more = continuation(**next, block); !more)
        return tl::unexpected(more.error());
      else
        descriptors = *more;
    }
    if (left_ != 0) return wrong(fault::truncated, n_.at, "file entry: extents shorter than its size");
    return {};
  }

 private:
  struct continued {
    lb_addr at;
  };

  base::parsed<std::optional<continued>> one_list(std::span<const std::byte> list, bool is_long) {
    const std::size_t step = is_long ? sizeof(long_ad) : sizeof(short_ad);
    for (; list.size() >= step; list = list.subspan(step)) {
      lb_addr at;
      std::uint32_t length = 0;
      if (is_long) {
        const auto ad = *disk::read<long_ad>(list, 0, "descriptor");
        at = ad.location;
        length = ad.length;
      } else {
        const auto ad = *disk::read<short_ad>(list, 0, "descriptor");
        at.block = ad.block;
        at.partition = n_.icb.partition;
        length = ad.length;
      }
      if (bytes_of_extent(length) == 0) break;  // 4/12.1: nothing behind counts
      if (type_of(length) == extent_type::continuation) return continued{at};
      if (auto done = extent(at, bytes_of_extent(length), type_of(length)); !done)
        return tl::unexpected(done.error());
    }
    return std::nullopt;
  }

  base::parsed<void> extent(const lb_addr& at, std::uint64_t bytes, extent_type type) {
    if (type == extent_type::hole) {
      add({0, std::min(bytes, left_), false}, bytes);
      return {};
    }
    if (type == extent_type::recorded)
      n_.allocated_blocks += (bytes + maps_.block_size - 1) / maps_.block_size;
    std::uint64_t block = at.block;
    const bool recorded = type == extent_type::recorded;
    while (bytes > 0) {
      auto part = maps_.locate(at.partition, block, bytes);
      if (!part) return wrong(part.error().what, n_.at, "allocation descriptor: " + part.error().field);
      if (++runs_ > from_.size() / sizeof(short_ad))
        return wrong(fault::out_of_range, n_.at, "file entry: more extents than the image can hold");
      const auto here = part->bytes;
      part->recorded = recorded;
      add({part->offset, std::min(here, left_), recorded, block}, here);
      block += (here + maps_.block_size - 1) / maps_.block_size;
      bytes -= here;
    }
    return {};
  }

  // The part of an extent that is data, and what lies behind the data's end.
  void add(const piece& data, std::uint64_t whole) {
    left_ -= data.bytes;
    if (data.bytes > 0) {
      auto* last = n_.pieces.empty() ? nullptr : &n_.pieces.back();
      const bool joins = last != nullptr && last->recorded == data.recorded &&
                         (!data.recorded || (last->offset + last->bytes == data.offset &&
                                             last->block + last->bytes / maps_.block_size == data.block));
      if (joins)
        last->bytes += data.bytes;
      else
        n_.pieces.push_back(data);
    }
    if (whole > data.bytes && (data.offset != 0))
      n_.tail.push_back({data.offset + data.bytes, whole - data.bytes, false});
  }

  base::parsed<std::span<const std::byte>> continuation(const continued& to, std::vector<std::byte>& block) {
    const auto where = maps_.locate(to.at, maps_.block_size);
    if (!where) return wrong(where.error().what, n_.at, "allocation extent: " + where.error().field);
    if (!seen_.insert(where->offset).second)
      return wrong(fault::loop, where->offset, "allocation extent: it leads back to itself");
    block.resize(maps_.block_size);
    window_.spend(block.size());
    if (auto done = read_whole(from_, where->offset, block, "allocation extent"); !done)
      return tl::unexpected(done.error());
    const auto t = judge_tag(block, where->offset, to.at.block, "allocation extent");
    if (!t) return tl::unexpected(t.error());
    if (t->complaint && !n_.complaint) n_.complaint = t->complaint;
    if (t->what.id != static_cast<std::uint16_t>(tag_id::allocation_extent))
      return wrong(fault::bad_magic, where->offset, "allocation extent: tag");
    const auto head = *disk::read<allocation_extent>(block, 0, "allocation extent");
    if (head.descriptor_bytes > block.size() - sizeof(allocation_extent))
      return wrong(fault::out_of_range, where->offset, "allocation extent: length of descriptors");
    n_.descriptor_pieces.push_back({where->offset, block.size(), true});
    return std::span<const std::byte>(block).subspan(sizeof(allocation_extent), head.descriptor_bytes);
  }

  const disk::source& from_;
  const partition_maps& maps_;
  block_window& window_;
  node& n_;
  std::uint64_t left_, runs_ = 0;
  std::unordered_set<std::uint64_t> seen_;
};

template <class Entry>
base::parsed<node> read_entry(const disk::source& from, const partition_maps& maps, block_window& window,
                              std::span<const std::byte> block, node n) {
  const auto e = disk::read<Entry>(block, 0, "file entry", n.at);
  if (!e) return tl::unexpected(e.error());
  if (e->icb.strategy != 4) return wrong(fault::unsupported, n.at, "file entry: strategy");
  take_common(*e, n);
  if constexpr (std::is_same_v<Entry, extended_file_entry>) {
    n.extended = true;
    n.object_size = e->object_size;
    n.created = from_recorded(e->created);
    if (bytes_of_extent(e->streams.length) != 0) n.streams = e->streams.location;
  }
  const std::uint64_t attributes = e->attribute_bytes, descriptors = e->descriptor_bytes;
  if (attributes > block.size() - sizeof(Entry) || descriptors > block.size() - sizeof(Entry) - attributes)
    return wrong(fault::out_of_range, n.at, "file entry: length of attributes or descriptors");
  read_attributes(block.subspan(sizeof(Entry), attributes), n);
  const auto list = block.subspan(sizeof(Entry) + attributes, descriptors);
  const auto form = n.flags & descriptors_mask;
  if (form == embedded) {
    n.is_embedded = true;
    if (n.size > list.size()) return wrong(fault::out_of_range, n.at, "file entry: embedded size");
    n.embedded.assign(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(n.size));
    return n;
  }
  if (form != short_descriptors && form != long_descriptors)
    return wrong(fault::unsupported, n.at, "file entry: kind of allocation descriptors");
  if (auto done = allocation(from, maps, window, n).run(list); !done) return tl::unexpected(done.error());
  return n;
}

}  // namespace

base::parsed<judged_tag> judge_tag(std::span<const std::byte> descriptor, std::uint64_t base,
                                   std::uint32_t location, const char* name) {
  const auto t = disk::read<tag>(descriptor, 0, name, base);
  if (!t) return tl::unexpected(t.error());
  if (checksum_of(*t) != t->checksum)
    return wrong(t->id == 0 ? fault::bad_magic : fault::bad_checksum, base,
                 std::string(name) + ": tag checksum");
  judged_tag out{*t, {}};
  if (const auto proven = read_tag(descriptor, base); !proven)
    out.complaint = base::parse_error{proven.error().what, base, name + (": " + proven.error().field)};
  else if (t->location != location)
    out.complaint = base::parse_error{fault::disagrees, base, std::string(name) + ": tag location"};
  return out;
}

base::parsed<void> read_whole(const disk::source& from, std::uint64_t at, std::span<std::byte> into,
                              const char* field) {
  if (at > from.size() || into.size() > from.size() - at || from.read_at(at, into) != into.size())
    return wrong(fault::truncated, at, field);
  return {};
}

base::parsed<node> read_node(const disk::source& from, const partition_maps& maps, const lb_addr& icb,
                             block_window& window) {
  const auto where = maps.locate(icb, maps.block_size);
  if (!where) return wrong(where.error().what, where.error().offset, "ICB: " + where.error().field);
  const auto block = window.read(where->offset, maps.block_size);
  if (block.empty()) return wrong(fault::truncated, where->offset, "ICB");
  auto t = judge_tag(block, where->offset, icb.block, "file entry");
  if (!t) return tl::unexpected(t.error());
  node n;
  n.icb = icb;
  n.at = where->offset;
  n.complaint = std::move(t->complaint);
  switch (static_cast<tag_id>(std::uint16_t{t->what.id})) {
    case tag_id::file_entry:
      return read_entry<file_entry>(from, maps, window, block, std::move(n));
    case tag_id::extended_file_entry:
      return read_entry<extended_file_entry>(from, maps, window, block, std::move(n));
    case tag_id::indirect_entry:
    case tag_id::terminal_entry:
      return wrong(fault::unsupported, n.at, "file entry: strategy");
    default:
      return wrong(fault::bad_magic, n.at, "file entry: tag");
  }
}

base::parsed<std::vector<std::byte>> read_data(const disk::source& from, const node& of,
                                               std::uint64_t limit) {
  if (of.is_embedded) return of.embedded;
  if (of.size > limit || of.size > from.size())
    return wrong(fault::out_of_range, of.at, "file entry: size of what must be read whole");
  std::vector<std::byte> out(static_cast<std::size_t>(of.size));
  std::size_t done = 0;
  for (const auto& p : of.pieces) {
    const auto part = std::span(out).subspan(done, static_cast<std::size_t>(p.bytes));
    if (p.recorded)
      if (auto read = read_whole(from, p.offset, part, "file: extent"); !read)
        return tl::unexpected(read.error());
    done += part.size();
  }
  return out;
}

std::span<const std::byte> block_window::read(std::uint64_t offset, std::size_t bytes) {
  constexpr std::uint64_t near = 16384, wide = 65536;
  const auto end = begin_ + bytes_.size();
  if (offset < begin_ || offset + bytes > end || bytes_.empty()) {
    // What follows the last block soon is most likely read one by one.
    const bool goes_on = !bytes_.empty() && offset >= begin_ && offset < end + near;
    bytes_.resize(static_cast<std::size_t>(goes_on ? std::max<std::uint64_t>(bytes, wide) : bytes));
    bytes_.resize(offset < from_.size() ? from_.read_at(offset, bytes_) : 0);
    begin_ = offset;
    if (bytes_.size() < bytes) return {};
  }
  return std::span<const std::byte>(bytes_).subspan(static_cast<std::size_t>(offset - begin_), bytes);
}

}  // namespace comeback::udf
