// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "disk/units.hpp"
#include "eltorito/boot.hpp"
#include "eltorito/format.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace comeback::eltorito {

/// A boot image where it lies.
struct placed_entry {
  boot_entry entry;
  disk::lba at;
  std::uint64_t bytes = 0;
};

/// With 32 entries, each in a section of its own, a catalog is exactly one block.
inline constexpr disk::block_count catalog_blocks{1};

[[nodiscard]] boot_record record_for(disk::lba catalog);
/// One block. Entries that follow each other and have the same platform and id share a section. At least one
/// entry and at most `entry_limit`.
[[nodiscard]] std::vector<std::byte> catalog_of(std::span<const placed_entry> entries);
[[nodiscard]] info_table table_for(const placed_entry& entry, disk::lba primary_descriptor);

/// Adds up the 32-bit words of a boot image from byte 64 on; pieces come in order, any size.
class table_checksum {
 public:
  void add(std::span<const std::byte> piece) noexcept;
  [[nodiscard]] std::uint32_t value() const noexcept { return sum_; }

 private:
  std::uint64_t at_ = 0;
  std::uint32_t sum_ = 0;
};

/// Of a validation entry: what makes all its words add up to 0 (El Torito 1.0, figure 2).
[[nodiscard]] std::uint16_t validation_checksum(const validation_entry& entry) noexcept;

}  // namespace comeback::eltorito
