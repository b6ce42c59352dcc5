// SPDX-License-Identifier: Apache-2.0
// The blocks of a volume's nodes, made on demand.
#include "base/text.hpp"
#include "udf/names.hpp"
#include "udf/nodes.hpp"
#include "udf/text.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace comeback::udf {
namespace {

constexpr std::size_t block = disk::block_size;

std::uint32_t index_of(tree::node_id n) { return static_cast<std::uint32_t>(n); }

// The part of `bytes`, which begins at `at`, that falls into `into`, which begins at `from`.
void copy_overlap(std::span<const std::byte> bytes, std::uint64_t at, std::span<std::byte> into,
                  std::uint64_t from) {
  const auto begin = std::max(at, from), end = std::min(at + bytes.size(), from + into.size());
  if (begin < end) std::memcpy(into.data() + (begin - from), bytes.data() + (begin - at), end - begin);
}

}  // namespace

void nodes::render(std::uint64_t first, std::span<std::byte> into, tree::content_reader& contents) const {
  std::ranges::fill(into, std::byte{});
  auto p = std::upper_bound(pieces_.begin(), pieces_.end(), first,
                            [](std::uint64_t at, const piece& one) { return at < one.at; });
  if (p != pieces_.begin()) --p;
  const auto last = first + into.size() / block;
  for (; p != pieces_.end() && p->at < last; ++p) {
    const std::uint64_t end = std::next(p) == pieces_.end() ? blocks_ : std::next(p)->at;
    const auto from = std::max<std::uint64_t>(first, p->at), to = std::min(end, last);
    if (from < to)
      render_piece(*p, from - p->at, into.subspan((from - first) * block, (to - from) * block), contents);
  }
}

void nodes::render_piece(const piece& p, std::uint64_t within, std::span<std::byte> into,
                         tree::content_reader& contents) const {
  const tree::node_id node{p.what};
  switch (p.is) {
    case kind::directory: {
      const auto& dir = directories_[p.what];
      auto e = directory_entry(dir);
      std::vector<std::byte> listing(dir.is_embedded ? dir.bytes : 0);
      if (dir.is_embedded) render_listing(dir, 0, listing);
      e.embedded = listing;
      return render_entry(e, within, into, tree::no_content, contents);
    }
    case kind::listing:
      return render_listing(directories_[p.what], within * block, into);
    case kind::item: {
      auto e = item_entry(node, p.at);
      std::vector<std::byte> target;
      if (e.type == file_type::symbolic_link) {
        target = components_of(tree_->link_target(node));
        e.size = e.object_size = target.size();
        const auto at = loose_of_.find(p.what);
        e.is_embedded = at == loose_of_.end();
        e.long_form = where_.long_files;
        if (e.is_embedded)
          e.embedded = target;
        else
          e.data = where_.loose(at->second);
      }
      return render_entry(e, within, into, tree_->content_of(node), contents);
    }
    case kind::stream_directory: {
      const auto& set = stream_sets_.at(p.what);
      auto e = stream_directory_entry(node, set);
      const auto listing = stream_listing(node, set);
      e.embedded = listing;
      return render_entry(e, within, into, tree::no_content, contents);
    }
    case kind::stream_listing:
      return copy_overlap(stream_listing(node, stream_sets_.at(p.what)), 0, into, within * block);
    case kind::stream: {
      auto e = stream_entry(streams_[p.what]);
      return render_entry(e, within, into, streams_[p.what].what, contents);
    }
  }
}

// The ICB and the allocation extents behind it.
void nodes::render_entry(entry& e, std::uint64_t within, std::span<std::byte> into, tree::content_id content,
                         tree::content_reader& contents) const {
  std::array<std::byte, block> bytes{};
  if (content != tree::no_content && e.is_embedded) {
    const auto all = std::span(bytes).first(static_cast<std::size_t>(e.size));
    if (within == 0) contents.read(content, 0, all);
    e.embedded = all;
  }
  for (; !into.empty(); into = into.subspan(block), ++within) {
    if (within == 0)
      write_entry(into.first(block), e);
    else
      write_continuation(into.first(block), e, within - 1);
  }
}

address nodes::listing_at(bool is_embedded, std::uint32_t icb, std::uint32_t data,
                          std::uint64_t offset) const {
  return is_embedded ? address_of(icb) : where_.data(data + offset / block);
}

void nodes::render_listing(const directory& dir, std::uint64_t from, std::span<std::byte> into) const {
  const auto children = std::span(children_).subspan(dir.first, dir.count);
  std::array<std::byte, longest_identifier> buffer;
  const auto end = std::min(dir.bytes, from + into.size());
  auto at = std::upper_bound(children.begin(), children.end(), from,
                             [](std::uint64_t offset, const child& one) { return offset < one.at; });
  if (at == children.begin()) {
    const auto up = link_to(directories_[dir.parent].icb);
    const auto here = listing_at(dir.is_embedded, dir.icb, dir.data, 0);
    const auto size =
        write_identifier(buffer, udf::directory | udf::parent, up, {}, here.block, how_.revision);
    copy_overlap(std::span(buffer).first(size), 0, into, from);
  } else {
    --at;
  }
  for (; at != children.end() && at->at < end; ++at) {
    const auto size = render_child(dir, static_cast<std::uint32_t>(at - children.begin()), buffer);
    copy_overlap(std::span(buffer).first(size), at->at, into, from);
  }
}

std::size_t nodes::render_child(const directory& dir, std::uint32_t which, std::span<std::byte> into) const {
  const auto& one = children_[dir.first + which];
  unsigned flags = 0;
  if (tree_->is_directory(one.node)) flags |= udf::directory;
  if (tree_->attributes_of(one.node).hidden) flags |= udf::hidden;
  const auto link = link_to_child(one);
  const auto here = listing_at(dir.is_embedded, dir.icb, dir.data, one.at);
  const auto name = cs0_name(one.node);
  const auto padded = which + 1 < dir.count && padding_before(one.at + identifier_bytes(name.size())) > 0;
  return write_identifier(into, static_cast<u8>(flags), link, name, here.block, how_.revision, padded);
}

std::vector<std::byte> nodes::stream_listing(tree::node_id node, const stream_set& set) const {
  std::vector<std::byte> out(set.bytes);
  std::array<std::byte, longest_identifier> buffer;
  std::size_t at = 0;
  // UDF 3.3.3.4: streams have the unique id of their file.
  const auto owner = unique_id(icb_of_[index_of(node)]);
  const auto put = [&](unsigned flags, std::uint32_t icb, const std::string& name) {
    const auto here = listing_at(set.is_embedded, set.icb, set.data, at);
    const auto size = write_identifier(buffer, static_cast<u8>(flags), icb_address(address_of(icb), owner),
                                       name, here.block, how_.revision,
                                       at + identifier_bytes(name.size()) < out.size() &&
                                           padding_before(at + identifier_bytes(name.size())) > 0);
    std::memcpy(out.data() + at, buffer.data(), size);
    at += size;
  };
  put(udf::parent, icb_of_[index_of(node)], {});
  const auto& named = tree_->streams_of(node);
  for (std::uint32_t i = 0; i < set.count; ++i)
    put(0, streams_[set.first + i].icb, to_cs0(base::to_utf16_lossy(plain(named[i].name))));
  return out;
}

void nodes::render_loose(std::uint64_t first, std::span<std::byte> into) const {
  std::ranges::fill(into, std::byte{});
  for (const auto& one : loose_)
    copy_overlap(components_of(tree_->link_target(one.link)), one.at * block, into, first * block);
}

}  // namespace comeback::udf
