// SPDX-License-Identifier: Apache-2.0
#include "guest/heartbeat.hpp"

#include "guest/agent.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

namespace comeback::guest {

using std::chrono::steady_clock;

/// One machine's pulse, and the thread that feels it.
class heart_monitor::watch {
 public:
  watch(heartbeat_rate rate, std::shared_ptr<channel> way, std::string name)
      : rate_(rate),
        channel_(std::move(way)),
        name_(std::move(name)),
        thread_([this](const std::stop_token& stop) { run(stop); }) {}

  pulse ask() {
    std::unique_lock lock(mutex_);
    asked_ = steady_clock::now();
    changed_.wait(lock, [this] { return ended_ || !beats_.empty(); });
    if (failure_) throw base::error(failure_->code, failure_->message);
    return felt_locked();
  }
  [[nodiscard]] bool ended() const {
    const std::lock_guard lock(mutex_);
    return ended_;
  }
  void stop() noexcept { thread_.request_stop(); }
  void join() { thread_.join(); }

 private:
  [[nodiscard]] pulse felt_locked() const {
    if (beats_.empty()) return {};
    const auto came = std::ranges::count(beats_, true);
    return {.beating = beats_.back(), .percent = static_cast<int>(100 * came / std::ssize(beats_))};
  }

  void run(const std::stop_token& stop) {
    std::optional<base::described_error> failure;
    try {
      feel(stop);
    } catch (...) {  // a thread's edge: who asks hears of it
      failure = base::describe_current_exception();
    }
    const std::lock_guard lock(mutex_);
    failure_ = std::move(failure);
    ended_ = true;
    changed_.notify_all();
  }

  void feel(const std::stop_token& stop) {
    for (auto due = steady_clock::now(); !stop.stop_requested();) {
      const bool beat = ping();
      due = std::max(due + rate_.interval, steady_clock::now());
      std::unique_lock lock(mutex_);
      keep_locked(beat);
      changed_.notify_all();
      changed_.wait_until(lock, stop, due, [] { return false; });
      if (steady_clock::now() - asked_ > rate_.interval * rate_.kept) return;
    }
  }

  /// With everything that an agent does to mend its channel, no longer than its patience.
  [[nodiscard]] bool ping() const {
    return agent(channel_, name_, steady_clock::now() + rate_.patience).ping(rate_.patience);
  }

  void keep_locked(bool beat) {
    beats_.push_back(beat);
    if (beats_.size() > rate_.kept) beats_.pop_front();
  }

  const heartbeat_rate rate_;
  const std::shared_ptr<channel> channel_;
  const std::string name_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<bool> beats_;
  steady_clock::time_point asked_ = steady_clock::now();
  std::optional<base::described_error> failure_;
  bool ended_ = false;
  std::jthread thread_;  // last: it uses all the others
};

pulse heart_monitor::ask(const machine::virtual_machine& vm, const std::shared_ptr<channel>& way) {
  return watch_of(vm, way)->ask();
}

std::shared_ptr<heart_monitor::watch> heart_monitor::watch_of(const machine::virtual_machine& vm,
                                                              const std::shared_ptr<channel>& way) {
  const std::lock_guard lock(mutex_);
  drop_ended_locked();
  auto& kept = watches_[vm.uuid()];
  if (!kept) kept = std::make_shared<watch>(rate_, way, vm.name());
  return kept;
}

void heart_monitor::drop_ended_locked() {
  std::erase_if(watches_, [](const auto& each) { return each.second == nullptr || each.second->ended(); });
}

std::size_t heart_monitor::watched() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::ranges::count_if(watches_, [](const auto& each) { return each.second && !each.second->ended(); }));
}

void heart_monitor::finish() noexcept {
  decltype(watches_) ending;
  {
    const std::lock_guard lock(mutex_);
    ending.swap(watches_);
  }
  // All are told before the first is waited for; who asks just now may still hold one of them.
  for (const auto& [uuid, each] : ending) {
    if (each) each->stop();
  }
  for (const auto& [uuid, each] : ending) {
    if (each) each->join();
  }
}

}  // namespace comeback::guest
