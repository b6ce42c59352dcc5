// SPDX-License-Identifier: Apache-2.0
#include "virtualpc/machine_events.hpp"

#include <utility>

namespace comeback::virtualpc {
namespace {

using machine::happening;
using machine::notification;
using machine::run_state;

/// The listener of one machine. Used on the courier's thread alone.
class machine_feed {
 public:
  machine_feed(std::shared_ptr<machine::virtual_machine> vm, std::shared_ptr<guest::session_watch> sessions,
               std::shared_ptr<const machine_sinks> to)
      : vm_(std::move(vm)), sessions_(std::move(sessions)), to_(std::move(to)) {}

  /// What is known before anything happens: what a broken connection kept from us shows against it.
  void begin() { state_ = vm_->state(); }

  void hear(const notification& of) {
    if (of.what == happening::connection_regained) return ask_again();
    if (of.uuid != vm_->uuid()) return;
    switch (of.what) {
      case happening::state_changed:
        return change(of.state, of.by_guest);
      case happening::restarted:
        sessions_->forget();
        return to_->reset();
      case happening::agent_connected:
        sessions_->look_now();
        return to_->additions_available();
      default:
        return;
    }
  }

 private:
  void ask_again() {
    sessions_->look_now();
    if (const run_state now = vm_->state(); now != state_) change(now, false);
  }

  void change(run_state now, bool by_guest) {
    state_ = now;
    if (now == run_state::turned_off) sessions_->forget();
    if (now == run_state::running) sessions_->look_now();
    to_->state_changed(static_cast<VMVMState>(now));
    if (now != run_state::turning_off) return;
    if (by_guest) to_->guest_shutdown();
    to_->request_shutdown();
  }

  std::shared_ptr<machine::virtual_machine> vm_;
  std::shared_ptr<guest::session_watch> sessions_;
  std::shared_ptr<const machine_sinks> to_;
  run_state state_ = run_state::invalid;
};

struct machine_work {
  std::shared_ptr<base::courier> by = std::make_shared<base::courier>();
  std::shared_ptr<guest::session_watch> sessions;
  machine::subscription told;
};

}  // namespace

std::shared_ptr<const void> feed_events(const std::shared_ptr<const backend>& on,
                                        const std::shared_ptr<machine::virtual_machine>& vm,
                                        machine_sinks to) {
  const auto sinks = std::make_shared<const machine_sinks>(std::move(to));
  auto work = std::make_shared<machine_work>();
  // Through the courier too: a sink hears one thing at a time, and one that blocks does not keep the watch.
  auto tell = [weak = std::weak_ptr(work->by), sinks](const guest::session&, guest::session_end end) {
    const auto by = weak.lock();
    if (by) by->post([sinks, end] { sinks->guest_logged_off(static_cast<VMLogoffType>(end)); });
  };
  work->sessions =
      std::make_shared<guest::session_watch>(vm, on->channels(vm), std::move(tell), on->session_watch);
  const auto feed = std::make_shared<machine_feed>(vm, work->sessions, sinks);
  work->by->post([feed] { feed->begin(); });
  work->told = on->machines->subscribe(work->by, [feed](const notification& of) { feed->hear(of); });
  return work;
}

}  // namespace comeback::virtualpc
