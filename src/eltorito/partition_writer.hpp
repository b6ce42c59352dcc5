// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "disk/units.hpp"
#include "eltorito/boot.hpp"
#include "eltorito/partition_format.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace comeback::eltorito {

/// What a partition table says of an image.
struct disk_layout {
  disk::block_count blocks;  ///< of the whole image
  struct part {
    disk::lba at;
    std::uint64_t bytes = 0;
  };
  std::vector<part> efi{};            ///< boot images that are EFI system partitions
  std::optional<disk::lba> loader{};  ///< the first boot image, which the code in the MBR may load
  unique_id id{};                     ///< all ids are made of this one
};

/// `partitions`, with the rule for what was not said.
[[nodiscard]] partitioning partitions_of(const disk_options& how, bool has_efi) noexcept;

/// The smallest tail: the blocks at the very end that belong to the copy of a GPT.
[[nodiscard]] disk::block_count tail_blocks(partitioning how) noexcept;
/// A disk has whole cylinders of 64 heads and 32 sectors, 1 MiB each: BIOSes that count in cylinders find
/// none in a smaller one, and nothing behind the last.
inline constexpr disk::block_count cylinder{512};

/// The code that the user gave, as far as it is known.
enum class loader_code : std::uint8_t { unknown, isolinux, grub };
[[nodiscard]] loader_code kind_of(std::span<const std::byte> boot_code) noexcept;

/// Throws `boot_image_data` for boot code that does not fit: above 446 bytes it must be whole sectors, at
/// most 32 KiB, with a GPT one sector; for a fourth EFI boot image in an MBR.
void check(const disk_options& how, std::size_t efi_images);

/// The first 32 KiB of the image: MBR, perhaps GPT.
[[nodiscard]] std::vector<std::byte> system_area_of(const disk_options& how, const disk_layout& what);
/// The last blocks, `tail_blocks` of them.
[[nodiscard]] std::vector<std::byte> tail_of(const disk_options& how, const disk_layout& what);

}  // namespace comeback::eltorito
