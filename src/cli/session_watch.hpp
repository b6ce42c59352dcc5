// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/fleet.hpp"
#include "guest/session.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string_view>
#include <vector>

namespace comeback::cli {

using session_answer = answer<std::vector<guest::session>>;

enum class session_event : std::uint8_t { on, off, changed, unreachable, reachable };

[[nodiscard]] std::string_view name_of(session_event event) noexcept;

struct session_change {
  session_event what;
  guest::session who;         ///< of on, off, changed
  base::described_error why;  ///< of unreachable
};

/// Of --all, machines that do not run are watched too, since they may be started, but not shown.
[[nodiscard]] bool is_shown(const session_answer& a) noexcept;

/// What happened between two looks at one machine; who was on before the first look counts as nobody. Nothing
/// where the machine is shown neither before nor now.
[[nodiscard]] std::vector<session_change> changes_between(const session_answer& before,
                                                          const session_answer& now);

/// Called with all answers so far (a machine that has not answered yet has no name there), which one is new,
/// and what is different in it.
using watch_report = std::function<void(const std::vector<session_answer>& all, std::size_t which,
                                        const std::vector<session_change>& changes)>;

/// Looks at every machine again and again, with `interval` between two looks at the same one, until a stop is
/// requested. `report` is called on this thread, after a machine's first look and whenever something changed.
/// Where a machine cannot be asked, its last known sessions stay in the answer.
void watch_sessions(const fleet& machines, std::chrono::milliseconds interval, const std::stop_token& stop,
                    const watch_report& report);

}  // namespace comeback::cli
