// SPDX-License-Identifier: Apache-2.0
#include "eltorito/boot.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <array>

#include <fmt/format.h>

namespace comeback::eltorito {
namespace {

constexpr std::uint64_t sector = 512;
// From 0x7C00 on, and well below the BIOS's own data at the end of the first 640 KiB.
constexpr std::uint64_t low_memory_sectors = 1024;

constexpr std::array<std::uint64_t, 4> floppy_sizes{0, 80 * 2 * 15 * sector, 80 * 2 * 18 * sector,
                                                    80 * 2 * 36 * sector};

[[noreturn]] void refuse(base::errc code, const tree::file_tree& tree, const boot_entry& entry,
                         std::string_view why) {
  throw base::error(code,
                    fmt::format("The boot image {} {}.", base::printable(tree.describe(entry.image)), why));
}

void check_size(const boot_entry& entry, const tree::file_tree& tree) {
  const auto bytes = tree.info(entry.image).size;
  if (bytes == 0) refuse(base::errc::boot_image_data, tree, entry, "is empty");
  const auto kind = static_cast<std::size_t>(entry.how);
  if (kind > 0 && kind < floppy_sizes.size() && bytes != floppy_sizes[kind])
    refuse(base::errc::boot_emulation_image_size_mismatch, tree, entry,
           fmt::format("has {} bytes, a floppy of that kind {}", bytes, floppy_sizes[kind]));
  if (entry.how == emulation::hard_disk && bytes % sector != 0)
    refuse(base::errc::boot_emulation_image_size_mismatch, tree, entry,
           fmt::format("has {} bytes, no whole number of sectors", bytes));
  if (entry.info_table && bytes < 64)
    refuse(base::errc::boot_image_data, tree, entry, "is too short for an information table");
}

void check_one(const boot_entry& entry, const tree::file_tree& tree, bool first) {
  if (static_cast<std::size_t>(entry.image) >= tree.content_limit())
    throw base::error(base::errc::boot_image_data, "A boot image is not in the tree.");
  check_size(entry, tree);
  if (name_of(entry.how).empty())
    refuse(base::errc::boot_image_data, tree, entry, "has an emulation that does not exist");
  if (entry.id.size() > (first ? 24U : 28U))
    refuse(base::errc::boot_image_data, tree, entry, "has too long an id");
  if ((entry.info_table || entry.how == emulation::hard_disk) && !entry.facts)
    refuse(base::errc::boot_image_data, tree, entry, "has not been read");
}

}  // namespace

std::string_view name_of(platform what) noexcept {
  switch (what) {
    case platform::x86:
      return "x86";
    case platform::powerpc:
      return "powerpc";
    case platform::mac:
      return "mac";
    case platform::efi:
      return "efi";
  }
  return "";
}

std::string_view name_of(emulation what) noexcept {
  switch (what) {
    case emulation::none:
      return "none";
    case emulation::floppy_1_2:
      return "floppy-1.2";
    case emulation::floppy_1_44:
      return "floppy-1.44";
    case emulation::floppy_2_88:
      return "floppy-2.88";
    case emulation::hard_disk:
      return "hard-disk";
  }
  return "";
}

emulation emulation_for(std::uint64_t bytes) noexcept {
  for (std::size_t i = 1; i < floppy_sizes.size(); ++i)
    if (floppy_sizes[i] == bytes) return static_cast<emulation>(i);
  return emulation::none;
}

std::uint16_t load_sectors(const boot_entry& entry, std::uint64_t bytes) noexcept {
  if (entry.sectors != 0) return entry.sectors;
  if (entry.how != emulation::none) return 1;
  const auto all = bytes / sector + (bytes % sector != 0 ? 1 : 0);
  if (entry.on == platform::x86)
    return static_cast<std::uint16_t>(entry.info_table || all > low_memory_sectors ? 4 : all);
  return static_cast<std::uint16_t>(all > 0xFFFF ? 0 : all);
}

void check(const std::vector<boot_entry>& entries, const tree::file_tree& tree) {
  if (entries.size() > entry_limit)
    throw base::error(
        base::errc::boot_image_data,
        fmt::format("There are {} boot images: a boot catalog holds {}.", entries.size(), entry_limit));
  for (std::size_t i = 0; i < entries.size(); ++i) check_one(entries[i], tree, i == 0);
}

}  // namespace comeback::eltorito
