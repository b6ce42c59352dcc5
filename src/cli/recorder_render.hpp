// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "optical/medium.hpp"
#include "optical/recorder_folder.hpp"

#include <optional>
#include <string>
#include <vector>

namespace comeback::cli {

/// What is told of a medium.
struct seen_medium {
  optical::media_facts facts;
  optical::medium_state state = optical::medium_state::blank;
  std::vector<optical::recorded_session> sessions;
  disk::block_count capacity, free;
  disk::lba next_writable;
};

/// A row of `recorder list`: what is kept of a recorder, and what was found in it.
struct seen_recorder {
  optical::listed_recorder kept;
  std::optional<seen_medium> medium;           ///< empty: tray open, image gone, or what `error` says
  std::optional<base::described_error> error;  ///< why record or medium cannot be read
};

/// What the recorder verbs print. Texts end with a line feed; everything that a record holds is made
/// printable.
[[nodiscard]] std::string recorders_text(const std::vector<seen_recorder>& all);
[[nodiscard]] std::string recorders_json(const std::vector<seen_recorder>& all);
[[nodiscard]] std::string recorder_json(const seen_recorder& one);

}  // namespace comeback::cli
