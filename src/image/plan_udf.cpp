// SPDX-License-Identifier: Apache-2.0
#include "image/plan_udf.hpp"

#include "base/error.hpp"
#include "image/kept.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

namespace comeback::image {
namespace {

using disk::block_count;
using disk::lba;

// In a session, from its first block: each part in an ECC block of its own.
constexpr block_count main_at{64}, integrity_at{96}, table_at{128}, anchor_at{256};
constexpr std::uint64_t alignment = 32;
constexpr block_count apart{128};  // of what lies there twice

udf::volume_options volume_options_of(const options& how) {
  udf::volume_options out;
  out.revision = how.udf.revision;
  out.partition = how.udf.partition.value_or(udf::usual_partition(how.udf.revision));
  out.mirror = how.udf.mirror;
  out.ecc_blocks = how.udf.ecc_blocks;
  out.embed = how.udf.embed && !how.file_systems.iso9660 && how.extent_of.empty();
  for (const auto& e : how.boot) out.outside.push_back(e.image);
  out.created = how.created;
  out.volume = how.volume_name;
  out.volume_set = how.volume_set;
  if (how.session.kept) {
    out.kept = {how.session.kept, &how.session.kept->udf};
    out.older = how.session.kept->older_udf;
  }
  return out;
}

lba add(layout& to, block_count blocks, role what, std::uint32_t made = extent::not_made) {
  const auto at = to.end;
  if (blocks.value > 0) {
    to.extents.push_back({at, blocks, what});
    to.extents.back().made = made;
  }
  to.end += blocks;
  return at;
}

void pad_to(layout& to, lba at) {
  if (to.end < at) add(to, at - to.end, role::padding);
}

constexpr lba aligned(lba at, std::uint64_t unit = alignment) {
  return {(at.value + unit - 1) / unit * unit};
}

void write(layout& to, lba at, std::span<const std::byte> bytes) {
  const auto into = std::span(to.metadata).subspan(disk::bytes_in(at - to.first), bytes.size());
  std::memcpy(into.data(), bytes.data(), bytes.size());
}

}  // namespace

void check_udf(const options& how) {
  const auto refuse = [](const char* message) { throw base::error(base::errc::invalid_parameter, message); };
  udf::check(volume_options_of(how));
  if (!how.extent_of.empty() && !how.udf.shared_extents)
    refuse(
        "UDF does not let two files share an extent: make hard links of equal files (--dedupe=link), or "
        "allow "
        "it in spite of that (--udf-shared-extents).");
  if ((how.udf.anchor_before_end || how.disk.wanted()) && how.udf.partition == udf::partition_type::vat)
    refuse("A VAT is the end of its image: nothing else, such as a partition table, can lie there.");
}

udf_plan::udf_plan(std::shared_ptr<const tree::file_tree> tree, const options& how)
    : how_(how), volume_(std::move(tree), volume_options_of(how)) {}

std::vector<std::byte> udf_plan::recognition() const {
  return udf::volume::recognition(volume_.options().revision);
}

lba udf_plan::add_made(layout& to, block_count blocks, role what) {
  to.made.emplace_back();
  return add(to, blocks, what, static_cast<std::uint32_t>(to.made.size() - 1));
}

void udf_plan::add_structures(layout& to) {
  // The blocks that a medium corrects as one count from its first, not from that of the session.
  const auto part = [&](block_count at, block_count blocks) {
    pad_to(to, aligned(to.first + at));
    return add(to, blocks, role::udf_structures);
  };
  where_.main = part(main_at, udf::sequence_blocks);
  where_.integrity = part(integrity_at, udf::integrity_blocks);
  if (is(udf::partition_type::sparable)) where_.first_table = part(table_at, {1});
  add_front_anchor(to, to.first + anchor_at);
  // Its own, as later sessions have theirs: that at 256 will lead to the last one.
  if (how_.appendable && how_.first_block == lba{}) add_front_anchor(to, lba{} + first_session + anchor_at);
}

void udf_plan::add_front_anchor(layout& to, lba at) {
  pad_to(to, at);
  front_.push_back(add(to, {1}, role::udf_structures));
}

void udf_plan::begin_partition(layout& to) {
  pad_to(to, aligned(to.end));
  where_.partition = how_.udf.partition_start.value_or(to.end);
  if (is(udf::partition_type::metadata)) {
    where_.metadata_icb = add_made(to, {1}, role::udf_structures);
    pad_to(to, aligned(to.end));
  }
  where_.nodes = add_made(to, volume_.node_blocks(), role::udf_nodes);
}

void udf_plan::add_mirror(layout& to) {
  pad_to(to, std::max(aligned(to.end), aligned(where_.nodes + volume_.node_blocks() + apart)));
  if (volume_.options().mirror) {
    where_.mirror = add_made(to, volume_.node_blocks(), role::udf_nodes);
    pad_to(to, aligned(to.end));
  }
  where_.mirror_icb = add_made(to, {1}, role::udf_structures);
  pad_to(to, aligned(to.end));
}

void udf_plan::add_spares(layout& to) {
  where_.spares = add(to, {std::uint64_t{udf::spare_packets} * volume_.options().ecc_blocks}, role::padding);
  where_.second_table = add_made(to, {1}, role::udf_structures);
  pad_to(to, aligned(to.end));
}

lba udf_plan::add_anchor(layout& to) {
  anchors_.push_back(add_made(to, {1}, role::udf_structures));
  return anchors_.back();
}

// The last block has one, or the 257th from the end (ECMA-167 3/8.4.2.1) where the last is that of a VAT's
// ICB or of a partition table. A disk has less than a cylinder behind the anchor, so that it ends where it
// was asked for, when `boot_plan` asks again.
void udf_plan::add_anchors(layout& to, const std::function<lba(lba)>& disk_end) {
  constexpr block_count behind = anchor_at + block_count{1};
  if (how_.disk.wanted()) pad_to(to, {disk_end(to.end + behind).value - behind.value});
  const auto at = add_anchor(to);
  to.end_anchor = at;
  if (is(udf::partition_type::vat)) {
    pad_to(to, at + anchor_at);
    where_.vat_icb = add_made(to, {1}, role::udf_structures);
  } else if (how_.udf.anchor_before_end && !how_.disk.wanted()) {
    add(to, anchor_at, role::padding);
  }
}

void udf_plan::end_partition(layout& to, const std::function<lba(tree::content_id)>& of_content,
                             const std::function<lba(lba)>& disk_end) {
  where_.content = of_content;
  if (volume_.loose_blocks().value > 0) where_.loose = add_made(to, volume_.loose_blocks(), role::udf_nodes);
  if (is(udf::partition_type::metadata)) add_mirror(to);
  if (is(udf::partition_type::vat)) where_.vat = add_made(to, volume_.vat_blocks(), role::udf_structures);
  if (is(udf::partition_type::sparable)) {
    where_.bitmap = add_made(to, volume_.bitmap_blocks(where_.partition, to.end), role::udf_structures);
    pad_to(to, aligned(to.end, volume_.options().ecc_blocks));
  }
  where_.partition_end = to.end;
  if (is(udf::partition_type::sparable)) add_spares(to);
  pad_to(to, aligned(to.end));
  where_.reserve = add_made(to, udf::sequence_blocks, role::udf_structures);
  add_anchors(to, disk_end);
  if (is(udf::partition_type::vat)) where_.partition_end = to.end;
  volume_.place(where_);
  make_all(to);
}

void udf_plan::make(layout& to, lba at, std::shared_ptr<const disk::source> what) const {
  const auto e = std::lower_bound(to.extents.begin(), to.extents.end(), at,
                                  [](const extent& one, lba where) { return one.at < where; });
  to.made[e->made] = std::move(what);
}

void udf_plan::make(layout& to, lba at, std::vector<std::byte> bytes) const {
  make(to, at, std::make_shared<disk::memory_source>(std::move(bytes), "the UDF structures"));
}

void udf_plan::make_all(layout& to) const {
  const auto nodes = volume_.node_source();
  make(to, where_.nodes, nodes);
  if (volume_.loose_blocks().value > 0) make(to, where_.loose, volume_.loose_source());
  make(to, where_.reserve, volume_.sequence(true));
  for (const auto at : anchors_) make(to, at, volume_.anchor_block(at));
  if (is(udf::partition_type::metadata)) {
    make(to, where_.metadata_icb, volume_.metadata_file(false));
    make(to, where_.mirror_icb, volume_.metadata_file(true));
    if (volume_.options().mirror) make(to, where_.mirror, nodes);
  }
  if (is(udf::partition_type::sparable)) {
    make(to, where_.bitmap, volume_.bitmap());
    make(to, where_.second_table, volume_.sparing_table_block(where_.second_table));
  }
  if (is(udf::partition_type::vat)) {
    make(to, where_.vat, volume_.vat());
    make(to, where_.vat_icb, volume_.vat_icb());
  }
}

std::vector<relink> udf_plan::relinks() const {
  std::vector<relink> out;
  for (const auto& one : volume_.stale_parents())
    out.push_back({file_system::udf, where_.partition + block_count{one.directory}, lba{one.parent}, 0});
  return out;
}

void udf_plan::write_structures(layout& to) const {
  write(to, where_.main, volume_.sequence(false));
  write(to, where_.integrity, volume_.integrity_sequence());
  for (const auto at : front_) write(to, at, volume_.anchor_block(at));
  if (is(udf::partition_type::sparable))
    write(to, where_.first_table, volume_.sparing_table_block(where_.first_table));
}

}  // namespace comeback::image
