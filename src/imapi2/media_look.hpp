// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "disk/source.hpp"
#include "imapi2/drive.hpp"
#include "optical/medium.hpp"

#include <cstdint>
#include <memory>
#include <vector>

#include <imapi2.h>

namespace comeback::imapi2 {

/// A medium as it was at one moment.
struct media_look {
  optical::media_facts facts;
  optical::medium_state state;
  std::vector<optical::recorded_session> sessions;
  disk::block_count capacity;  ///< 0: no limit
  disk::block_count free;
  disk::lba next_writable;
  std::shared_ptr<const disk::source> bytes;
};

[[nodiscard]] media_look look_at(const optical::medium& what);
/// Of the medium in a drive. `errc::recorder_no_media`, `errc::recorder_locked`.
[[nodiscard]] media_look look_into(drive& where);

[[nodiscard]] inline bool is_sequential(const media_look& at) noexcept {
  return at.facts.how == optical::writing::sequential;
}
[[nodiscard]] inline bool is_random(const media_look& at) noexcept {
  return at.facts.how == optical::writing::random;
}
[[nodiscard]] bool is_cd(const media_look& at) noexcept;
/// Whether the last session was begun and neither ended nor given up.
[[nodiscard]] bool is_cut_off(const media_look& at) noexcept;
/// Whether something can be written behind what is there.
[[nodiscard]] bool takes_more(const media_look& at) noexcept;
/// Physically blank, or written at random and without anything in its first and last 2 MB, where every file
/// system has some structure (get_MediaHeuristicallyBlank).
[[nodiscard]] bool seems_blank(const media_look& at);

[[nodiscard]] IMAPI_FORMAT2_DATA_MEDIA_STATE status_of(const media_look& at) noexcept;
[[nodiscard]] IMAPI_MEDIA_WRITE_PROTECT_STATE protection_of(const media_look& at) noexcept;

// Numbers of blocks as the API has them: a medium without limit has as many as a LONG can say. The last four
// throw `errc::invalid_media_state` where a medium has no such number.
[[nodiscard]] std::uint64_t total_sectors(const media_look& at);
[[nodiscard]] std::uint64_t free_sectors(const media_look& at);
[[nodiscard]] std::uint64_t next_address(const media_look& at);
/// -1: there is no session.
[[nodiscard]] std::int64_t start_of_last_session(const media_look& at);
[[nodiscard]] std::int64_t end_of_last_session(const media_look& at);

/// Behind each session of data on a CD lie two seconds without content (put_PostgapAlreadyInImage).
inline constexpr disk::block_count post_gap{150};

}  // namespace comeback::imapi2
