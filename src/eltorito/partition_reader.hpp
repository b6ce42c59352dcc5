// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/parsed.hpp"
#include "disk/source.hpp"
#include "eltorito/boot.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace comeback::eltorito {

struct found_partition {
  std::uint64_t first = 0, sectors = 0;  ///< of 512 bytes
  std::uint8_t type = 0;                 ///< of an MBR; 0 in a GPT
  bool active = false;
  bool efi_system = false;
  std::string name;  ///< UTF-8, as hostile as the image
};

/// The partitions of an image that is looked at as a disk: those of a GPT, else those of an MBR.
struct partition_table {
  partitioning kind = partitioning::none;
  std::vector<found_partition> partitions;
  /// Checksums, copies that disagree, extents beyond the image.
  std::vector<base::parse_error> faults;
};

/// Reads at most 64 KiB, whatever the table says of itself.
[[nodiscard]] partition_table read_partitions(const disk::source& from);

}  // namespace comeback::eltorito
