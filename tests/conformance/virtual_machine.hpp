// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace comeback::conformance {

enum class firmware { bios, uefi };
enum class drive { cd, usb };

/// Starts a machine with nothing but `image` in it and waits until its serial port said `marker`, or for a
/// minute. The machine is gone on return. Returns all that the port said.
[[nodiscard]] std::string boot(firmware with, drive as, const std::filesystem::path& image,
                               const std::string& marker);

}  // namespace comeback::conformance
