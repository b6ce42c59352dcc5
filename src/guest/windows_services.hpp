// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a Windows guest tells of its log-ons. Written after the documentation (Win32_OperatingSystem,
// Win32_Service, Win32_TerminalServiceSetting, IsOS) and tested on written answers: no Windows guest has been
// asked yet.

#include "guest/terminal_services.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace comeback::guest {

/// What guest-get-osinfo calls every Windows.
inline constexpr std::string_view windows_id = "mswindows";

struct windows_services {
  /// Win32_OperatingSystem.ProductType
  enum class product : std::uint8_t { workstation = 1, domain_controller = 2, server = 3 };
  product type = product::workstation;
  bool fast_user_switching =
      false;                      ///< IsOS(OS_FASTUSERSWITCHING), which is what the edition's licence allows
  bool switching_hidden = false;  ///< the policy HideFastUserSwitching is 1
  bool application_server = false;   ///< TerminalServerMode is 1: the role is installed
  bool connections_allowed = false;  ///< AllowTSConnections is 1
  /// TermService; `absent` also where it is disabled.
  service_state term_service = service_state::absent;
};
[[nodiscard]] terminal_services decide(const windows_services& told) noexcept;
/// What our script printed, with either kind of line ends.
[[nodiscard]] base::parsed<windows_services> read_windows_services(std::string_view output);

/// For Windows PowerShell 2 and later; prints ASCII, a bounded amount of it.
extern const std::string_view windows_script;

/// What powershell.exe is to be given to run a script of ours, which is ASCII: encoded, so that nothing on
/// the way takes a character of it for its own.
[[nodiscard]] std::vector<std::string> powershell_arguments(std::string_view script);

}  // namespace comeback::guest
