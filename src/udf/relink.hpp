// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "udf/reader.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace comeback::udf {

/// A block of the medium that changes in place.
struct changed_block {
  disk::lba at;
  std::vector<std::byte> bytes;
};

/// The block of a directory that names the one above it (4/8.6: the first identifier), with another ICB there
/// and its CRCs true: `directory` and `parent` are the ICBs of both, blocks of partition map 0. A fault where
/// something else lies there than such a directory, whole and in blocks of 2048 bytes.
[[nodiscard]] base::parsed<changed_block> with_parent(const reader& volume, std::uint32_t directory,
                                                      std::uint32_t parent);

}  // namespace comeback::udf
