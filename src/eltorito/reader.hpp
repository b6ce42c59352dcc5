// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/parsed.hpp"
#include "disk/source.hpp"
#include "disk/units.hpp"
#include "eltorito/boot.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace comeback::eltorito {

/// An entry as the catalog of an image has it: as hostile as the image.
struct found_entry {
  std::uint8_t platform = 0;  ///< one of `platform`, or another number
  std::uint8_t media = 0;     ///< one of `emulation`, or another number
  bool bootable = false;
  std::uint16_t load_segment = 0, sectors = 0;
  std::uint8_t system_type = 0;
  disk::lba at;
  std::string id;  ///< the bytes in front of the padding: of the catalog or of the section
};

struct boot_catalog {
  disk::lba at;
  std::vector<found_entry> entries;
  /// What is wrong: with a checksum or an extent the entries are good for something all the same.
  std::vector<base::parse_error> faults;
};

/// The boot catalog of the session that begins at `first`; none where its block 17 is no boot record of El
/// Torito. Reads at most 64 KiB; at most `catalog_limit` entries and faults.
[[nodiscard]] std::optional<boot_catalog> read_catalog(const disk::source& from, disk::lba first);

inline constexpr std::size_t catalog_limit = 2048;  ///< entries of 32 bytes in 64 KiB

}  // namespace comeback::eltorito
