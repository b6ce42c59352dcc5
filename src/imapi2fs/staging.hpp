// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "imapi2fs/stash.hpp"
#include "tree/tree.hpp"

#include <cstddef>

namespace comeback::imapi2fs {

/// Copies what the files of `tree` hold whose contents have the number `known` or a higher one, and lets the
/// files have the copies.
void stage(tree::file_tree& tree, std::size_t known, stash& into);

}  // namespace comeback::imapi2fs
