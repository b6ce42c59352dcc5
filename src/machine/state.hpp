// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace comeback::machine {

/// What a machine is doing. The values are those of VMVMState (vmvmstate.md).
enum class run_state : std::uint8_t {
  invalid = 0,
  turned_off = 1,
  saved = 2,
  turning_on = 3,
  restoring = 4,
  running = 5,
  paused = 6,
  saving = 7,
  turning_off = 8,
  merging_drives = 9,
  deleting = 10,
};

/// "running", "turned off", …: for people and for JSON alike.
[[nodiscard]] std::string_view name_of(run_state state) noexcept;

/// The agent's channel as the machine itself tells, without talking to the guest.
enum class agent_channel : std::uint8_t {
  absent,        ///< the machine has no such device
  disconnected,  ///< nothing in the guest holds the other end
  connected,
};

[[nodiscard]] std::string_view name_of(agent_channel state) noexcept;

}  // namespace comeback::machine
