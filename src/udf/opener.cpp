// SPDX-License-Identifier: Apache-2.0
// From an anchor to the file set: everything that opening a volume reads.
#include "base/error.hpp"
#include "udf/node_reader.hpp"
#include "udf/reader.hpp"
#include "udf/sequence_reader.hpp"
#include "udf/text.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

namespace comeback::udf {

using base::fault;

namespace {

// 2048 first: that is what optical media use, others only images of hard disks.
constexpr std::array<std::uint32_t, 7> sector_sizes{2048, 512, 4096, 1024, 8192, 16384, 32768};
constexpr std::size_t maps_limit = 64;
constexpr std::uint64_t table_limit = 256 << 20;
constexpr std::uint64_t last_blocks = 512;  // in which the ICB of a virtual allocation table is looked for

// A sector that cannot be read has none: there are other places, and the last sectors of some discs never
// can.
std::optional<anchor> anchor_in(const disk::source& from, std::uint64_t sector, std::uint32_t size) try {
  std::array<std::byte, sizeof(anchor)> bytes{};
  if (sector > from.size() / size || from.read_at(sector * size, bytes) != bytes.size()) return std::nullopt;
  const auto t = read_tag(bytes);
  if (!t || t->id != static_cast<std::uint16_t>(tag_id::anchor) || t->location != sector) return std::nullopt;
  return *disk::read<anchor>(bytes, 0, "anchor");
} catch (const base::error&) {
  return std::nullopt;
}

// One of the two tables of an integrity descriptor, a number a partition (ECMA-167 3/10.10.7, 3/10.10.8).
std::vector<std::uint32_t> table_in(std::span<const std::byte> descriptor, std::uint32_t partitions,
                                    std::uint64_t table) {
  std::vector<std::uint32_t> out;
  for (std::uint64_t i = 0; i < partitions; ++i) {
    const auto one = disk::read<le32>(descriptor, sizeof(integrity) + 4 * (table * partitions + i), "table");
    if (!one) break;
    out.push_back(*one);
  }
  return out;
}

bool names_nsr(const disk::source& from, disk::lba first, std::uint32_t block_size) {
  // Structures of 2048 bytes, or one a block where blocks are larger (ECMA-167 2/8.4).
  const std::uint64_t step = std::max<std::uint64_t>(block_size, disk::block_size);
  const auto begin = disk::offset_of(first) + 32768;
  for (std::uint64_t i = 0; i < 64; ++i) {
    std::array<std::byte, 7> bytes{};
    if (from.read_at(begin + i * step, bytes) != bytes.size()) return false;
    const std::string_view standard(reinterpret_cast<const char*>(bytes.data()) + 1, 5);
    if (standard == "NSR02" || standard == "NSR03") return true;
    if (standard != "CD001" && standard != "BEA01" && standard != "BOOT2" && standard != "CDW02")
      return false;
  }
  return false;
}

}  // namespace

class opener {
 public:
  opener(std::shared_ptr<const disk::source> from, disk::lba first)
      : out_(std::move(from)), from_(*out_.from_), all_(out_.all_), first_(first), window_(from_) {}

  base::parsed<reader> run() {
    for (const auto step : {&opener::find_anchor, &opener::read_sequences, &opener::read_maps,
                            &opener::read_tables, &opener::read_file_set})
      if (auto done = (this->*step)(); !done) return tl::unexpected(done.error());
    read_integrity();
    return std::move(out_);
  }

 private:
  void warn(const base::parse_error& e) { all_.warnings.push_back(e); }
  void warn(fault what, std::uint64_t at, std::string field) { warn({what, at, std::move(field)}); }

  base::parsed<void> find_anchor() {
    for (const auto size : sector_sizes) {
      const auto begin = disk::offset_of(first_) / size, count = from_.size() / size;
      std::vector<std::uint64_t> places{begin + anchor_at.value, begin + 512};
      for (const std::uint64_t back : {1, 257})
        if (count > back) places.push_back(count - back);
      for (const auto place : places) {
        const auto found = anchor_in(from_, place, size);
        if (!found) continue;
        if (all_.anchors.empty()) anchor_ = *found;
        if (std::ranges::find(all_.anchors, place) == all_.anchors.end()) all_.anchors.push_back(place);
      }
      if (all_.anchors.empty()) continue;
      all_.block_size = size;
      all_.maps.block_size = size;
      all_.recognised = names_nsr(from_, first_, size);
      if (!all_.recognised)
        warn(fault::bad_magic, disk::offset_of(first_) + 32768,
             "volume recognition sequence: no NSR descriptor");
      return {};
    }
    return wrong(fault::bad_magic, disk::offset_of(first_ + disk::block_count{256}), "anchor: tag");
  }

  static bool complete(const sequence& s) { return s.logical && !s.partitions.empty(); }

  base::parsed<void> read_sequences() {
    all_.main = read_sequence(from_, all_.block_size, anchor_.main);
    all_.reserve = read_sequence(from_, all_.block_size, anchor_.reserve);
    if (!complete(all_.main)) {
      if (!complete(all_.reserve))
        return wrong(fault::bad_magic, all_.main.at,
                     "volume descriptor sequence: no logical volume or partition");
      all_.from_reserve = true;
      warn(fault::disagrees, all_.main.at, "volume descriptor sequence: only the reserve one is of use");
    }
    for (const auto& e : all_.main.faults) warn(e);
    for (const auto& e : all_.reserve.faults) warn(e);
    const auto& logical = *all_.used().logical;
    if (logical.block_size != all_.block_size)
      return wrong(fault::unsupported, all_.used().at, "logical volume descriptor: block size");
    all_.revision = revision_of(logical.domain);
    return {};
  }

  // --- partition maps ---

  base::parsed<void> read_maps() {
    const auto& s = all_.used();
    const auto bytes = std::span<const std::byte>(s.maps);
    std::size_t at = 0;
    for (std::uint32_t i = 0; i < s.logical->maps; ++i) {
      const auto head = disk::read<std::array<u8, 2>>(bytes, at, "partition map", s.at);
      if (!head) return tl::unexpected(head.error());
      const std::size_t length = (*head)[1];
      if (length < sizeof(plain_map) || length > bytes.size() - at || i == maps_limit)
        return wrong(fault::out_of_range, s.at, "partition map: length");
      if (auto done = add_map((*head)[0], bytes.subspan(at, length)); !done) return done;
      at += length;
    }
    if (all_.maps.maps.empty())
      return wrong(fault::out_of_range, s.at, "logical volume descriptor: no partition map");
    return {};
  }

  base::parsed<void> add_map(u8 type, std::span<const std::byte> bytes) {
    if (type == 1 && bytes.size() == sizeof(plain_map))
      return place(disk::read<plain_map>(bytes, 0, "map")->partition, partition_kind::plain);
    if (type != 2 || bytes.size() != sizeof(virtual_map))
      return wrong(fault::unsupported, all_.used().at, "partition map: type");
    const auto map = *disk::read<virtual_map>(bytes, 0, "map");
    const auto kind = map.kind.identifier.trimmed();
    if (has_map_like(kind))  // their tables and files are kept
      return wrong(fault::unsupported, all_.used().at, "partition map: two virtual or metadata partitions");
    if (kind == "*UDF Virtual Partition") return place(map.partition, partition_kind::virtual_table);
    if (kind == "*UDF Sparable Partition") {
      all_.sparable = *disk::read<sparable_map>(bytes, 0, "map");
      if (auto done = place(map.partition, partition_kind::sparable); !done) return done;
      read_sparing(all_.maps.maps.back(), *all_.sparable);
      return {};
    }
    if (kind == "*UDF Metadata Partition") {
      metadata_.emplace_back(all_.maps.maps.size(), *disk::read<metadata_map>(bytes, 0, "map"));
      return place(map.partition, partition_kind::metadata);
    }
    return wrong(fault::unsupported, all_.used().at, "partition map: kind");
  }

  [[nodiscard]] bool has_map_like(std::string_view kind) const {
    const auto has = [this](partition_kind k) {
      return std::ranges::any_of(all_.maps.maps, [k](const partition_map& m) { return m.kind == k; });
    };
    return (kind == "*UDF Virtual Partition" && has(partition_kind::virtual_table)) ||
           (kind == "*UDF Metadata Partition" && has(partition_kind::metadata));
  }

  base::parsed<void> place(std::uint16_t number, partition_kind kind) {
    partition_map m;
    m.kind = kind;
    m.number = number;
    m.ready = kind == partition_kind::plain || kind == partition_kind::sparable;
    const auto& all = all_.used().partitions;
    const auto p = std::ranges::find_if(all, [&](const partition& one) { return one.number == number; });
    if (p == all.end()) return wrong(fault::out_of_range, all_.used().at, "partition map: no such partition");
    m.start = p->start;
    m.blocks = p->length;
    all_.maps.maps.push_back(std::move(m));
    return {};
  }

  void read_sparing(partition_map& m, const sparable_map& map) {
    m.packet_blocks = map.packet_blocks;
    for (std::size_t i = 0; i < std::min<std::size_t>(map.tables, map.table_at.size()); ++i)
      if (read_sparing_table(m, std::uint64_t{map.table_at[i]} * all_.block_size, map.table_bytes)) return;
    warn(fault::bad_magic, all_.used().at, "sparing table: none can be read");
  }

  bool read_sparing_table(partition_map& m, std::uint64_t at, std::uint32_t bytes) {
    // The tables are no larger than a packet; entries are counted in 16 bits.
    constexpr std::uint32_t largest = sizeof(sparing_table) + 65535 * sizeof(sparing_entry);
    std::vector<std::byte> block(std::min(bytes, largest));
    if (!read_whole(from_, at, block, "sparing table")) return false;
    const auto t = judge_tag(block, at, static_cast<std::uint32_t>(at / all_.block_size), "sparing table");
    const auto head = disk::read<sparing_table>(block, 0, "sparing table");
    if (!t || t->what.id != 0 || !head || head->kind.identifier.trimmed() != "*UDF Sparing Table")
      return false;
    if (t->complaint) warn(*t->complaint);
    bool torn = false;
    for (std::size_t i = 0; i < head->entries; ++i) {
      const auto e =
          disk::read<sparing_entry>(block, sizeof(sparing_table) + i * sizeof(sparing_entry), "entry");
      if (!e) break;
      if (e->original >= spare_is_defective) continue;
      if (m.packet_blocks != 0 && e->original % m.packet_blocks == 0)
        m.spares.emplace_back(e->original, e->mapped);
      else if (!std::exchange(torn, true))
        warn(fault::out_of_range, at, "sparing table: an entry begins within a packet");
    }
    std::ranges::sort(m.spares);
    return true;
  }

  // --- tables and files that maps need ---

  base::parsed<void> read_tables() {
    for (std::size_t i = 0; i < all_.maps.maps.size(); ++i)
      if (all_.maps.maps[i].kind == partition_kind::virtual_table)
        if (auto done = find_table(static_cast<std::uint16_t>(i)); !done) return done;
    for (const auto& [which, map] : metadata_)
      if (auto done = read_metadata(static_cast<std::uint16_t>(which), map); !done) return done;
    return {};
  }

  base::parsed<void> find_table(std::uint16_t which) {
    const auto below = all_.maps.below(which);
    const auto start = all_.maps.maps[below].start;
    auto count = from_.size() / all_.block_size;
    for (const bool again : {false, true}) {
      if (again) count = recorded_blocks(count, start);
      for (std::uint64_t back = 1; below != which && back <= last_blocks && count > start + back &&
                                   window_.spent() <= from_.size() * 4;
           ++back)
        if (take_table(which, below, count - back - start)) return {};
    }
    return wrong(fault::bad_magic, from_.size(), "virtual allocation table: not in the last blocks");
  }

  // Images of media that are not full end in zeros: the blocks in front of them.
  std::uint64_t recorded_blocks(std::uint64_t count, std::uint64_t begin) {
    const std::size_t step = (1 << 20) / all_.block_size;
    std::vector<std::byte> bytes;
    while (count > begin) {
      const auto blocks = std::min<std::uint64_t>(step, count - begin);
      bytes.resize(static_cast<std::size_t>(blocks * all_.block_size));
      if (from_.read_at((count - blocks) * all_.block_size, bytes) != bytes.size()) break;
      const auto last =
          std::find_if(bytes.rbegin(), bytes.rend(), [](std::byte b) { return b != std::byte{0}; });
      const auto zeros = static_cast<std::uint64_t>(last - bytes.rbegin()) / all_.block_size;
      count -= zeros;
      if (zeros < blocks) break;
    }
    return count;
  }

  bool take_table(std::uint16_t which, std::uint16_t below, std::uint64_t block) {
    if (block > no_block) return false;
    lb_addr icb;
    icb.block = static_cast<std::uint32_t>(block);
    icb.partition = below;
    // The partition may be recorded as shorter than what was written to it since.
    auto& blocks = all_.maps.maps[below].blocks;
    const auto before = std::exchange(blocks, std::max(blocks, block + 1));
    const auto found = out_.read(icb, window_);
    const bool is_table = found && (found->type == file_type::virtual_allocation_table ||
                                    (found->type == file_type::unspecified && !found->extended));
    if (!is_table || (found->complaint && found->complaint->what == fault::disagrees) ||
        !parse_table(which, *found)) {
      blocks = before;
      return false;
    }
    all_.table_at = found->at;
    all_.table_pieces = found->pieces;
    return true;
  }

  bool parse_table(std::uint16_t which, const node& file) {
    window_.spend(file.size);
    const auto bytes = out_.data(file, table_limit);
    if (!bytes) return false;
    std::size_t begin = 0, end = bytes->size();
    if (file.type == file_type::virtual_allocation_table) {
      const auto head = disk::read<vat_header>(*bytes, 0, "table");
      if (!head || head->header_bytes < sizeof(vat_header) || head->header_bytes > end) return false;
      begin = head->header_bytes;
      all_.vat_files = head->files;
      all_.vat_directories = head->directories;
    } else {
      if (end < sizeof(vat_trailer)) return false;
      end -= sizeof(vat_trailer);
      const auto tail = *disk::read<vat_trailer>(*bytes, end, "table");
      if (tail.kind.identifier.trimmed() != "*UDF Virtual Alloc Tbl") return false;
    }
    auto& m = all_.maps.maps[which];
    for (auto at = begin; at + 4 <= end; at += 4) m.table.push_back(*disk::read<le32>(*bytes, at, "entry"));
    m.ready = true;
    return true;
  }

  base::parsed<void> read_metadata(std::uint16_t which, const metadata_map& map) {
    all_.metadata.push_back({all_.maps.below(which), map});
    auto done = take_metadata(which, map.file_at);
    if (done) return done;
    warn(done.error());
    if (map.mirror_at == no_block) return done;
    auto mirror = take_metadata(which, map.mirror_at);
    if (mirror) warn(fault::disagrees, all_.used().at, "metadata file: only its mirror is of use");
    return mirror ? mirror : done;
  }

  base::parsed<void> take_metadata(std::uint16_t which, std::uint32_t block) {
    lb_addr icb;
    icb.block = block;
    icb.partition = all_.maps.below(which);
    if (icb.partition == which)
      return wrong(fault::loop, all_.used().at, "partition map: a metadata partition without one below it");
    const auto file = out_.read(icb);
    if (!file) return tl::unexpected(file.error());
    if (file->type != file_type::metadata && file->type != file_type::metadata_mirror)
      return wrong(fault::bad_magic, file->at, "metadata file: type");
    if (file->is_embedded) return wrong(fault::unsupported, file->at, "metadata file: embedded");
    auto& m = all_.maps.maps[which];
    m.parts.clear();
    m.bytes_of_metadata = 0;
    for (const auto& p : file->pieces) {
      m.parts.push_back({m.bytes_of_metadata, p});
      m.bytes_of_metadata += p.bytes;
    }
    // A file whose first descriptor cannot be read is of no use, where there is a mirror.
    m.ready = true;
    if (auto set = file_set_of(all_.used().logical->file_set.location); !set) {
      m.ready = false;
      return tl::unexpected(set.error());
    }
    return {};
  }

  // --- file set and integrity ---

  base::parsed<file_set> file_set_of(const lb_addr& at) {
    const auto where = all_.maps.locate(at, all_.block_size);
    if (!where)
      return wrong(where.error().what, all_.used().at, "file set descriptor: " + where.error().field);
    std::vector<std::byte> block(all_.block_size);
    if (auto done = read_whole(from_, where->offset, block, "file set descriptor"); !done)
      return tl::unexpected(done.error());
    const auto t = judge_tag(block, where->offset, at.block, "file set descriptor");
    if (!t) return tl::unexpected(t.error());
    if (t->what.id != static_cast<std::uint16_t>(tag_id::file_set))
      return wrong(fault::bad_magic, where->offset, "file set descriptor: tag");
    set_complaint_ = t->complaint;
    all_.set_at = where->offset;
    return disk::read<file_set>(block, 0, "file set descriptor", where->offset);
  }

  base::parsed<void> read_file_set() {
    const auto set = file_set_of(all_.used().logical->file_set.location);
    if (!set) return tl::unexpected(set.error());
    if (set_complaint_) warn(*set_complaint_);
    all_.set = *set;
    return {};
  }

  void read_integrity() {
    extent_ad extent = all_.used().logical->integrity;
    std::unordered_set<std::uint32_t> seen;
    while (extent.length != 0 && seen.size() < 64 && seen.insert(extent.location).second)
      extent = integrity_extent(extent);
    if (!all_.last_integrity)
      warn(fault::bad_magic, std::uint64_t{extent.location} * all_.block_size, "integrity descriptor: none");
  }

  // The last one written counts (ECMA-167 3/8.8.2).
  extent_ad integrity_extent(const extent_ad& extent) {
    std::vector<std::byte> block(all_.block_size);
    extent_ad next;
    for (std::uint32_t i = 0; i < extent.length / all_.block_size && i < 1024; ++i) {
      const auto at = (std::uint64_t{extent.location} + i) * all_.block_size;
      if (!read_whole(from_, at, block, "integrity descriptor")) break;
      const auto t = judge_tag(block, at, extent.location + i, "integrity descriptor");
      if (!t || t->what.id != static_cast<std::uint16_t>(tag_id::integrity)) break;
      if (t->complaint) warn(*t->complaint);
      const auto one = *disk::read<integrity>(block, 0, "integrity descriptor");
      all_.last_integrity = one;
      all_.integrity_at = at;
      const auto use =
          disk::read<integrity_use>(block, sizeof(integrity) + std::uint64_t{one.partitions} * 8, "use");
      all_.counts = use ? std::optional(*use) : std::nullopt;
      all_.free_blocks = table_in(block, one.partitions, 0);
      all_.sizes = table_in(block, one.partitions, 1);
      next = one.next;
      if (next.length != 0) break;
    }
    return next;
  }

  reader out_;
  const disk::source& from_;
  volume_structures& all_;
  disk::lba first_;
  anchor anchor_;
  std::vector<std::pair<std::size_t, metadata_map>> metadata_;
  std::optional<base::parse_error> set_complaint_;
  block_window window_;  // of what may be a virtual allocation table, and its bound
};

std::optional<anchor> anchor_at_block(const disk::source& from, disk::lba at) {
  return anchor_in(from, at.value, disk::block_size);
}

disk::lba displacement_of(const disk::source& image) {
  std::array<std::byte, sizeof(anchor)> bytes{};
  if (image.read_at(disk::offset_of(anchor_at), bytes) != bytes.size()) return {};
  const auto t = read_tag(bytes);
  if (!t || t->id != static_cast<std::uint16_t>(tag_id::anchor) || t->location <= anchor_at.value) return {};
  // In images with other blocks than of 2048 bytes an anchor may lie there with a number of its own.
  for (const auto size : sector_sizes)
    if (std::uint64_t{t->location} * size == disk::offset_of(anchor_at)) return {};
  return {t->location - anchor_at.value};
}

base::parsed<reader> reader::open(std::shared_ptr<const disk::source> from, disk::lba first) {
  return opener(std::move(from), first).run();
}

}  // namespace comeback::udf
