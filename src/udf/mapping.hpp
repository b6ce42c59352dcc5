// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/parsed.hpp"
#include "udf/format.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace comeback::udf {

/// Bytes of the image in one run.
struct piece {
  std::uint64_t offset = 0, bytes = 0;
  bool recorded = true;     ///< false: nothing lies there, the bytes are zeros
  std::uint64_t block = 0;  ///< of a node's data: the block of its partition
};

enum class partition_kind : u8 { plain, virtual_table, sparable, metadata };

/// A partition map of a logical volume (ECMA-167 3/10.7, UDF 2.2.8 to 2.2.10) with what it takes to find a
/// block.
struct partition_map {
  partition_kind kind = partition_kind::plain;
  std::uint16_t number = 0;             ///< of the partition
  std::uint64_t start = 0, blocks = 0;  ///< of the partition on the medium
  bool ready = true;                    ///< false: its table or file could not be read

  std::vector<std::uint32_t> table;  ///< virtual: block by virtual block

  std::uint32_t packet_blocks = 0;                              ///< sparable
  std::vector<std::pair<std::uint32_t, std::uint32_t>> spares;  ///< packet to block of the medium, sorted

  struct part {
    std::uint64_t begin;  ///< byte of the metadata partition
    piece where;
  };
  std::vector<part> parts;              ///< metadata: its file, gapless
  std::uint64_t bytes_of_metadata = 0;  ///< of that file
};

/// All maps of a logical volume, in the order in which addresses name them.
class partition_maps {
 public:
  std::uint32_t block_size = disk::block_size;
  std::vector<partition_map> maps;

  /// The first bytes, in one run, of `bytes` at a block of a partition.
  [[nodiscard]] base::parsed<piece> locate(std::uint16_t which, std::uint64_t block,
                                           std::uint64_t bytes) const;
  [[nodiscard]] base::parsed<piece> locate(const lb_addr& at, std::uint64_t bytes) const {
    return locate(at.partition, at.block, bytes);
  }
  /// The map of the partition below a virtual or metadata one; itself for the others.
  [[nodiscard]] std::uint16_t below(std::uint16_t which) const;

 private:
  [[nodiscard]] base::parsed<piece> physical(const partition_map& m, std::uint64_t block,
                                             std::uint64_t bytes) const;
  [[nodiscard]] base::parsed<piece> through_table(const partition_map& m, std::uint64_t block,
                                                  std::uint64_t bytes) const;
  [[nodiscard]] base::parsed<piece> through_file(const partition_map& m, std::uint64_t block,
                                                 std::uint64_t bytes) const;
};

}  // namespace comeback::udf
