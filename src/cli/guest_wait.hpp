// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/fleet.hpp"

#include <chrono>
#include <stop_token>
#include <vector>

namespace comeback::cli {

enum class awaited : std::uint8_t {
  agent,       ///< the guest agent answers
  logged_off,  ///< nobody is logged on; true of a machine that is off
};

/// Waits on all machines at once, each until it is as awaited or the time is up; between two looks at one
/// machine lies a pause that grows from 50 ms to 1 s. What may pass (a machine not started yet, an agent that
/// is away) is waited for; what will not (an unknown machine, one without a channel, a missing right) fails
/// at once. Fails with `errc::timed_out` and the last reason, or `errc::cancelled`.
[[nodiscard]] std::vector<verdict> wait_for(const fleet& machines, awaited what,
                                            std::chrono::milliseconds timeout, const std::stop_token& stop);

}  // namespace comeback::cli
