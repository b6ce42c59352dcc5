// SPDX-License-Identifier: Apache-2.0
#include "guest/guest_os.hpp"

#include "guest/agent.hpp"
#include "guest/logind.hpp"
#include "guest/logoff_task.hpp"

#include <utility>

#include <fmt/format.h>

namespace comeback::guest {

namespace {

using base::errc;
using base::error;

/// What a caller waits at most to hear that a guest hangs.
constexpr std::chrono::seconds check_deadline{5};

/// Cheap to dear, and what the machine itself tells before anything is asked of the guest: libvirt refuses an
/// agent command on a read-only connection also when the machine is off, and calls a paused machine "not
/// running" without saying why.
void check(const machine::virtual_machine& vm, const channel& way, const agent& with) {
  machine::require_running(vm);
  const auto state = way.state();
  const bool may_answer = state == machine::agent_channel::connected ||
                          (state == machine::agent_channel::disconnected && way.agent_is_awaited());
  if (!may_answer) {
    throw error(errc::additions_feature_not_available,
                state == machine::agent_channel::absent
                    ? fmt::format("The machine '{}' has no channel for a guest agent: add a channel named "
                                  "org.qemu.guest_agent.0 to its description.",
                                  vm.name())
                    : fmt::format("The guest agent of '{}' is not running. In the guest, install and start "
                                  "qemu-guest-agent.",
                                  vm.name()));
  }
  if (with.ready(check_deadline).can_exec) return;
  throw error(errc::additions_feature_not_available,
              fmt::format("The guest agent of '{}' does not let anybody run commands. In the guest, take "
                          "guest-exec and guest-exec-status out of the agent's list of blocked commands "
                          "(--block-rpcs, or BLACKLIST_RPC in /etc/sysconfig/qemu-ga; with an allow list, "
                          "--allow-rpcs, put them in) and restart qemu-guest-agent.",
                          vm.name()));
}

}  // namespace

guest_os::guest_os(std::shared_ptr<machine::virtual_machine> vm, std::shared_ptr<channel> way)
    : vm_(std::move(vm)), channel_(std::move(way)) {}

void guest_os::check() const { guest::check(*vm_, *channel_, agent(channel_, vm_->name())); }

std::vector<session> guest_os::sessions() const {
  check();
  return logind::sessions(agent(channel_, vm_->name()));
}

logoff guest_os::logoff_all(base::executor& on, const logoff_options& options) const {
  check();
  logoff begun = start_logoff(on, vm_, channel_, options);
  channel_->logoffs().add(begun);
  return begun;
}

std::optional<bool> guest_os::multiple_user_sessions_allowed() const {
  check();
  return logind::multiple_sessions_allowed(logind::ask_service(agent(channel_, vm_->name())));
}

std::optional<bool> guest_os::terminal_services_initialized() const {
  check();
  return logind::initialized(logind::ask_service(agent(channel_, vm_->name())));
}

}  // namespace comeback::guest
