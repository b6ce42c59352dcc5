// SPDX-License-Identifier: Apache-2.0
// Files of a volume's own that a later session changes in part: the metadata file by allocation units, the
// virtual allocation table by blocks.
#pragma once

#include "udf/entry.hpp"
#include "udf/kept.hpp"

#include <cstdint>
#include <vector>

namespace comeback::udf {

inline constexpr std::uint32_t allocation_unit = 32;  // UDF 2.2.10: a multiple of the ECC block, at least 32

/// Extents of one file after which it is written as one again. An ICB has room for 229.
inline constexpr std::size_t most_runs = 200;

/// Where a file lies that had the blocks `old`, of which the units `changed` (sorted) are replaced by units
/// that lie from block `at` on, one behind the other and in front of `more` blocks that the file gets at its
/// end. Blocks of `old` behind its last whole unit are gone.
[[nodiscard]] std::vector<kept_run> remapped(const std::vector<kept_run>& old,
                                             const std::vector<std::uint64_t>& changed, std::uint64_t unit,
                                             std::uint64_t more, std::uint64_t at);

/// The first `blocks` of a file.
[[nodiscard]] std::vector<kept_run> first_of(std::vector<kept_run> runs, std::uint64_t blocks);

/// The same as extents of a file of `bytes`.
[[nodiscard]] std::vector<data_run> extents_of(const std::vector<kept_run>& runs, std::uint64_t bytes);

[[nodiscard]] std::uint64_t blocks_of(const std::vector<kept_run>& runs) noexcept;

/// The block of the partition that holds the `which`th of a file.
[[nodiscard]] std::uint64_t block_in(const std::vector<kept_run>& runs, std::uint64_t which) noexcept;

}  // namespace comeback::udf
