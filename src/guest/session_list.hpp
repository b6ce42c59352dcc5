// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the guest prints of its sessions. Nothing here talks to anybody; the readers take hostile input and
// give it back as data or as a fault.

#include "base/parsed.hpp"
#include "guest/session.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace comeback::guest {

/// No guest that is used as one has more, and one that says so keeps us busy.
inline constexpr std::size_t most_sessions = 10'000;

/// What the scripts of logind.cpp print: "ids 1 2 c3" (or no such line); for some of them their properties as
/// `loginctl show-session` prints them, an empty line between two sessions; and as the last line, without
/// which the text was cut, "end" with loginctl's exit status.
struct session_list {
  std::vector<std::string> ids;  ///< `most_sessions` at most
  std::vector<session> shown;    ///< of any class, no id twice
  int status = 0;                ///< 0: all that were asked for are shown; 127: there is no loginctl
};
[[nodiscard]] base::parsed<session_list> read_session_list(std::string_view output);

/// "Sat 2026-11-21 10:51:59 UTC", as systemd prints instants where TZ is UTC; empty means none (1970).
[[nodiscard]] base::parsed<base::timestamp> read_instant(std::string_view text);

/// Fit to be an argument: [A-Za-z0-9]+ and not long. Nothing else that a guest calls an id is sent back to
/// it.
[[nodiscard]] bool is_session_id(std::string_view id) noexcept;

}  // namespace comeback::guest
