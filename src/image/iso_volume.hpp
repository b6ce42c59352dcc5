// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "disk/source.hpp"
#include "disk/units.hpp"
#include "image/volume_reader.hpp"
#include "iso9660/reader.hpp"

#include <memory>

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
  void check(checking& in) const override;

 private:
  file_system fs_;
  iso9660::reader records_;
};

/// Those of the session that begins at `first_block`. A fault alone where its very first descriptor is none.
[[nodiscard]] found_volumes find_iso_volumes(const std::shared_ptr<const disk::source>& from,
                                             disk::lba first_block);

}  // namespace comeback::image
