// SPDX-License-Identifier: Apache-2.0
#include "udf/sequence_reader.hpp"

#include "udf/node_reader.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace comeback::udf {
namespace {

using base::fault;

constexpr std::size_t descriptors_limit = 1024, extents_limit = 64;

// Keeps the descriptor with the highest sequence number (ECMA-167 3/8.4.3).
template <class Descriptor>
bool prevails(const std::optional<Descriptor>& before, const Descriptor& now) {
  return !before || now.sequence_number >= before->sequence_number;
}

class sequence_reader {
 public:
  sequence_reader(const disk::source& from, std::uint32_t sector) : from_(from), sector_(sector) {}

  sequence run(extent_ad extent) {
    out_.at = std::uint64_t{extent.location} * sector_;
    for (std::size_t i = 0; i < extents_limit && extent.length != 0; ++i) {
      if (!seen_.insert(extent.location).second) {
        complain(fault::loop, std::uint64_t{extent.location} * sector_, "volume descriptor pointer");
        break;
      }
      extent = one_extent(extent);
    }
    return std::move(out_);
  }

 private:
  void complain(fault what, std::uint64_t at, std::string field) {
    out_.faults.push_back({what, at, std::move(field)});
  }

  // The next extent, of length 0 where there is none.
  extent_ad one_extent(const extent_ad& extent) {
    extent_ad next;
    std::vector<std::byte> block(sector_);
    for (std::uint32_t i = 0; i < extent.length / sector_; ++i) {
      if (count_++ == descriptors_limit) return {};
      const auto at = (std::uint64_t{extent.location} + i) * sector_;
      if (auto done = read_whole(from_, at, block, "volume descriptor"); !done) {
        out_.faults.push_back(done.error());
        return {};
      }
      if (!take(block, at, extent.location + i, next)) break;
    }
    return next;
  }

  // False at the sequence's end.
  bool take(std::span<const std::byte> block, std::uint64_t at, std::uint32_t location, extent_ad& next) {
    const auto t = judge_tag(block, at, location, "volume descriptor");
    if (!t) {
      if (t.error().what == fault::bad_magic) return false;  // an unrecorded block (3/8.4.2)
      out_.faults.push_back(t.error());
      return true;
    }
    if (t->what.id == 0) return false;
    if (t->complaint) {
      out_.faults.push_back(*t->complaint);
      if (t->complaint->what != fault::disagrees) return true;  // its bytes are not what was written
    }
    switch (static_cast<tag_id>(std::uint16_t{t->what.id})) {
      case tag_id::primary_volume:
        return keep(out_.primary, block);
      case tag_id::logical_volume:
        return keep_logical(block, at);
      case tag_id::partition:
        return keep_partition(*disk::read<partition>(block, 0, "partition descriptor"));
      case tag_id::volume_pointer:
        next = *disk::read<extent_ad>(block, sizeof(tag) + 4, "volume descriptor pointer");  // 3/10.3
        return true;
      case tag_id::terminating:
        return false;
      default:
        return true;
    }
  }

  template <class Descriptor>
  bool keep(std::optional<Descriptor>& into, std::span<const std::byte> block) {
    const auto now = *disk::read<Descriptor>(block, 0, "volume descriptor");
    if (prevails(into, now)) into = now;
    return true;
  }

  bool keep_logical(std::span<const std::byte> block, std::uint64_t at) {
    const auto now = *disk::read<logical_volume>(block, 0, "logical volume descriptor");
    if (!prevails(out_.logical, now)) return true;
    if (now.map_bytes > block.size() - sizeof(logical_volume)) {
      complain(fault::out_of_range, at, "logical volume descriptor: map table length");
      return true;
    }
    out_.logical = now;
    const auto maps = block.subspan(sizeof(logical_volume), now.map_bytes);
    out_.maps.assign(maps.begin(), maps.end());
    return true;
  }

  bool keep_partition(const partition& now) {
    const auto same =
        std::ranges::find_if(out_.partitions, [&](const partition& p) { return p.number == now.number; });
    if (same == out_.partitions.end())
      out_.partitions.push_back(now);
    else if (now.sequence_number >= same->sequence_number)
      *same = now;
    return true;
  }

  const disk::source& from_;
  std::uint32_t sector_;
  sequence out_;
  std::size_t count_ = 0;
  std::unordered_set<std::uint32_t> seen_;
};

}  // namespace

sequence read_sequence(const disk::source& from, std::uint32_t sector, const extent_ad& extent) {
  return sequence_reader(from, sector).run(extent);
}

}  // namespace comeback::udf
