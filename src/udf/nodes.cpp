// SPDX-License-Identifier: Apache-2.0
// What a volume's nodes are and which blocks they take.
#include "udf/nodes.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "udf/names.hpp"
#include "udf/text.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace comeback::udf {
namespace {

constexpr std::uint64_t first_unique_id = 16;  // UDF 2.3.6.7: those below are for the Macintosh
constexpr std::size_t parent_bytes = identifier_bytes(0);

std::uint32_t index_of(tree::node_id n) { return static_cast<std::uint32_t>(n); }
std::uint32_t index_of(tree::content_id c) { return static_cast<std::uint32_t>(c); }

file_type type_of_node(tree::node_kind kind, bool real_time) {
  switch (kind) {
    case tree::node_kind::directory:
      return file_type::directory;
    case tree::node_kind::file:
      return real_time ? file_type::real_time : file_type::bytes;
    case tree::node_kind::symbolic_link:
      return file_type::symbolic_link;
    case tree::node_kind::character_device:
      return file_type::character_device;
    case tree::node_kind::block_device:
      return file_type::block_device;
    case tree::node_kind::fifo:
      return file_type::fifo;
    case tree::node_kind::socket:
      return file_type::socket;
  }
  return file_type::unspecified;
}

std::uint16_t clamped(std::uint64_t links) {
  return static_cast<std::uint16_t>(
      std::min<std::uint64_t>(links, std::numeric_limits<std::uint16_t>::max()));
}

[[noreturn]] void refuse_session(const char* why) {
  throw base::error(base::errc::not_supported,
                    fmt::format("The UDF volume {}: write every directory (--append exact).", why));
}

}  // namespace

nodes::nodes(std::shared_ptr<const tree::file_tree> tree, const volume_options& how)
    : tree_(std::move(tree)),
      how_(how),
      kept_(tree_, how.kept),
      first_id_(first_unique_id),
      icb_of_(tree_->node_limit()),
      first_node_(tree_->content_limit(), tree::no_node),
      embedded_(tree_->content_limit()) {
  if (kept_.any()) begin_after(how_.older ? *how_.older : older_volume{});
  pieces_.reserve(tree_->node_limit());
  children_.reserve(tree_->node_limit());
  std::vector<std::uint32_t> pending;
  directories_.reserve(tree_->directory_count() + 1);
  directories_.push_back({.node = tree::root, .parent = 0, .first = 0, .count = 0});
  pending.push_back(0);
  while (!pending.empty()) {
    const auto dir = pending.back();
    pending.pop_back();
    add_directory(directories_[dir].node, dir, pending);
  }
  if (kept_.any() && next_unique_id() > std::numeric_limits<std::uint32_t>::max())
    refuse_session("has used up the unique ids of 32 bits");
}

// ECMA-167 4/14.15: what is new gets ids that nothing had.
void nodes::begin_after(const older_volume& older) {
  if (older.next_unique_id == 0) refuse_session("does not say which unique id is the next");
  if (kept_.was(tree::root) == nullptr) refuse_session("has a root that was not read");
  first_id_ = std::max(first_unique_id, older.next_unique_id);
  files_ = older.hidden_files;
  directories_elsewhere_ = older.hidden_directories;
  latest_ = older.latest;
}

// Directory, listing and items of one directory lie together, in front of those below it.
void nodes::add_directory(tree::node_id node, std::uint32_t index, std::vector<std::uint32_t>& pending) {
  auto dir = directories_[index];
  list(dir);
  note_times(node);
  dir.icb = take(1, kind::directory, index);
  icb_of_[index_of(node)] = dir.icb;
  if (const auto* was = kept_.was(node)) old_.emplace(dir.icb, *was);
  const auto facts = directory_entry(dir);
  dir.is_embedded = dir.bytes <= room_in(facts);
  if (const auto more = dir.is_embedded ? 0 : continuation_blocks(facts); more > 0) blocks_ += more;
  if (!dir.is_embedded) dir.data = take(disk::blocks_for(dir.bytes).value, kind::listing, index);
  const auto first_below = static_cast<std::uint32_t>(directories_.size());
  std::uint64_t kept_below = 0;
  for (auto i = dir.first; i < dir.first + dir.count; ++i) {
    const auto below = children_[i].node;
    if (!tree_->is_directory(below))
      add_item(children_[i]);
    else if (kept_.stays(below) != nullptr)
      ++kept_below;
    else
      directories_.push_back({.node = below, .parent = index, .first = 0, .count = 0});
  }
  directories_elsewhere_ += kept_below;
  dir.links = clamped(1 + directories_.size() - first_below + kept_below);
  directories_[index] = dir;
  for (auto i = static_cast<std::uint32_t>(directories_.size()); i > first_below; --i)
    pending.push_back(i - 1);
}

void nodes::list(directory& dir) {
  auto sorted = tree_->sorted_children(dir.node);
  renamed_.merge(renamed(*tree_, dir.node, sorted));
  dir.first = static_cast<std::uint32_t>(children_.size());
  dir.count = static_cast<std::uint32_t>(sorted.size());
  dir.bytes = parent_bytes;
  for (const auto node : sorted) {
    dir.bytes += padding_before(dir.bytes);
    children_.push_back({.node = node, .at = dir.bytes});
    dir.bytes += identifier_bytes(cs0_size(shown_name(node)));
  }
}

std::size_t nodes::padding_before(std::uint64_t at) const {
  return how_.partition == partition_type::vat && splits_tag(at) ? padding_bytes : 0;
}

void nodes::add_item(child& one) {
  const auto node = one.node;
  ++files_;
  note_times(node);
  if (kept_.stays(node) != nullptr) return;
  check_features(node);
  const auto content = tree_->content_of(node);
  if (content != tree::no_content) {
    auto& first = first_node_[index_of(content)];
    one.again = first != tree::no_node;
    if (one.again) {
      icb_of_[index_of(node)] = icb_of_[index_of(first)];
      auto& links = links_.try_emplace(index_of(first), std::uint16_t{1}).first->second;
      links = clamped(links + 1U);
      return;
    }
    first = node;
  }
  const auto icb = icb_of_[index_of(node)] = take(1, kind::item, index_of(node));
  auto facts = blank(icb);
  facts.type = type_of_node(tree_->kind(node), tree_->attributes_of(node).real_time);
  facts.times = tree_->times_of(node);
  if (content != tree::no_content) {
    const auto info = tree_->info(content);
    facts.size = info.size;
    facts.long_form = how_.partition == partition_type::vat || how_.partition == partition_type::metadata;
    embedded_[index_of(content)] = fits(content, facts);
    if (!embeds(content)) blocks_ += continuation_blocks(facts);
  } else if (facts.type == file_type::symbolic_link) {
    if (const auto bytes = components_of(tree_->link_target(node)).size(); bytes > room_in(facts))
      add_loose(node, bytes);
  }
  if (!tree_->streams_of(node).empty()) add_streams(node);
}

// Whether a content lies in the ICB that `facts` are of.
bool nodes::fits(tree::content_id what, const entry& facts) const {
  const auto info = tree_->info(what);
  return how_.embed && info.size > 0 && info.size <= room_in(facts) && info.from != tree::origin::placed &&
         facts.type == file_type::bytes && std::ranges::find(how_.outside, what) == how_.outside.end();
}

void nodes::add_loose(tree::node_id link, std::uint64_t bytes) {
  loose_of_[index_of(link)] = loose_blocks_;
  loose_.push_back({loose_blocks_, link});
  loose_blocks_ += disk::blocks_for(bytes).value;
}

void nodes::add_streams(tree::node_id node) {
  stream_set set{.first = static_cast<std::uint32_t>(streams_.size()),
                 .count = 0,
                 .icb = 0,
                 .data = 0,
                 .bytes = parent_bytes,
                 .is_embedded = false};
  for (const auto& one : tree_->streams_of(node)) {
    set.bytes += padding_before(set.bytes);
    set.bytes += identifier_bytes(cs0_size(plain(one.name)));
    ++set.count;
  }
  set.icb = take(1, kind::stream_directory, index_of(node));
  const auto facts = stream_directory_entry(node, set);
  set.is_embedded = set.bytes <= room_in(facts);
  if (!set.is_embedded)
    set.data = take(disk::blocks_for(set.bytes).value, kind::stream_listing, index_of(node));
  for (const auto& one : tree_->streams_of(node)) {
    stream s{node, one.what, 0};
    s.icb = take(1, kind::stream, static_cast<std::uint32_t>(streams_.size()));
    const auto info = tree_->info(one.what);
    auto e = blank(s.icb);
    e.size = info.size;
    e.long_form = how_.partition == partition_type::vat || how_.partition == partition_type::metadata;
    embedded_[index_of(one.what)] = fits(one.what, e);
    if (!embeds(one.what)) blocks_ += continuation_blocks(e);
    streams_.push_back(s);
  }
  stream_sets_.emplace(index_of(node), set);
}

void nodes::note_times(tree::node_id node) {
  latest_ = std::max(latest_, tree_->modified(node));
  const auto other = tree_->times_of(node);
  for (const auto& one : {other.created, other.accessed, other.changed})
    if (one) latest_ = std::max(latest_, *one);
}

void nodes::check_features(tree::node_id node) const {
  const auto refuse = [&](const char* what, const char* since) {
    throw base::error(
        base::errc::file_system_feature_not_supported,
        fmt::format("{} {}, which UDF has from revision {} on, and this volume is to be {}.",
                    base::printable(tree_->path(node)), what, since, revision_text(how_.revision)));
  };
  if (how_.revision < 0x0200 && !tree_->streams_of(node).empty()) refuse("has named streams", "2.00");
  if (how_.revision < 0x0201 && tree_->attributes_of(node).real_time) refuse("is a real-time file", "2.01");
}

std::uint32_t nodes::take(std::uint64_t blocks, kind is, std::uint32_t what) {
  if (blocks_ + blocks > std::numeric_limits<std::uint32_t>::max() / 2)
    throw base::error(base::errc::image_size_limit, "The directories of the UDF volume would be too large.");
  const auto at = static_cast<std::uint32_t>(blocks_);
  pieces_.push_back({at, what, is});
  blocks_ += blocks;
  return at;
}

std::string_view nodes::shown_name(tree::node_id node) const {
  const auto at = renamed_.find(index_of(node));
  return at == renamed_.end() ? tree_->name(node) : std::string_view(at->second);
}

std::string nodes::cs0_name(tree::node_id node) const {
  return to_cs0(base::to_utf16_lossy(shown_name(node)));
}

std::uint64_t nodes::unique_id(std::uint32_t icb) const {
  if (icb == file_set_blocks) return 0;
  const auto was = old_.find(icb);
  return was == old_.end() ? first_id_ + icb : was->second.unique_id;
}

// Where a map stands between an address and its block, what is written again keeps its address, and nobody
// who names it has to know.
address nodes::address_of(std::uint32_t icb) const {
  if (how_.partition == partition_type::vat || how_.partition == partition_type::metadata)
    if (const auto was = old_.find(icb); was != old_.end()) return {was->second.block, was->second.partition};
  return where_.structure(icb);
}

// Behind those of the ICBs lie those of further names of a file, by node.
std::uint64_t nodes::next_unique_id() const { return first_id_ + blocks_ + tree_->node_limit(); }

long_ad nodes::link_to(std::uint32_t icb) const { return icb_address(address_of(icb), unique_id(icb)); }

long_ad nodes::link_to_child(const child& one) const {
  if (const auto* was = kept_.stays(one.node))
    return icb_address({was->block, was->partition}, was->name_id != 0 ? was->name_id : was->unique_id);
  auto out = link_to(icb_of_[index_of(one.node)]);
  if (one.again) out.unique_id = static_cast<std::uint32_t>(first_id_ + blocks_ + index_of(one.node));
  return out;
}

long_ad nodes::root() const { return link_to(directories_.front().icb); }

entry nodes::blank(std::uint32_t icb) const {
  entry out;
  out.extended = how_.revision >= 0x0200;
  out.revision = how_.revision;
  out.unique_id = unique_id(icb);
  if (where_.structure) out.at = address_of(icb);
  if (where_.data) out.more = where_.data(icb + 1);
  return out;
}

void nodes::place_listing(entry& e, std::uint32_t data) const {
  e.long_form = where_.long_directories;
  if (where_.data) e.data = where_.data(data);
}

void nodes::place_data(entry& e, tree::content_id what) const {
  const auto info = tree_->info(what);
  e.size = e.object_size = info.size;
  e.is_embedded = embeds(what);
  e.long_form = where_.long_files;
  if (info.size > 0 && !e.is_embedded) e.data = where_.content(what);
}

entry nodes::directory_entry(const directory& dir) const {
  auto e = blank(dir.icb);
  e.type = file_type::directory;
  e.how = tree_->attributes_of(dir.node);
  e.modified = tree_->modified(dir.node);
  e.times = tree_->times_of(dir.node);
  e.size = e.object_size = dir.bytes;
  e.links = dir.links;
  e.is_embedded = dir.is_embedded;
  if (!dir.is_embedded) place_listing(e, dir.data);
  return e;
}

entry nodes::item_entry(tree::node_id node, std::uint32_t icb) const {
  auto e = blank(icb);
  e.how = tree_->attributes_of(node);
  e.type = type_of_node(tree_->kind(node), e.how.real_time);
  e.modified = tree_->modified(node);
  e.times = tree_->times_of(node);
  e.long_form = where_.long_files;
  if (const auto at = links_.find(index_of(node)); at != links_.end()) e.links = at->second;
  if (const auto content = tree_->content_of(node); content != tree::no_content) place_data(e, content);
  if (const auto at = stream_sets_.find(index_of(node)); at != stream_sets_.end()) {
    e.streams = link_to(at->second.icb);
    e.links = clamped(e.links + 1U);  // the stream directory's parent
    e.object_size = e.size + streams_bytes(node);
  }
  return e;
}

std::uint64_t nodes::streams_bytes(tree::node_id node) const {
  std::uint64_t out = 0;
  for (const auto& one : tree_->streams_of(node)) out += tree_->info(one.what).size;
  return out;
}

entry nodes::stream_directory_entry(tree::node_id node, const stream_set& set) const {
  auto e = blank(set.icb);
  e.type = file_type::stream_directory;
  e.how = tree_->attributes_of(node);
  e.modified = tree_->modified(node);
  e.times = tree_->times_of(node);
  e.unique_id = unique_id(icb_of_[index_of(node)]);
  e.links = 0;  // 4/14.9.6
  e.size = e.object_size = set.bytes;
  e.is_embedded = set.is_embedded;
  if (!set.is_embedded) place_listing(e, set.data);
  return e;
}

entry nodes::stream_entry(const stream& one) const {
  auto e = blank(one.icb);
  e.how = tree_->attributes_of(one.owner);
  e.flags = has_streams;
  e.modified = tree_->modified(one.owner);
  e.times = tree_->times_of(one.owner);
  e.unique_id = unique_id(icb_of_[index_of(one.owner)]);
  place_data(e, one.what);
  return e;
}

void nodes::for_each_kept_directory(const std::function<void(const kept_node&, address)>& with) const {
  if (!kept_.any()) return;
  for (const auto& dir : directories_)
    for (auto i = dir.first; i < dir.first + dir.count; ++i)
      if (tree_->is_directory(children_[i].node))
        if (const auto* was = kept_.stays(children_[i].node)) with(*was, address_of(dir.icb));
}

void nodes::for_each_old_icb(const std::function<void(std::uint64_t, const kept_node&)>& with) const {
  for (const auto& [icb, was] : old_) with(icb, was);
}

void nodes::for_each_icb(const std::function<void(std::uint64_t, address)>& with) const {
  with(0, where_.structure(0));
  for (const auto& p : pieces_)
    if (p.is != kind::listing && p.is != kind::stream_listing) with(p.at, address_of(p.at));
}

}  // namespace comeback::udf
