// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the fuzzers of names have in common.

#include "base/error.hpp"
#include "tree/tree.hpp"

#include <algorithm>
#include <string_view>

namespace comeback::tree {

/// Every line of `text` a name below the root, files and directories in turn; names the tree refuses are left
/// out.
inline file_tree tree_of_lines(std::string_view text) {
  file_tree t;
  for (bool directory = false; !text.empty(); directory = !directory) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    try {
      if (directory)
        t.add_directory(root, line);
      else
        t.add_file(root, line, memory_content(""));
    } catch (const base::error&) {
      continue;
    }
  }
  return t;
}

}  // namespace comeback::tree
