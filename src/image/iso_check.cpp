// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "image/iso_volume.hpp"
#include "image/naming.hpp"
#include "image/open.hpp"

#include <algorithm>
#include <bit>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

namespace comeback::image {
namespace {

using iso9660::path_entry;
using iso9660::raw_record;

// From the system area of the session to its last known descriptor (ECMA-119 6.2.1): nothing of a tree may
// lie there. Sessions in front of it may hold files, though never in the first one's system area.
claim reserved_by(const opened_image& image) {
  disk::lba first = image.volumes().front().descriptor, last = first;
  for (const auto& v : image.volumes()) {
    if (v.fs == file_system::udf) continue;
    first = std::min(first, v.descriptor);
    last = std::max(last, v.descriptor);
  }
  const auto system_area = iso9660::system_area.value;
  return {std::max(first.value, system_area) - system_area, last.value + 1, false};
}

// genisoimage has the enhanced descriptor of level 4 name the directories of the primary one: they are no
// others that overlap.
bool shares_directories(const iso9660::reader& from, file_system fs, const opened_image& image) {
  return fs == file_system::enhanced && image.has(file_system::iso9660) &&
         image.root(file_system::iso9660).runs.front().at ==
             raw_record{from.descriptor().root, {}, 0}.begin();
}

class structure_check {
 public:
  structure_check(const iso9660::reader& from, file_system fs, checking& in)
      : in_(in),
        from_(from),
        fs_(fs),
        out_(in.out),
        claims_(in.claims),
        progress_(in.progress),
        stop_(in.stop),
        reserved_(reserved_by(in.image)),
        shared_(shares_directories(from, fs, in.image)),
        blocks_(disk::blocks_for(from.source().size()).value),
        budget_(from.source().size()) {}

  void run() {
    check_descriptor();
    const auto& root = from_.descriptor().root;
    queue_.push_back({std::string("\0", 1), root.extent.value(), raw_record{root, {}, 0}.begin().value,
                      root.size.value(), 0});
    known_.emplace(root.extent.value(), 0);
    for (std::size_t i = 0; i < queue_.size(); ++i) {
      base::check(stop_);
      check_directory(i);
    }
    check_parents_elsewhere();
    check_path_tables();
    out_.result.directories += queue_.size() - 1;
  }

 private:
  struct directory {
    std::string identifier;
    std::uint32_t extent;  // as records and path tables name it
    std::uint64_t begin;   // of its records: an extended attribute record may stand in front (ECMA-119 9.1.2)
    std::uint32_t bytes;
    std::size_t parent;  // in `queue_`
  };

  // Paths are made for the findings that are kept alone: in a chain of directories all of them together would
  // be large.
  [[nodiscard]] std::string path_of(std::size_t which) const {
    std::vector<std::size_t> way;
    for (; which != 0; which = queue_[which].parent) way.push_back(which);
    std::string out;
    for (auto i = way.rbegin(); i != way.rend(); ++i)
      out.append("/").append(from_.style().name(queue_[*i].identifier));
    return out;
  }
  void find(std::string what) { out_.add(fs_, "", std::move(what)); }
  void find(std::size_t which, std::string what) {
    out_.add(fs_, out_.full() ? "" : path_of(which), std::move(what));
  }
  void find(std::size_t which, const raw_record& r, std::string what) {
    out_.add(fs_, out_.full() ? "" : path_of(which) + "/" + from_.style().name(r.identifier),
             std::move(what));
  }

  // Calls `report` with a sentence where a number's two forms differ.
  template <class Number, class Report>
  static void check_both(const Number& number, std::string_view name, Report&& report) {
    using value = decltype(number.value());
    if (!number.agrees())
      report(fmt::format("{} disagrees with itself: {} and {}", name, number.value(), value(number.be)));
  }

  void check_descriptor() {
    const auto& d = from_.descriptor();
    const auto report = [this](std::string what) { find("volume descriptor: " + std::move(what)); };
    check_both(d.blocks, "size", report);
    check_both(d.set_size, "set size", report);
    check_both(d.sequence, "sequence number", report);
    check_both(d.block_size, "block size", report);
    check_both(d.path_table_size, "path table size", report);
    check_both(d.root.extent, "root extent", report);
    check_both(d.root.size, "root size", report);
    if (d.blocks.value() > blocks_)
      find(fmt::format("the image is cut short: the volume has {} blocks, the image {}", d.blocks.value(),
                       blocks_));
  }

  void check_directory(std::size_t which) {
    const auto extent = queue_[which].extent, bytes = queue_[which].bytes;
    const auto begin = queue_[which].begin;
    base::report(progress_, {"checking structure", out_.result.directories + which, 0,
                             from_.style().name(queue_[which].identifier)});
    // Sound directories do not overlap, so reading them all is reading less than the image.
    if (bytes > budget_) return find(which, "the directories together are larger than the image");
    budget_ -= bytes;
    std::size_t number = 0;
    const auto done = from_.visit({begin}, bytes, [&](const raw_record& r) {
      check_record(which, r, number++);
      return true;
    });
    if (!done) return find(which, base::to_string(done.error()));
    if (number < 2) find(which, "the directory lacks its own or its parent's record");
    if (!shared_) claims_.push_back({extent, begin + disk::blocks_for(bytes).value, true});
  }

  void check_record(std::size_t which, const raw_record& r, std::size_t number) {
    const auto report = [&](std::string what) { find(which, r, "directory record: " + std::move(what)); };
    check_both(r.fixed.extent, "extent", report);
    check_both(r.fixed.size, "size", report);
    check_both(r.fixed.volume, "volume number", report);
    if (number == 0)
      check_own(which, r, '\0', queue_[which].extent, ".");
    else if (number == 1)
      check_parent(which, r);
    else
      check_item(which, r);
  }

  void check_own(std::size_t which, const raw_record& r, char identifier, std::uint32_t extent,
                 const char* name) {
    if (!is_own(r, identifier))
      return find(which, fmt::format("the record of \"{}\" is not in its place", name));
    if (r.fixed.extent.value() != extent)
      find(which, fmt::format("\"{}\" points to block {}, not {}", name, r.fixed.extent.value(), extent));
  }

  static bool is_own(const raw_record& r, char identifier) {
    return r.identifier.size() == 1 && r.identifier[0] == identifier && r.is_directory();
  }

  void check_parent(std::size_t which, const raw_record& r) {
    const auto parent = queue_[queue_[which].parent].extent, extent = r.fixed.extent.value();
    if (is_own(r, '\1') && extent != parent && is_directory(extent))
      elsewhere_.emplace_back(which, extent);
    else
      check_own(which, r, '\1', parent, "..");
  }

  [[nodiscard]] bool is_directory(std::uint32_t extent) const {
    bool is = false;
    const auto done = from_.visit({extent}, disk::block_size, [&](const raw_record& r) {
      is = is_own(r, '\0') && r.fixed.extent.value() == extent;
      return false;
    });
    return done && is;
  }

  // Where a session wrote only the directories that changed, others know a parent of an older session.
  void check_parents_elsewhere() {
    std::size_t older = 0;
    for (const auto& [which, extent] : elsewhere_) {
      if (!known_.contains(extent))
        ++older;
      else
        find(which,
             fmt::format("\"..\" points to block {}, not {}", extent, queue_[queue_[which].parent].extent));
    }
    if (older > 0)
      find(fmt::format(
          "{} folders have a \"..\" that leads to a folder of an older session, as a compact session "
          "leaves it",
          older));
  }

  void check_item(std::size_t which, const raw_record& r) {
    const auto extent = r.fixed.extent.value(), bytes = r.fixed.size.value();
    const auto begin = r.begin().value, end = begin + disk::blocks_for(bytes).value;
    if (bytes > 0 && end > blocks_)
      return find(which, r,
                  fmt::format("its extent, blocks {} to {}, is not within the image of {} blocks", begin, end,
                              blocks_));
    if (bytes > 0 &&
        (begin <= iso9660::system_area.value || (begin < reserved_.end && end > reserved_.begin)))
      find(
          which, r,
          fmt::format("its extent, blocks {} to {}, lies in the system area or the descriptors", begin, end));
    if (!r.is_directory()) {
      if (!r.has_more_sections()) ++out_.result.files;
      note_section(r, begin, bytes);
      out_.result.bytes += bytes;
      if (bytes > 0) claims_.push_back({begin, end, false});
      return;
    }
    if (!known_.emplace(extent, queue_.size()).second)
      return find(which, r, fmt::format("the directory at block {} is met a second time (a loop)", extent));
    queue_.push_back({std::string(r.identifier), extent, begin, bytes, which});
  }

  // Sections of one file follow each other (ECMA-119 6.5.1).
  void note_section(const raw_record& r, std::uint64_t begin, std::uint64_t bytes) {
    if (section_bytes_ == 0) section_begin_ = begin;
    section_bytes_ += bytes;
    if (r.has_more_sections()) return;
    if (section_bytes_ > 0) in_.files.push_back({fs_, section_begin_ * disk::block_size, section_bytes_});
    section_bytes_ = 0;
  }

  void check_path_tables() {
    const auto little = from_.path_table(std::endian::little), big = from_.path_table(std::endian::big);
    if (!little) return find("little-endian path table: " + base::to_string(little.error()));
    if (!big)
      find("big-endian path table: " + base::to_string(big.error()));
    else if (*little != *big)
      find("the two path tables differ");
    if (little->size() != queue_.size())
      find(fmt::format("the path table has {} directories, the tree {}", little->size(), queue_.size()));
    for (std::size_t i = 0; i < little->size(); ++i) check_path_entry(*little, i);
  }

  void check_path_entry(const std::vector<path_entry>& table, std::size_t which) {
    const auto& e = table[which];
    const auto at = known_.find(e.extent);
    if (at == known_.end() || queue_[at->second].identifier != e.identifier)
      return find(fmt::format("path table record {} ({}) is no directory of the tree", which + 1,
                              readable(fs_, e.identifier)));
    if (e.parent == 0 || e.parent > table.size() || (which > 0 && e.parent > which))
      return find(at->second, fmt::format("path table record {} has parent {}", which + 1, e.parent));
    if (table[e.parent - 1U].extent != queue_[queue_[at->second].parent].extent)
      find(at->second, fmt::format("path table record {} names another parent than the tree", which + 1));
  }

  checking& in_;
  const iso9660::reader& from_;
  file_system fs_;
  findings& out_;
  std::vector<claim>& claims_;
  const base::progress& progress_;
  const std::stop_token& stop_;
  claim reserved_;
  bool shared_;  // the directories are claimed already
  std::uint64_t blocks_;
  std::uint64_t section_begin_ = 0, section_bytes_ = 0;  // of the file whose sections are being met
  std::uint64_t budget_;                                 // bytes of directories that may still be read
  std::vector<std::pair<std::size_t, std::uint32_t>> elsewhere_;  // whose ".." leads to another directory
  std::vector<directory> queue_;                                  // breadth first
  std::unordered_map<std::uint32_t, std::size_t> known_;  // extent of a directory to its place in `queue_`
};

}  // namespace

void iso_volume::check(checking& in) const { structure_check(records_, fs_, in).run(); }

}  // namespace comeback::image
