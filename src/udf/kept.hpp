// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <unordered_map>

namespace comeback::udf {

/// An ICB of an older session that directories of a new one name where it lies.
struct kept_node {
  std::uint32_t block = 0;
  std::uint16_t partition = 0;  ///< index into the partition maps
  std::uint64_t unique_id = 0;
};

/// By node of the tree.
using kept_nodes = std::unordered_map<std::uint32_t, kept_node>;

}  // namespace comeback::udf
