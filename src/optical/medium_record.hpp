// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "optical/medium.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace comeback::optical {

/// What lies beside an image: the kind of medium, and on sequential ones what was recorded. As text, a word
/// and its numbers a line, each line ended by a line feed (docs/decisions/0251):
///
///     comeback medium 1
///     type dvd+r
///     capacity 2295104
///     next 6144
///     session 0 4096
///     closed
///     end
///
/// `capacity` 0 is no limit, which only `disk` has. `next`, `session` (first block, blocks; ascending) and
/// `closed` are of sequential media; `next` alone is always there. `end` tells a whole record from one that
/// was cut off.
struct medium_record {
  media_type type = media_type::disk;
  disk::block_count capacity{};
  disk::lba next{};                        ///< where the next session begins
  std::vector<recorded_session> sessions;  ///< all of them closed
  bool closed = false;                     ///< for good

  bool operator==(const medium_record&) const = default;
};

/// Blocks have 32-bit addresses in every file system and command.
inline constexpr disk::block_count most_blocks{std::uint64_t{1} << 32U};
/// More sessions than any medium takes; a record of as many is still read.
inline constexpr std::size_t most_sessions = 20'000;
/// The largest record that is read, in bytes.
inline constexpr std::size_t record_limit = std::size_t{1} << 20U;

struct record_fault {
  std::size_t line;  ///< from 1
  std::string what;  ///< "session 2 begins before session 1 ends"
};

[[nodiscard]] std::string write_record(const medium_record& record);
/// Whatever lies there. What is taken comes out of `write_record` again, byte for byte.
[[nodiscard]] tl::expected<medium_record, record_fault> read_record(std::string_view text);

}  // namespace comeback::optical
