// SPDX-License-Identifier: Apache-2.0
#include "udf/node_source.hpp"

#include "base/error.hpp"
#include "udf/remap.hpp"

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

unit_source::unit_source(std::shared_ptr<const node_source> fresh, const nodes& what,
                         std::shared_ptr<const older_volume> older, std::vector<std::uint64_t> units,
                         disk::block_count blocks)
    : fresh_(std::move(fresh)), older_(std::move(older)), units_(std::move(units)), blocks_(blocks) {
  const auto set = std::min(disk::blocks_for(older_->file_set_bytes).value, nodes::file_set_blocks);
  for (std::uint64_t i = 0; i < set; ++i) again_.emplace(older_->file_set + i, i);
  for (std::uint64_t i = 0; i < nodes::file_set_blocks; ++i) taken_.push_back(i);
  what.for_each_old_icb([&](std::uint64_t now, const kept_node& was) {
    again_.emplace(was.block, now);
    taken_.push_back(now);
  });
  std::ranges::sort(taken_);
}

std::size_t unit_source::read_at(std::uint64_t offset, std::span<std::byte> into) const {
  return read_blocks(size(), offset, into, [&](std::uint64_t first, std::span<std::byte> blocks) {
    const auto old = units_.size() * allocation_unit;
    for (; first < old && !blocks.empty(); ++first, blocks = blocks.subspan(block))
      make_old(units_[first / allocation_unit] * allocation_unit + first % allocation_unit,
               blocks.first(block));
    if (!blocks.empty()) make_fresh(first - old, blocks);
  });
}

void unit_source::make_old(std::uint64_t which, std::span<std::byte> into) const {
  if (const auto found = again_.find(which); found != again_.end()) return read(found->second, into);
  const auto at = (older_->partition_start + block_in(older_->metadata, which)) * block;
  if (older_->bytes->read_at(at, into) != into.size())
    throw base::error(base::errc::file_system_inconsistent,
                      older_->bytes->name() + ": its UDF metadata file ends behind its last block.");
}

void unit_source::make_fresh(std::uint64_t first, std::span<std::byte> blocks) const {
  std::ranges::fill(blocks, std::byte{});
  const auto offset = first * block;
  if (offset < fresh_->size())
    read(first, blocks.first(static_cast<std::size_t>(
                    std::min<std::uint64_t>(blocks.size(), fresh_->size() - offset))));
  const auto end = first + blocks.size() / block;
  for (auto at = std::ranges::lower_bound(taken_, first); at != taken_.end() && *at < end; ++at)
    std::ranges::fill(blocks.subspan(static_cast<std::size_t>(*at - first) * block, block), std::byte{});
}

void unit_source::read(std::uint64_t which, std::span<std::byte> into) const {
  (void)fresh_->read_at(which * block, into);
}

std::size_t loose_source::read_at(std::uint64_t offset, std::span<std::byte> into) const {
  return read_blocks(size(), offset, into, [&](std::uint64_t first, std::span<std::byte> blocks) {
    nodes_->render_loose(first, blocks);
  });
}

}  // namespace comeback::udf
