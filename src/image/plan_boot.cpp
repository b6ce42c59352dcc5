// SPDX-License-Identifier: Apache-2.0
#include "image/plan_boot.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "eltorito/partition_grower.hpp"
#include "eltorito/partition_writer.hpp"
#include "eltorito/writer.hpp"
#include "iso9660/format.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <xxhash.h>

namespace comeback::image {
namespace {

using eltorito::boot_entry;

bool is_efi_system(const boot_entry& e) {
  return e.on == eltorito::platform::efi && e.how == eltorito::emulation::none;
}

disk::lba place_of(const std::vector<disk::lba>& places, tree::content_id what) {
  return places.at(static_cast<std::uint32_t>(what));
}

void write(layout& out, disk::lba at, std::span<const std::byte> bytes) {
  const auto into = std::span(out.metadata).subspan(disk::bytes_in(at - out.first), bytes.size());
  std::memcpy(into.data(), bytes.data(), bytes.size());
}

// The extent that begins at `at` is these bytes.
void make(layout& out, disk::lba at, std::shared_ptr<const disk::source> bytes) {
  const auto e = std::ranges::lower_bound(out.extents, at, {}, &extent::at);
  e->made = static_cast<std::uint32_t>(out.made.size());
  out.made.push_back(std::move(bytes));
}

void make_last(layout& out, std::vector<std::byte> bytes) {
  out.extents.back().made = static_cast<std::uint32_t>(out.made.size());
  out.made.push_back(std::make_shared<disk::memory_source>(std::move(bytes)));
}

template <disk::record R>
patch patch_of(std::uint64_t offset, const R& r) {
  const auto bytes = std::as_bytes(std::span(&r, 1));
  return {offset, {bytes.begin(), bytes.end()}};
}

// GRUB's image for discs begins with a block that a BIOS loads; behind it stands the address of what follows,
// in sectors: of the image's sixth.
struct grub_rest {
  disk::le64 sector;
};
constexpr std::uint64_t grub_rest_at = 2548;

// Same plan, same ids: nothing here is random.
eltorito::unique_id id_of(const layout& out, const options& how, std::span<const std::byte> catalog) {
  const auto facts = fmt::format("{}|{}|{}|{}", how.volume_name, how.created.seconds, how.created.nanoseconds,
                                 out.end.value);
  std::vector<std::byte> all(catalog.begin(), catalog.end());
  const auto text = std::as_bytes(std::span(facts));
  all.insert(all.end(), text.begin(), text.end());
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(all.data(), all.size()));
  eltorito::unique_id id;
  std::ranges::copy(canonical.digest, id.bytes.begin());
  return id;
}

}  // namespace

boot_plan::boot_plan(const tree::file_tree& tree, const options& how) : tree_(tree), how_(how) {
  eltorito::check(how.boot, tree);
  if (!how.disk.wanted()) return;
  if (how.first_block != disk::lba{} && how.session.disk_area.empty())
    throw base::error(base::errc::invalid_parameter,
                      "Only an image that begins at block 0 can have a partition table.");
  eltorito::check(how.disk, static_cast<std::size_t>(std::ranges::count_if(how.boot, is_efi_system)));
}

disk::block_count boot_plan::catalog_blocks() const noexcept {
  return has_catalog() ? eltorito::catalog_blocks : disk::block_count{0};
}

disk::lba boot_plan::end_for(disk::lba end) const {
  if (!how_.disk.wanted()) return end;
  const auto used = end + tail_blocks() - disk::lba{};
  const auto cylinders =
      used.value / eltorito::cylinder.value + (used.value % eltorito::cylinder.value != 0 ? 1 : 0);
  return disk::lba{cylinders * eltorito::cylinder.value};
}

disk::block_count boot_plan::tail_blocks() const noexcept {
  return eltorito::tail_blocks(eltorito::partitions_of(how_.disk, has_efi()));
}

bool boot_plan::has_efi() const noexcept { return std::ranges::any_of(how_.boot, is_efi_system); }

std::vector<tree::content_id> boot_plan::images() const {
  std::vector<tree::content_id> out;
  for (const auto& e : how_.boot) out.push_back(e.image);
  return out;
}

bool boot_plan::is_image(tree::content_id what) const noexcept {
  return std::ranges::any_of(how_.boot, [what](const boot_entry& e) { return e.image == what; });
}

bool boot_plan::is_patched(tree::content_id what) const noexcept {
  return std::ranges::any_of(how_.boot,
                             [what](const boot_entry& e) { return e.image == what && e.info_table; });
}

void boot_plan::place_tail(layout& out) const {
  const auto table = tail_blocks();
  const auto end = end_for(out.end);
  const auto padding = end - out.end;
  if (padding > table) out.extents.push_back({out.end, {padding.value - table.value}, role::padding});
  out.end = end;
  if (table.value > 0) out.extents.push_back({{end.value - table.value}, table, role::partition_table});
}

eltorito::boot_record boot_plan::record() const { return eltorito::record_for(catalog_); }

void boot_plan::render(layout& out, const std::vector<disk::lba>& places) const {
  std::vector<std::byte> catalog;
  if (has_catalog()) {
    catalog = catalog_for(places);
    make(out, catalog_, std::make_shared<disk::memory_source>(catalog));
    add_tables(out, places);
  }
  if (!how_.session.disk_area.empty()) return grow_disk(out);
  if (how_.disk.wanted()) render_disk(out, places, catalog);
}

// The tables of the medium become longer when all else leads to the session; their copy is a part of it.
void boot_plan::grow_disk(layout& out) const {
  auto grown =
      eltorito::grow_tables(how_.session.disk_area, how_.session.disk_end, out.end - disk::lba{}).value();
  out.repointed.push_back({{}, std::move(grown.head)});
  if (!grown.tail.empty()) make_last(out, std::move(grown.tail));
}

std::vector<std::byte> boot_plan::catalog_for(const std::vector<disk::lba>& places) const {
  std::vector<eltorito::placed_entry> entries;
  for (const auto& e : how_.boot) entries.push_back({e, place_of(places, e.image), tree_.info(e.image).size});
  return eltorito::catalog_of(entries);
}

void boot_plan::add_tables(layout& out, const std::vector<disk::lba>& places) const {
  const bool grub = eltorito::kind_of(how_.disk.boot_code) == eltorito::loader_code::grub;
  std::vector<tree::content_id> done;
  for (const auto& e : how_.boot) {
    if (!e.info_table || std::ranges::find(done, e.image) != done.end()) continue;
    done.push_back(e.image);
    const auto at = place_of(places, e.image);
    const auto bytes = tree_.info(e.image).size;
    if (tree_.info(e.image).from == tree::origin::placed)
      throw base::error(
          base::errc::boot_image_data,
          fmt::format("The boot image {} lies on the medium already, so nothing can be put into it.",
                      base::printable(tree_.describe(e.image))));
    const auto begin = disk::bytes_in(at - out.first);
    const auto table = eltorito::table_for({e, at, bytes}, out.first + iso9660::system_area);
    out.patches.push_back(patch_of(begin + eltorito::info_table_at, table));
    if (grub && bytes >= grub_rest_at + sizeof(grub_rest))
      out.patches.push_back(patch_of(begin + grub_rest_at, grub_rest{at.value * 4 + 5}));
  }
  std::ranges::sort(out.patches, {}, &patch::offset);
}

void boot_plan::render_disk(layout& out, const std::vector<disk::lba>& places,
                            std::span<const std::byte> catalog) const {
  eltorito::disk_layout what{.blocks = out.end - out.first};
  for (const auto& e : how_.boot)
    if (is_efi_system(e)) what.efi.push_back({place_of(places, e.image), tree_.info(e.image).size});
  if (has_catalog()) what.loader = place_of(places, how_.boot.front().image);
  what.id = id_of(out, how_, catalog);
  write(out, out.first, eltorito::system_area_of(how_.disk, what));
  if (tail_blocks().value > 0) make_last(out, eltorito::tail_of(how_.disk, what));
}

}  // namespace comeback::image
