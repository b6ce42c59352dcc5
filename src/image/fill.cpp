// SPDX-License-Identifier: Apache-2.0
#include "image/fill.hpp"

#include <algorithm>
#include <cstring>

namespace comeback::image {
namespace {

// The part of one file's extent that begins at `within`, zeros behind its last byte.
void fill_file(const layout& plan, tree::content_reader& contents, tree::content_id what,
               std::uint64_t within, std::span<std::byte> into) {
  const auto size = plan.tree->info(what).size;
  const auto real = within < size ? std::min<std::uint64_t>(into.size(), size - within) : 0;
  if (real > 0) contents.read(what, within, into.first(static_cast<std::size_t>(real)));
  std::ranges::fill(into.subspan(static_cast<std::size_t>(real)), std::byte{});
}

void fill_extent(const layout& plan, tree::content_reader& contents, const extent& e, std::uint64_t within,
                 std::span<std::byte> into) {
  if (e.content != tree::no_content) return fill_file(plan, contents, e.content, within, into);
  const auto made = e.made == extent::not_made ? 0 : plan.made[e.made]->read_at(within, into);
  std::ranges::fill(into.subspan(made), std::byte{});
}

void apply_patches(const layout& plan, std::uint64_t offset, std::span<std::byte> into) {
  const auto end = offset + into.size();
  for (const auto& p : plan.patches) {
    const auto from = std::max(offset, p.offset), to = std::min(end, p.offset + p.bytes.size());
    if (from < to) std::copy_n(p.bytes.data() + (from - p.offset), to - from, into.data() + (from - offset));
  }
}

void fill_blocks(const layout& plan, tree::content_reader& contents, std::uint64_t offset,
                 std::span<std::byte> into) {
  if (offset < plan.metadata.size() && !into.empty()) {
    const auto n = std::min<std::uint64_t>(into.size(), plan.metadata.size() - offset);
    std::memcpy(into.data(), plan.metadata.data() + offset, static_cast<std::size_t>(n));
    into = into.subspan(static_cast<std::size_t>(n));
    offset += n;
  }
  const auto block = plan.first + disk::block_count{offset / disk::block_size};
  auto e = std::upper_bound(plan.extents.begin(), plan.extents.end(), block,
                            [](disk::lba at, const extent& one) { return at < one.at; });
  if (e != plan.extents.begin()) --e;
  for (; !into.empty(); ++e) {
    const auto within = offset - disk::bytes_in(e->at - plan.first);
    const auto n = std::min<std::uint64_t>(into.size(), disk::bytes_in(e->blocks) - within);
    fill_extent(plan, contents, *e, within, into.first(static_cast<std::size_t>(n)));
    into = into.subspan(static_cast<std::size_t>(n));
    offset += n;
  }
}

}  // namespace

void fill(const layout& plan, tree::content_reader& contents, std::uint64_t offset,
          std::span<std::byte> into) {
  fill_blocks(plan, contents, offset, into);
  if (!plan.patches.empty()) apply_patches(plan, offset, into);
}

}  // namespace comeback::image
