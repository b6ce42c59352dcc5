// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "disk/units.hpp"
#include "iso9660/format.hpp"

#include <string>

namespace comeback::iso9660 {

/// What a volume descriptor tells, in words of no character set.
struct volume_facts {
  std::string system{}, volume{}, volume_set{}, publisher{}, preparer{}, application{};  // UTF-8
  base::timestamp created{};
  disk::block_count blocks{};
  std::uint32_t path_table_bytes = 0;
  disk::lba path_table_l{}, path_table_m{};
  directory_record root;
};

/// Everything but the texts and what tells the kinds apart; texts are filled with NUL.
[[nodiscard]] volume_descriptor unnamed_descriptor(const volume_facts& facts);

/// The primary volume descriptor (ECMA-119 8.4).
[[nodiscard]] volume_descriptor primary_descriptor(const volume_facts& facts);

/// The enhanced volume descriptor of ISO 9660:1999, level 4: a supplementary one of version 2 (ECMA-119 4th
/// edition). Its texts are UTF-8, as the names of its directories are.
[[nodiscard]] volume_descriptor enhanced_descriptor(const volume_facts& facts);
[[nodiscard]] bool is_enhanced(const volume_descriptor& d) noexcept;

/// The block that ends the descriptors (8.3).
struct terminator {
  descriptor_header header{.type = static_cast<u8>(descriptor_type::terminator)};
  std::array<u8, 2041> reserved{};
};
static_assert(disk::record<terminator> && sizeof(terminator) == disk::block_size);

}  // namespace comeback::iso9660
