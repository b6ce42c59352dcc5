// SPDX-License-Identifier: Apache-2.0
#include "image/allowance.hpp"
#include "image/open.hpp"
#include "image/volume_reader.hpp"
#include "udf/format.hpp"

#include <optional>
#include <unordered_set>
#include <utility>

namespace comeback::image {
namespace {

using base::fault;

tl::unexpected<base::parse_error> wrong(fault what, std::uint64_t at, std::string field) {
  return tl::unexpected(base::parse_error{what, at, std::move(field)});
}

// Trees deeper than a host's PATH_MAX can be read and packed, so they can be walked; but not without end.
constexpr std::size_t path_limit = 65535;
// Deep directories make paths many times as large as the records they come from, and many names of one file
// its extents: this bounds what a visitor that collects entries may have to keep.
constexpr std::uint64_t kept_per_image_byte = 16, kept_besides = 64 << 20;

// One directory of a walk that is under way.
struct level {
  std::vector<entry> entries;
  std::size_t next = 0;
  std::size_t path_size;  // of this directory
};

class walker {
 public:
  walker(const opened_image& image, file_system fs, const opened_image::visitor& visit, bool names_only)
      : image_(image),
        fs_(fs),
        from_(image.reader_of(fs)),
        visit_(visit),
        names_only_(names_only),
        budget_(image.source().size()),
        kept_(budget_, kept_per_image_byte, kept_besides) {}

  base::parsed<void> run(const std::string& path, const entry& from) {
    path_ = path == "/" ? "" : path;
    if (auto done = enter(from); !done) return done;
    while (!levels_.empty()) {
      auto& here = levels_.back();
      path_.resize(here.path_size);
      if (here.next == here.entries.size()) {
        levels_.pop_back();
        continue;
      }
      const auto e = std::move(here.entries[here.next++]);
      path_.append("/").append(e.name);
      const auto at = from_.place_of(e);
      if (path_.size() > path_limit) {
        note({fault::out_of_range, at, "directory: path"});
        continue;
      }
      if (!kept_.take(path_.size())) return too_large(at);
      if (!visit_(path_, e)) return {};
      if (!e.directory) continue;
      if (auto done = enter(e); !done) return done;
    }
    if (first_fault_) return tl::unexpected(*first_fault_);
    return {};
  }

 private:
  static base::parsed<void> too_large(std::uint64_t at) {
    return wrong(fault::out_of_range, at, "directory: its paths and extents are far larger than the image");
  }

  // The others are sound: what is wrong with one directory is told in the end.
  void note(base::parse_error fault) {
    if (!first_fault_) first_fault_ = std::move(fault);
  }

  base::parsed<void> enter(const entry& directory) {
    const auto at = from_.place_of(directory);
    if (!seen_.insert(at).second) return note({fault::loop, at, "directory"}), base::parsed<void>();
    if (directory.size > budget_)
      return note({fault::loop, at, "directory: together they are larger than the image"}),
             base::parsed<void>();
    budget_ -= directory.size;
    auto entries = names_only_ ? from_.names(directory) : image_.list(fs_, directory);
    if (!entries) return note(entries.error()), base::parsed<void>();
    if (directory.size == 0 && !charge(*entries))
      return note({fault::loop, at, "directory: together they are larger than the image"}),
             base::parsed<void>();
    // Before they are visited: every level on the way down has its entries in memory.
    for (const auto& e : *entries)
      if (!kept_.take(weight_of(e))) return too_large(at);
    levels_.push_back({std::move(*entries), 0, path_.size()});
    return {};
  }

  // Of a directory whose size nobody told, what it must have at least.
  bool charge(const std::vector<entry>& entries) {
    std::uint64_t bytes = 0;
    for (const auto& e : entries) bytes += sizeof(udf::file_identifier) + e.name.size();
    if (bytes > budget_) return false;
    budget_ -= bytes;
    return true;
  }

  const opened_image& image_;
  file_system fs_;
  const volume_reader& from_;
  const opened_image::visitor& visit_;
  bool names_only_;
  std::uint64_t budget_;  // bytes of directories that may still be read
  allowance kept_;        // of what the visitor may still get
  std::optional<base::parse_error> first_fault_;
  std::unordered_set<std::uint64_t> seen_;
  std::vector<level> levels_;
  std::string path_;
};

}  // namespace

base::parsed<void> opened_image::walk(file_system fs, const visitor& visit) const {
  return walk(fs, "/", root(fs), visit);
}

base::parsed<void> opened_image::walk(file_system fs, const std::string& path, const entry& from,
                                      const visitor& visit) const {
  return walker(*this, fs, visit, false).run(path, from);
}

base::parsed<void> opened_image::walk_names(file_system fs, const std::string& path, const entry& from,
                                            const visitor& visit) const {
  return walker(*this, fs, visit, true).run(path, from);
}

}  // namespace comeback::image
