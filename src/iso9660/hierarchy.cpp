// SPDX-License-Identifier: Apache-2.0
#include "iso9660/hierarchy.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include <fmt/format.h>

namespace comeback::iso9660 {
namespace {

// A section's size has 32 bits, and Linux wants all but the last to be whole blocks.
constexpr std::uint64_t section_limit = 0xFFFFF800;
constexpr std::uint64_t sections_limit = 100;  // Linux reads no more of one file
constexpr std::size_t parent_limit = 65535;    // a path table's parent number has 16 bits (9.4.4)
// The identifiers on the way, the file's own and one byte a directory (6.8.2.1).
constexpr std::size_t path_limit = 255;
const std::string_view self("\0", 1), above("\1", 1);  // 6.8.2.2

constexpr std::size_t record_limit = 254;  // a length of eight bits (9.1.1), and even

constexpr std::size_t even(std::size_t n) { return n + n % 2; }

std::uint32_t block_number(disk::lba at) {
  if (at.value > std::numeric_limits<std::uint32_t>::max())
    throw base::error(base::errc::image_size_limit,
                      "The image is beyond the 2^32 blocks that ISO 9660 can address.");
  return static_cast<std::uint32_t>(at.value);
}

}  // namespace

hierarchy::hierarchy(const tree::file_tree& tree, const naming& how, const hierarchy_limits& limits,
                     std::unique_ptr<system_use> use)
    : tree_(tree), limits_(limits), use_(std::move(use)) {
  recorded_.reserve(tree.node_limit() + 2 * tree.directory_count());
  directories_.reserve(tree.directory_count() + 1);
  directories_.push_back({tree::root, 0, 1, 0, 0, 0, std::string(self)});
  // Breadth first, children in order: so the directories come in the order of the path table.
  for (std::size_t i = 0; i < directories_.size(); ++i) lay_out(i, how);
  std::uint64_t bytes = 0;
  for (const auto& d : directories_) bytes += sizeof(path_record_l) + even(d.identifier.size());
  if (bytes > std::numeric_limits<std::uint32_t>::max())
    throw base::error(base::errc::too_many_directories, "The path table would be larger than 4 GiB.");
  path_table_bytes_ = static_cast<std::uint32_t>(bytes);
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

void hierarchy::lay_out(std::size_t which, const naming& how) {
  const auto start = records_.size();
  const auto node = directories_[which].node;
  const auto parent = directories_[directories_[which].parent].node;
  append_record({.recorded = to_recorded(tree_.modified(node)), .flags = file_flags::directory},
                record_of::self, self, node);
  append_record({.recorded = to_recorded(tree_.modified(parent)), .flags = file_flags::directory},
                record_of::parent, above, parent);
  for (auto& child : how.children(tree_, node)) {
    if (!tree_.is_directory(child.node)) {
      check_path(directories_[which], child);
      add_file(child);
      continue;
    }
    add_record(child, 0, file_flags::directory);
    const auto& here = directories_[which];
    directory below{child.node,
                    static_cast<std::uint32_t>(which),
                    here.depth + 1,
                    here.path_bytes + static_cast<std::uint32_t>(child.identifier.size()) + 1,
                    0,
                    0,
                    std::move(child.identifier)};
    check_directory(below);
    directories_.push_back(std::move(below));
  }
  records_.resize(disk::bytes_in(disk::blocks_for(records_.size())));
  directories_[which].at = start;
  directories_[which].bytes = records_.size() - start;
  if (directories_[which].bytes > std::numeric_limits<std::uint32_t>::max())
    throw base::error(base::errc::data_too_big,
                      base::printable(tree_.path(node)) + " has too many items for one directory.");
}

void hierarchy::add_file(const named& file) {
  auto left = tree_.size(file.node);
  const auto most = limits_.multiple_sections ? section_limit * sections_limit : section_limit;
  if (left > most)
    throw base::error(base::errc::data_too_big,
                      fmt::format("{} has {} bytes, more than the {} that this level of ISO 9660 can record.",
                                  base::printable(tree_.path(file.node)), left, most));
  for (; left > section_limit; left -= section_limit)
    add_record(file, static_cast<std::uint32_t>(section_limit), file_flags::more_sections);
  add_record(file, static_cast<std::uint32_t>(left), 0);
}

void hierarchy::add_record(const named& one, std::uint32_t size, u8 flags) {
  append_record({.size = size, .recorded = to_recorded(tree_.modified(one.node)), .flags = flags},
                record_of::child, one.identifier, one.node);
}

void hierarchy::append_record(directory_record fixed, record_of which, std::string_view identifier,
                              tree::node_id node) {
  const auto plain = even(sizeof(fixed) + identifier.size());
  const auto address = use_ ? make_system_use(which, node, plain) : std::nullopt;
  const auto length = even(plain + made_.size());
  fixed.length = static_cast<u8>(length);
  fixed.identifier_length = static_cast<u8>(identifier.size());
  fixed.volume = 1;
  // A record never crosses a block (6.8.1.1).
  const auto used = records_.size() % disk::block_size;
  auto at = records_.size();
  if (used + length > disk::block_size) at += disk::block_size - used;
  records_.resize(at + length);
  disk::put(std::span(records_), at, fixed);
  std::memcpy(records_.data() + at + sizeof(fixed), identifier.data(), identifier.size());
  std::ranges::copy(made_, records_.begin() + static_cast<std::ptrdiff_t>(at + plain));
  if (address) addresses_.push_back(at + plain + *address);
  recorded_.push_back(node);
}

std::optional<std::size_t> hierarchy::make_system_use(record_of which, tree::node_id node,
                                                      std::size_t before) {
  made_.clear();
  return use_->append(which, node, record_limit - before, made_);
}

void hierarchy::place(disk::lba first, const std::function<disk::lba(tree::content_id)>& of_content) {
  first_ = first;
  std::vector<std::uint32_t> number_of(tree_.node_limit());  // of a directory, by node
  for (std::size_t i = 0; i < directories_.size(); ++i)
    number_of[static_cast<std::uint32_t>(directories_[i].node)] = static_cast<std::uint32_t>(i);

  std::size_t at = 0;
  disk::block_count sections_before;
  for (const auto node : recorded_) {
    if (records_[at] == std::byte{0})
      at = disk::bytes_in(disk::blocks_for(at));  // the rest of a block is unused
    directory_record r;
    std::memcpy(&r, records_.data() + at, sizeof(r));
    if (tree_.is_directory(node)) {
      const auto& d = directories_[number_of[static_cast<std::uint32_t>(node)]];
      r.extent = block_number(first + disk::blocks_for(d.at));
      r.size = static_cast<std::uint32_t>(d.bytes);
    } else {
      r.extent = block_number(of_content(tree_.content_of(node)) + sections_before);
      const bool more = (r.flags & file_flags::more_sections) != 0;
      sections_before = more ? sections_before + disk::blocks_for(r.size.value()) : disk::block_count{};
    }
    disk::put(std::span(records_), at, r);
    at += r.length;
  }
  place_area();
}

void hierarchy::place_area() {
  if (!use_) return;
  const auto area = first_ + directory_blocks();
  use_->place(area);
  for (const auto at : addresses_) {
    both32 block;
    std::memcpy(&block, records_.data() + at, sizeof(block));
    block = block_number(area + disk::block_count{block.value()});
    disk::put(std::span(records_), at, block);
  }
  addresses_.clear();
}

template <class Record>
static void append_path_record(std::vector<std::byte>& out, std::uint32_t extent, std::size_t parent,
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

std::vector<std::byte> hierarchy::path_table(std::endian order) const {
  std::vector<std::byte> out;
  out.reserve(path_table_bytes_);
  for (const auto& d : directories_) {
    const auto extent = block_number(first_ + disk::blocks_for(d.at));
    const auto append =
        order == std::endian::little ? append_path_record<path_record_l> : append_path_record<path_record_m>;
    append(out, extent, d.parent + 1, d.identifier);  // numbers count from 1
  }
  return out;
}

directory_record hierarchy::root_record() const {
  directory_record r;
  std::memcpy(&r, records_.data(), sizeof(r));  // the root's own "." (6.8.2.2)
  return r;
}

}  // namespace comeback::iso9660
