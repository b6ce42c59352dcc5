// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace comeback::test_guest {

/// What kind of guest the test guest is. Each is a small change to the same root: made by the kernel's
/// command line, or by a script in the guest that runs.
enum class variant : std::uint8_t {
  whole,               ///< alice and bob on text consoles, carol in a session of graphical type
  exec_blocked,        ///< the agent's configuration blocks guest-exec
  no_agent,            ///< nobody listens to the channel
  logind_masked,       ///< systemd-logind is masked: users are on, and nobody knows
  no_logind,           ///< systemd without systemd-logind
  no_systemd,          ///< neither systemd nor its programs
  booting,             ///< the boot does not end, and has not let anybody in yet
  booting_with_users,  ///< the boot does not end; all three are logged on
  nologin,             ///< /run/nologin is there; all three are logged on
};

/// How one is made. The order: boot with `kernel_words`, wait until `ready` says so, run `change` in the
/// guest.
struct recipe {
  variant what;
  std::string_view name;  ///< for the command line and the folder of the saved state
  std::string_view kernel_words;
  /// A script that prints "ready" once the guest is what it shall be.
  std::string_view ready;
  std::size_t sessions;     ///< how many `ready` waits for besides; 0: does not ask
  std::string_view change;  ///< a script; empty for none
};

[[nodiscard]] std::span<const recipe> recipes() noexcept;
[[nodiscard]] const recipe& recipe_of(variant what) noexcept;
[[nodiscard]] std::optional<variant> variant_named(std::string_view name) noexcept;

}  // namespace comeback::test_guest
