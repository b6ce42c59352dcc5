// SPDX-License-Identifier: Apache-2.0
#include "image/rock_ridge_volume.hpp"

#include "image/allowance.hpp"
#include "image/iso_volume.hpp"
#include "image/open.hpp"
#include "rockridge/mode.hpp"
#include "rockridge/reader.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace comeback::image {
namespace {

using base::fault;
using iso9660::raw_record;

// What the first record of a directory, its own, says; none where it cannot be read.
std::optional<rockridge::facts> own_facts(const iso9660::reader& records, disk::lba at,
                                          std::uint8_t skipped) {
  std::optional<rockridge::facts> out;
  const auto done = records.visit(at, disk::block_size, [&](const raw_record& r) {
    if (auto facts = rock_ridge_facts(records, r, skipped)) out = std::move(*facts);
    return false;
  });
  return done ? out : std::nullopt;
}

// The record says whether it is a directory; the mode only what else it may be.
void set_kind(entry& e, std::uint32_t mode) {
  const auto kind = rockridge::kind_of(mode).value_or(tree::node_kind::file);
  if (e.directory || kind == tree::node_kind::directory) return;
  e.kind = kind;
}

void set_attributes(entry& e, const rockridge::facts& facts) {
  if (facts.mode) {
    set_kind(e, *facts.mode);
    e.attributes.given = true;
    e.attributes.permissions = static_cast<std::uint16_t>(*facts.mode & 07777);
    e.attributes.user = facts.user.value_or(0);
    e.attributes.group = facts.group.value_or(0);
  }
  e.attributes.hidden = e.hidden;
  e.attributes.major = facts.device_high.value_or(0);
  e.attributes.minor = facts.device_low.value_or(0);
  // One number for both, as old systems had it.
  if (e.attributes.major == 0 && e.attributes.minor > 0xFF) {
    e.attributes.major = e.attributes.minor >> 8;
    e.attributes.minor &= 0xFF;
  }
  e.link_count = facts.links.value_or(1);
  if (!e.directory && e.link_count > 1) e.node = facts.serial.value_or(0);
  if (facts.modified) e.modified = *facts.modified;
  e.times = facts.times;
}

}  // namespace

base::parsed<rockridge::facts> rock_ridge_facts(const iso9660::reader& records, const raw_record& r,
                                                std::uint8_t skipped, std::uint64_t* continued) {
  const auto skip = std::min<std::size_t>(skipped, r.system_use.size());
  return rockridge::read(records.source(), r.system_use.subspan(skip), r.system_use_offset + skip, continued);
}

volume_info rock_ridge_volume::info() const { return info_of(file_system::rock_ridge, records_); }

entry rock_ridge_volume::root() const {
  auto e = root_of(records_);
  if (const auto facts = own_facts(records_, e.runs.front().at, 0)) set_attributes(e, *facts);
  return e;
}

base::parsed<std::vector<entry>> rock_ridge_volume::list(const entry& directory) const {
  if (directory.fault) return tl::unexpected(*directory.fault);
  entry_list out(file_system::iso9660, records_.style());
  bool too_large = false;
  const auto& where = directory.runs.front();
  auto allowed = allowance::of_list(records_.source().size());
  const auto done = records_.visit(where.at, where.bytes, [&](const raw_record& r) {
    if (!out.add(r)) return true;
    const auto kept = decorate(out.last(), r);
    too_large = !allowed.take(weight_of(out.last()));
    // What is wrong with one entry is not wrong with the others.
    if (!kept) out.last().fault = std::make_shared<const base::parse_error>(kept.error());
    if (kept && !*kept) out.drop_last();
    return !too_large;
  });
  if (too_large)
    return tl::unexpected(base::parse_error{fault::out_of_range, where.offset(),
                                            "directory: its entries are far larger than the image"});
  if (!done) return tl::unexpected(done.error());
  return out.finish();
}

// False: the entry stands for a directory that belongs elsewhere (RRIP 4.1.5.3).
base::parsed<bool> rock_ridge_volume::decorate(entry& e, const raw_record& r) const {
  const auto facts = rock_ridge_facts(records_, r, skipped_, &e.overhead);
  if (!facts) return tl::unexpected(facts.error());
  if (facts->relocated) return false;
  if (facts->name) e.name = e.stored_name = *facts->name;
  if (facts->child) {
    const auto bytes = bytes_of_directory({*facts->child});
    if (!bytes) return tl::unexpected(bytes.error());
    e.directory = true;
    e.kind = tree::node_kind::directory;
    e.size = *bytes;
    e.runs = {{disk::lba{*facts->child}, *bytes}};
  }
  set_attributes(e, *facts);
  if (e.kind == tree::node_kind::symbolic_link) e.link_target = facts->link_target.value_or("");
  return true;
}

// The record in the parent is that of a file: only the directory itself tells how long it is.
base::parsed<std::uint64_t> rock_ridge_volume::bytes_of_directory(disk::lba at) const {
  std::optional<std::uint64_t> bytes;
  const auto done = records_.visit(at, disk::block_size, [&](const raw_record& r) {
    if (r.is_directory() && r.fixed.extent.value() == at.value) bytes = r.fixed.size.value();
    return false;
  });
  if (!done) return tl::unexpected(done.error());
  if (!bytes)
    return tl::unexpected(
        base::parse_error{fault::disagrees, disk::offset_of(at), "CL: no directory begins there"});
  return *bytes;
}

bool rock_ridge_volume::matches(const entry& e, std::string_view wanted) const { return e.name == wanted; }

std::uint64_t rock_ridge_volume::place_of(const entry& e) const { return e.runs.front().offset(); }

std::unique_ptr<const volume_reader> find_rock_ridge(const iso9660::reader& records) {
  const auto root = root_of(records);
  std::optional<rockridge::facts> own;
  // SP stands at the very beginning, whatever it says of others.
  own = own_facts(records, root.runs.front().at, 0);
  if (!own || !own->skipped || !(own->known_extension || own->mode)) return nullptr;
  return std::make_unique<const rock_ridge_volume>(records, *own->skipped);
}

}  // namespace comeback::image
