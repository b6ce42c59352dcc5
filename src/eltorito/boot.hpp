// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tree/tree.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace comeback::eltorito {

/// Who boots (El Torito 1.0, figure 3; EFI: UEFI 2.10, 13.3.2.1). Other numbers may stand in an image.
enum class platform : std::uint8_t { x86 = 0, powerpc = 1, mac = 2, efi = 0xEF };
/// "x86", "powerpc", "mac", "efi"; "" of other numbers.
[[nodiscard]] std::string_view name_of(platform what) noexcept;

/// What the firmware makes of the boot image (El Torito 1.0, figure 4).
enum class emulation : std::uint8_t { none, floppy_1_2, floppy_1_44, floppy_2_88, hard_disk };
/// "none", "floppy-1.2", "floppy-1.44", "floppy-2.88", "hard-disk"; "" of other numbers.
[[nodiscard]] std::string_view name_of(emulation what) noexcept;
/// The floppy that has exactly `bytes`, else none.
[[nodiscard]] emulation emulation_for(std::uint64_t bytes) noexcept;

/// What only the bytes of a boot image tell; `image::prepare_boot` reads them.
struct image_facts {
  std::uint32_t checksum = 0;    ///< of all 32-bit words behind byte 64, for the boot information table
  std::uint8_t system_type = 0;  ///< of the partition in the image of a hard disk
  bool operator==(const image_facts&) const = default;
};

/// A boot image, and how it is started. Only the first entry of an image boots by itself on a BIOS; UEFI
/// takes the first of its platform.
struct boot_entry {
  /// In the image's tree: that of a file, or one that `file_tree::add_hidden` added.
  tree::content_id image = tree::no_content;
  platform on = platform::x86;
  emulation how = emulation::none;
  bool bootable = true;
  std::uint16_t load_segment = 0;  ///< 0: 0x07C0, where a BIOS puts boot sectors
  /// 512 bytes each; 0: by rule, see `load_sectors`.
  std::uint16_t sectors = 0;
  /// Writes address, size and checksum of the image into bytes 8 to 63 of it, which loaders such as isolinux
  /// need to find the rest of themselves. Needs `image::prepare_boot`.
  bool info_table = false;
  /// Who made it: at most 24 bytes in the first entry, 28 in others; nothing looks at it.
  std::string id{};
  std::optional<image_facts> facts{};
};

inline constexpr std::size_t entry_limit = 32;

/// How many sectors of 512 bytes the firmware is told to load of an image of `bytes`. Where `entry` does not
/// say it: 1 of an emulated disk; without emulation on x86 4 with an information table (the loader fetches
/// the rest) and all without one, unless that is beyond 512 KiB, then 4; all on other platforms, or 0 where
/// that is beyond 16 bits, which UEFI reads as "up to the end of the disc" (UEFI 2.10, 13.3.2.1).
[[nodiscard]] std::uint16_t load_sectors(const boot_entry& entry, std::uint64_t bytes) noexcept;

/// Throws `boot_image_data` (too many entries, an empty image, an id that is too long, facts that are
/// missing), `boot_emulation_image_size_mismatch` (a floppy that has not the size of one), naming the boot
/// image.
void check(const std::vector<boot_entry>& entries, const tree::file_tree& tree);

/// What stands in front of everything when the image is looked at as a disk, so that it boots from USB, too.
enum class partitioning : std::uint8_t {
  none,
  /// One partition over all and one for each EFI boot image, which lie in it.
  mbr,
  /// A GUID partition table with its copy at the end: a partition for each EFI boot image.
  gpt,
};

struct disk_options {
  /// Code that a BIOS runs from a disk, at most 446 bytes of it, or whole sectors whose table and signature
  /// are replaced; nothing is shipped. isolinux's and GRUB's are known by their texts and told where the
  /// first boot image is.
  std::vector<std::byte> boot_code{};
  /// None with `boot_code` means: `gpt` where a boot image is for EFI, else `mbr`.
  partitioning partitions = partitioning::none;
  std::uint8_t partition_type = 0x17;  ///< of the partition over all: nobody mounts hidden NTFS
  [[nodiscard]] bool wanted() const noexcept {
    return !boot_code.empty() || partitions != partitioning::none;
  }
};

}  // namespace comeback::eltorito
