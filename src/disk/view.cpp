// SPDX-License-Identifier: Apache-2.0
#include "disk/view.hpp"

#include <algorithm>
#include <utility>

namespace comeback::disk {

view::view(std::shared_ptr<const source> from, lba end, blocks replaced)
    : from_(std::move(from)),
      size_(std::min(from_->size(), offset_of(end))),
      replaced_(std::move(replaced)) {}

std::size_t view::read_at(std::uint64_t offset, std::span<std::byte> into) const {
  if (offset >= size_) return 0;
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size_ - offset));
  const auto got = from_->read_at(offset, into.first(wanted));
  const auto end = offset + got;
  for (auto it = replaced_.lower_bound({offset / block_size}); it != replaced_.end(); ++it) {
    const auto begin = offset_of(it->first);
    if (begin >= end) break;
    const auto from = std::max(begin, offset), to = std::min(begin + it->second.size(), end);
    if (from < to)
      std::copy_n(it->second.begin() + static_cast<std::ptrdiff_t>(from - begin), to - from,
                  into.begin() + static_cast<std::ptrdiff_t>(from - offset));
  }
  return got;
}

}  // namespace comeback::disk
