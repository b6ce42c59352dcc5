// SPDX-License-Identifier: Apache-2.0
#include "udf/node_source.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace comeback::udf {
namespace {

constexpr std::size_t block = disk::block_size;

// Calls `make` for whole blocks and copies what was asked for: straight into `into` where it is whole.
template <class Make>
std::size_t read_blocks(std::uint64_t size, std::uint64_t offset, std::span<std::byte> into,
                        const Make& make) {
  if (offset >= size) return 0;
  into = into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size - offset)));
  if (offset % block == 0 && into.size() % block == 0) {
    make(offset / block, into);
    return into.size();
  }
  const auto first = offset / block, last = (offset + into.size() + block - 1) / block;
  std::vector<std::byte> whole((last - first) * block);
  make(first, whole);
  std::memcpy(into.data(), whole.data() + offset % block, into.size());
  return into.size();
}

}  // namespace

node_source::node_source(std::shared_ptr<const nodes> what, std::shared_ptr<const tree::file_tree> tree,
                         std::vector<std::byte> file_set, disk::block_count blocks)
    : nodes_(std::move(what)), tree_(std::move(tree)), file_set_(std::move(file_set)), blocks_(blocks) {}

node_source::~node_source() = default;

std::size_t node_source::read_at(std::uint64_t offset, std::span<std::byte> into) const {
  std::unique_ptr<tree::content_reader> mine;
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      mine = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (!mine) mine = std::make_unique<tree::content_reader>(*tree_);
  const auto done = read_blocks(size(), offset, into, [&](std::uint64_t first, std::span<std::byte> blocks) {
    nodes_->render(first, blocks, *mine);
    const auto at = first * block;
    if (at < file_set_.size())
      std::memcpy(blocks.data(), file_set_.data() + at,
                  std::min<std::size_t>(blocks.size(), file_set_.size() - at));
  });
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(mine));
  return done;
}

std::size_t loose_source::read_at(std::uint64_t offset, std::span<std::byte> into) const {
  return read_blocks(size(), offset, into, [&](std::uint64_t first, std::span<std::byte> blocks) {
    nodes_->render_loose(first, blocks);
  });
}

}  // namespace comeback::udf
