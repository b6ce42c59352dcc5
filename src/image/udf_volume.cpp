// SPDX-License-Identifier: Apache-2.0
#include "image/udf_volume.hpp"

#include "image/allowance.hpp"
#include "udf/text.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

namespace comeback::image {
namespace {

using base::fault;

// 32 bits of partition, 32 of block, and one, so that it is never 0.
std::uint64_t node_of(const udf::lb_addr& icb) {
  return (std::uint64_t{icb.partition} << 32 | std::uint32_t{icb.block}) + 1;
}

udf::lb_addr icb_of(std::uint64_t node) {
  udf::lb_addr out;
  out.block = static_cast<std::uint32_t>(node - 1);
  out.partition = static_cast<std::uint16_t>((node - 1) >> 32);
  return out;
}

tree::node_kind kind_of(udf::file_type type) {
  switch (type) {
    case udf::file_type::directory:
    case udf::file_type::stream_directory:
      return tree::node_kind::directory;
    case udf::file_type::symbolic_link:
      return tree::node_kind::symbolic_link;
    case udf::file_type::block_device:
      return tree::node_kind::block_device;
    case udf::file_type::character_device:
      return tree::node_kind::character_device;
    case udf::file_type::fifo:
      return tree::node_kind::fifo;
    case udf::file_type::socket:
      return tree::node_kind::socket;
    default:
      return tree::node_kind::file;
  }
}

std::uint16_t permissions_of(const udf::node& n) {
  unsigned mode = udf::from_permissions(n.permissions);
  if ((n.flags & udf::set_user_id) != 0) mode |= 04000U;
  if ((n.flags & udf::set_group_id) != 0) mode |= 02000U;
  if ((n.flags & udf::sticky) != 0) mode |= 01000U;
  return static_cast<std::uint16_t>(mode);
}

tree::attributes attributes_of(const udf::node& n) {
  tree::attributes out;
  out.permissions = permissions_of(n);
  out.given = n.user != udf::no_owner || n.group != udf::no_owner;
  out.user = n.user == udf::no_owner ? 0 : n.user;
  out.group = n.group == udf::no_owner ? 0 : n.group;
  out.major = n.major;
  out.minor = n.minor;
  out.real_time = n.type == udf::file_type::real_time;
  return out;
}

run run_of(const udf::piece& p) {
  return {{p.offset / disk::block_size},
          p.bytes,
          p.recorded,
          static_cast<std::uint32_t>(p.offset % disk::block_size)};
}

entry entry_of(udf::node n) {
  entry e;
  e.kind = kind_of(n.type);
  e.directory = e.kind == tree::node_kind::directory;
  e.size = n.size;
  e.modified = n.modified.value_or(base::timestamp{});
  e.attributes = attributes_of(n);
  e.times = {n.created, n.accessed, n.changed};
  e.node = node_of(n.icb);
  e.link_count = n.links;
  e.unique_id = n.unique_id;
  e.embedded = std::move(n.embedded);
  if (n.streams) e.streams = node_of(*n.streams);
  e.runs.reserve(n.pieces.size());
  std::ranges::transform(n.pieces, std::back_inserter(e.runs), run_of);
  return e;
}

bool is_listed(const udf::name_record& r) {
  return (r.fixed.characteristics & (udf::deleted | udf::parent)) == 0;
}

// What a directory says of what is in it.
entry named_entry(const udf::name_record& r) {
  entry e;
  e.name = e.stored_name = r.name;
  e.directory = (r.fixed.characteristics & udf::directory) != 0;
  e.kind = e.directory ? tree::node_kind::directory : tree::node_kind::file;
  e.hidden = (r.fixed.characteristics & udf::hidden) != 0;
  e.node = node_of(r.fixed.icb.location);
  return e;
}

std::string partition_text(const udf::volume_structures& all) {
  std::string_view text = "plain";
  for (const auto& m : all.maps.maps) {
    if (m.kind == udf::partition_kind::virtual_table) text = "vat";
    if (m.kind == udf::partition_kind::sparable && text == "plain") text = "sparable";
    if (m.kind == udf::partition_kind::metadata) text = "metadata";
  }
  return std::string(text);
}

}  // namespace

volume_info udf_volume::info() const {
  const auto& all = volume_.structures();
  const auto text = [](const auto& field) { return udf::from_dstring(field).value_or(""); };
  volume_info out;
  out.fs = file_system::udf;
  out.volume_name = text(all.used().logical->volume);
  out.descriptor = {all.anchors.front() * all.block_size / disk::block_size};
  out.revision = all.revision;
  out.partition = partition_text(all);
  for (const auto& p : all.used().partitions) {
    const auto end = (std::uint64_t{p.start} + p.length) * all.block_size;
    out.blocks = std::max(out.blocks, disk::blocks_for(end));
  }
  out.extendable = all.block_size == disk::block_size && all.used().partitions.size() == 1;
  if (out.extendable) out.partition_start = {all.used().partitions.front().start};
  for (const auto& m : all.metadata) out.mirror = (m.map.flags & 1) != 0;
  if (!all.used().primary) return out;
  const auto& primary = *all.used().primary;
  out.volume_set = text(primary.volume_set);
  out.application = std::string(primary.application.identifier.trimmed());
  out.created = udf::from_recorded(primary.recorded);
  return out;
}

base::parsed<std::vector<entry>> udf_volume::list(const entry& directory) const {
  if (directory.fault) return tl::unexpected(*directory.fault);
  const auto node = volume_.read(icb_of(directory.node));
  if (!node) return tl::unexpected(node.error());
  return list_names(*node);
}

// Only the ICB of the directory is read, not those of what is in it.
base::parsed<std::vector<entry>> udf_volume::names(const entry& directory) const {
  if (directory.fault) return tl::unexpected(*directory.fault);
  const auto node = volume_.read(icb_of(directory.node));
  if (!node) return tl::unexpected(node.error());
  if (node->type != udf::file_type::directory)
    return tl::unexpected(base::parse_error{fault::bad_magic, node->at, "directory: type"});
  const auto names = volume_.names(*node);
  if (!names) return tl::unexpected(names.error());
  std::vector<entry> out;
  out.reserve(names->size());
  for (const auto& r : *names)
    if (is_listed(r)) out.push_back(named_entry(r));
  return out;
}

base::parsed<std::vector<entry>> udf_volume::streams(const entry& of) const {
  if (of.streams == 0) return std::vector<entry>{};
  const auto node = volume_.read(icb_of(of.streams));
  if (!node) return tl::unexpected(node.error());
  if (node->type != udf::file_type::stream_directory)
    return tl::unexpected(base::parse_error{fault::bad_magic, node->at, "stream directory: type"});
  return list_names(*node);
}

base::parsed<std::vector<entry>> udf_volume::list_names(const udf::node& directory) const {
  const auto names = volume_.names(directory);
  if (!names) return tl::unexpected(names.error());
  std::vector<entry> out;
  out.reserve(names->size());
  udf::block_window window(volume_.source());
  auto allowed = allowance::of_list(volume_.source().size());
  for (const auto& r : *names) {
    if (!is_listed(r)) continue;
    const auto spent = window.spent();
    auto node = volume_.read(r.fixed.icb.location, window);
    entry e;
    if (node) {
      const bool is_link = node->type == udf::file_type::symbolic_link;
      auto target = is_link ? volume_.target(*node) : base::parsed<std::string>{};
      e = entry_of(std::move(*node));
      if (is_link) e.overhead = std::min(e.size, udf::reader::target_limit);
      if (target)
        e.link_target = std::move(*target);
      else
        e.fault = std::make_shared<const base::parse_error>(target.error());
    } else {  // its name stays in the listing: the others are sound
      e = named_entry(r);
      e.fault = std::make_shared<const base::parse_error>(node.error());
    }
    e.overhead += window.spent() - spent;
    e.name = e.stored_name = r.name;
    e.hidden = (r.fixed.characteristics & udf::hidden) != 0;
    e.attributes.hidden = e.hidden;
    e.name_id = r.fixed.icb.unique_id;
    if (!allowed.take(weight_of(e)))
      return tl::unexpected(base::parse_error{fault::out_of_range, directory.at,
                                              "directory: its entries are far larger than the image"});
    out.push_back(std::move(e));
  }
  return out;
}

bool udf_volume::matches(const entry& e, std::string_view wanted) const { return e.name == wanted; }

std::uint64_t udf_volume::place_of(const entry& e) const {
  const auto where = volume_.structures().maps.locate(icb_of(e.node), volume_.structures().block_size);
  return where ? where->offset : e.node;
}

found_volumes find_udf_volume(const std::shared_ptr<const disk::source>& from, disk::lba first_block) {
  found_volumes out;
  auto volume = udf::reader::open(from, first_block);
  if (!volume) {
    // With an anchor it claims to be one.
    if (volume.error().field == "anchor: tag")
      out.absent = volume.error();
    else
      out.faults.push_back(volume.error());
    return out;
  }
  auto root = volume->read(volume->root());
  if (root && root->type != udf::file_type::directory)
    root = tl::unexpected(base::parse_error{fault::bad_magic, root->at, "root directory: type"});
  if (!root) {
    out.faults.push_back(root.error());
    return out;
  }
  out.faults = volume->structures().warnings;
  out.readers.push_back(std::make_unique<const udf_volume>(std::move(*volume), entry_of(std::move(*root))));
  return out;
}

}  // namespace comeback::image
