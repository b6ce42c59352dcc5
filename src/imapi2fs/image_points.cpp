// SPDX-License-Identifier: Apache-2.0
// Change points.

#include "imapi2fs/image_model.hpp"
#include "imapi2fs/limits.hpp"

#include <utility>

namespace comeback::imapi2fs {

using base::errc;
using base::error;

std::int32_t image_model::change_point() const {
  const std::lock_guard lock(mutex_);
  return history_.point();
}

void image_model::roll_back(std::int32_t point) {
  const std::lock_guard lock(mutex_);
  require_unfrozen();
  if (!history_.reaches(point))
    throw error(errc::invalid_parameter,
                "The image cannot go back to the change point " + std::to_string(point) + ".");
  auto earlier = std::make_shared<tree::file_tree>(*tree_);
  history_.rewind(*earlier, point);
  require_tree(settings_, *earlier);
  const auto blocks = planned_blocks(settings_, *earlier, now_());
  require_fit(settings_, blocks, errc::image_size_limit);
  history_.forget(point);
  tree_ = std::move(earlier);
  at_most_ = blocks;
}

void image_model::lock_in_changes() {
  const std::lock_guard lock(mutex_);
  history_.lock();
}

}  // namespace comeback::imapi2fs
