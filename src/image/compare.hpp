// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/progress.hpp"
#include "disk/source.hpp"
#include "tree/tree.hpp"

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace comeback::image {

/// A tree, and the medium that its placed contents lie on (null where it has none).
struct compared_tree {
  const tree::file_tree& tree;
  std::shared_ptr<const disk::source> medium{};
};

enum class change : std::uint8_t {
  added,
  removed,
  content,   ///< other bytes, another link target or device, or another kind of item
  metadata,  ///< the same bytes with another time or mode
};
[[nodiscard]] std::string_view name_of(change what) noexcept;

struct difference {
  change what;
  std::string path;
  tree::node_kind kind;  ///< of the newer one, where both are there
};

/// What made `before` into `after`, in the order of the paths: what is below an added or removed directory
/// follows it. Files that lie in the same place are equal without being read. `posix`: modes and owners
/// count. Errors: those of reading.
[[nodiscard]] std::vector<difference> compare(const compared_tree& before, const compared_tree& after,
                                              bool posix, const base::progress& progress = {},
                                              const std::stop_token& stop = {});

}  // namespace comeback::image
