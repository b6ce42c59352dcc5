// SPDX-License-Identifier: Apache-2.0
#include "image/open.hpp"

#include "base/text.hpp"
#include "disk/raw_sectors.hpp"
#include "image/file_reader.hpp"
#include "image/iso_volume.hpp"
#include "image/udf_volume.hpp"
#include "image/volume_reader.hpp"
#include "udf/entry.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace comeback::image {
namespace {

bool has_empty_root(const volume_reader& iso) {
  const auto root = iso.root();
  if (root.size > disk::block_size) return false;
  const auto all = iso.list(root);
  return all && all->empty();
}

// Beside UDF alone, the primary descriptor is there for the boot record behind it: its root is empty, and it
// is no file system that anybody wants to see.
bool is_boot_frame(const found_volumes& iso, const found_volumes& udf) {
  return iso.readers.size() == 1 && iso.faults.empty() && udf.readers.size() == 1 &&
         has_empty_root(*iso.readers.front()) &&
         udf.readers.front()->root().size > udf::identifier_bytes(0);  // of the parent entry
}

}  // namespace

opened_image::opened_image(opened_image&&) noexcept = default;
opened_image& opened_image::operator=(opened_image&&) noexcept = default;
opened_image::~opened_image() = default;

opened_image::opened_image(std::shared_ptr<const disk::source> bytes, disk::lba first_block)
    : bytes_(std::move(bytes)), first_(first_block) {
  auto iso = find_iso_volumes(bytes_, first_block), udf = find_udf_volume(bytes_, first_block);
  const auto absent = iso.absent.value_or(udf.absent.value_or(base::parse_error{}));
  if (!is_boot_frame(iso, udf) || !boot()) add(std::move(iso));
  add(std::move(udf));
  if (volumes_.empty())
    throw base::error(base::errc::no_supported_file_system,
                      fmt::format("{} is no image with an ISO 9660 or UDF file system: {}.",
                                  base::printable(bytes_->name()),
                                  base::to_string(faults_.empty() ? absent : faults_.front())));
}

void opened_image::add(found_volumes found) {
  for (auto& one : found.readers) {
    volumes_.push_back(one->info());
    readers_.push_back(std::move(one));
  }
  std::ranges::move(found.faults, std::back_inserter(faults_));
}

bool opened_image::has(file_system fs) const noexcept {
  return std::ranges::any_of(volumes_, [fs](const volume_info& v) { return v.fs == fs; });
}

file_system opened_image::best() const noexcept {
  for (const auto fs :
       {file_system::udf, file_system::rock_ridge, file_system::joliet, file_system::enhanced})
    if (has(fs)) return fs;
  return volumes_.front().fs;
}

const volume_reader& opened_image::reader_of(file_system fs) const {
  for (std::size_t i = 0; i < volumes_.size(); ++i)
    if (volumes_[i].fs == fs) return *readers_[i];
  throw base::error(base::errc::file_system_not_found,
                    fmt::format("{} has no {} file system.", base::printable(bytes_->name()), name_of(fs)));
}

std::optional<eltorito::boot_catalog> opened_image::boot() const {
  return eltorito::read_catalog(*bytes_, first_);
}

eltorito::partition_table opened_image::partitions() const { return eltorito::read_partitions(*bytes_); }

entry opened_image::root(file_system fs) const { return reader_of(fs).root(); }

base::parsed<std::vector<entry>> opened_image::list(file_system fs, const entry& directory) const {
  const auto& from = reader_of(fs);
  if (!directory.directory)
    throw base::error(base::errc::not_a_directory,
                      base::printable(directory.name) + " is a file, not a directory.");
  return from.list(directory);
}

base::parsed<std::vector<entry>> opened_image::streams(file_system fs, const entry& of) const {
  return reader_of(fs).streams(of);
}

base::parsed<entry> opened_image::find(file_system fs, std::string_view path) const {
  const auto& from = reader_of(fs);
  auto here = from.root();
  for (auto rest = path; !rest.empty();) {
    const auto part = rest.substr(0, rest.find('/'));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    if (part.empty()) continue;
    const auto entries = list(fs, here);
    if (!entries) return tl::unexpected(entries.error());
    const auto it = std::ranges::find_if(*entries, [&](const entry& e) { return from.matches(e, part); });
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
  return file_reader(*this, file).read(offset, into);
}

std::shared_ptr<const disk::source> open_blocks(const std::filesystem::path& path) {
  auto file = std::make_shared<const disk::file_source>(path);
  if (const auto raw = disk::raw_layout_of(*file))
    return std::make_shared<const disk::raw_sectors>(file, *raw);
  return file;
}

opened_image open_image(const std::filesystem::path& path, disk::lba first_block, bool displaced) {
  auto from = open_blocks(path);
  if (!displaced && first_block.value == 0) {
    first_block = udf::displacement_of(*from);
    displaced = first_block.value != 0;
  }
  if (displaced) from = std::make_shared<const disk::displaced>(from, disk::offset_of(first_block));
  return opened_image(std::move(from), first_block);
}

}  // namespace comeback::image
