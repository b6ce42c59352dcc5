// SPDX-License-Identifier: Apache-2.0
#include "guest/guest_os.hpp"

#include "base/text.hpp"
#include "guest/agent.hpp"
#include "guest/logind.hpp"
#include "guest/logoff_task.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace comeback::guest {

namespace {

using base::errc;
using base::error;

/// What a caller waits to hear that a guest hangs; and at most, where its channel has to be repaired first.
constexpr std::chrono::seconds check_deadline{5}, check_limit{15};

[[noreturn]] void refuse(const machine::virtual_machine& vm, machine::agent_channel state) {
  throw error(errc::additions_feature_not_available,
              state == machine::agent_channel::absent
                  ? fmt::format("The machine '{}' has no channel for a guest agent: add a channel named "
                                "org.qemu.guest_agent.0 to its description.",
                                vm.name())
                  : fmt::format("The guest agent of '{}' is not running. In the guest, install and start "
                                "qemu-guest-agent.",
                                vm.name()));
}

void require_exec(const machine::virtual_machine& vm, const agent& with) {
  if (with.ready(check_deadline).can_exec) return;
  // The agent calls a command disabled for as long as the file systems are frozen.
  if (with.frozen(check_deadline).value_or(false)) throw guest_frozen(vm.name());
  throw error(errc::additions_feature_not_available,
              fmt::format("The guest agent of '{}' does not let anybody run commands. In the guest, take "
                          "guest-exec and guest-exec-status out of the agent's list of blocked commands "
                          "(--block-rpcs, or BLACKLIST_RPC in /etc/sysconfig/qemu-ga; with an allow list, "
                          "--allow-rpcs, put them in) and restart qemu-guest-agent.",
                          vm.name()));
}

/// xrdp and VNC servers open graphical sessions on no seat, and do not always call them remote.
bool is_remote(const session& s) noexcept {
  return s.remote || (s.seat.empty() && s.kind == session_kind::graphical);
}

void require_not_paused(const machine::virtual_machine& vm) {
  if (vm.state() != machine::run_state::paused) return;
  throw error(errc::vm_paused, fmt::format("The machine '{}' is paused.", vm.name()));
}

bool sits_at(const session& s, log_on_place place) noexcept {
  return place == log_on_place::remote ? is_remote(s) : !s.seat.empty();
}

}  // namespace

log_on_place log_on_place_of(int value) {
  if (value == 0) return log_on_place::seat;
  if (value == 1) return log_on_place::remote;
  throw error(
      errc::invalid_argument,
      fmt::format("{} is no kind of session: 0 is one at the machine's seat, 1 a remote one.", value));
}

guest_os::guest_os(std::shared_ptr<machine::virtual_machine> vm, std::shared_ptr<channel> way)
    : vm_(std::move(vm)), channel_(std::move(way)) {}

agent guest_os::talk() const { return {channel_, vm_->name()}; }

agent guest_os::talk_for_check() const { return talk().within(check_limit); }

// Cheap to dear, and what the machine itself tells before anything is asked of the guest: libvirt refuses an
// agent command on a read-only connection also when the machine is off, and calls a paused machine "not
// running" without saying why.
void guest_os::check_agent() const {
  machine::require_running(*vm_);
  const auto state = channel_->state();
  if (state == machine::agent_channel::connected) return;
  if (state == machine::agent_channel::disconnected && channel_->agent_is_awaited()) return;
  refuse(*vm_, state);
}

void guest_os::check() const {
  check_agent();
  require_exec(*vm_, talk_for_check());
}

std::vector<session> guest_os::sessions() const {
  check();
  return logind::sessions(talk());
}

logoff guest_os::logoff_all(base::executor& on, const logoff_options& options) const {
  check();
  logoff begun = start_logoff(on, vm_, channel_, options);
  channel_->logoffs().add(begun);
  return begun;
}

terminal_services guest_os::services() const {
  check();
  return ask_terminal_services(talk());
}

std::optional<bool> guest_os::multiple_user_sessions_allowed() const { return services().multiple_sessions; }

std::optional<bool> guest_os::terminal_services_initialized() const { return services().initialized; }

bool guest_os::user_logged_on(log_on_place place) const {
  require_not_paused(*vm_);
  return std::ranges::any_of(sessions(), [place](const session& s) { return sits_at(s, place); });
}

bool guest_os::screen_locked() const {
  return std::ranges::any_of(
      sessions(), [](const session& s) { return s.seat == "seat0" && s.state == "active" && s.locked; });
}

std::string guest_os::computer_name() const {
  check_agent();
  return base::valid_utf8(talk_for_check().host_name(check_deadline));
}

pulse guest_os::heartbeat(heart_monitor& with) const {
  try {
    check_agent();
    return with.ask(*vm_, channel_);
  } catch (const error& e) {
    if (e.code() != errc::additions_feature_not_available) throw;
    throw error(errc::additions_not_available, e.what());
  }
}

}  // namespace comeback::guest
