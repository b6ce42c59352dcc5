// SPDX-License-Identifier: Apache-2.0
#include "machine/state.hpp"

namespace comeback::machine {

std::string_view name_of(run_state state) noexcept {
  switch (state) {
    case run_state::invalid:
      return "invalid";
    case run_state::turned_off:
      return "turned off";
    case run_state::saved:
      return "saved";
    case run_state::turning_on:
      return "turning on";
    case run_state::restoring:
      return "restoring";
    case run_state::running:
      return "running";
    case run_state::paused:
      return "paused";
    case run_state::saving:
      return "saving";
    case run_state::turning_off:
      return "turning off";
    case run_state::merging_drives:
      return "merging drives";
    case run_state::deleting:
      return "being deleted";
  }
  return "unknown";
}

std::string_view name_of(agent_channel state) noexcept {
  switch (state) {
    case agent_channel::absent:
      return "absent";
    case agent_channel::disconnected:
      return "disconnected";
    case agent_channel::connected:
      return "connected";
  }
  return "unknown";
}

}  // namespace comeback::machine
