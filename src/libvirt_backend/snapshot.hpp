// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "machine/hypervisor.hpp"

#include <filesystem>
#include <string>

namespace comeback::libvirt_backend {

/// Memory and devices in a file that starting does not use up, unlike that of `virtual_machine::save`. The
/// disks must be as they were then: keep a copy of them beside it. Both take machines of this back end only;
/// both block for seconds, and throw `base::error`.

/// Saves a running machine and stops it.
void save_to(machine::virtual_machine& vm, const std::filesystem::path& file);

/// Goes on from such a file. `xml` is the machine's description now, with other paths if need be.
void restore_from(const machine::hypervisor& on, const std::filesystem::path& file, const std::string& xml);

/// Stops the machine's clock and lets it go on: for tests of what a paused machine answers.
void pause(machine::virtual_machine& vm);
void resume(machine::virtual_machine& vm);
/// As the button does: the system starts anew, unasked.
void reset(machine::virtual_machine& vm);

}  // namespace comeback::libvirt_backend
