// SPDX-License-Identifier: Apache-2.0
#include "eltorito/reader.hpp"

#include "eltorito/format.hpp"
#include "eltorito/writer.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include <fmt/format.h>

namespace comeback::eltorito {
namespace {

using base::fault;

constexpr std::size_t entry_bytes = 32, catalog_bytes = catalog_limit * entry_bytes;

std::vector<std::byte> read_bytes(const disk::source& from, disk::lba at, std::size_t bytes) {
  const auto blocks = disk::blocks_for(from.size());
  if (at.value >= blocks.value) return {};
  std::vector<std::byte> out(bytes);
  out.resize(from.read_at(disk::offset_of(at), out));
  return out;
}

std::optional<boot_record> find_record(const disk::source& from, disk::lba first) {
  const auto bytes = read_bytes(from, first + boot_record_block, disk::block_size);
  const auto r = disk::read<boot_record>(bytes, 0, "boot record");
  const bool is = r && r->header.type == static_cast<u8>(iso9660::descriptor_type::boot) &&
                  r->header.standard.all() == "CD001" && r->system.trimmed() == boot_system;
  return is ? std::optional(*r) : std::nullopt;
}

class catalog_reader {
 public:
  catalog_reader(const disk::source& from, disk::lba at)
      : from_(from), begin_(disk::offset_of(at)), bytes_(read_bytes(from, at, catalog_bytes)) {
    out_.at = at;
  }

  boot_catalog run() {
    if (check_validation() && read_entry("initial entry")) read_sections();
    return std::move(out_);
  }

 private:
  void find(fault what, std::string field) { out_.faults.push_back({what, begin_ + at_, std::move(field)}); }

  // The record at the place that was reached; a fault and nothing where the image ends.
  template <class Record>
  std::optional<Record> next(std::string_view what) {
    const auto r = disk::read<Record>(bytes_, at_, what, begin_);
    if (r) return *r;
    out_.faults.push_back({r.error().what, r.error().offset, "boot catalog: " + r.error().field});
    return std::nullopt;
  }

  bool check_validation() {
    const auto v = next<validation_entry>("validation entry");
    if (!v) return false;
    if (v->header != 1 || v->key != validation_entry{}.key) {
      find(fault::bad_magic, "boot catalog: validation entry");
      return false;
    }
    if (v->checksum != validation_checksum(*v)) find(fault::bad_checksum, "boot catalog: validation entry");
    platform_ = v->platform;
    id_ = v->id.trimmed();
    at_ += entry_bytes;
    return true;
  }

  bool read_entry(std::string_view what) {
    const auto e = next<catalog_entry>(what);
    if (!e) return false;
    if (e->indicator != indicator::bootable && e->indicator != indicator::not_bootable)
      find(fault::out_of_range, fmt::format("boot catalog: {}: boot indicator", what));
    if ((e->media & media_kind) > static_cast<u8>(emulation::hard_disk))
      find(fault::out_of_range, fmt::format("boot catalog: {}: media type", what));
    check_extent(*e, what);
    out_.entries.push_back({platform_, static_cast<u8>(e->media & media_kind),
                            e->indicator == indicator::bootable, e->load_segment, e->sectors, e->system_type,
                            disk::lba{e->at}, id_});
    at_ += entry_bytes;
    if (what != "initial entry" && (e->media & more_extensions) != 0) skip_extensions();
    return true;
  }

  // A floppy's size is known; of a hard disk and of what is not emulated only the part that is loaded.
  static std::uint64_t least_bytes(const catalog_entry& e) {
    static constexpr std::array<std::uint64_t, 4> floppies{0, 1228800, 1474560, 2949120};
    const auto kind = e.media & media_kind;
    const auto loaded = std::max<std::uint64_t>(1, e.sectors) * 512;
    return kind < 4 && kind > 0 ? floppies[static_cast<std::size_t>(kind)] : loaded;
  }

  void check_extent(const catalog_entry& e, std::string_view what) {
    const auto begin = disk::offset_of(disk::lba{e.at});
    if (begin > from_.size() || from_.size() - begin < least_bytes(e))
      find(fault::out_of_range, fmt::format("boot catalog: {}: extent", what));
  }

  void skip_extensions() {
    while (at_ + entry_bytes <= bytes_.size() &&
           bytes_[at_] == std::byte{indicator::extension}) {  // El Torito 1.0, figure 6
      const auto flags = std::to_integer<u8>(bytes_[at_ + 1]);
      at_ += entry_bytes;
      if ((flags & more_extensions) == 0) return;
    }
  }

  // A catalog ends with the last header's entries, where none follows, or where its blocks do.
  void read_sections() {
    while (at_ < bytes_.size()) {
      if (bytes_[at_] == std::byte{0}) return;
      const auto header = next<section_header>("section header");
      if (!header) return;
      if (header->indicator != indicator::header && header->indicator != indicator::last_header)
        return find(fault::bad_magic, "boot catalog: section header");
      platform_ = header->platform;
      id_ = header->id.trimmed();
      at_ += entry_bytes;
      for (unsigned i = 0; i < header->entries; ++i)
        if (!read_entry("section entry")) return;
      if (header->indicator == indicator::last_header) return;
    }
  }

  const disk::source& from_;
  std::uint64_t begin_;
  std::vector<std::byte> bytes_;
  std::size_t at_ = 0;
  u8 platform_ = 0;
  std::string id_;
  boot_catalog out_;
};

}  // namespace

std::optional<boot_catalog> read_catalog(const disk::source& from, disk::lba first) {
  const auto record = find_record(from, first);
  if (!record) return std::nullopt;
  return catalog_reader(from, disk::lba{record->catalog}).run();
}

}  // namespace comeback::eltorito
