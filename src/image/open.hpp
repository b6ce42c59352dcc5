// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/parsed.hpp"
#include "base/time.hpp"
#include "disk/source.hpp"
#include "disk/units.hpp"
#include "image/options.hpp"
#include "tree/tree.hpp"

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

namespace comeback::iso9660 {
class reader;
}

namespace comeback::image {

/// What a volume descriptor says. Texts are UTF-8 without padding, and as hostile as the image.
struct volume_info {
  file_system fs = file_system::iso9660;
  std::string volume_name, system, volume_set, publisher, preparer, application;
  disk::block_count blocks;  ///< of the volume, as it says
  std::optional<base::timestamp> created;
  disk::lba descriptor;  ///< where it stands
  std::uint64_t path_table_bytes = 0;
};

struct run {
  disk::lba at;
  std::uint64_t bytes = 0;
  bool recorded = true;  ///< false: nothing lies there, the bytes are zeros (UDF)
};

/// A directory or file of an image. A value: it stays good as long as the image is open.
struct entry {
  std::string name;         ///< UTF-8, without version and trailing dot; "" for the root
  std::string stored_name;  ///< as the file system has it: "README.;1"
  bool directory = false;
  bool hidden = false;
  std::uint64_t size = 0;  ///< in bytes
  base::timestamp modified;
  std::vector<run> runs;                         ///< where its bytes lie, in order
  tree::node_kind kind = tree::node_kind::file;  ///< `directory` says the same of directories
  tree::attributes attributes{};                 ///< not `given` where the file system records none
  tree::other_times times{};
  std::string link_target{};          ///< of a symbolic link, as hostile as the image
  std::vector<std::byte> embedded{};  ///< the bytes, where they lie in the item's own block (UDF)
  std::uint64_t node = 0;             ///< entries with the same one, not 0, are names of one file
  std::uint32_t link_count = 1;       ///< as recorded
};

/// An image whose descriptors are read; directories are read when they are looked at, and nothing is kept.
/// Safe for concurrent use. A malformed image is an answer (`base::parsed`), a failing disk is an exception.
class opened_image {
 public:
  /// Throws `no_supported_file_system` (naming image and fault) where no volume descriptor is found.
  /// `first_block`: where the session begins whose descriptors stand at +16.
  explicit opened_image(std::shared_ptr<const disk::source> bytes, disk::lba first_block = {});
  opened_image(opened_image&&) noexcept;
  opened_image& operator=(opened_image&&) noexcept;
  ~opened_image();

  [[nodiscard]] const disk::source& source() const noexcept { return *bytes_; }
  [[nodiscard]] const std::vector<volume_info>& volumes() const noexcept { return volumes_; }
  /// Descriptors that were found and cannot be used.
  [[nodiscard]] const std::vector<base::parse_error>& faults() const noexcept { return faults_; }
  [[nodiscard]] bool has(file_system fs) const noexcept;
  /// The file system with the truest names.
  [[nodiscard]] file_system best() const noexcept;

  // These throw `file_system_not_found` where the image has no such file system.
  [[nodiscard]] entry root(file_system fs) const;
  /// The entries in their order on the disc, without "." and "..". Sections of one file are one entry.
  [[nodiscard]] base::parsed<std::vector<entry>> list(file_system fs, const entry& directory) const;
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
  /// more than 64 KiB is `fault::out_of_range`, as are paths that together have more bytes than 16 times the
  /// image and 64 MiB: so a visitor may keep them all.
  [[nodiscard]] base::parsed<void> walk(file_system fs, const visitor& visit) const;
  [[nodiscard]] base::parsed<void> walk(file_system fs, const std::string& path, const entry& from,
                                        const visitor& visit) const;

  /// For `verify`: the reader of one file system.
  [[nodiscard]] const iso9660::reader& reader_of(file_system fs) const;

 private:
  std::shared_ptr<const disk::source> bytes_;
  std::vector<std::unique_ptr<const iso9660::reader>> readers_;
  std::vector<volume_info> volumes_;
  std::vector<base::parse_error> faults_;
};

[[nodiscard]] opened_image open_image(const std::filesystem::path& path);

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
