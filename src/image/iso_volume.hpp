// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "disk/source.hpp"
#include "disk/units.hpp"
#include "image/volume_reader.hpp"
#include "iso9660/reader.hpp"

#include <bit>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace comeback::image {

/// The file systems made of ECMA-119 records.
class iso_volume final : public volume_reader {
 public:
  iso_volume(file_system fs, iso9660::reader records) : fs_(fs), records_(std::move(records)) {}

  [[nodiscard]] volume_info info() const override;
  [[nodiscard]] entry root() const override;
  [[nodiscard]] base::parsed<std::vector<entry>> list(const entry& directory) const override;
  [[nodiscard]] bool matches(const entry& e, std::string_view wanted) const override;
  [[nodiscard]] std::uint64_t place_of(const entry& e) const override;
  [[nodiscard]] base::parsed<std::vector<iso9660::path_entry>> path_table() const override {
    return records_.path_table(std::endian::little);
  }
  void check(checking& in) const override;

 private:
  file_system fs_;
  iso9660::reader records_;
};

/// Turns records into entries: the sections of a file (ECMA-119 6.5.1) follow each other and become one.
class entry_list {
 public:
  entry_list(file_system fs, const iso9660::text_style& style) : fs_(fs), style_(style) {}

  /// Whether the record began an entry, which `last` then is.
  bool add(const iso9660::raw_record& r);
  [[nodiscard]] entry& last() { return out_.back(); }
  void drop_last() { out_.pop_back(); }
  [[nodiscard]] base::parsed<std::vector<entry>> finish();

 private:
  void fail(base::fault what, const iso9660::raw_record& r, std::string field);

  file_system fs_;
  const iso9660::text_style& style_;
  std::vector<entry> out_;
  bool open_ = false;
  std::optional<base::parse_error> fault_;
};

/// The descriptor's texts and times.
[[nodiscard]] volume_info info_of(file_system fs, const iso9660::reader& records);

/// The root of a volume as its descriptor has it.
[[nodiscard]] entry root_of(const iso9660::reader& records);

/// Those of the session that begins at `first_block`. A fault alone where its very first descriptor is none.
[[nodiscard]] found_volumes find_iso_volumes(const std::shared_ptr<const disk::source>& from,
                                             disk::lba first_block);

}  // namespace comeback::image
