// SPDX-License-Identifier: Apache-2.0
#include "image/open.hpp"

#include "base/text.hpp"
#include "image/naming.hpp"
#include "iso9660/reader.hpp"
#include "joliet/format.hpp"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

namespace comeback::image {
namespace {

using base::fault;
using iso9660::raw_record;
using iso9660::reader;

tl::unexpected<base::parse_error> wrong(fault what, std::uint64_t at, std::string field) {
  return tl::unexpected(base::parse_error{what, at, std::move(field)});
}

volume_info info_of(file_system fs, const reader& from) {
  const auto& d = from.descriptor();
  const auto text = [&](const auto& field) { return from.style().text(field.all()); };
  return {fs,
          text(d.volume),
          text(d.system),
          text(d.volume_set),
          text(d.publisher),
          text(d.preparer),
          text(d.application),
          {d.blocks.value()},
          iso9660::from_volume_time(d.created),
          from.descriptor_at(),
          d.path_table_size.value()};
}

std::optional<file_system> kind_of(const iso9660::found_descriptor& found) {
  if (found.what.header.type == static_cast<std::uint8_t>(iso9660::descriptor_type::primary))
    return file_system::iso9660;
  if (joliet::is_joliet(found.what)) return file_system::joliet;
  return std::nullopt;
}

entry entry_of(file_system fs, const iso9660::text_style& style, const raw_record& r) {
  entry e;
  e.name = style.name(r.identifier);
  e.stored_name = readable(fs, r.identifier);
  e.directory = r.is_directory();
  e.hidden = (r.fixed.flags & iso9660::file_flags::hidden) != 0;
  e.modified = iso9660::from_recorded(r.fixed.recorded);
  return e;
}

void add_section(entry& e, const raw_record& r) {
  e.size += r.fixed.size.value();
  e.runs.push_back({r.begin(), r.fixed.size.value()});
}

// Turns records into entries: the sections of a file (ECMA-119 6.5.1) follow each other and become one.
class entry_list {
 public:
  entry_list(file_system fs, const iso9660::text_style& style) : fs_(fs), style_(style) {}

  void add(const raw_record& r) {
    if (r.is_self_or_parent() || (r.fixed.flags & iso9660::file_flags::associated) != 0 || fault_) return;
    if (r.fixed.unit != 0 || r.fixed.gap != 0)
      return fail(fault::unsupported, r, "directory record: interleaved file");
    if (!open_)
      out_.push_back(entry_of(fs_, style_, r));
    else if (readable(fs_, r.identifier) != out_.back().stored_name)
      return fail(fault::disagrees, r, "directory record: a file's sections have different names");
    add_section(out_.back(), r);
    open_ = r.has_more_sections() && !r.is_directory();
  }

  base::parsed<std::vector<entry>> finish() {
    if (fault_) return tl::unexpected(*fault_);
    return std::move(out_);
  }

 private:
  void fail(fault what, const raw_record& r, std::string field) {
    fault_ = base::parse_error{what, r.offset, std::move(field)};
  }

  file_system fs_;
  const iso9660::text_style& style_;
  std::vector<entry> out_;
  bool open_ = false;
  std::optional<base::parse_error> fault_;
};

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

bool matches(file_system fs, const entry& e, std::string_view wanted) {
  if (e.name == wanted || e.stored_name == wanted) return true;
  if (fs != file_system::iso9660) return false;
  const auto folded = upper(std::string(wanted));
  return upper(e.name) == folded || upper(e.stored_name) == folded;
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
      const auto at = disk::offset_of(e.runs.front().at);
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
    const auto at = disk::offset_of(directory.runs.front().at);
    if (!seen_.insert(directory.runs.front().at.value).second) return wrong(fault::loop, at, "directory");
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
  const opened_image::visitor& visit_;
  std::uint64_t budget_;      // bytes of directories that may still be read
  std::uint64_t paths_left_;  // bytes of paths that the visitor may still get
  std::unordered_set<std::uint64_t> seen_;
  std::vector<level> levels_;
  std::string path_;
};

}  // namespace

opened_image::opened_image(opened_image&&) noexcept = default;
opened_image& opened_image::operator=(opened_image&&) noexcept = default;
opened_image::~opened_image() = default;

opened_image::opened_image(std::shared_ptr<const disk::source> bytes, disk::lba first_block)
    : bytes_(std::move(bytes)) {
  const auto refuse = [this](const base::parse_error& e) {
    throw base::error(base::errc::no_supported_file_system,
                      fmt::format("{} is no image with an ISO 9660 file system: {}.",
                                  base::printable(bytes_->name()), base::to_string(e)));
  };
  const auto found = iso9660::find_descriptors(*bytes_, first_block);
  if (!found) refuse(found.error());
  for (const auto& one : *found) {
    const auto fs = kind_of(one);
    if (!fs || has(*fs)) continue;
    auto opened =
        reader::open(bytes_, one, *fs == file_system::joliet ? joliet::style() : iso9660::plain_style());
    if (!opened) {
      faults_.push_back(opened.error());
      continue;
    }
    readers_.push_back(std::make_unique<const reader>(std::move(*opened)));
    volumes_.push_back(info_of(*fs, *readers_.back()));
  }
  if (volumes_.empty())
    refuse(faults_.empty()
               ? base::parse_error{fault::bad_magic, disk::offset_of(first_block + iso9660::system_area),
                                   "volume descriptor: type"}
               : faults_.front());
}

bool opened_image::has(file_system fs) const noexcept {
  return std::ranges::any_of(volumes_, [fs](const volume_info& v) { return v.fs == fs; });
}

file_system opened_image::best() const noexcept {
  return has(file_system::joliet) ? file_system::joliet : volumes_.front().fs;
}

const reader& opened_image::reader_of(file_system fs) const {
  for (std::size_t i = 0; i < volumes_.size(); ++i)
    if (volumes_[i].fs == fs) return *readers_[i];
  throw base::error(base::errc::file_system_not_found,
                    fmt::format("{} has no {} file system.", base::printable(bytes_->name()), name_of(fs)));
}

entry opened_image::root(file_system fs) const {
  const auto& r = reader_of(fs).descriptor().root;
  entry e;
  e.directory = true;
  e.modified = iso9660::from_recorded(r.recorded);
  add_section(e, {r, {}, 0});
  return e;
}

base::parsed<std::vector<entry>> opened_image::list(file_system fs, const entry& directory) const {
  const auto& from = reader_of(fs);
  entry_list out(fs, from.style());
  if (!directory.directory || directory.runs.empty())
    throw base::error(base::errc::not_a_directory,
                      base::printable(directory.name) + " is a file, not a directory.");
  auto done = from.visit(directory.runs.front().at, directory.runs.front().bytes, [&](const raw_record& r) {
    out.add(r);
    return true;
  });
  if (!done) return tl::unexpected(done.error());
  return out.finish();
}

base::parsed<entry> opened_image::find(file_system fs, std::string_view path) const {
  auto here = root(fs);
  for (auto rest = path; !rest.empty();) {
    const auto part = rest.substr(0, rest.find('/'));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    if (part.empty()) continue;
    const auto entries = list(fs, here);
    if (!entries) return tl::unexpected(entries.error());
    const auto it = std::ranges::find_if(*entries, [&](const entry& e) { return matches(fs, e, part); });
    if (it == entries->end())
      throw base::error(
          base::errc::item_not_found,
          fmt::format("{} has no item {}.", base::printable(bytes_->name()), base::printable(path)));
    here = *it;
  }
  return here;
}

base::parsed<std::size_t> opened_image::read(const entry& file, std::uint64_t offset,
                                             std::span<std::byte> into) const {
  std::size_t done = 0;
  for (const auto& run : file.runs) {
    if (done == into.size()) break;
    if (offset >= run.bytes) {
      offset -= run.bytes;
      continue;
    }
    const auto at = disk::offset_of(run.at);
    if (at > bytes_->size() || run.bytes > bytes_->size() - at)
      return wrong(fault::out_of_range, at, "file: extent");
    const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(into.size() - done, run.bytes - offset));
    if (bytes_->read_at(at + offset, into.subspan(done, n)) != n)
      return wrong(fault::truncated, at, "file: extent");
    done += n;
    offset = 0;
  }
  return done;
}

base::parsed<void> opened_image::walk(file_system fs, const visitor& visit) const {
  return walk(fs, "/", root(fs), visit);
}

base::parsed<void> opened_image::walk(file_system fs, const std::string& path, const entry& from,
                                      const visitor& visit) const {
  return walker(*this, fs, visit).run(path, from);
}

opened_image open_image(const std::filesystem::path& path) {
  return opened_image(std::make_shared<const disk::file_source>(path));
}

}  // namespace comeback::image
