// SPDX-License-Identifier: Apache-2.0
#include "image/plan.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "image/naming.hpp"
#include "image/plan_boot.hpp"
#include "image/plan_directories.hpp"
#include "image/plan_udf.hpp"
#include "iso9660/descriptor.hpp"
#include "joliet/format.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include <fmt/format.h>

namespace comeback::image {
namespace {

using disk::block_count;
using disk::lba;

void check(const options& how) {
  const auto& fs = how.file_systems;
  if (fs.udf) check_udf(how);
  if (!fs.iso9660 && !fs.udf)
    throw base::error(base::errc::invalid_parameter, "An image needs the ISO 9660 file system, or UDF.");
  if (!fs.iso9660 && (fs.joliet || fs.rock_ridge))
    throw base::error(base::errc::invalid_parameter,
                      "Joliet and Rock Ridge need the ISO 9660 file system beside them.");
  if (how.relocate && !fs.rock_ridge)
    throw base::error(base::errc::invalid_parameter,
                      "Only Rock Ridge can tell where a directory belongs that was moved.");
  if (how.iso_level < 1 || how.iso_level > 4)
    throw base::error(base::errc::invalid_parameter,
                      fmt::format("There is no ISO 9660 level {}: use 1, 2, 3 or 4.", how.iso_level));
}

// The time of the root is that of the volume where the tree has none.
std::shared_ptr<const tree::file_tree> with_root_time(std::shared_ptr<const tree::file_tree> tree,
                                                      base::timestamp created) {
  if (tree->modified(tree::root) != base::timestamp{} || created == base::timestamp{}) return tree;
  auto copy = std::make_shared<tree::file_tree>(*tree);
  copy->set_modified(tree::root, created);
  return copy;
}

struct volume {
  file_system fs;
  std::shared_ptr<directories> source;
  lba table_l{}, table_m{}, at{};

  [[nodiscard]] iso9660::hierarchy& records() const { return source->records(); }
};

iso9660::volume_descriptor descriptor_of(file_system fs, const iso9660::volume_facts& facts) {
  if (fs == file_system::joliet) return joliet::descriptor(facts);
  if (fs == file_system::enhanced) return iso9660::enhanced_descriptor(facts);
  return iso9660::primary_descriptor(facts);
}

class planner {
 public:
  planner(std::shared_ptr<const tree::file_tree> tree, const options& how) : how_(how), boot_(*tree, how) {
    out_.tree = std::move(tree);
    out_.first = out_.end = how.first_block;
    out_.files = out_.tree->file_count();
    out_.directories = out_.tree->directory_count();
    out_.extents.reserve(out_.tree->content_limit() + 16);
  }

  layout run() {
    if (how_.file_systems.udf) udf_.emplace(out_.tree, how_);
    add_volumes();
    place_metadata();
    place_files();
    fix_places();
    if (udf_) udf_->end_partition(out_, fixed_, [this](lba end) { return boot_.end_for(end); });
    boot_.place_tail(out_);
    check_size();
    render();
    return std::move(out_);
  }

 private:
  [[nodiscard]] const tree::file_tree& tree() const { return *out_.tree; }
  [[nodiscard]] bool chained() const { return how_.appendable && how_.first_block == lba{}; }
  // With the boot record and terminator of ISO 9660 and the recognition sequence of UDF.
  [[nodiscard]] block_count descriptor_blocks() const {
    return block_count{volumes_.empty() ? 0 : volumes_.size() + 1} + block_count{boots() ? 1U : 0U} +
           (udf_ ? udf::recognition_blocks : block_count{});
  }

  [[nodiscard]] bool boots() const { return boot_.has_catalog() || how_.session.boot_catalog; }

  void add_volumes() {
    if (!how_.file_systems.iso9660) return add_frame();
    add_volume(file_system::iso9660);
    if (how_.file_systems.joliet) add_volume(file_system::joliet);
    if (how_.iso_level == 4) add_volume(file_system::enhanced);
  }

  // Firmware looks for the boot record behind a primary descriptor: beside UDF alone, it is one of an empty
  // root.
  void add_frame() {
    if (!boots()) return;
    auto nothing = std::make_shared<tree::file_tree>();
    nothing->set_modified(tree::root, tree().modified(tree::root));
    volumes_.push_back(
        {file_system::iso9660, std::make_shared<directories>(nothing, file_system::iso9660, how_)});
  }

  void add_volume(file_system fs) {
    volumes_.push_back({fs, std::make_shared<directories>(out_.tree, fs, how_)});
  }

  lba add(block_count blocks, role what, std::optional<file_system> of = {},
          tree::content_id content = tree::no_content) {
    const auto at = out_.end;
    if (blocks.value > 0) out_.extents.push_back({at, blocks, what, content, of});
    out_.end += blocks;
    return at;
  }

  // The extent that was added last is made on demand.
  void make_last(std::shared_ptr<const disk::source> what) {
    out_.extents.back().made = static_cast<std::uint32_t>(out_.made.size());
    out_.made.push_back(std::move(what));
  }

  void place_metadata() {
    add(iso9660::system_area, role::system_area);
    if (chained()) {
      copies_ = add(descriptor_blocks(), role::descriptors);
      add(lba{} + first_session + iso9660::system_area - out_.end, role::system_area);
    }
    descriptors_ = add(descriptor_blocks(), role::descriptors);
    if (udf_) udf_->add_structures(out_);
    for (auto& v : volumes_) {
      v.table_l = add(v.records().path_table_blocks(), role::path_table, v.fs);
      v.table_m = add(v.records().path_table_blocks(), role::path_table, v.fs);
    }
    made_ = out_.end;
    for (auto& v : volumes_) {
      v.at = add(v.records().blocks(), role::directories, v.fs);
      make_last(v.source);
    }
    boot_.catalog_at(boot_.has_catalog() ? add(boot_.catalog_blocks(), role::boot_catalog)
                                         : how_.session.boot_catalog.value_or(lba{}));
    places_.assign(tree().content_limit(), descriptors_);  // where a file without bytes points to
    done_.resize(tree().content_limit());
    if (!udf_) return;
    for (const auto image : hidden_images()) place_content(image);
    udf_->begin_partition(out_);
  }

  // Boot images that no file shows: UDF does not know them, and blocks of its partition that nothing names
  // are lost space (UDF 5.2.2), so they lie in front of it.
  [[nodiscard]] std::vector<tree::content_id> hidden_images() const {
    auto out = boot_.images();
    if (out.empty()) return out;
    std::ranges::transform(out, out.begin(), [this](auto content) { return owner_of_extent(content); });
    for (std::uint32_t i = 0; i < tree().node_limit(); ++i) {
      const tree::node_id node{i};
      if (!tree().contains(node) || tree().is_directory(node)) continue;
      if (const auto c = tree().content_of(node); c != tree::no_content) std::erase(out, owner_of_extent(c));
      for (const auto& stream : tree().streams_of(node)) std::erase(out, owner_of_extent(stream.what));
    }
    return out;
  }

  // The files of a directory lie together, in front of those below it.
  void place_files() {
    for (const auto image : boot_.images()) place_content(owner_of_extent(image));
    std::vector<tree::node_id> pending{tree::root}, below;
    while (!pending.empty()) {
      const auto dir = pending.back();
      pending.pop_back();
      below.clear();
      for (const auto node : tree().sorted_children(dir)) {
        if (tree().is_directory(node))
          below.push_back(node);
        else
          place_item(node);
      }
      pending.insert(pending.end(), below.rbegin(), below.rend());
    }
  }

  void check_size() const {
    if (out_.end.value > std::numeric_limits<std::uint32_t>::max())
      throw base::error(base::errc::image_size_limit,
                        fmt::format("The image would have {} blocks, beyond the 2^32 that {} can address.",
                                    out_.blocks().value, volumes_.empty() ? "UDF" : "ISO 9660"));
  }

  // Links and devices have no content; ISO 9660 gives them a place all the same.
  [[nodiscard]] lba place_of(tree::content_id content) const {
    if (content == tree::no_content) return descriptors_;
    return places_[static_cast<std::uint32_t>(owner_of_extent(content))];
  }

  [[nodiscard]] tree::content_id owner_of_extent(tree::content_id content) const {
    const auto index = static_cast<std::uint32_t>(content);
    const auto owner = index < how_.extent_of.size() ? how_.extent_of[index] : content;
    return boot_.is_patched(content) || boot_.is_patched(owner) ? content : owner;
  }

  // What makes nodes and directories on demand keeps it, when this planner is no more.
  void fix_places() {
    auto places = std::make_shared<std::vector<std::uint32_t>>();
    places->reserve(places_.size());
    for (std::uint32_t i = 0; i < places_.size(); ++i)
      places->push_back(static_cast<std::uint32_t>(place_of(tree::content_id{i}).value));
    fixed_ = [places = std::move(places), none = descriptors_](tree::content_id c) {
      return c == tree::no_content ? none : lba{(*places)[static_cast<std::uint32_t>(c)]};
    };
  }

  void place_item(tree::node_id node) {
    if (udf_ && volumes_.empty() && udf_->keeps(node)) return;
    if (const auto content = tree().content_of(node); content != tree::no_content)
      place_content(owner_of_extent(content));
    if (!udf_) return;  // no other file system here has named streams
    for (const auto& stream : tree().streams_of(node)) place_content(owner_of_extent(stream.what));
  }

  void place_content(tree::content_id content) {
    const auto index = static_cast<std::uint32_t>(content);
    if (done_[index]) return;
    done_[index] = true;
    if (udf_ && udf_->embeds(content)) return;
    const auto info = tree().info(content);
    if (info.from == tree::origin::placed)
      places_[index] = {info.first_block};
    else if (info.size > 0) {
      if (info.size >= large_file) begin_page();
      places_[index] = add(disk::blocks_for(info.size), role::file, {}, content);
    }
  }

  // In a partition of UDF, a block that nothing names would be lost space (UDF 5.2.2).
  void begin_page() {
    const auto used = disk::bytes_in(out_.end - out_.first) % page_size;
    if (!udf_ && used != 0) add(disk::blocks_for(page_size - used), role::padding);
  }

  void render() {
    out_.metadata.resize(disk::bytes_in(made_ - out_.first));
    for (auto& v : volumes_) v.records().place(v.at, fixed_);
    write(out_.first, how_.session.system_area);
    write_descriptors(descriptors_, out_.end - (chained() ? lba{} + first_session : out_.first));
    if (chained()) write_descriptors(copies_, out_.end - lba{});
    if (how_.session.repoint) repoint();
    if (how_.session.relink) relink_kept();
    if (udf_) udf_->write_structures(out_);
    for (auto& v : volumes_) {
      write(v.table_l, v.records().path_table(std::endian::little));
      write(v.table_m, v.records().path_table(std::endian::big));
    }
    boot_.render(out_, places_);
  }

  void write_descriptors(lba at, block_count blocks) { write(at, descriptors(blocks)); }

  // Of a volume, or of all sessions together, of `blocks`.
  [[nodiscard]] std::vector<std::byte> descriptors(block_count blocks) const {
    std::vector<std::byte> out;
    for (const auto& v : volumes_) {
      const iso9660::volume_facts facts{how_.system,    how_.volume_name, how_.volume_set,
                                        how_.publisher, how_.preparer,    how_.application,
                                        how_.created,   blocks,           v.records().path_table_bytes(),
                                        v.table_l,      v.table_m,        v.records().root_record()};
      disk::append(out, descriptor_of(v.fs, facts));
      // Firmware looks for the boot record directly behind the primary descriptor.
      if (v.fs == file_system::iso9660 && boots()) disk::append(out, boot_.record());
    }
    if (!volumes_.empty()) disk::append(out, iso9660::terminator{});
    if (udf_) std::ranges::copy(udf_->recognition(), std::back_inserter(out));
    return out;
  }

  // The primary descriptor comes last: what leads to it is written, and what else there is, when it is.
  void repoint() {
    const auto all = descriptors(out_.end - lba{});
    const auto block = [&](std::size_t i) {
      const auto bytes = std::span(all).subspan(i * disk::block_size, disk::block_size);
      return repointed_block{lba{} + iso9660::system_area + block_count{i}, {bytes.begin(), bytes.end()}};
    };
    const auto count = all.size() / disk::block_size;
    for (std::size_t i = volumes_.empty() ? 0 : 1; i < count; ++i) out_.repointed.push_back(block(i));
    if (udf_) out_.repointed.push_back({udf::anchor_at, udf_->anchor(udf::anchor_at)});
    if (!volumes_.empty()) out_.repointed.push_back(block(0));
  }

  void relink_kept() {
    for (const auto& v : volumes_)
      for (const auto& one : v.records().stale_parents())
        out_.relinks.push_back({v.fs, one.directory, one.parent, one.parent_bytes});
    if (udf_) std::ranges::copy(udf_->relinks(), std::back_inserter(out_.relinks));
  }

  void write(lba at, std::span<const std::byte> bytes) {
    if (bytes.empty()) return;  // nothing has no address, and memcpy wants one
    const auto into = std::span(out_.metadata).subspan(disk::bytes_in(at - out_.first), bytes.size());
    std::memcpy(into.data(), bytes.data(), bytes.size());
  }

  const options& how_;
  boot_plan boot_;
  layout out_;
  std::optional<udf_plan> udf_;
  std::vector<volume> volumes_;
  lba copies_, descriptors_, made_;
  std::vector<lba> places_;  // by content
  std::vector<bool> done_;   // placed, or needing no place
  std::function<lba(tree::content_id)> fixed_;
};

// One path for each content: the first in the order of the tree.
std::vector<tree::node_id> first_nodes(const tree::file_tree& tree) {
  std::vector<tree::node_id> out(tree.content_limit(), tree::no_node), pending{tree::root};
  while (!pending.empty()) {
    const auto dir = pending.back();
    pending.pop_back();
    for (const auto node : tree.sorted_children(dir)) {
      if (tree.is_directory(node)) pending.push_back(node);
      const auto note = [&](tree::content_id content) {
        if (content == tree::no_content) return;
        auto& first = out[static_cast<std::uint32_t>(content)];
        if (first == tree::no_node) first = node;
      };
      note(tree.content_of(node));
      for (const auto& stream : tree.streams_of(node)) note(stream.what);
    }
  }
  return out;
}

}  // namespace

std::string_view name_of(role what) noexcept {
  switch (what) {
    case role::system_area:
      return "system area";
    case role::descriptors:
      return "volume descriptors";
    case role::path_table:
      return "path table";
    case role::directories:
      return "directories";
    case role::file:
      return "file";
    case role::boot_catalog:
      return "boot catalog";
    case role::partition_table:
      return "partition table";
    case role::udf_structures:
      return "UDF structures";
    case role::udf_nodes:
      return "UDF file entries and directories";
    case role::padding:
      return "padding";
  }
  return "";
}

layout plan(std::shared_ptr<const tree::file_tree> tree, const options& how) {
  check(how);
  return planner(with_root_time(std::move(tree), how.created), how).run();
}

layout plan(tree::file_tree tree, const options& how) {
  return plan(std::make_shared<const tree::file_tree>(std::move(tree)), how);
}

std::string describe(const layout& what) {
  const auto nodes = first_nodes(*what.tree);
  std::string out = fmt::format("blocks {} to {}, {} files, {} directories\n", what.first.value,
                                what.end.value, what.files, what.directories);
  for (const auto& e : what.extents) {
    out += fmt::format("{:>10} {:>8}  {}", e.at.value, e.blocks.value, name_of(e.what));
    if (e.of) out += fmt::format(" ({})", name_of(*e.of));
    if (e.content != tree::no_content) {
      const auto node = nodes[static_cast<std::uint32_t>(e.content)];
      const auto name = node == tree::no_node ? what.tree->describe(e.content) : what.tree->path(node);
      out += fmt::format(" {}, {} bytes", base::printable(name), what.tree->info(e.content).size);
    }
    out += '\n';
  }
  return out;
}

std::string file_system_name(const tree::file_tree& tree, tree::node_id node, file_system fs,
                             const options& how) {
  if (node == tree::root) return {};
  for (const auto& one : naming_of(fs, how)->children(tree, tree.parent(node)))
    if (one.node == node) return readable(fs, one.identifier);
  throw base::error(base::errc::item_not_found,
                    base::printable(tree.path(node)) + " is not in its directory.");
}

}  // namespace comeback::image
