// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "disk/units.hpp"
#include "eltorito/boot.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace comeback::eltorito {

/// The partition tables of a disk behind whose end something was written.
struct grown_tables {
  partitioning kind = partitioning::none;
  std::vector<std::byte> head;  ///< its first block: all that changes there
  std::vector<std::byte> tail;  ///< its last blocks, `tail_blocks(kind)` of them: the copy of a GPT
};

/// The tables of a disk of `blocks` that had `old_end`. In an MBR, partitions that reached to the old end
/// reach to the new one; a GPT guards all of the disk again, and has its copy at the end. Partitions of a GPT
/// stay as they are. `system_area`: the first 16 blocks, as they are. None where they hold no table, or one
/// that others made in another way (a GPT that has not 128 entries behind its header); those stay true for
/// what they name.
[[nodiscard]] std::optional<grown_tables> grow_tables(std::span<const std::byte> system_area,
                                                      disk::lba old_end, disk::block_count blocks);

}  // namespace comeback::eltorito
