// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/volume_reader.hpp"
#include "iso9660/reader.hpp"
#include "rockridge/reader.hpp"

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace comeback::image {

/// The directories of ISO 9660 as Rock Ridge has them: names as they were, modes, owners, links, devices;
/// moved directories stand where they belong.
class rock_ridge_volume final : public volume_reader {
 public:
  /// `skipped`: bytes in front of the entries of every record (SUSP 5.3).
  rock_ridge_volume(iso9660::reader records, std::uint8_t skipped)
      : records_(std::move(records)), skipped_(skipped) {}

  [[nodiscard]] volume_info info() const override;
  [[nodiscard]] entry root() const override;
  [[nodiscard]] base::parsed<std::vector<entry>> list(const entry& directory) const override;
  [[nodiscard]] bool matches(const entry& e, std::string_view wanted) const override;
  [[nodiscard]] std::uint64_t place_of(const entry& e) const override;
  void check(checking& in) const override;

 private:
  [[nodiscard]] base::parsed<bool> decorate(entry& e, const iso9660::raw_record& r) const;
  [[nodiscard]] base::parsed<std::uint64_t> bytes_of_directory(disk::lba at) const;

  iso9660::reader records_;
  std::uint8_t skipped_;
};

/// What one record says. `continued`: how many bytes were read besides it.
[[nodiscard]] base::parsed<rockridge::facts> rock_ridge_facts(const iso9660::reader& records,
                                                              const iso9660::raw_record& r,
                                                              std::uint8_t skipped,
                                                              std::uint64_t* continued = nullptr);

/// None where the root's first record does not announce Rock Ridge (SUSP 5.3).
[[nodiscard]] std::unique_ptr<const volume_reader> find_rock_ridge(const iso9660::reader& records);

}  // namespace comeback::image
