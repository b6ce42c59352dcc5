// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "eltorito/boot.hpp"
#include "tree/tree.hpp"

#include <string>

namespace comeback::cli {

/// "FILE[,KEY[=VALUE]]…" of --boot as a boot entry. FILE is a path in the image where the tree has such a
/// file, else a file of the host, which is added to the tree under no name. Throws
/// `errc::invalid_argument` for words that mean nothing, else what `tree::add_hidden_host_file` throws.
[[nodiscard]] eltorito::boot_entry boot_entry_of(const std::string& word, tree::file_tree& tree);

}  // namespace comeback::cli
