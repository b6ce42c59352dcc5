// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/parsed.hpp"
#include "base/time.hpp"
#include "disk/source.hpp"
#include "tree/tree.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace comeback::rockridge {

/// What the system use field of one directory record says. Texts are as hostile as the image.
struct facts {
  std::optional<std::string> name{};  ///< NM; absent for "." and ".." and where the entry stands for them
  std::optional<std::uint32_t> mode{}, links{}, user{}, group{}, serial{};  ///< PX
  std::optional<std::uint32_t> device_high{}, device_low{};                 ///< PN
  std::optional<std::string> link_target{};                                 ///< SL
  std::optional<base::timestamp> modified{};                                ///< TF
  tree::other_times times{};                                                ///< TF
  std::optional<std::uint32_t> child{};   ///< CL: where the directory lies for which this file stands
  std::optional<std::uint32_t> parent{};  ///< PL: where the parent of a moved directory lies
  bool relocated = false;                 ///< RE: a directory that stands here only because it had to move
  std::optional<std::uint8_t> skipped{};  ///< SP: bytes in front of the entries of every other record
  bool known_extension = false;           ///< ER of Rock Ridge, by any of its names
};

/// Reads the entries of a record, following continuation areas (SUSP 5.1) within `from`: at most 64 KiB and
/// 64 of them, so that chains end. `offset`: of `field` in the image, for faults. Entries that nobody knows
/// are passed over (SUSP 4). `continued`: receives the bytes of the areas, also of those that end in a fault;
/// records may share them, so who reads many must bound it.
[[nodiscard]] base::parsed<facts> read(const disk::source& from, std::span<const std::byte> field,
                                       std::uint64_t offset, std::uint64_t* continued = nullptr);

}  // namespace comeback::rockridge
