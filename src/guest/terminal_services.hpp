// SPDX-License-Identifier: Apache-2.0
#pragma once

// TerminalServicesInitialized and MultipleUserSessionsAllowed of IVMGuestOS
// (ivmguestos-terminalservicesinitialized.md, ivmguestos-multipleusersessionsallowed.md): what a guest tells,
// and the rules that make the two values of it. Rules and readers are pure; only the last function asks.

#include "base/parsed.hpp"
#include "guest/agent.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace comeback::guest {

/// Both values; empty: not initialised yet, "no answer". The second is empty exactly when the first is.
struct terminal_services {
  std::optional<bool> initialized, multiple_sessions;
  bool operator==(const terminal_services&) const = default;
};

enum class service_state : std::uint8_t {
  absent,  ///< not installed, or switched off for good
  not_up,  ///< there, but not yet active
  up
};

/// What a Linux guest tells. "logind" is systemd's or elogind, whoever answers for org.freedesktop.login1.
struct linux_services {
  service_state logind = service_state::absent;
  bool booting = false;     ///< systemd has not finished starting the system; "degraded" is finished
  bool nologin = false;     ///< /run/nologin stands: ordinary users are refused for now
  bool consoles = false;    ///< seat0 can have text consoles (CanTTY)
  bool other_ways = false;  ///< a display manager, sshd or xrdp runs
};
[[nodiscard]] terminal_services decide(const linux_services& told) noexcept;
/// What our script printed.
[[nodiscard]] base::parsed<linux_services> read_linux_services(std::string_view output);

/// Asks the guest: a Windows guest, as its agent calls it, by PowerShell, any other by its shell. Nothing is
/// started in the guest by that. Throws what `agent` throws; `errc::exception` where the answer makes no
/// sense.
[[nodiscard]] terminal_services ask_terminal_services(const agent& with);

}  // namespace comeback::guest
