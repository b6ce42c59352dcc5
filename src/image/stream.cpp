// SPDX-License-Identifier: Apache-2.0
#include "image/stream.hpp"

#include "image/fill.hpp"

#include <algorithm>
#include <utility>

namespace comeback::image {

stream::stream(std::shared_ptr<const layout> plan) : plan_(std::move(plan)) {}
stream::~stream() = default;

std::size_t stream::read_at(std::uint64_t offset, std::span<std::byte> into) const {
  if (offset >= size()) return 0;
  into = into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size() - offset)));
  std::unique_ptr<tree::content_reader> mine;
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      mine = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (!mine) mine = std::make_unique<tree::content_reader>(*plan_->tree);
  fill(*plan_, *mine, offset, into);
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(mine));
  return into.size();
}

}  // namespace comeback::image
