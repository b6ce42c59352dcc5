// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/parsed.hpp"
#include "disk/source.hpp"
#include "disk/units.hpp"
#include "eltorito/partition_reader.hpp"
#include "eltorito/reader.hpp"
#include "image/entry.hpp"
#include "image/options.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace comeback::image {

class volume_reader;
struct found_volumes;

/// An image whose descriptors are read; directories are read when they are looked at, and nothing is kept.
/// Safe for concurrent use. A malformed image is an answer (`base::parsed`), a failing disk is an exception.
class opened_image {
 public:
  /// Throws `no_supported_file_system` (naming image and fault) where no file system is found.
  /// `first_block`: where the session begins whose descriptors stand at +16.
  explicit opened_image(std::shared_ptr<const disk::source> bytes, disk::lba first_block = {});
  opened_image(opened_image&&) noexcept;
  opened_image& operator=(opened_image&&) noexcept;
  ~opened_image();

  [[nodiscard]] const disk::source& source() const noexcept { return *bytes_; }
  /// Without the ISO 9660 volume, empty, that is there for the boot record of an image with UDF alone.
  [[nodiscard]] const std::vector<volume_info>& volumes() const noexcept { return volumes_; }
  /// Descriptors that were found and cannot be used.
  [[nodiscard]] const std::vector<base::parse_error>& faults() const noexcept { return faults_; }
  [[nodiscard]] bool has(file_system fs) const noexcept;
  /// The most advanced file system: UDF, Rock Ridge, Joliet, level 4, plain ISO 9660.
  [[nodiscard]] file_system best() const noexcept;

  // These throw `file_system_not_found` where the image has no such file system.
  [[nodiscard]] entry root(file_system fs) const;
  /// The entries in their order on the disc, without "." and "..". Sections of one file are one entry.
  [[nodiscard]] base::parsed<std::vector<entry>> list(file_system fs, const entry& directory) const;
  /// The named streams of a file or directory (UDF 2.00 and later).
  [[nodiscard]] base::parsed<std::vector<entry>> streams(file_system fs, const entry& of) const;
  /// "/a/b"; names compare as they are, and for plain ISO also without case. Throws `item_not_found`,
  /// `not_a_directory`.
  [[nodiscard]] base::parsed<entry> find(file_system fs, std::string_view path) const;

  /// Fills `into` from `offset` of a file; fewer bytes only at its end. A run outside the image is a fault.
  [[nodiscard]] base::parsed<std::size_t> read(const entry& file, std::uint64_t offset,
                                               std::span<std::byte> into) const;

  /// Called with the path ("/a/b") of each entry; false ends the walk.
  using visitor = std::function<bool(const std::string& path, const entry&)>;
  /// A folder and then what is below it, in the order on the disc. Each directory is visited once: one that
  /// is met again is `fault::loop`, as are directories that together are larger than the image. A path of
  /// more than 64 KiB is `fault::out_of_range`. What is wrong with a directory ends nothing but the visit of
  /// that one; the first such fault is the answer in the end. Paths, extents and link targets that together
  /// have more bytes than 16 times the image and 64 MiB do end the walk: so a visitor may keep them all.
  [[nodiscard]] base::parsed<void> walk(file_system fs, const visitor& visit) const;
  [[nodiscard]] base::parsed<void> walk(file_system fs, const std::string& path, const entry& from,
                                        const visitor& visit) const;
  /// The same for visitors that only ask of an entry its name and whether it is a directory: of UDF, nothing
  /// else is read.
  [[nodiscard]] base::parsed<void> walk_names(file_system fs, const std::string& path, const entry& from,
                                              const visitor& visit) const;

  /// The session's boot catalog, read when asked for; none where it boots nothing.
  [[nodiscard]] std::optional<eltorito::boot_catalog> boot() const;
  /// The image as a disk, read when asked for.
  [[nodiscard]] eltorito::partition_table partitions() const;

  /// For `verify`: the reader of one file system.
  [[nodiscard]] const volume_reader& reader_of(file_system fs) const;

 private:
  void add(found_volumes found);

  std::shared_ptr<const disk::source> bytes_;
  disk::lba first_;
  std::vector<std::unique_ptr<const volume_reader>> readers_;  // one a volume
  std::vector<volume_info> volumes_;
  std::vector<base::parse_error> faults_;
};

/// The blocks of an image file. Raw images of compact discs (2352 bytes a sector and the like) are seen as
/// their data.
[[nodiscard]] std::shared_ptr<const disk::source> open_blocks(const std::filesystem::path& path);

/// `first_block`: as above. `displaced`: the file holds that session alone, so that its first byte is that of
/// `first_block`; an image whose anchor says so is known without.
[[nodiscard]] opened_image open_image(const std::filesystem::path& path, disk::lba first_block = {},
                                      bool displaced = false);

/// For operations that cannot go on with a fault: the answer, or `errc::file_system_inconsistent` with image
/// and fault in it.
template <class T>
T value_or_throw(base::parsed<T> answer, const opened_image& image) {
  if (!answer)
    throw base::error(base::errc::file_system_inconsistent,
                      image.source().name() + ": " + base::to_string(answer.error()));
  if constexpr (!std::is_void_v<T>) return std::move(*answer);
}

}  // namespace comeback::image
