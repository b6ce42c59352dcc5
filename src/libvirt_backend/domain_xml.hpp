// SPDX-License-Identifier: Apache-2.0
#pragma once

// libvirt's domain XML, as far as it concerns us. It comes from a hypervisor that we trust as much as the
// user does who named it; what cannot be read throws `base::error` with `errc::exception`.

#include "machine/virtual_machine.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace comeback::libvirt_backend {

inline constexpr std::string_view agent_channel_name = "org.qemu.guest_agent.0";

/// For a machine that does not run the channel is `disconnected` if it is there at all.
[[nodiscard]] machine::details read_details(const std::string& domain_xml);

/// The description of the drive with `image` in it instead of what it holds; empty path: nothing in it. This
/// is what libvirt's device update takes. Throws `errc::drive_invalid` when there is no such drive.
[[nodiscard]] std::string drive_with(const std::string& domain_xml, std::string_view target,
                                     const std::filesystem::path& image);

/// The description of the agent's channel device, fit for unplugging and plugging in again; empty: none.
[[nodiscard]] std::string agent_channel_device(const std::string& domain_xml);

/// Which of its runs the machine is in, for comparing; empty where it is off.
[[nodiscard]] std::string run_of(const std::string& domain_xml);

/// Every file of the host that the machine is made of: disks, kernel, RAM disk.
[[nodiscard]] std::vector<std::filesystem::path> files_of(const std::string& domain_xml);

}  // namespace comeback::libvirt_backend
