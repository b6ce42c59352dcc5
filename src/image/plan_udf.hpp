// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "disk/units.hpp"
#include "image/options.hpp"
#include "image/plan.hpp"
#include "udf/volume.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace comeback::image {

/// `errc::invalid_parameter` for what UDF and the other options cannot be together.
void check_udf(const options& how);

/// The UDF volume of an image that is being planned, and where its parts lie: docs/formats/udf.md has the
/// picture. The steps are called in this order, each once.
class udf_plan {
 public:
  udf_plan(std::shared_ptr<const tree::file_tree> tree, const options& how);

  /// Whether the file system needs no extent of this content.
  [[nodiscard]] bool embeds(tree::content_id what) const { return volume_.embeds(what); }
  /// Whether the file system names the item where an older session wrote it, and needs nothing of it.
  [[nodiscard]] bool keeps(tree::node_id node) const { return volume_.keeps(node); }
  /// BEA01, NSR, TEA01: behind the descriptors of ISO 9660.
  [[nodiscard]] std::vector<std::byte> recognition() const;

  /// From behind the recognition sequence to behind the anchor at block 256 of the session.
  void add_structures(layout& to);
  /// Everything of the partition that lies in front of the files.
  void begin_partition(layout& to);
  /// What lies behind the files. Of a disk, `disk_end` says where an image ends whose other blocks end at an
  /// address: somebody else adds what is between.
  void end_partition(layout& to, const std::function<disk::lba(tree::content_id)>& of_content,
                     const std::function<disk::lba(disk::lba)>& disk_end);
  /// An anchor for another block than those of the plan. Behind `end_partition`.
  [[nodiscard]] std::vector<std::byte> anchor(disk::lba at) const { return volume_.anchor_block(at); }
  /// Directories of older sessions that name a parent which is no more. Behind `end_partition`.
  [[nodiscard]] std::vector<relink> relinks() const;
  /// The blocks of `add_structures`, into `layout::metadata`.
  void write_structures(layout& to) const;

 private:
  disk::lba add_made(layout& to, disk::block_count blocks, role what);
  void add_front_anchor(layout& to, disk::lba at);
  disk::lba add_anchor(layout& to);
  void add_mirror(layout& to);
  void add_spares(layout& to);
  void add_table(layout& to);
  void add_anchors(layout& to, const std::function<disk::lba(disk::lba)>& disk_end);
  void make(layout& to, disk::lba at, std::shared_ptr<const disk::source> what) const;
  void make(layout& to, disk::lba at, std::vector<std::byte> bytes) const;
  void make_all(layout& to) const;
  [[nodiscard]] bool is(udf::partition_type type) const { return volume_.options().partition == type; }

  const options& how_;
  udf::volume volume_;
  udf::volume_places where_;
  std::vector<disk::lba> front_;    // anchors in front of the partition
  std::vector<disk::lba> anchors_;  // behind it
};

}  // namespace comeback::image
