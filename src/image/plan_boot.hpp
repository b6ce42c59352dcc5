// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "disk/units.hpp"
#include "eltorito/boot.hpp"
#include "eltorito/format.hpp"
#include "image/options.hpp"
#include "image/plan.hpp"
#include "tree/tree.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace comeback::image {

/// What booting adds to a plan: the boot record behind the primary descriptor, the catalog behind the
/// directories, boot images in front of all other files, partition tables at both ends.
class boot_plan {
 public:
  /// Throws what `eltorito::check` throws; `invalid_parameter` for a partition table not at block 0.
  boot_plan(const tree::file_tree& tree, const options& how);

  [[nodiscard]] bool has_catalog() const noexcept { return !how_.boot.empty(); }
  /// Of the boot record; 0 without boot images.
  [[nodiscard]] disk::block_count descriptor_blocks() const noexcept { return {has_catalog() ? 1U : 0U}; }
  [[nodiscard]] disk::block_count catalog_blocks() const noexcept;
  /// The least that lies behind all other extents: the copy of a GPT.
  [[nodiscard]] disk::block_count tail_blocks() const noexcept;
  /// Where an image ends whose last other block is in front of `end`: a disk has whole cylinders, and room
  /// for the copy of a GPT behind everything.
  [[nodiscard]] disk::lba end_for(disk::lba end) const;
  /// Of the boot images, in the order of the catalog. They need extents, and lie in front of other files.
  [[nodiscard]] std::vector<tree::content_id> images() const;
  [[nodiscard]] bool is_image(tree::content_id what) const noexcept;
  /// Whether its bytes are changed on their way: it shares its extent with none.
  [[nodiscard]] bool is_patched(tree::content_id what) const noexcept;

  void catalog_at(disk::lba at) noexcept { catalog_ = at; }
  [[nodiscard]] eltorito::boot_record record() const;
  /// Adds what is missing up to `end_for`, when all other extents are there.
  void place_tail(layout& out) const;
  /// Makes the system area, catalog, tail and patches. `places`: where each content begins. `out.metadata`
  /// must have its size.
  void render(layout& out, const std::vector<disk::lba>& places) const;

 private:
  [[nodiscard]] bool has_efi() const noexcept;
  [[nodiscard]] std::vector<std::byte> catalog_for(const std::vector<disk::lba>& places) const;
  void add_tables(layout& out, const std::vector<disk::lba>& places) const;
  void grow_disk(layout& out) const;
  void render_disk(layout& out, const std::vector<disk::lba>& places,
                   std::span<const std::byte> catalog) const;

  const tree::file_tree& tree_;
  const options& how_;
  disk::lba catalog_{};
};

}  // namespace comeback::image
