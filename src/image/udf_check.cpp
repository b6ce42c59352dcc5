// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "image/open.hpp"
#include "image/udf_structure_check.hpp"
#include "image/udf_volume.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

namespace comeback::image {
namespace {

using udf::lb_addr;
using udf::name_record;
using udf::node;

std::uint64_t key_of(const lb_addr& a) { return std::uint64_t{a.partition} << 32 | std::uint32_t{a.block}; }

// The block of a directory's partition in which a byte lies; asked for from the first to the last.
struct place_in {
  const node& directory;
  std::size_t piece = 0;
  std::uint64_t begin = 0;  // of that piece, in the directory

  std::uint64_t block_of(std::uint64_t at, std::uint32_t block_size) {
    const auto& all = directory.pieces;
    if (directory.is_embedded || all.empty()) return directory.icb.block;
    for (; piece + 1 < all.size() && at - begin >= all[piece].bytes; ++piece) begin += all[piece].bytes;
    return all[piece].block + (at - begin) / block_size;
  }
};

class volume_check {
 public:
  volume_check(const udf::reader& volume, checking& in)
      : volume_(volume), all_(volume.structures()), in_(in), budget_(volume.source().size()) {}

  void run() {
    check_udf_structures(volume_, in_.out, used_);
    queue_.push_back({volume_.root(), 0, "", false});
    if (all_.set.system_streams.length != 0)
      queue_.push_back({all_.set.system_streams.location, 0, "", true});
    for (std::size_t i = 0; i < queue_.size() && !too_many_extents(); ++i) {
      base::check(in_.stop);
      check_directory(i);
    }
    check_parents_elsewhere();
    check_links();
    check_counts();
    std::ranges::sort(used_, {}, [](const used_run& t) { return std::pair(t.begin, t.end); });
    check_overlaps();
    check_udf_bitmaps(volume_, in_.out, used_);
  }

 private:
  struct directory {
    lb_addr icb;
    std::size_t parent;  // in `queue_`
    std::string name;
    bool of_streams;  // a stream directory
  };
  struct seen_node {
    std::uint32_t names = 0, links = 0;
    std::size_t in = 0;  // a directory that names it, for messages
    bool directory = false;
    std::uint64_t unique_id = 0;
  };

  [[nodiscard]] std::string path_of(std::size_t which) const {
    std::vector<std::size_t> way;
    for (; which != 0; which = queue_[which].parent) way.push_back(which);
    std::string out;
    for (auto i = way.rbegin(); i != way.rend(); ++i) out.append("/").append(queue_[*i].name);
    return out;
  }
  void find(std::string what) { in_.out.add(file_system::udf, "", std::move(what)); }
  void find(std::size_t which, std::string what) {
    in_.out.add(file_system::udf, in_.out.full() ? "" : path_of(which), std::move(what));
  }
  void find(std::size_t which, std::string_view name, std::string what) {
    in_.out.add(file_system::udf, in_.out.full() ? "" : path_of(which) + "/" + std::string(name),
                std::move(what));
  }

  // --- the volume ---

  [[nodiscard]] bool has_table() const {
    return std::ranges::any_of(all_.maps.maps,
                               [](const auto& m) { return m.kind == udf::partition_kind::virtual_table; });
  }

  // --- directories ---

  // Each allocation extent belongs to one node, which is read four times at most: as a name's, as a
  // directory, as a stream directory, and as one of several names.
  bool too_many_extents() {
    if (window_.spent() / 4 <= volume_.source().size()) return false;
    if (!std::exchange(gave_up_, true)) find("the allocation extents together are larger than the image");
    return true;
  }

  void check_directory(std::size_t which) {
    const auto dir = volume_.read(queue_[which].icb, window_);
    if (!dir) return find(which, base::to_string(dir.error()));
    base::report(in_.progress, {"checking structure", in_.out.result.directories, 0, queue_[which].name});
    const auto wanted =
        queue_[which].of_streams ? udf::file_type::stream_directory : udf::file_type::directory;
    if (dir->type != wanted) find(which, "its ICB is not that of a directory");
    if (which == 0) note_root(*dir);
    // Sound directories do not overlap, so reading them all is reading less than the image.
    if (dir->size > budget_) return find(which, "the directories together are larger than the image");
    budget_ -= dir->size;
    const auto names = volume_.names(*dir);
    if (!names) return find(which, base::to_string(names.error()));
    bool has_parent = false;
    std::unordered_set<std::string_view> known;
    place_in place{*dir};
    for (const auto& r : *names) {
      if (too_many_extents()) return;
      if (r.complaint) find(which, r.name, base::to_string(*r.complaint));
      check_place(which, place, r);
      if ((r.fixed.characteristics & udf::deleted) != 0) continue;
      if ((r.fixed.characteristics & udf::parent) != 0) {
        if (std::exchange(has_parent, true)) find(which, "it has more than one parent entry");
        check_parent(which, r);
        continue;
      }
      if (!known.insert(r.name).second) find(which, r.name, "the name is there twice");
      check_item(which, r);
    }
    if (!has_parent) find(which, "it has no parent entry");
  }

  void note_root(const node& root) {
    if (root.unique_id != 0)
      find(fmt::format("the root directory has the unique id {}, not 0", root.unique_id));
    auto& seen = nodes_[key_of(root.icb)];
    if (seen.links == 0) note_node(seen, root, 0, "");
  }

  // A tag names the block in which its descriptor begins (4/7.2.8).
  void check_place(std::size_t which, place_in& place, const name_record& r) {
    const auto block = place.block_of(r.at, all_.block_size);
    if (r.fixed.tag.location != block)
      find(which, r.name,
           fmt::format("file identifier: its tag names block {}, not {}", std::uint32_t{r.fixed.tag.location},
                       block));
  }

  void check_parent(std::size_t which, const name_record& r) {
    const auto parent = key_of(queue_[queue_[which].parent].icb), named = key_of(r.fixed.icb.location);
    if (!queue_[which].of_streams && named != parent && is_directory(r.fixed.icb.location)) {
      elsewhere_.emplace_back(which, named);
      ++nodes_[parent].names;
      return;
    }
    if (!queue_[which].of_streams && named != parent) find_parent(which);
    ++nodes_[named].names;
  }

  void find_parent(std::size_t which) { find(which, "its parent entry leads elsewhere than to its parent"); }

  [[nodiscard]] bool is_directory(const lb_addr& icb) const {
    const auto there = volume_.read(icb);
    return there && there->type == udf::file_type::directory;
  }

  // Where a session wrote only the directories that changed, others know a parent of an older session.
  void check_parents_elsewhere() {
    std::size_t older = 0;
    for (const auto& [which, named] : elsewhere_) {
      const auto seen = nodes_.find(named);
      if (seen == nodes_.end() || seen->second.links == 0)
        ++older;
      else
        find_parent(which);
    }
    if (older > 0)
      find(fmt::format(
          "{} folders have a parent entry that leads to a folder of an older session, as a compact "
          "session leaves it",
          older));
  }

  void check_item(std::size_t which, const name_record& r) {
    if (!r.legible) find(which, r.name, "file identifier: the name is no compressed Unicode");
    const auto key = key_of(r.fixed.icb.location);
    auto& seen = nodes_[key];
    const bool first = seen.links == 0;
    ++seen.names;
    const bool says_directory = (r.fixed.characteristics & udf::directory) != 0;
    if (!queue_[which].of_streams) ++(says_directory ? named_directories_ : named_files_);
    if (first) {
      const auto n = volume_.read(r.fixed.icb.location, window_);
      if (!n) return find(which, r.name, base::to_string(n.error()));
      note_node(seen, *n, which, r.name);
      if (n->links == 1 && all_.revision >= 0x0200 && !queue_[which].of_streams &&
          r.fixed.icb.unique_id != static_cast<std::uint32_t>(n->unique_id))
        find(which, r.name,
             fmt::format("file identifier: unique id {}, where the ICB has {}",
                         std::uint32_t{r.fixed.icb.unique_id}, n->unique_id));
    }
    if (says_directory != seen.directory)
      find(which, r.name, "name and ICB disagree on whether it is a directory");
    if (!seen.directory) return;
    if (!first) return find(which, r.name, "the directory is met a second time (a loop)");
    queue_.push_back({r.fixed.icb.location, which, r.name, false});
    ++in_.out.result.directories;
  }

  void note_node(seen_node& seen, const node& n, std::size_t which, std::string_view name) {
    seen.in = which;
    seen.links = std::max<std::uint32_t>(n.links, 1);
    seen.directory = n.type == udf::file_type::directory;
    seen.unique_id = n.unique_id;
    if (n.links == 0) find(which, name, "file entry: it has no links");
    if (n.complaint) find(which, name, base::to_string(*n.complaint));
    next_unique_id_ = std::max(next_unique_id_, n.unique_id + 1);
    // A stream has the id of its file.
    if (n.unique_id != 0 && !queue_[which].of_streams && !unique_ids_.insert(n.unique_id).second)
      find(which, name, fmt::format("file entry: the unique id {} is that of another", n.unique_id));
    if (n.blocks_recorded != n.allocated_blocks)
      find(which, name,
           fmt::format("file entry: {} blocks recorded, where its extents have {}", n.blocks_recorded,
                       n.allocated_blocks));
    take_blocks(n, which, name);
    if (n.type == udf::file_type::symbolic_link)
      if (const auto target = volume_.target(n); !target) find(which, name, base::to_string(target.error()));
    if (!seen.directory && !queue_[which].of_streams) count_file(n);
    if (n.streams) {
      queue_.push_back({*n.streams, which, std::string(name), true});
      note_streams(*n.streams, queue_.size() - 1);
    }
  }

  void note_streams(const lb_addr& icb, std::size_t which) {
    auto& seen = nodes_[key_of(icb)];
    if (seen.links != 0) return find(which, "its stream directory is that of another");
    seen.in = which;
    const auto n = volume_.read(icb, window_);
    if (!n) return;  // the visit will say so
    seen.links = std::max<std::uint32_t>(n->links, 1);
    seen.names = seen.links;  // nothing names it but the ICB
    seen.directory = false;
    take_blocks(*n, which, "");
  }

  void count_file(const node& n) {
    ++in_.out.result.files;
    ++files_;
    in_.out.result.bytes += n.size;
    if (n.is_embedded && n.size > 0) in_.of_udf_embedded = true;
    if (n.type != udf::file_type::bytes && n.type != udf::file_type::real_time) return;
    if (n.size > 0 && !n.pieces.empty())
      in_.files.push_back({file_system::udf, n.pieces.front().offset, n.size});
  }

  void take_blocks(const node& n, std::size_t which, std::string_view name) {
    const auto size = volume_.source().size();
    const bool is_content = n.type == udf::file_type::bytes || n.type == udf::file_type::real_time;
    take({n.at, n.at + all_.block_size, which});
    for (const auto* list : {&n.pieces, &n.descriptor_pieces, &n.tail})
      for (const auto& p : *list) {
        if (!p.recorded && list != &n.tail) continue;
        if (p.offset > size || p.bytes > size - p.offset)
          find(which, name, fmt::format("its extent at byte {} is not within the image", p.offset));
        else if (list != &n.tail)
          take({p.offset, p.offset + p.bytes, which, is_content && list == &n.pieces});
      }
  }

  void take(const used_run& t) {
    if (t.end > t.begin) used_.push_back(t);
  }

  // --- in the end ---

  void check_links() {
    for (const auto& [key, seen] : nodes_)
      if (seen.links != 0 && seen.names != seen.links)
        find(seen.in, fmt::format("the ICB at block {} is named {} times, and says {}", key & 0xFFFFFFFF,
                                  seen.names, seen.links));
  }

  // Each name of a file counts, hard links too, and neither streams nor their directories
  // (UDF 2.01, 2.2.6.4); before that the text left open whether links do.
  void check_counts() {
    if (!all_.last_integrity) return;  // the opening said so
    if (all_.last_integrity->type != 1 && !has_table()) find("the logical volume is not closed");
    if (all_.last_integrity->partitions != all_.maps.maps.size())
      find("the integrity descriptor has another number of partitions");
    const std::uint64_t next = all_.last_integrity->next_unique_id;
    if (next < next_unique_id_ && !has_table())
      find(fmt::format("the integrity descriptor's next unique id, {}, is taken", next));
    const bool table_counts = has_table() && all_.revision >= 0x0200;
    if (!all_.counts && !table_counts) return;
    const std::uint64_t files = table_counts ? all_.vat_files : std::uint32_t{all_.counts->files};
    const std::uint64_t directories =
        table_counts ? all_.vat_directories : std::uint32_t{all_.counts->directories};
    if (named_directories_ != directories)
      find(fmt::format("{} directories are recorded, the tree has {}", directories, named_directories_));
    if (named_files_ != files && !(all_.revision < 0x0201 && files_ == files))
      find(fmt::format("{} files are recorded, the tree has {}", files, named_files_));
  }

  // Files that lie in the very same blocks were made so (decision 191).
  void check_overlaps() {
    const used_run* last = nullptr;  // that ends last
    for (const auto& t : used_) {
      const bool same = last != nullptr && t.begin == last->begin && t.end == last->end;
      if (same && t.is_content && last->is_content)
        ++in_.out.result.sharing_files;
      else if (last != nullptr && t.begin < last->end)
        find(t.in, fmt::format("bytes {} to {} are used twice", t.begin, std::min(last->end, t.end)));
      if (last == nullptr || t.end > last->end) last = &t;
    }
  }

  const udf::reader& volume_;
  const udf::volume_structures& all_;
  checking& in_;
  udf::block_window window_{volume_.source()};
  bool gave_up_ = false;
  std::uint64_t budget_;  // bytes of directories that may still be read
  std::vector<std::pair<std::size_t, std::uint64_t>> elsewhere_;  // whose parent entry leads to another one
  std::vector<directory> queue_;                                  // breadth first
  std::unordered_map<std::uint64_t, seen_node> nodes_;            // by address
  std::unordered_set<std::uint64_t> unique_ids_;
  std::uint64_t next_unique_id_ = 0;
  std::uint64_t named_files_ = 0, named_directories_ = 1;  // names that lead to one; the root has none
  std::uint64_t files_ = 0;                                // each once
  std::vector<used_run> used_;
};

}  // namespace

void udf_volume::check(checking& in) const { volume_check(volume_, in).run(); }

}  // namespace comeback::image
