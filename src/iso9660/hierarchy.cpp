// SPDX-License-Identifier: Apache-2.0
#include "iso9660/hierarchy.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <limits>
#include <numeric>
#include <ranges>

#include <fmt/format.h>

namespace comeback::iso9660 {
namespace {

// A section's size has 32 bits, and Linux wants all but the last to be whole blocks.
constexpr std::uint64_t section_limit = 0xFFFFF800;
constexpr std::uint64_t sections_limit = 100;  // Linux reads no more of one file
// The identifiers on the way, the file's own and one byte a directory (6.8.2.1).
constexpr std::size_t path_limit = 255;
const std::string_view self("\0", 1), above("\1", 1);  // 6.8.2.2

constexpr std::size_t record_limit = 254;  // a length of eight bits (9.1.1), and even

constexpr std::size_t even(std::size_t n) { return n + n % 2; }

// A directory that several reads take apart is made once: each time anew would be quadratic.
constexpr std::uint64_t kept_from = 64 << 10;

// Where a record lies that comes behind `end` bytes: it never crosses a block (6.8.1.1).
constexpr std::uint64_t record_at(std::uint64_t end, std::size_t length) {
  const auto used = end % disk::block_size;
  return used + length > disk::block_size ? end + disk::block_size - used : end;
}

std::uint32_t block_number(disk::lba at) {
  if (at.value > std::numeric_limits<std::uint32_t>::max())
    throw base::error(base::errc::image_size_limit,
                      "The image is beyond the 2^32 blocks that ISO 9660 can address.");
  return static_cast<std::uint32_t>(at.value);
}

// The part of `from` that begins at `offset`, zeros behind its end.
void copy_part(std::span<const std::byte> from, std::uint64_t offset, std::span<std::byte> into) {
  const auto n = static_cast<std::size_t>(
      offset < from.size() ? std::min<std::uint64_t>(into.size(), from.size() - offset) : 0);
  if (n > 0) std::memcpy(into.data(), from.data() + offset, n);
  std::ranges::fill(into.subspan(n), std::byte{});
}

template <class Record>
void append_path_record(std::vector<std::byte>& out, std::uint32_t extent, std::size_t parent,
                        std::string_view identifier) {
  Record r;
  r.identifier_length = static_cast<u8>(identifier.size());
  r.extent = extent;
  r.parent = static_cast<std::uint16_t>(parent);
  disk::append(out, r);
  const auto at = out.size();
  out.resize(at + even(identifier.size()));
  std::memcpy(out.data() + at, identifier.data(), identifier.size());
}

}  // namespace

hierarchy::hierarchy(const tree::file_tree& tree, const naming& how, const hierarchy_limits& limits,
                     std::unique_ptr<system_use> use, relocation moves,
                     std::shared_ptr<const kept_directories> kept)
    : tree_(tree),
      moves_(std::move(moves)),
      how_(how, moves_),
      limits_(limits),
      older_(std::move(kept)),
      use_(std::move(use)) {
  if (older_ && !moves_.empty())
    throw base::error(base::errc::not_supported,
                      "Directories cannot move while others stay where an older session wrote them.");
  directories_.reserve(tree.directory_count() + 1);
  directories_.push_back(
      {.node = tree::root, .parent = 0, .depth = 1, .path_bytes = 0, .identifier = std::string(self)});
  // Breadth first, children in order: so the directories come in the order of the path table.
  for (std::size_t i = 0; i < directories_.size(); ++i) lay_out(i);
  if (!moves_.empty()) put_moved_first();
  lay_out_path_table();
}

void hierarchy::lay_out_path_table() {
  std::uint64_t bytes = 0;
  const auto add = [&](std::string_view identifier) {
    bytes += sizeof(path_record_l) + even(identifier.size());
  };
  if (older_) {
    rows_ = merge_path_table(*older_, [this](std::uint32_t which) { return folders_of(which); });
    for (const auto& row : rows_) add(row.identifier);
  } else {
    for (const auto& d : directories_) add(d.identifier);
  }
  if (bytes > std::numeric_limits<std::uint32_t>::max())
    throw base::error(base::errc::too_many_directories, "The path table would be larger than 4 GiB.");
  path_table_bytes_ = static_cast<std::uint32_t>(bytes);
}

std::vector<path_child> hierarchy::folders_of(std::uint32_t which) const {
  const auto end = which + 1 < directories_.size() ? directories_[which + 1].folders : folders_.size();
  std::vector<path_child> out;
  for (std::size_t i = directories_[which].folders; i < end; ++i)
    out.push_back({folders_[i].identifier, folders_[i].which, folders_[i].kept});
  return out;
}

const kept_directories::place& hierarchy::kept_place(tree::node_id node) const {
  if (older_)
    if (const auto found = older_->places.find(static_cast<std::uint32_t>(node));
        found != older_->places.end())
      return found->second;
  throw base::error(base::errc::not_supported,
                    base::printable(tree_.path(node)) + " stays where it lies, and nobody knows where.");
}

void hierarchy::check_directory(const directory& one) const {
  if (one.parent >= parent_limit)
    throw base::error(
        base::errc::too_many_directories,
        fmt::format("{} has more than {} directories in front of its parent: ISO 9660 and Joliet cannot "
                    "number them. Use fewer directories.",
                    base::printable(tree_.path(one.node)), parent_limit));
  if (limits_.strict && (one.depth > 8 || one.path_bytes > path_limit))
    throw base::error(base::errc::iso9660_levels,
                      base::printable(tree_.path(one.node)) +
                          " lies deeper than the 8 levels and 255 bytes of strict ISO 9660.");
}

void hierarchy::check_path(const directory& parent, const named& file) const {
  if (limits_.strict && parent.path_bytes + file.identifier.size() > path_limit)
    throw base::error(base::errc::iso9660_levels,
                      fmt::format("{} has a path of more than the {} bytes of strict ISO 9660.",
                                  base::printable(tree_.path(file.node)), path_limit));
}

std::size_t hierarchy::record::plain_bytes() const {
  return even(sizeof(directory_record) + identifier.size());
}

// The records of a directory in their order: itself, the one above, what is in it.
template <class Each>
void hierarchy::each_record(const directory& dir, const std::vector<named>& children,
                            const Each& each) const {
  each(record{record_of::self, dir.node, self});
  each(link_up(dir));
  for (const auto& child : children) {
    if (tree_.is_directory(child.node))
      each(folder_record(dir, child));
    else
      each_section(child, each);
  }
}

// That of a directory that was moved leads to where it lies, and tells of where it belongs.
hierarchy::record hierarchy::link_up(const directory& dir) const {
  if (how_.is_moved(dir.node)) return {record_of::old_parent, tree_.parent(dir.node), above};
  return {record_of::parent, directories_[dir.parent].node, above};
}

hierarchy::record hierarchy::folder_record(const directory& dir, const named& child) const {
  if (how_.is_placeholder(dir.node, child.node))
    return {.which = record_of::placeholder, .node = child.node, .identifier = child.identifier, .flags = 0};
  return {how_.is_hidden(child.node) ? record_of::moved : record_of::child, child.node, child.identifier};
}

template <class Each>
void hierarchy::each_section(const named& file, const Each& each) const {
  record r{record_of::child, file.node, file.identifier};
  for (auto left = tree_.size(file.node);; left -= r.size) {
    r.size = static_cast<std::uint32_t>(std::min(left, section_limit));
    r.flags = left > section_limit ? u8{file_flags::more_sections} : u8{0};
    each(r);
    if (r.flags == 0) return;
    r.before += disk::blocks_for(r.size);
  }
}

void hierarchy::lay_out(std::size_t which) {
  const auto children = how_.children(tree_, directories_[which].node);
  add_below(which, children);
  auto& dir = directories_[which];
  std::uint64_t end = 0;
  each_record(dir, children, [&](const record& r) {
    const auto length = bytes_of(r);
    end = record_at(end, length) + length;
  });
  dir.at = bytes_;
  dir.bytes = disk::bytes_in(disk::blocks_for(end));
  bytes_ += dir.bytes;
  if (dir.bytes > std::numeric_limits<std::uint32_t>::max())
    throw base::error(base::errc::data_too_big,
                      base::printable(tree_.path(dir.node)) + " has too many items for one directory.");
}

// bsdtar, which reads images from front to back, wants a directory that moved in front of what stands for it,
// and of such within such the inner ones first.
void hierarchy::put_moved_first() {
  const auto rank = ranks();
  by_place_.resize(directories_.size());
  std::iota(by_place_.begin(), by_place_.end(), 0U);
  std::ranges::stable_sort(by_place_, {}, [&](std::uint32_t i) { return rank[i]; });
  std::uint64_t at = 0;
  for (const auto i : by_place_) {
    directories_[i].at = at;
    at += directories_[i].bytes;
  }
}

// The root and what takes the moved: 0; below one that moved: the later found, the smaller; others come last.
std::vector<std::uint32_t> hierarchy::ranks() const {
  const auto last = static_cast<std::uint32_t>(moves_.moved.size() + 1);
  std::unordered_map<std::uint32_t, std::uint32_t> of_moved;
  for (std::uint32_t i = 0; i + 1 < last; ++i)
    of_moved.emplace(static_cast<std::uint32_t>(moves_.moved[i].node), last - 1 - i);
  std::vector<std::uint32_t> out(directories_.size());
  for (std::size_t i = 1; i < directories_.size(); ++i) {
    const auto& dir = directories_[i];
    const auto moved = of_moved.find(static_cast<std::uint32_t>(dir.node));
    const auto parent = out[dir.parent];
    if (dir.node != moves_.into)
      out[i] = moved != of_moved.end() ? moved->second : parent == 0 ? last : parent;
  }
  return out;
}

void hierarchy::add_below(std::size_t which, const std::vector<named>& children) {
  directories_[which].below = static_cast<std::uint32_t>(directories_.size());
  directories_[which].folders = static_cast<std::uint32_t>(folders_.size());
  for (const auto& child : children) {
    const auto& here = directories_[which];
    if (!tree_.is_directory(child.node)) {
      check_path(here, child);
      check_size(child);
      continue;
    }
    const auto node = static_cast<std::uint32_t>(child.node);
    if (tree_.is_kept(child.node)) {
      (void)kept_place(child.node);
      folders_.push_back({child.identifier, node, true});
      continue;
    }
    if (older_)
      folders_.push_back({child.identifier, static_cast<std::uint32_t>(directories_.size()), false});
    if (how_.is_placeholder(here.node, child.node)) {
      moved_[node].old_parent = static_cast<std::uint32_t>(which);
      continue;
    }
    if (how_.is_moved(child.node)) moved_[node].self = static_cast<std::uint32_t>(directories_.size());
    directories_.push_back(
        {.node = child.node,
         .parent = static_cast<std::uint32_t>(which),
         .depth = here.depth + 1,
         .path_bytes = here.path_bytes + static_cast<std::uint32_t>(child.identifier.size()) + 1,
         .identifier = child.identifier});
    check_directory(directories_.back());
  }
}

void hierarchy::check_size(const named& file) const {
  const auto size = tree_.size(file.node);
  const auto most = limits_.multiple_sections ? section_limit * sections_limit : section_limit;
  if (size > most)
    throw base::error(base::errc::data_too_big,
                      fmt::format("{} has {} bytes, more than the {} that this level of ISO 9660 can record.",
                                  base::printable(tree_.path(file.node)), size, most));
}

std::size_t hierarchy::bytes_of(const record& r) {
  const auto plain = r.plain_bytes();
  return plain + (use_ ? even(use_->lay_out(r.which, r.node, record_limit - plain)) : 0);
}

void hierarchy::place(disk::lba first, std::function<disk::lba(tree::content_id)> of_content) {
  first_ = first;
  of_content_ = std::move(of_content);
  if (use_) use_->place(first + directory_blocks());
}

// `below`: the directory that the next record of one is about.
directory_record hierarchy::placed(const record& r, const directory& dir, std::uint32_t& below) const {
  directory_record out;
  out.size = r.size;
  out.flags = r.flags;
  out.recorded = to_recorded(tree_.modified(r.node));
  out.identifier_length = static_cast<u8>(r.identifier.size());
  out.volume = 1;
  const bool names_item =
      r.which != record_of::self && r.which != record_of::parent && r.which != record_of::old_parent;
  if (names_item && tree_.attributes_of(r.node).hidden) out.flags |= file_flags::hidden;
  if ((r.flags & file_flags::directory) == 0) {
    out.extent = block_number(of_content_(tree_.content_of(r.node)) + r.before);
    return out;
  }
  const bool in_it = r.which == record_of::child || r.which == record_of::moved;
  if (in_it && tree_.is_kept(r.node)) {
    const auto& kept = kept_place(r.node);
    out.extent = block_number(kept.at);
    out.size = kept.bytes;
    return out;
  }
  const auto& at = in_it                        ? directories_[below++]
                   : r.which == record_of::self ? dir
                                                : directories_[dir.parent];
  out.extent = block_number(first_ + disk::blocks_for(at.at));
  out.size = static_cast<std::uint32_t>(at.bytes);
  return out;
}

disk::lba hierarchy::place_of(std::size_t which) const {
  return first_ + disk::blocks_for(directories_[which].at);
}

disk::lba hierarchy::elsewhere(const record& r, const directory& dir) const {
  if (r.which == record_of::placeholder) return place_of(moved_.at(static_cast<std::uint32_t>(r.node)).self);
  if (r.which == record_of::old_parent)
    return place_of(moved_.at(static_cast<std::uint32_t>(dir.node)).old_parent);
  return {};
}

void hierarchy::render_directory(const directory& dir, std::span<std::byte> into) const {
  std::ranges::fill(into, std::byte{});
  std::vector<std::byte> extra;
  auto below = dir.below;
  std::uint64_t end = 0;
  each_record(dir, how_.children(tree_, dir.node), [&](const record& r) {
    const auto plain = r.plain_bytes();
    extra.clear();
    if (use_) use_->append(r.which, r.node, record_limit - plain, elsewhere(r, dir), extra);
    auto fixed = placed(r, dir, below);
    fixed.length = static_cast<u8>(plain + even(extra.size()));
    const auto at = record_at(end, fixed.length);
    disk::put(into, at, fixed);
    std::memcpy(into.data() + at + sizeof(fixed), r.identifier.data(), r.identifier.size());
    std::ranges::copy(extra, into.begin() + static_cast<std::ptrdiff_t>(at + plain));
    end = at + fixed.length;
  });
}

// A part of a directory, from its byte `from` on.
void hierarchy::render_part(const directory& dir, std::uint64_t from, std::span<std::byte> into) const {
  if (from == 0 && into.size() == dir.bytes) return render_directory(dir, into);
  const auto whole = [&] {
    auto bytes = std::make_shared<std::vector<std::byte>>(dir.bytes);
    render_directory(dir, *bytes);
    return bytes;
  };
  if (dir.bytes < kept_from) return copy_part(*whole(), from, into);
  std::unique_lock lock(mutex_);
  if (kept_ != &dir) {
    kept_bytes_ = whole();
    kept_ = &dir;
  }
  const auto bytes = kept_bytes_;
  if (from + into.size() == dir.bytes) {
    kept_ = nullptr;
    kept_bytes_.reset();
  }
  lock.unlock();
  copy_part(*bytes, from, into);
}

void hierarchy::render(std::uint64_t offset, std::span<std::byte> into) const {
  const auto behind = [&](std::size_t which) { return offset < in_place(which).at; };
  const std::ranges::iota_view<std::size_t, std::size_t> all(0, directories_.size());
  auto which = static_cast<std::size_t>(std::ranges::partition_point(all, std::not_fn(behind)) - all.begin());
  for (--which; which < all.size() && !into.empty() && offset < bytes_; ++which) {
    const auto& dir = in_place(which);
    const auto from = offset - dir.at;
    const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), dir.bytes - from));
    render_part(dir, from, into.first(n));
    into = into.subspan(n);
    offset += n;
  }
  if (!into.empty()) copy_part(use_ ? use_->area() : std::span<const std::byte>(), offset - bytes_, into);
}

std::vector<std::byte> hierarchy::path_table(std::endian order) const {
  std::vector<std::byte> out;
  out.reserve(path_table_bytes_);
  const auto append =
      order == std::endian::little ? append_path_record<path_record_l> : append_path_record<path_record_m>;
  const auto written = [this](std::uint32_t which) { return block_number(place_of(which)); };
  // Parents count from 1.
  if (!older_)
    for (std::uint32_t i = 0; i < directories_.size(); ++i)
      append(out, written(i), directories_[i].parent + 1, directories_[i].identifier);
  for (const auto& row : rows_)
    append(out, row.kept ? older_->path_table[row.which].extent : written(row.which), row.parent + 1,
           row.identifier);
  return out;
}

std::vector<hierarchy::stale_parent> hierarchy::stale_parents() const {
  std::vector<stale_parent> out;
  for (std::uint32_t i = 0; older_ && i < directories_.size(); ++i)
    for (const auto& child : folders_of(i))
      if (child.kept)
        out.push_back({older_->places.at(child.which).at, place_of(i),
                       static_cast<std::uint32_t>(directories_[i].bytes)});
  return out;
}

// The root's own record without what does not fit into a descriptor (6.8.2.2).
directory_record hierarchy::root_record() const {
  const auto& root = directories_.front();
  auto below = root.below;
  return placed({record_of::self, root.node, self}, root, below);
}

}  // namespace comeback::iso9660
