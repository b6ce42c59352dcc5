// SPDX-License-Identifier: Apache-2.0
#include "rockridge/writer.hpp"

#include "base/error.hpp"
#include "iso9660/format.hpp"
#include "rockridge/format.hpp"
#include "rockridge/link.hpp"
#include "rockridge/mode.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

namespace comeback::rockridge {
namespace {

using iso9660::record_of;

constexpr std::size_t name_piece = 250;  // of an NM entry of 255 bytes

void append_text(std::vector<std::byte>& out, std::string_view text) {
  const auto at = out.size();
  out.resize(at + text.size());
  std::memcpy(out.data() + at, text.data(), text.size());
}

// The texts are what SUSP 5.5 asks for: who specified the entries, and where one can read of them.
void append_reference(std::vector<std::byte>& out) {
  constexpr std::string_view what =
      "THE IEEE P1282 PROTOCOL PROVIDES SUPPORT FOR POSIX FILE SYSTEM SEMANTICS.";
  constexpr std::string_view where = "PLEASE CONTACT THE IEEE STANDARDS DEPARTMENT, PISCATAWAY, NJ, USA.";
  extension_reference er;
  er.header.length = static_cast<u8>(sizeof(er) + identifier.size() + what.size() + where.size());
  er.identifier_length = static_cast<u8>(identifier.size());
  er.descriptor_length = static_cast<u8>(what.size());
  er.source_length = static_cast<u8>(where.size());
  disk::append(out, er);
  for (const auto text : {identifier, what, where}) append_text(out, text);
}

std::size_t length_at(std::span<const std::byte> entries, std::size_t at) {
  return std::to_integer<std::size_t>(entries[at + offsetof(entry_header, length)]);
}

// As many whole entries as fit into `room`.
std::size_t fitting(std::span<const std::byte> entries, std::size_t room) {
  std::size_t used = 0;
  while (used < entries.size() && used + length_at(entries, used) <= room) used += length_at(entries, used);
  return used;
}

// Of entries that go on in the area, the bytes in front of the next block: what is chained ends with a link.
std::uint32_t first_piece(std::span<const std::byte> entries) {
  if (entries.size() <= disk::block_size) return static_cast<std::uint32_t>(entries.size());
  return static_cast<std::uint32_t>(fitting(entries, disk::block_size - sizeof(continuation)) +
                                    sizeof(continuation));
}

// In front of all others, so that it stands in the record itself.
void add_relocation(record_of which, disk::lba elsewhere, std::vector<std::byte>& out) {
  if (which == record_of::moved) disk::append(out, relocated{});
  if (which != record_of::placeholder && which != record_of::old_parent) return;
  directory_link link;
  if (which == record_of::old_parent) link.header.signature = {{'P', 'L'}};
  link.block = static_cast<std::uint32_t>(elsewhere.value);
  disk::append(out, link);
}

std::uint64_t key_of(record_of which, tree::node_id node) {
  return std::uint64_t{static_cast<std::uint32_t>(node)} << 8U | static_cast<std::uint64_t>(which);
}

}  // namespace

writer::writer(const tree::file_tree& tree, tree::node_id hidden)
    : tree_(tree), names_of_content_(tree.content_limit()), folders_in_(tree.node_limit()) {
  std::vector<tree::node_id> pending{tree::root};
  while (!pending.empty()) {
    const auto dir = pending.back();
    pending.pop_back();
    for (auto n = tree.first_child(dir); n != tree::no_node; n = tree.next_sibling(n)) {
      if (tree.is_directory(n)) {
        pending.push_back(n);
        if (n != hidden) ++folders_in_[static_cast<std::uint32_t>(dir)];
      }
      if (const auto what = tree.content_of(n); what != tree::no_content)
        ++names_of_content_[static_cast<std::uint32_t>(what)];
    }
  }
}

void writer::continue_after(std::uint32_t first_block, const recorded_names& names) {
  first_serial_ = 0x80000000U + first_block;
  recorded_ = names;
}

std::size_t writer::lay_out(record_of which, tree::node_id node, std::size_t room) {
  entries_.clear();
  add_entries(which, node, {}, entries_);
  if (entries_.size() <= room) return entries_.size();
  const auto inside = fitting(entries_, room - sizeof(continuation));
  // The sections of a file have one name, and so one continuation.
  const auto [known, fresh] = continued_.try_emplace(key_of(which, node));
  if (fresh) known->second = continue_in_area(std::span<const std::byte>(entries_).subspan(inside));
  return inside + sizeof(continuation);
}

void writer::append(record_of which, tree::node_id node, std::size_t room, disk::lba elsewhere,
                    std::vector<std::byte>& out) const {
  const auto begin = out.size();
  add_entries(which, node, elsewhere, out);
  const auto all = std::span<const std::byte>(out).subspan(begin);
  if (all.size() <= room) return;
  const auto inside = fitting(all, room - sizeof(continuation));
  const auto at = continued_.at(key_of(which, node));
  continuation ce;
  ce.block = static_cast<std::uint32_t>(area_block_ + at / disk::block_size);
  ce.offset = static_cast<std::uint32_t>(at % disk::block_size);
  ce.bytes = first_piece(all.subspan(inside));
  out.resize(begin + inside);
  disk::append(out, ce);
}

// Returns where in the area the entries begin. Entries that are longer than a block are chained.
std::size_t writer::continue_in_area(std::span<const std::byte> entries) {
  const auto left = disk::block_size - area_.size() % disk::block_size;
  if (entries.size() > left) area_.resize(disk::bytes_in(disk::blocks_for(area_.size())));
  const auto begin = area_.size();
  while (entries.size() > disk::block_size) {
    const auto here = fitting(entries, disk::block_size - sizeof(continuation));
    area_.insert(area_.end(), entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(here));
    entries = entries.subspan(here);
    continuation ce;
    ce.block = static_cast<std::uint32_t>(area_.size() / disk::block_size + 1);
    ce.bytes = first_piece(entries);
    addresses_.push_back(area_.size() + offsetof(continuation, block));
    disk::append(area_, ce);
    area_.resize(disk::bytes_in(disk::blocks_for(area_.size())));
  }
  area_.insert(area_.end(), entries.begin(), entries.end());
  return begin;
}

void writer::place(disk::lba first) {
  area_block_ = first.value;
  area_.resize(disk::bytes_in(area_blocks()));
  for (const auto at : addresses_) {
    both32 block;
    std::memcpy(&block, area_.data() + at, sizeof(block));
    block = static_cast<std::uint32_t>(first.value + block.value());
    disk::put(std::span(area_), at, block);
  }
  addresses_.clear();
}

void writer::add_entries(record_of which, tree::node_id node, disk::lba elsewhere,
                         std::vector<std::byte>& out) const {
  const bool first = which == record_of::self && node == tree::root;
  const bool named =
      which == record_of::child || which == record_of::placeholder || which == record_of::moved;
  if (first) disk::append(out, sharing_protocol{});
  add_relocation(which, elsewhere, out);
  add_attributes(node, out);
  add_times(node, out);
  if (named) {
    add_device(node, out);
    add_name(node, out);
    if (tree_.kind(node) == tree::node_kind::symbolic_link) append_link(tree_.link_target(node), out);
  }
  if (first) append_reference(out);
}

void writer::add_name(tree::node_id node, std::vector<std::byte>& out) const {
  for (auto name = tree_.name(node); !name.empty();) {
    const auto piece = name.substr(0, name_piece);
    name.remove_prefix(piece.size());
    entry_header header{.signature = {{'N', 'M'}}};
    header.length = static_cast<u8>(sizeof(header) + 1 + piece.size());
    disk::append(out, header);
    out.push_back(std::byte{name.empty() ? u8{0} : u8{flags::continues}});
    append_text(out, piece);
  }
}

void writer::add_attributes(tree::node_id node, std::vector<std::byte>& out) const {
  const auto& known = tree_.attributes_of(node);
  const bool link = tree_.kind(node) == tree::node_kind::symbolic_link;
  posix_attributes px;
  // A link has no permissions of its own; hosts show these.
  px.mode = type_bits(tree_.kind(node)) | (link ? 0777U : known.permissions);
  px.links = links_of(node);
  px.user = known.user;
  px.group = known.group;
  px.serial = serial_of(node);
  disk::append(out, px);
}

std::uint32_t writer::links_of(tree::node_id node) const {
  if (const auto known = recorded_.find(static_cast<std::uint32_t>(node)); known != recorded_.end())
    return known->second.links;
  if (const auto what = tree_.content_of(node); what != tree::no_content)
    return names_of_content_[static_cast<std::uint32_t>(what)];
  if (!tree_.is_directory(node)) return 1;
  return 2 + folders_in_[static_cast<std::uint32_t>(node)];  // its name, its ".", and the ".." below it
}

// Names of one content are names of one file; all else is its own.
std::uint32_t writer::serial_of(tree::node_id node) const {
  if (const auto known = recorded_.find(static_cast<std::uint32_t>(node)); known != recorded_.end())
    return known->second.serial;
  const auto what = tree_.content_of(node);
  if (what != tree::no_content) return first_serial_ + static_cast<std::uint32_t>(what);
  return first_serial_ + static_cast<std::uint32_t>(tree_.content_limit()) + static_cast<std::uint32_t>(node);
}

void writer::add_times(tree::node_id node, std::vector<std::byte>& out) const {
  const auto others = tree_.times_of(node);
  const auto modified = tree_.modified(node);
  entry_header header{.signature = {{'T', 'F'}}};
  const auto at = out.size();
  disk::append(out, header);
  out.push_back(std::byte{0});
  u8 known = 0;
  const auto add = [&](u8 flag, base::timestamp t) {
    known |= flag;
    disk::append(out, iso9660::to_recorded(t));
  };
  // In the order of their flags (RRIP 4.1.6).
  if (others.created) add(time_flags::creation, *others.created);
  add(time_flags::modification, modified);
  if (others.accessed) add(time_flags::access, *others.accessed);
  if (others.changed) add(time_flags::attributes, *others.changed);
  header.length = static_cast<u8>(out.size() - at);
  disk::put(std::span(out), at, header);
  out[at + sizeof(header)] = std::byte{known};
}

void writer::add_device(tree::node_id node, std::vector<std::byte>& out) const {
  const auto kind = tree_.kind(node);
  if (kind != tree::node_kind::character_device && kind != tree::node_kind::block_device) return;
  const auto& known = tree_.attributes_of(node);
  device_number pn;
  // RRIP 4.1.2 leaves open what the halves of a number of 32 bits hold; readers take the high one for the
  // major.
  pn.high = known.major;
  pn.low = known.minor;
  disk::append(out, pn);
}

}  // namespace comeback::rockridge
