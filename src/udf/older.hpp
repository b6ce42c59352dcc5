// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "udf/kept.hpp"
#include "udf/reader.hpp"

#include <cstdint>
#include <vector>

namespace comeback::udf {

/// What a later session of the volume goes on from. Its hidden files and directories are all names in the
/// volume: of how many the tree tells, and what is gone, the caller knows. What no later session can use is
/// left empty (the table or metadata file, where it has holes).
[[nodiscard]] older_volume older_volume_of(const reader& volume);

/// What goes with a directory.
struct below_directory {
  std::uint64_t files = 0, directories = 0;  ///< names
  std::vector<std::uint32_t> icbs;           ///< their blocks, with those of streams and its own
  bool linked_elsewhere = false;             ///< a file has names that do not go
};
/// Of the directory whose ICB lies there; reads it, all directories below and their files' ICBs, no directory
/// twice and no more bytes than the medium has.
[[nodiscard]] base::parsed<below_directory> look_below(const reader& volume, const lb_addr& directory);

/// The blocks of the ICBs of a file's named streams and their directory.
[[nodiscard]] base::parsed<std::vector<std::uint32_t>> stream_icbs(const reader& volume, const node& of);

}  // namespace comeback::udf
