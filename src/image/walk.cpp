// SPDX-License-Identifier: Apache-2.0
#include "image/open.hpp"
#include "image/volume_reader.hpp"

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
// Deep directories make paths many times as large as the records they come from: this bounds what a visitor
// that collects them may have to keep.
constexpr std::uint64_t paths_per_image_byte = 16, paths_allowed = 64 << 20;

// One directory of a walk that is under way.
struct level {
  std::vector<entry> entries;
  std::size_t next = 0;
  std::size_t path_size;  // of this directory
};

class walker {
 public:
  walker(const opened_image& image, file_system fs, const opened_image::visitor& visit)
      : image_(image),
        fs_(fs),
        from_(image.reader_of(fs)),
        visit_(visit),
        budget_(image.source().size()),
        paths_left_(budget_ * paths_per_image_byte + paths_allowed) {}

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
      if (path_.size() > path_limit) return wrong(fault::out_of_range, at, "directory: path");
      if (path_.size() > paths_left_)
        return wrong(fault::out_of_range, at, "directory: its paths are far larger than the image");
      paths_left_ -= path_.size();
      if (!visit_(path_, e)) return {};
      if (!e.directory) continue;
      if (auto done = enter(e); !done) return done;
    }
    return {};
  }

 private:
  base::parsed<void> enter(const entry& directory) {
    const auto at = from_.place_of(directory);
    if (!seen_.insert(at).second) return wrong(fault::loop, at, "directory");
    if (directory.size > budget_)
      return wrong(fault::loop, at, "directory: together they are larger than the image");
    budget_ -= directory.size;
    auto entries = image_.list(fs_, directory);
    if (!entries) return tl::unexpected(entries.error());
    levels_.push_back({std::move(*entries), 0, path_.size()});
    return {};
  }

  const opened_image& image_;
  file_system fs_;
  const volume_reader& from_;
  const opened_image::visitor& visit_;
  std::uint64_t budget_;      // bytes of directories that may still be read
  std::uint64_t paths_left_;  // bytes of paths that the visitor may still get
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
  return walker(*this, fs, visit).run(path, from);
}

}  // namespace comeback::image
