// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/progress.hpp"
#include "tree/add_tree.hpp"
#include "tree/tree.hpp"

#include <functional>
#include <string>
#include <vector>

namespace comeback::cli {

/// What the words of a command line put into an image, and what they left out.
struct sources {
  std::vector<std::string> plain;   ///< a folder's contents go to the root, a file into it
  std::vector<std::string> rooted;  ///< "/PATH=SOURCE": the same under /PATH, whose folders are made
  bool follow_links = false;
  std::string image;        ///< the image being made or looked at: never part of itself; "-" and "" are none
  bool keep_posix = false;  ///< links, devices and permissions, where a file system can record them
  bool skip_unreadable = false;  ///< leave out what cannot be read
  base::timestamp now{};         ///< of folders that are made for a "/PATH"
  /// Reads a directory of the tree that is kept, before anything goes into it.
  std::function<void(tree::file_tree&, tree::node_id)> open_kept{};
};

struct gathered {
  tree::file_tree tree;
  std::uint64_t warning_count = 0, unreadable_count = 0;
  std::vector<tree::warning> warnings;  ///< what could not be read, and the first ones of the others
};

/// Whether a word that may be either is a "/PATH=SOURCE" and not the name of something that exists.
[[nodiscard]] bool is_rooted(const std::string& word);

/// Throws `errc::invalid_argument` for a "/PATH=SOURCE" that is none, else what `tree::add_source` throws.
/// They are added to `into`: directories are merged, what else has the name of something there replaces it.
[[nodiscard]] gathered gather(const sources& from, const base::progress& progress,
                              const std::stop_token& stop, tree::file_tree into = {});

/// Everything left out that could not be read, the first few things left out otherwise, and how many more;
/// for stderr.
[[nodiscard]] std::string warnings_text(const gathered& g);

}  // namespace comeback::cli
