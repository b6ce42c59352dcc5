// SPDX-License-Identifier: Apache-2.0
#include "udf/older.hpp"

#include "udf/node_reader.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace comeback::udf {
namespace {

// The blocks of a file's pieces; none where one is not recorded, or is no whole blocks.
std::vector<kept_run> runs_of(const std::vector<piece>& pieces) {
  std::vector<kept_run> out;
  for (const auto& p : pieces) {
    const bool last = &p == &pieces.back();
    if (!p.recorded || p.offset % disk::block_size != 0 || (p.bytes % disk::block_size != 0 && !last))
      return {};
    out.push_back({p.block, disk::blocks_for(p.bytes).value});
  }
  return out;
}

void take_integrity(const volume_structures& all, older_volume& out) {
  if (all.last_integrity) {
    out.next_unique_id = all.last_integrity->next_unique_id;
    out.latest = from_recorded(all.last_integrity->recorded).value_or(base::timestamp{});
  }
  if (all.counts) {
    out.hidden_files = all.counts->files;
    out.hidden_directories = all.counts->directories;
  }
}

void take_table(const reader& volume, const partition_map& map, older_volume& out) {
  const auto& all = volume.structures();
  out.table = map.table;
  out.table_runs = runs_of(all.table_pieces);
  out.table_icb = static_cast<std::uint32_t>(all.table_at / all.block_size - map.start);
  lb_addr icb;
  icb.block = out.table_icb;
  icb.partition = all.maps.below(static_cast<std::uint16_t>(&map - all.maps.maps.data()));
  const auto file = volume.read(icb);
  if (!file) {
    out.table_runs.clear();
    return;
  }
  const auto rest = file->size - std::min<std::uint64_t>(file->size, 4 * out.table.size());
  out.table_begin = file->type == file_type::virtual_allocation_table ? rest : 0;
  // The table closes the volume: what its ICB says is newer than the integrity descriptor (UDF 3.2.1.1).
  out.next_unique_id = std::max(out.next_unique_id, file->unique_id + 1);
  out.latest = std::max(out.latest, file->modified.value_or(base::timestamp{}));
  if (file->type != file_type::virtual_allocation_table) return;
  out.hidden_files = all.vat_files;
  out.hidden_directories = all.vat_directories;
}

// Whether the metadata partition was found by a file that lies there.
bool is_in_use(const partition_maps& maps, const std::vector<kept_run>& file) {
  for (const auto& map : maps.maps) {
    if (map.kind != partition_kind::metadata) continue;
    const auto same = [](const partition_map::part& one, const kept_run& run) {
      return one.where.block == run.block;
    };
    return std::ranges::equal(map.parts, file, same);
  }
  return false;
}

void take_metadata(const reader& volume, const volume_structures::metadata_files& files, older_volume& out) {
  const auto file = [&](std::uint32_t block) {
    lb_addr icb;
    icb.block = block;
    icb.partition = files.below;
    const auto found = volume.read(icb);
    return found ? runs_of(found->pieces) : std::vector<kept_run>{};
  };
  out.metadata = file(files.map.file_at);
  // Where only the mirror could be read, units of the file itself are nothing to go on with.
  if (!is_in_use(volume.structures().maps, out.metadata)) out.metadata.clear();
  if (files.map.mirror_at != no_block) out.mirror = file(files.map.mirror_at);
}

bool is_listed(const name_record& one) { return (one.fixed.characteristics & (deleted | parent)) == 0; }

// Looks at directory after directory.
class searcher {
 public:
  explicit searcher(const reader& volume)
      : volume_(volume), left_(volume.source().size()), window_(volume.source()) {}

  base::parsed<below_directory> run(const lb_addr& from) {
    pending_.push_back(from);
    while (!pending_.empty()) {
      const auto next = pending_.back();
      pending_.pop_back();
      if (auto done = add_directory(next); !done) return tl::unexpected(done.error());
    }
    for (const auto& [at, of] : files_) out_.linked_elsewhere |= of.links > of.names;
    return std::move(out_);
  }

 private:
  struct linked {
    std::uint64_t names = 0, links = 0;
  };

  base::parsed<void> add_directory(const lb_addr& icb) {
    const auto node = volume_.read(icb);
    if (!node) return tl::unexpected(node.error());
    if (node->type != file_type::directory) return wrong(base::fault::bad_magic, node->at, "directory: type");
    if (!seen_.insert(node->at).second)
      return wrong(base::fault::loop, node->at, "directory: it is met again");
    if (node->size > left_) return wrong(base::fault::out_of_range, node->at, "directory: size");
    left_ -= node->size;
    out_.icbs.push_back(icb.block);
    const auto names = volume_.names(*node);
    if (!names) return tl::unexpected(names.error());
    for (const auto& one : *names) {
      if (!is_listed(one)) continue;
      const bool is_directory = (one.fixed.characteristics & udf::directory) != 0;
      ++(is_directory ? out_.directories : out_.files);
      if (is_directory)
        pending_.push_back(one.fixed.icb.location);
      else if (auto done = add_file(one.fixed.icb.location); !done)
        return done;
    }
    return {};
  }

  base::parsed<void> add_file(const lb_addr& icb) {
    const auto node = volume_.read(icb, window_);
    if (!node) return tl::unexpected(node.error());
    auto& of = files_[node->at];
    if (++of.names > 1) return {};
    of.links = node->links - std::min<std::uint64_t>(node->links, node->streams ? 1 : 0);
    out_.icbs.push_back(icb.block);
    const auto streams = stream_icbs(volume_, *node);
    if (!streams) return tl::unexpected(streams.error());
    out_.icbs.insert(out_.icbs.end(), streams->begin(), streams->end());
    return {};
  }

  const reader& volume_;
  std::uint64_t left_;
  block_window window_;
  below_directory out_;
  std::vector<lb_addr> pending_;
  std::unordered_set<std::uint64_t> seen_;
  std::unordered_map<std::uint64_t, linked> files_;  // by place
};

}  // namespace

older_volume older_volume_of(const reader& volume) {
  const auto& all = volume.structures();
  older_volume out;
  take_integrity(all, out);
  const auto& set = all.used().logical->file_set;
  out.file_set = set.location.block;
  out.file_set_bytes = bytes_of_extent(set.length);
  for (const auto& map : all.maps.maps) {
    if (map.kind == partition_kind::plain) out.partition_start = map.start;
    if (map.kind == partition_kind::virtual_table) take_table(volume, map, out);
  }
  for (const auto& files : all.metadata) take_metadata(volume, files, out);
  return out;
}

base::parsed<std::vector<std::uint32_t>> stream_icbs(const reader& volume, const node& of) {
  std::vector<std::uint32_t> out;
  if (!of.streams) return out;
  const auto directory = volume.read(*of.streams);
  if (!directory) return tl::unexpected(directory.error());
  const auto names = volume.names(*directory);
  if (!names) return tl::unexpected(names.error());
  out.push_back(of.streams->block);
  for (const auto& one : *names)
    if (is_listed(one)) out.push_back(one.fixed.icb.location.block);
  return out;
}

base::parsed<below_directory> look_below(const reader& volume, const lb_addr& directory) {
  return searcher(volume).run(directory);
}

}  // namespace comeback::udf
