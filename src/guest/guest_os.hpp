// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "guest/channel.hpp"
#include "guest/logoff.hpp"
#include "guest/session.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace comeback::guest {

/// The system inside one machine, through its agent and logind. All members may be called from any thread.
///
/// Every member first checks, in this order, and throws `base::error`: `vm_unknown`; `vm_not_running` (off,
/// saved, paused); `additions_feature_not_available` (the machine has no channel, or nobody listens);
/// `access_denied`; then it exchanges one message within 5 s: `timed_out` without an answer,
/// `additions_feature_not_available` when the guest does not let us run commands; `exception` for the rest.
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
  /// Whether several users can be logged on at once; empty while logind is not up yet ("no answer").
  [[nodiscard]] std::optional<bool> multiple_user_sessions_allowed() const;
  /// Whether users can log on now; empty while logind is not up yet.
  [[nodiscard]] std::optional<bool> terminal_services_initialized() const;

 private:
  std::shared_ptr<machine::virtual_machine> vm_;
  std::shared_ptr<channel> channel_;
};

}  // namespace comeback::guest
