// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "disk/source.hpp"
#include "disk/units.hpp"
#include "image/volume_reader.hpp"
#include "udf/reader.hpp"

#include <memory>

namespace comeback::image {

/// A UDF volume. An entry's `node` is the address of its ICB, so hard links have the same one.
class udf_volume final : public volume_reader {
 public:
  explicit udf_volume(udf::reader volume, entry root) : volume_(std::move(volume)), root_(std::move(root)) {}

  [[nodiscard]] const udf::reader& volume() const { return volume_; }
  [[nodiscard]] volume_info info() const override;
  [[nodiscard]] entry root() const override { return root_; }
  [[nodiscard]] base::parsed<std::vector<entry>> list(const entry& directory) const override;
  [[nodiscard]] base::parsed<std::vector<entry>> names(const entry& directory) const override;
  [[nodiscard]] base::parsed<std::vector<entry>> streams(const entry& of) const override;
  [[nodiscard]] bool matches(const entry& e, std::string_view wanted) const override;
  [[nodiscard]] std::uint64_t place_of(const entry& e) const override;
  void check(checking& in) const override;

 private:
  [[nodiscard]] base::parsed<std::vector<entry>> list_names(const udf::node& directory) const;

  udf::reader volume_;
  entry root_;
};

/// That of the session that begins at `first_block`.
[[nodiscard]] found_volumes find_udf_volume(const std::shared_ptr<const disk::source>& from,
                                            disk::lba first_block);

}  // namespace comeback::image
