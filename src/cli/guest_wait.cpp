// SPDX-License-Identifier: Apache-2.0
#include "cli/guest_wait.hpp"

#include "base/progress.hpp"
#include "cli/crew.hpp"
#include "guest/agent.hpp"
#include "guest/guest_os.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace comeback::cli {
namespace {

using base::errc;
using std::chrono::milliseconds;
using clock_type = std::chrono::steady_clock;

constexpr milliseconds shortest_pause{50}, longest_pause{1000};
constexpr std::chrono::seconds agent_deadline{5};

// An agent may still come, or come back. One that is there and refuses does not change its mind: seen twice,
// so that it is not one that came back between the question and this look.
bool may_pass(errc code) {
  return code == errc::vm_not_running || code == errc::additions_feature_not_available ||
         code == errc::timed_out || code == errc::exception;
}
constexpr int refusals_believed = 2;

bool refuses(errc code, const guest::channel& way) {
  return code == errc::additions_feature_not_available && way.state() == machine::agent_channel::connected;
}

bool never_will(const machine::virtual_machine& vm) {
  return vm.details().agent == machine::agent_channel::absent;
}

bool agent_answers(const std::shared_ptr<machine::virtual_machine>& vm,
                   const std::shared_ptr<guest::channel>& way) {
  machine::require_running(*vm);
  if (way->state() != machine::agent_channel::connected) return false;
  (void)guest::agent(way, vm->name()).info(agent_deadline);
  return true;
}

bool nobody_is_on(const std::shared_ptr<machine::virtual_machine>& vm,
                  const std::shared_ptr<guest::channel>& way) {
  if (vm->state() == machine::run_state::turned_off) return true;
  return guest::guest_os(vm, way).sessions().empty();
}

class watcher {
 public:
  watcher(const fleet& machines, awaited what, milliseconds timeout, std::stop_token stop)
      : fleet_(machines),
        what_(what),
        until_(clock_type::now() + timeout),
        stop_(std::move(stop)),
        verdicts_(machines.machines.size()),
        pauses_(machines.machines.size(), shortest_pause),
        refusals_(machines.machines.size()) {}

  std::vector<verdict> run() {
    work_on_all(verdicts_.size(), stop_, [this](std::size_t i) { return look(i); });
    return std::move(verdicts_);
  }

 private:
  std::optional<milliseconds> look(std::size_t i) {
    auto& mine = verdicts_[i];
    mine.machine = fleet_.machines[i].name;
    try {
      base::check(stop_);
      const auto& vm = machine_of(fleet_.machines[i]);
      return look_at(i, vm, fleet_.channels(vm));
    } catch (...) {
      return give_up(i, base::describe_current_exception());
    }
  }

  std::optional<milliseconds> look_at(std::size_t i, const std::shared_ptr<machine::virtual_machine>& vm,
                                      const std::shared_ptr<guest::channel>& way) {
    auto& why = verdicts_[i].why;
    try {
      const bool is_so = what_ == awaited::agent ? agent_answers(vm, way) : nobody_is_on(vm, way);
      why = {is_so ? errc::ok : errc::timed_out, is_so ? "" : not_yet()};
      refusals_[i] = 0;
      if (is_so) return std::nullopt;
    } catch (const base::error& e) {
      refusals_[i] = refuses(e.code(), *way) ? refusals_[i] + 1 : 0;
      if (!may_pass(e.code()) || refusals_[i] == refusals_believed) throw;
      why = {e.code(), e.what()};
    }
    return never_will(*vm) ? give_up(i, no_channel(*vm)) : again(i);
  }

  std::optional<milliseconds> give_up(std::size_t i, base::described_error why) {
    verdicts_[i] = refusal(fleet_, fleet_.machines[i], std::move(why));
    return std::nullopt;
  }

  std::optional<milliseconds> again(std::size_t i) {
    const auto left = std::chrono::ceil<milliseconds>(until_ - clock_type::now());
    if (left <= milliseconds(0))
      return give_up(i, {errc::timed_out, fmt::format("'{}': the time is up. {}", verdicts_[i].machine,
                                                      verdicts_[i].why.message)});
    const auto pause = std::min(pauses_[i], left);
    pauses_[i] = std::min(pauses_[i] * 2, longest_pause);
    return pause;
  }

  static base::described_error no_channel(const machine::virtual_machine& vm) {
    return {errc::additions_feature_not_available,
            fmt::format("The machine '{}' has no channel for a guest agent.", vm.name())};
  }

  [[nodiscard]] const char* not_yet() const {
    return what_ == awaited::agent ? "The guest agent is not running." : "Somebody is still logged on.";
  }

  const fleet& fleet_;
  awaited what_;
  clock_type::time_point until_;
  std::stop_token stop_;
  std::vector<verdict> verdicts_;
  std::vector<milliseconds> pauses_;
  std::vector<int> refusals_;
};

}  // namespace

std::vector<verdict> wait_for(const fleet& machines, awaited what, milliseconds timeout,
                              const std::stop_token& stop) {
  return watcher(machines, what, timeout, stop).run();
}

}  // namespace comeback::cli
