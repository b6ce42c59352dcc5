// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "imapi2/media_look.hpp"
#include "optical/medium.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace comeback::imapi2 {

/// Blocks of a stream, in the order in which they are to be recorded (IBlockRangeList).
struct block_run {
  disk::lba first;
  disk::block_count blocks;
};

struct burn_options {
  bool force_overwrite = false;
  bool force_closed = false;
  bool postgap_in_image = false;
  bool disable_dvd_compatibility = false;
};

/// A run, and where on the medium it goes.
struct placed_run {
  disk::lba from, to;
  disk::block_count blocks;
};

/// What is to be done to a medium.
struct burn_plan {
  std::vector<placed_run> runs;
  disk::lba start;            ///< the first block on the medium
  disk::block_count blocks;   ///< of all runs
  disk::block_count padding;  ///< zeros behind the last run
  bool finalize = false;
};

/// Sequential media take the runs one behind the other, from the next writable address on, as one session;
/// random ones each at the address it has in the stream. No runs: the whole stream. Throws
/// `errc::data_media_not_supported`, `errc::invalid_media_state`, `errc::data_media_not_blank` (the whole of
/// a medium that is not blank would be overwritten), `errc::data_stream_too_large`, and
/// `errc::data_stream_not_supported` for runs that the stream has not.
[[nodiscard]] burn_plan plan_burn(const media_look& at, disk::block_count stream,
                                  const std::optional<std::vector<block_run>>& runs, burn_options how);

enum class verification : std::uint8_t { none, quick, full };

/// How far it is; addresses are those of the medium.
struct burn_progress {
  disk::block_count done;
  disk::lba last;  ///< the block recorded last; meaningless while `done` is 0
};

struct burn_work {
  /// Fills the bytes with those of the stream from an offset on.
  std::function<void(std::uint64_t offset, std::span<std::byte> into)> read;
  std::function<void(const burn_progress&)> report;  ///< after each piece
  std::stop_token stop;
};

/// Pieces in which is read and written.
inline constexpr disk::block_count piece{256};

/// Records the runs; a stop that is asked for throws `errc::request_cancelled`. What is not ended by
/// `end_burn` stays a session that is cut off.
void record(optical::medium& to, const burn_plan& plan, const burn_work& work);
/// Waits for the medium, and ends the session.
void end_burn(optical::medium& to, const burn_plan& plan);
/// Compares the medium with the stream: all blocks, or a few of each run. `errc::burn_verification_failed`.
void verify_burn(const optical::medium& on, const burn_plan& plan, const burn_work& work, verification how);

}  // namespace comeback::imapi2
