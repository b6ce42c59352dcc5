// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/plan.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace comeback::imapi2fs {

/// A run of blocks of an image, by their addresses on the medium, and what they are for.
struct segment {
  std::string description;  ///< a file's path with backslashes; of what no client added, a word
  std::uint64_t first = 0, count = 0;
};

/// The segments of a planned image: gapless, from its first block to its last.
class segments {
 public:
  explicit segments(std::shared_ptr<const image::layout> plan);

  [[nodiscard]] std::size_t size() const { return plan_->extents.size(); }
  [[nodiscard]] segment at(std::size_t index) const;  ///< below `size`
  [[nodiscard]] std::optional<segment> of_block(std::uint64_t block) const;
  /// The first of several.
  [[nodiscard]] std::optional<segment> of_description(std::string_view description) const;

 private:
  std::shared_ptr<const image::layout> plan_;
  std::vector<tree::node_id> files_;  // by content: the first in the order of the tree
};

}  // namespace comeback::imapi2fs
