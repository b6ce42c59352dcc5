// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/parsed.hpp"
#include "image/checking.hpp"
#include "image/entry.hpp"
#include "iso9660/reader.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace comeback::image {

/// One file system of an image, whatever its format: what `opened_image` is composed of. Directories are read
/// when they are looked at, and nothing is kept. Safe for concurrent use; the image is hostile.
class volume_reader {
 public:
  volume_reader() = default;
  volume_reader(const volume_reader&) = delete;
  volume_reader& operator=(const volume_reader&) = delete;
  virtual ~volume_reader() = default;

  [[nodiscard]] virtual volume_info info() const = 0;
  [[nodiscard]] virtual entry root() const = 0;
  /// `directory` is one, of this file system.
  [[nodiscard]] virtual base::parsed<std::vector<entry>> list(const entry& directory) const = 0;
  /// The same, without looking at what lies elsewhere: of an entry, only its names, whether it is a directory
  /// or hidden, and where to go on from it are known.
  [[nodiscard]] virtual base::parsed<std::vector<entry>> names(const entry& directory) const {
    return list(directory);
  }
  /// The named streams of a file or directory; most file systems have none.
  [[nodiscard]] virtual base::parsed<std::vector<entry>> streams(const entry& of) const {
    (void)of;
    return std::vector<entry>{};
  }
  /// Whether `wanted`, a part of a path that somebody gave, means the entry.
  [[nodiscard]] virtual bool matches(const entry& e, std::string_view wanted) const = 0;
  /// Where an entry lies, in bytes of the image: two directories there are one. For faults, too.
  [[nodiscard]] virtual std::uint64_t place_of(const entry& e) const = 0;
  /// All its directories as its path table has them; none where the file system has no such table.
  [[nodiscard]] virtual base::parsed<std::vector<iso9660::path_entry>> path_table() const {
    return std::vector<iso9660::path_entry>{};
  }
  /// Every structure of the file system, for `verify`.
  virtual void check(checking& in) const = 0;
};

/// What was found in an image, in the order of `file_system`; and what was found and cannot be used.
struct found_volumes {
  std::optional<base::parse_error> absent;  ///< why there is none
  std::vector<std::unique_ptr<const volume_reader>> readers;
  std::vector<base::parse_error> faults;
};

}  // namespace comeback::image
