// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "disk/units.hpp"
#include "imapi2fs/block_ranges.hpp"
#include "imapi2fs/image_model.hpp"

#include <vector>

namespace comeback::imapi2fs {

/// Whether the stream of a result begins at sector 0 of the medium though its session does not.
[[nodiscard]] bool holds_older_sessions(const made_image& made) noexcept;
/// Blocks of the stream of a result: whole write units of the medium.
[[nodiscard]] disk::block_count blocks_of(const made_image& made) noexcept;
/// Blocks of the stream that are to be recorded, in that order. Behind older sessions: the new one; its last
/// anchor, which says that all is there; then each write unit at the medium's beginning that leads to it. A
/// burn that is cut leaves in each file system the older session or the new one.
[[nodiscard]] std::vector<blocks_between> ranges_of(const made_image& made);

}  // namespace comeback::imapi2fs
