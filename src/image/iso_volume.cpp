// SPDX-License-Identifier: Apache-2.0
#include "image/iso_volume.hpp"

#include "base/text.hpp"
#include "image/naming.hpp"
#include "image/rock_ridge_volume.hpp"
#include "iso9660/descriptor.hpp"
#include "joliet/format.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace comeback::image {
namespace {

using base::fault;
using iso9660::raw_record;

std::optional<file_system> kind_of(const iso9660::found_descriptor& found) {
  if (found.what.header.type == static_cast<std::uint8_t>(iso9660::descriptor_type::primary))
    return file_system::iso9660;
  if (joliet::is_joliet(found.what)) return file_system::joliet;
  if (iso9660::is_enhanced(found.what)) return file_system::enhanced;
  return std::nullopt;
}

const iso9660::text_style& style_of(file_system fs) {
  if (fs == file_system::joliet) return joliet::style();
  return fs == file_system::enhanced ? iso9660::long_style() : iso9660::plain_style();
}

entry entry_of(file_system fs, const iso9660::text_style& style, const raw_record& r) {
  entry e;
  e.name = style.name(r.identifier);
  e.stored_name = readable(fs, r.identifier);
  e.directory = r.is_directory();
  if (e.directory) e.kind = tree::node_kind::directory;
  e.hidden = (r.fixed.flags & iso9660::file_flags::hidden) != 0;
  e.modified = iso9660::from_recorded(r.fixed.recorded);
  return e;
}

void add_section(entry& e, const raw_record& r) {
  e.size += r.fixed.size.value();
  e.runs.push_back({r.begin(), r.fixed.size.value()});
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

}  // namespace

bool entry_list::add(const raw_record& r) {
  if (r.is_self_or_parent() || (r.fixed.flags & iso9660::file_flags::associated) != 0 || fault_) return false;
  if (r.fixed.unit != 0 || r.fixed.gap != 0)
    return fail(fault::unsupported, r, "directory record: interleaved file"), false;
  const bool fresh = !open_;
  if (fresh)
    out_.push_back(entry_of(fs_, style_, r));
  else if (readable(fs_, r.identifier) != out_.back().stored_name)
    return fail(fault::disagrees, r, "directory record: a file's sections have different names"), false;
  add_section(out_.back(), r);
  open_ = r.has_more_sections() && !r.is_directory();
  return fresh;
}

base::parsed<std::vector<entry>> entry_list::finish() {
  if (fault_) return tl::unexpected(*fault_);
  return std::move(out_);
}

void entry_list::fail(fault what, const raw_record& r, std::string field) {
  fault_ = base::parse_error{what, r.offset, std::move(field)};
}

volume_info info_of(file_system fs, const iso9660::reader& records) {
  const auto& d = records.descriptor();
  const auto text = [&](const auto& field) { return records.style().text(field.all()); };
  return {fs,
          text(d.volume),
          text(d.system),
          text(d.volume_set),
          text(d.publisher),
          text(d.preparer),
          text(d.application),
          {d.blocks.value()},
          iso9660::from_volume_time(d.created),
          records.descriptor_at(),
          d.path_table_size.value()};
}

entry root_of(const iso9660::reader& records) {
  const auto& r = records.descriptor().root;
  entry e;
  e.directory = true;
  e.kind = tree::node_kind::directory;
  e.modified = iso9660::from_recorded(r.recorded);
  add_section(e, {r, {}, 0});
  return e;
}

volume_info iso_volume::info() const { return info_of(fs_, records_); }

entry iso_volume::root() const { return root_of(records_); }

base::parsed<std::vector<entry>> iso_volume::list(const entry& directory) const {
  entry_list out(fs_, records_.style());
  auto done =
      records_.visit(directory.runs.front().at, directory.runs.front().bytes, [&](const raw_record& r) {
        out.add(r);
        return true;
      });
  if (!done) return tl::unexpected(done.error());
  return out.finish();
}

bool iso_volume::matches(const entry& e, std::string_view wanted) const {
  if (e.name == wanted || e.stored_name == wanted) return true;
  if (fs_ != file_system::iso9660) return false;
  const auto folded = upper(std::string(wanted));
  return upper(e.name) == folded || upper(e.stored_name) == folded;
}

std::uint64_t iso_volume::place_of(const entry& e) const { return e.runs.front().offset(); }

found_volumes find_iso_volumes(const std::shared_ptr<const disk::source>& from, disk::lba first_block) {
  found_volumes out;
  const auto found = iso9660::find_descriptors(*from, first_block);
  if (!found) {
    out.absent = found.error();
    return out;
  }
  std::vector<file_system> known;
  std::unique_ptr<const volume_reader> rock_ridge;
  for (const auto& one : *found) {
    const auto fs = kind_of(one);
    if (!fs || std::ranges::find(known, *fs) != known.end()) continue;
    auto opened = iso9660::reader::open(from, one, style_of(*fs));
    if (!opened) {
      out.faults.push_back(opened.error());
      continue;
    }
    known.push_back(*fs);
    if (*fs == file_system::iso9660) rock_ridge = find_rock_ridge(*opened);
    out.readers.push_back(std::make_unique<const iso_volume>(*fs, std::move(*opened)));
  }
  if (rock_ridge) out.readers.push_back(std::move(rock_ridge));
  if (out.readers.empty() && out.faults.empty())
    out.faults.push_back(
        {fault::bad_magic, disk::offset_of(first_block + iso9660::system_area), "volume descriptor: type"});
  return out;
}

}  // namespace comeback::image
