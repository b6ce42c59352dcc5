// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/parsed.hpp"
#include "disk/source.hpp"
#include "disk/units.hpp"
#include "iso9660/format.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace comeback::iso9660 {

/// How a file system made of ECMA-119 records writes its texts.
struct text_style {
  std::string (*name)(std::string_view identifier);  ///< UTF-8 (or the bytes as they are), without version
  std::string (*text)(std::string_view field);       ///< of a descriptor, without padding
};
[[nodiscard]] const text_style& plain_style() noexcept;
/// Names as they are: those of ISO 9660:1999 have no version.
[[nodiscard]] const text_style& long_style() noexcept;

struct found_descriptor {
  disk::lba at;
  volume_descriptor what;  ///< only of types 1 and 2 all fields mean something
};

/// The volume descriptors of the session that begins at `first`: from its block 16 to the terminator, a block
/// that is none, or 64 of them. A fault only where the very first is none.
[[nodiscard]] base::parsed<std::vector<found_descriptor>> find_descriptors(const disk::source& from,
                                                                           disk::lba first);

/// A directory record where it lies. The identifier is valid during the visit only.
struct raw_record {
  directory_record fixed;
  std::string_view identifier;
  std::uint64_t offset;                     ///< in the image
  std::span<const std::byte> system_use{};  ///< 9.1.13; valid during the visit only
  std::uint64_t system_use_offset = 0;      ///< in the image
  [[nodiscard]] bool is_directory() const { return (fixed.flags & file_flags::directory) != 0; }
  [[nodiscard]] bool has_more_sections() const { return (fixed.flags & file_flags::more_sections) != 0; }
  [[nodiscard]] bool is_self_or_parent() const {
    return identifier.size() == 1 && (identifier[0] == '\0' || identifier[0] == '\1');
  }
  /// Where the bytes begin, behind the extended attribute record (6.5.1).
  [[nodiscard]] disk::lba begin() const {
    return disk::lba{fixed.extent.value()} + disk::block_count{fixed.xattr_length};
  }
};

struct path_entry {
  std::string identifier;
  std::uint32_t extent = 0;
  std::uint16_t parent = 0;  ///< counts from 1
  bool operator==(const path_entry&) const = default;
};

/// Reads the directories and path tables of one volume descriptor, each time anew. What the image says is
/// never believed: reads are bounded by the image's size. Safe for concurrent use.
class reader {
 public:
  static constexpr std::uint64_t directory_limit = 256 << 20;  ///< bytes of one directory
  static constexpr std::uint64_t path_table_limit = 64 << 20;

  [[nodiscard]] static base::parsed<reader> open(std::shared_ptr<const disk::source> from,
                                                 const found_descriptor& at, const text_style& style);

  [[nodiscard]] const disk::source& source() const { return *from_; }
  [[nodiscard]] const volume_descriptor& descriptor() const { return descriptor_; }
  [[nodiscard]] disk::lba descriptor_at() const { return at_; }
  [[nodiscard]] const text_style& style() const { return style_; }

  /// Every record of a directory, "." and ".." first where the image is sound; false ends the visit.
  using visitor = std::function<bool(const raw_record&)>;
  [[nodiscard]] base::parsed<void> visit(disk::lba at, std::uint64_t bytes, const visitor& each) const;

  [[nodiscard]] base::parsed<std::vector<path_entry>> path_table(std::endian order) const;

 private:
  reader(std::shared_ptr<const disk::source> from, const found_descriptor& at, const text_style& style)
      : from_(std::move(from)), at_(at.at), descriptor_(at.what), style_(style) {}

  std::shared_ptr<const disk::source> from_;
  disk::lba at_;
  volume_descriptor descriptor_;
  text_style style_;
};

}  // namespace comeback::iso9660
