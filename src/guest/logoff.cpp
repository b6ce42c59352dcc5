// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "guest/agent.hpp"
#include "guest/logind.hpp"
#include "guest/logoff_task.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace comeback::guest {

struct logoff::shared {
  std::mutex mutex;
  std::vector<session_result> results;
};

std::vector<session_result> logoff::results() const {
  const std::lock_guard lock(state_->mutex);
  return state_->results;
}

std::string_view name_of(session_fate fate) noexcept {
  switch (fate) {
    case session_fate::not_asked:
      return "not asked";
    case session_fate::remaining:
      return "remaining";
    case session_fate::ended:
      return "ended";
    case session_fate::killed:
      return "killed";
  }
  return "unknown";
}

namespace {

using base::errc;
using base::error;
using base::task_outcome;
using base::task_result;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr seconds between_kills{5};
/// How long the guest waits by itself; what else happens meanwhile is seen so much later.
constexpr milliseconds longest_wait{2000};
constexpr milliseconds longest_pause{100};
/// Longer than that, and what waits there does not end.
constexpr seconds wait_deadline{12};

bool gone(session_fate fate) { return fate == session_fate::ended || fate == session_fate::killed; }

class logging_off {
 public:
  logging_off(std::shared_ptr<machine::virtual_machine> vm, std::shared_ptr<channel> way,
              const logoff_options& options, std::shared_ptr<logoff::shared> state)
      : vm_(std::move(vm)),
        options_(options),
        deadline_(steady_clock::now() + options.deadline),
        agent_(std::move(way), vm_->name(), deadline_),
        state_(std::move(state)) {}

  task_outcome run(base::task_context& task) {
    try {
      return run_to_the_end(task);
    } catch (const error& e) {
      return lost(e);
    }
  }

 private:
  task_outcome run_to_the_end(base::task_context& task) {
    auto found = logind::sessions(agent_);
    task.percent(10);
    if (found.empty()) {
      return {task_result::unexpected_error, errc::no_such_logon_session,
              fmt::format("Nobody is logged on to '{}'.", vm_->name())};
    }
    {
      const std::lock_guard lock(state_->mutex);
      for (session& s : found) state_->results.push_back({std::move(s), session_fate::not_asked});
    }
    asked_ = steady_clock::now();
    return wait_for_all(task);
  }

  /// Asks those that were not asked yet: all of them at first, later those an absent agent kept us from.
  void ask_the_rest(base::task_context& task) {
    for (std::size_t i = 0; i < state_->results.size() && !task.stop().stop_requested(); ++i) {
      if (state_->results[i].fate != session_fate::not_asked) continue;
      if (!unless_away([&] { begun_.push_back(logind::begin_terminate(agent_, state_->results[i].who.id)); }))
        return;
      set(i, session_fate::remaining);
    }
    task.percent(20);
  }

  task_outcome wait_for_all(base::task_context& task) {
    for (;;) {
      if (recognised()) {
        ask_the_rest(task);
        look_again(task);
      }
      if (count_gone() == state_->results.size()) return {};
      if (task.stop().stop_requested())
        return unfinished(task_result::cancelled, errc::cancelled, "cancelled");
      const auto now = steady_clock::now();
      if (now >= deadline_) return past_deadline();
      const bool time_to_kill = now >= asked_ + options_.grace && now >= killed_ + between_kills;
      if (time_to_kill && !unsure_) kill_the_rest(now);
      task.sleep(options_.poll);
    }
  }

  /// After an absence it may be another system: one that started anew gives the same ids again, to people who
  /// are not to be logged off. Ours are those alone who are there since the same moment. False: not known
  /// yet.
  bool recognised() {
    return !unsure_ || unless_away([this] {
      const auto now = logind::sessions(agent_);
      for (std::size_t i = 0; i < state_->results.size(); ++i) {
        const auto& [who, fate] = state_->results[i];
        const auto same = [&who = who](const session& s) { return s.id == who.id && s.since == who.since; };
        if (!gone(fate) && std::ranges::none_of(now, same)) set_gone(i);
      }
      unsure_ = false;
    });
  }

  /// What is gone from the list of ids is gone for good: logind never gives an id a second time.
  void look_again(base::task_context& task) {
    std::vector<std::string> ids;
    if (!unless_away([&] { ids = ids_after_waiting(task); })) return;
    for (std::size_t i = 0; i < state_->results.size(); ++i) {
      const auto& [who, fate] = state_->results[i];
      if (gone(fate) || std::ranges::count(ids, who.id) > 0) continue;
      set_gone(i);
    }
    task.percent(20 + static_cast<int>(79 * count_gone() / state_->results.size()));
  }

  /// Does what needs the agent; false while that is away but may come back.
  template <class Work>
  bool unless_away(Work&& work) {
    try {
      work();
      away_since_.reset();
      return true;
    } catch (const error& e) {
      unsure_ = true;
      if (vm_->state() != machine::run_state::running) throw;
      // An agent that restarted never answers what it was asked before; one that hangs answers nothing at
      // all.
      if (e.code() == errc::timed_out) make_sure_it_hangs();
      if (!away_since_) away_since_ = steady_clock::now();
      if (steady_clock::now() - *away_since_ > options_.agent_may_be_away) throw;
      return false;
    }
  }

  /// The guest waits for those who were told to go: it sees them go sooner than somebody who has to ask it.
  std::vector<std::string> ids_after_waiting(base::task_context& task) {
    if (task.stop().stop_requested()) return logind::session_ids(agent_);
    const auto begun = steady_clock::now();
    const std::int64_t pid = logind::begin_wait(agent_, those_left(), until_next_step(begun));
    for (milliseconds pause(10);; pause = std::min(pause + pause / 2, longest_pause)) {
      if (task.sleep(pause)) {
        begun_.push_back(pid);
        return logind::session_ids(agent_);
      }
      if (const exec_status status = agent_.poll(pid); status.exited) return logind::ids_in(status.out);
      collect();
      if (steady_clock::now() - begun > wait_deadline) {
        throw error(errc::timed_out,
                    fmt::format("The guest of '{}' does not tell who is left.", vm_->name()));
      }
    }
  }

  [[nodiscard]] milliseconds until_next_step(steady_clock::time_point now) const {
    const auto kill = std::max(asked_ + options_.grace, killed_ + between_kills);
    const auto left = std::chrono::ceil<milliseconds>(std::min(kill, deadline_) - now);
    return std::clamp(left, milliseconds(0), longest_wait);
  }

  [[nodiscard]] std::vector<std::string> those_left() const {
    std::vector<std::string> ids;
    for (const auto& [who, fate] : state_->results) {
      if (fate == session_fate::remaining) ids.push_back(who.id);
    }
    return ids;
  }

  /// Throws `errc::timed_out` when the agent does not answer the simplest of questions either.
  void make_sure_it_hangs() const {
    try {
      (void)agent_.info(seconds(5));
    } catch (const error& e) {
      if (e.code() == errc::timed_out) throw;
    }
  }

  void kill_the_rest(steady_clock::time_point now) {
    killed_ = now;
    for (const auto& [who, fate] : state_->results) {
      if (gone(fate)) continue;
      if (!unless_away([&] { begun_.push_back(logind::begin_kill(agent_, who.id)); })) return;
      forced_.push_back(who.id);
    }
  }

  /// The agent keeps what has ended until somebody asks. How it ended does not matter: the list is the truth.
  void collect() {
    try {
      std::erase_if(begun_, [this](std::int64_t pid) { return agent_.poll(pid).exited; });
    } catch (const error&) {
      begun_.clear();  // a restarted agent does not know them any more, and one that hangs is asked elsewhere
    }
  }

  void set_gone(std::size_t i) {
    const bool by_force = std::ranges::count(forced_, state_->results[i].who.id) > 0;
    set(i, by_force ? session_fate::killed : session_fate::ended);
  }

  void set(std::size_t i, session_fate fate) {
    const std::lock_guard lock(state_->mutex);
    state_->results[i].fate = fate;
  }

  // Only this thread writes results, so it may read them without the lock.
  [[nodiscard]] std::size_t count_gone() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(state_->results, [](const session_result& r) { return gone(r.fate); }));
  }

  [[nodiscard]] std::string named(bool those_gone) const {
    std::string text;
    for (const auto& [who, fate] : state_->results) {
      if (gone(fate) != those_gone) continue;
      text += fmt::format("{}{} (session {}{})", text.empty() ? "" : ", ", base::printable(who.user), who.id,
                          fate == session_fate::not_asked ? ", not asked" : "");
    }
    return text.empty() ? "nobody" : text;
  }

  [[nodiscard]] task_outcome unfinished(task_result result, errc code, std::string_view why) const {
    return {result, code,
            fmt::format("Logging off the users of '{}': {}. Logged off: {}. Still logged on: {}.",
                        vm_->name(), why, named(true), named(false))};
  }

  [[nodiscard]] task_outcome past_deadline() const {
    return unfinished(task_result::timed_out, errc::timed_out, "the time is up");
  }

  /// The guest can no longer be asked. Why: the machine tells, as far as it still can.
  [[nodiscard]] task_outcome lost(const error& e) const {
    if (e.code() == errc::timed_out && steady_clock::now() >= deadline_) return past_deadline();
    if (!still_runs()) {
      return unfinished(task_result::unexpected_error, errc::vm_not_running, "the machine no longer runs");
    }
    if (e.code() == errc::timed_out || e.code() == errc::additions_feature_not_available) {
      return unfinished(task_result::unexpected_error, errc::additions_feature_not_available,
                        fmt::format("the guest agent went away ({})", e.what()));
    }
    return unfinished(task_result::unexpected_error, e.code(), e.what());
  }

  [[nodiscard]] bool still_runs() const {
    try {
      return vm_->state() == machine::run_state::running;
    } catch (const error&) {
      return false;
    }
  }

  std::shared_ptr<machine::virtual_machine> vm_;
  logoff_options options_;
  steady_clock::time_point deadline_;
  agent agent_;
  std::shared_ptr<logoff::shared> state_;
  steady_clock::time_point asked_, killed_;
  std::optional<steady_clock::time_point> away_since_;
  bool unsure_ = false;  ///< the agent was away
  std::vector<std::int64_t> begun_;
  std::vector<std::string> forced_;
};

}  // namespace

logoff start_logoff(base::executor& on, std::shared_ptr<machine::virtual_machine> vm,
                    std::shared_ptr<channel> way, const logoff_options& options) {
  auto state = std::make_shared<logoff::shared>();
  std::string description = fmt::format("Log off the users of '{}'", vm->name());
  auto work = std::make_shared<logging_off>(std::move(vm), std::move(way), options, state);
  base::task task = on.start(std::move(description), true,
                             [work](base::task_context& context) { return work->run(context); });
  return {std::move(task), std::move(state)};
}

}  // namespace comeback::guest
