// SPDX-License-Identifier: Apache-2.0
#include "machine/virtual_machine.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace comeback::machine {

using base::errc;
using base::error;

void require_off(const virtual_machine& vm) {
  const run_state now = vm.state();
  if (now == run_state::turned_off || now == run_state::saved) return;
  throw error(errc::vm_running, fmt::format("The machine '{}' is {}.", vm.name(), name_of(now)));
}

void require_running(const virtual_machine& vm) {
  const run_state now = vm.state();
  if (now == run_state::running) return;
  throw error(errc::vm_not_running,
              fmt::format("The machine '{}' is not running: it is {}.", vm.name(), name_of(now)));
}

dvd_drive choose_drive(const virtual_machine& vm, std::string_view drive) {
  const std::vector<dvd_drive> drives = vm.details().dvd_drives;
  const auto at = drive.empty() ? drives.begin() : std::ranges::find(drives, drive, &dvd_drive::target);
  if (at != drives.end()) return *at;
  if (drive.empty()) {
    throw error(errc::drive_invalid, fmt::format("The machine '{}' has no DVD drive.", vm.name()));
  }
  throw error(errc::drive_invalid, fmt::format("The machine '{}' has no DVD drive '{}'.", vm.name(), drive));
}

}  // namespace comeback::machine
