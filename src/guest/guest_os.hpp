// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "guest/channel.hpp"
#include "guest/heartbeat.hpp"
#include "guest/logoff.hpp"
#include "guest/session.hpp"
#include "guest/terminal_services.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace comeback::guest {

/// Where a user may sit; the values are those of IsUserLoggedOn (ivmguestos-isuserloggedon.md).
enum class log_on_place : std::uint8_t {
  seat = 0,    ///< at the machine's own screen and keyboard
  remote = 1,  ///< elsewhere: ssh, xrdp, VNC
};

/// The place with that value; throws `errc::invalid_argument` where there is none.
[[nodiscard]] log_on_place log_on_place_of(int value);

/// The system inside one machine, through its agent and logind. All members may be called from any thread.
///
/// Every member first checks, in this order, and throws `base::error`: `vm_unknown`; `vm_not_running` (off,
/// saved, paused); `additions_feature_not_available` (the machine has no channel, or nobody listens);
/// `access_denied`; then it exchanges one message: `timed_out` without an answer within 5 s, or where the
/// guest's file systems are frozen; `additions_feature_not_available` when the guest does not let us do what
/// is needed; `exception` for the rest. Where others have their turn first or the channel has to be repaired,
/// all of that is over within 15 s, give or take the second that a last message has. Those that need no more
/// than a word of the agent's do not ask for the right to run commands.
class guest_os {
 public:
  guest_os(std::shared_ptr<machine::virtual_machine> vm, std::shared_ptr<channel> way);

  [[nodiscard]] const machine::virtual_machine& vm() const noexcept { return *vm_; }

  /// The checks alone.
  void check() const;
  /// Who is logged on, oldest first. Throws `errc::exception` while logind is not up.
  [[nodiscard]] std::vector<session> sessions() const;
  /// Begins to log everyone off who is on now. The checks come first: when they throw there is no task. Users
  /// who log on meanwhile, even the same ones again, have new sessions and do not count.
  [[nodiscard]] logoff logoff_all(base::executor& on, const logoff_options& options = {}) const;
  /// Whether users can log on, and several at once.
  [[nodiscard]] terminal_services services() const;
  [[nodiscard]] std::optional<bool> multiple_user_sessions_allowed() const;
  [[nodiscard]] std::optional<bool> terminal_services_initialized() const;
  /// Whether anybody is logged on at that place. Throws `vm_paused`, not `vm_not_running`, where it is
  /// paused; `exception` while logind is not up.
  [[nodiscard]] bool user_logged_on(log_on_place place) const;
  /// Whether the desktop in front on the machine's own screen says it is locked; false where nobody is there.
  /// Throws as `sessions`.
  [[nodiscard]] bool screen_locked() const;
  /// What the guest calls itself. Print it through `base::printable`.
  [[nodiscard]] std::string computer_name() const;
  /// The pulse, as `with` feels it. Throws `additions_not_available` where the others throw
  /// `additions_feature_not_available`; no answer is no beat.
  [[nodiscard]] pulse heartbeat(heart_monitor& with) const;

 private:
  /// The checks that ask nothing of the guest.
  void check_agent() const;
  [[nodiscard]] agent talk() const;
  [[nodiscard]] agent talk_for_check() const;

  std::shared_ptr<machine::virtual_machine> vm_;
  std::shared_ptr<channel> channel_;
};

}  // namespace comeback::guest
