// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "disk/source.hpp"
#include "disk/units.hpp"
#include "tree/tree.hpp"
#include "udf/format.hpp"
#include "udf/nodes.hpp"
#include "udf/options.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace comeback::udf {

inline constexpr disk::block_count recognition_blocks{3};  // BEA01, NSR, TEA01
inline constexpr disk::block_count sequence_blocks{16};    // UDF 2.2.3.1: at least
inline constexpr disk::block_count integrity_blocks{4};    // UDF 2.2.4.6: at least 8 KiB
/// Packets kept for spares in a sparable volume, and entries of its tables.
inline constexpr std::uint32_t spare_packets = 16;

/// Where the parts of a volume lie on the medium. Kinds of partitions that have no such part leave it 0.
struct volume_places {
  disk::lba main, reserve, integrity;
  disk::lba partition;      ///< its first block; a multiple of 32
  disk::lba partition_end;  ///< behind its last
  disk::lba nodes;          ///< their blocks; in a metadata partition its file's first
  disk::lba loose;
  disk::lba metadata_icb, mirror_icb;
  disk::lba mirror;  ///< of a mirror with blocks of its own
  disk::lba spares, first_table, second_table, bitmap;
  disk::lba vat, vat_icb;
  std::function<disk::lba(tree::content_id)> content;
};

/// A UDF volume of a tree: says how many blocks it needs and, when told where they lie, makes them. What
/// grows with the number of files is made on demand, by sources that share one copy of its plan. Errors:
/// those of `check` and `nodes`, and `invalid_parameter` for a content placed before in front of the
/// partition.
///
/// A volume that continues an older session (`volume_options::kept`) has all structures anew, but of its
/// nodes only what changed. Where a map stands between addresses and blocks, what is written again keeps its
/// address: in a virtual partition it gets another entry of the table, of which only blocks with other
/// entries are written; in a metadata partition the allocation units that hold it are written anew behind the
/// older session and take the place of the old ones in the metadata file. `not_supported` where that cannot
/// be done: sparable partitions, metadata files that are not made of whole units or would become more than
/// `most_runs` extents.
class volume {
 public:
  volume(std::shared_ptr<const tree::file_tree> tree, const volume_options& how);

  [[nodiscard]] const volume_options& options() const { return how_; }
  /// Whether an item stays where an older session wrote it, and so needs no blocks either.
  [[nodiscard]] bool keeps(tree::node_id node) const { return nodes_->keeps(node); }
  /// Blocks of the nodes, in a metadata partition whole allocation units.
  [[nodiscard]] disk::block_count node_blocks() const;
  [[nodiscard]] disk::block_count loose_blocks() const { return {nodes_->loose_blocks()}; }
  [[nodiscard]] disk::block_count vat_blocks() const;
  /// Whether a content needs no blocks, since it lies in its ICB.
  [[nodiscard]] bool embeds(tree::content_id what) const { return nodes_->embeds(what); }

  /// Of a sparable partition that begins at `partition`: its bitmap, the last thing in it.
  [[nodiscard]] disk::block_count bitmap_blocks(disk::lba partition, disk::lba at) const;

  /// Once.
  void place(const volume_places& where);

  // After `place`:
  [[nodiscard]] static std::vector<std::byte> recognition(std::uint16_t revision);
  [[nodiscard]] std::vector<std::byte> sequence(bool reserve) const;
  [[nodiscard]] std::vector<std::byte> integrity_sequence() const;
  [[nodiscard]] std::vector<std::byte> anchor_block(disk::lba at) const;
  [[nodiscard]] std::vector<std::byte> sparing_table_block(disk::lba at) const;
  [[nodiscard]] std::vector<std::byte> bitmap() const;
  [[nodiscard]] std::vector<std::byte> metadata_file(bool mirror) const;  ///< its ICB
  [[nodiscard]] std::vector<std::byte> vat() const;  ///< the blocks of it that are written
  [[nodiscard]] std::vector<std::byte> vat_icb() const;
  /// ICBs of directories of an older session, as blocks of the partition, whose parent has moved to another.
  struct stale_parent {
    std::uint32_t directory, parent;
  };
  [[nodiscard]] std::vector<stale_parent> stale_parents() const;
  [[nodiscard]] std::shared_ptr<const disk::source> node_source() const;
  [[nodiscard]] std::shared_ptr<const disk::source> loose_source() const;

 private:
  [[nodiscard]] bool is(partition_type kind) const { return how_.partition == kind; }
  [[nodiscard]] bool continues() const { return how_.kept != nullptr; }
  void continue_older();
  void find_changed_units();
  void find_changed_table();
  void for_each_unused(const std::function<void(std::uint64_t)>& with) const;  // entries of the table
  [[nodiscard]] std::uint64_t table_size() const;  // in bytes, of the virtual allocation table
  [[nodiscard]] std::vector<std::byte> table() const;
  [[nodiscard]] std::vector<kept_run> table_runs(
      std::uint64_t at) const;  // what changed begins at block `at`
  [[nodiscard]] std::vector<kept_run> metadata_runs(bool mirror, std::uint64_t at) const;
  [[nodiscard]] std::uint64_t older_blocks() const;  // addresses of the older metadata or virtual partition
  [[nodiscard]] std::uint32_t metadata_blocks() const;
  [[nodiscard]] std::uint32_t in_partition(disk::lba at) const;
  [[nodiscard]] std::uint32_t partition_blocks() const;
  [[nodiscard]] std::uint32_t free_blocks() const;
  [[nodiscard]] std::uint16_t version() const;
  [[nodiscard]] std::uint16_t maps() const;
  [[nodiscard]] std::uint16_t min_read() const;  // the revision that a reader must know
  [[nodiscard]] std::vector<std::byte> sealed(std::vector<std::byte> bytes, tag_id id,
                                              std::uint64_t at) const;
  [[nodiscard]] nodes::addressing addressing() const;
  [[nodiscard]] std::vector<std::byte> primary(std::uint32_t number) const;
  [[nodiscard]] std::vector<std::byte> implementation_use_descriptor(std::uint32_t number) const;
  [[nodiscard]] std::vector<std::byte> partition_descriptor(std::uint32_t number) const;
  [[nodiscard]] std::vector<std::byte> logical(std::uint32_t number) const;
  [[nodiscard]] std::vector<std::byte> unallocated(std::uint32_t number) const;
  void append_maps(std::vector<std::byte>& to) const;
  [[nodiscard]] sparable_map sparable() const;
  [[nodiscard]] metadata_map metadata() const;
  [[nodiscard]] std::vector<std::byte> file_set_blocks() const;
  [[nodiscard]] std::string volume_set() const;
  [[nodiscard]] base::timestamp changed() const;  // nothing in it is later
  [[nodiscard]] access_type access() const;

  std::shared_ptr<const tree::file_tree> tree_;
  volume_options how_;
  std::shared_ptr<nodes> nodes_;
  volume_places where_;
  std::vector<std::uint64_t> changed_;  // units of the metadata file, or blocks of the table, written anew
};

}  // namespace comeback::udf
