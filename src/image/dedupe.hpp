// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/progress.hpp"
#include "tree/tree.hpp"

#include <cstdint>
#include <stop_token>
#include <vector>

namespace comeback::image {

/// Which contents of a tree hold the same bytes.
struct equal_contents {
  /// By content: the first content that has its bytes, which may be itself.
  std::vector<tree::content_id> first;
  std::uint64_t files = 0;  ///< contents that are not the first of theirs
  std::uint64_t bytes = 0;  ///< theirs, together
};

/// Reads what may be equal: contents of equal size, of at least one byte, that do not lie on the medium
/// already. Those of equal hash (XXH3, 128 bits) are then compared byte by byte, so that no file made to
/// collide takes the place of another. Several threads read; `progress` is called from this one, with bytes.
/// Linear in the bytes that are read, 32 bytes of memory a content. What changes while it is read may be
/// found equal by what it was. Errors: those of `tree::content_reader::read`, `cancelled`.
[[nodiscard]] equal_contents find_equal_contents(const tree::file_tree& tree,
                                                 const base::progress& progress = {},
                                                 const std::stop_token& stop = {}, unsigned readers = 4);

/// Makes one file with several names of those that are equal: hard links.
void link_equal_contents(tree::file_tree& tree, const equal_contents& equal);

}  // namespace comeback::image
