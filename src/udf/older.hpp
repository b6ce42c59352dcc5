// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "udf/kept.hpp"
#include "udf/reader.hpp"

#include <cstdint>

namespace comeback::udf {

/// What a later session of the volume goes on from. Its hidden files and directories are all names in the
/// volume: of how many the tree tells, and what is gone, the caller knows. What no later session can use is
/// left empty (the table or metadata file, where it has holes).
[[nodiscard]] older_volume older_volume_of(const reader& volume);

/// Names of files and of directories below a directory.
struct name_counts {
  std::uint64_t files = 0, directories = 0;
};
/// Of the directory whose ICB lies there; reads it and all directories below, none twice and no more bytes
/// than the medium has.
[[nodiscard]] base::parsed<name_counts> count_below(const reader& volume, const lb_addr& directory);

}  // namespace comeback::udf
