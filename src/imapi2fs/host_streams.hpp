// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tree/tree.hpp"

#include <cstddef>

namespace comeback::imapi2fs {

/// Gives the files of `tree` with the number `first` or a higher one the named streams their sources have:
/// what this host calls extended attributes of users, which is how NTFS shows its streams here, too.
/// `data_stream_read_failure` where one cannot be read.
void add_host_streams(tree::file_tree& tree, std::size_t first);

}  // namespace comeback::imapi2fs
