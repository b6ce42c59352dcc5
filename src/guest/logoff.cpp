// SPDX-License-Identifier: Apache-2.0
#include "guest/agent.hpp"
#include "guest/fates.hpp"
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
  std::vector<session> newcomers;
};

std::vector<session_result> logoff::results() const {
  const std::lock_guard lock(state_->mutex);
  return state_->results;
}

std::vector<session> logoff::newcomers() const {
  const std::lock_guard lock(state_->mutex);
  return state_->newcomers;
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
    case session_fate::came_back:
      return "came back";
  }
  return "unknown";
}

bool is_gone(session_fate fate) noexcept {
  return fate == session_fate::ended || fate == session_fate::killed || fate == session_fate::came_back;
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
/// Longer than that, and what waits there does not end.
constexpr seconds wait_deadline{12};

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
      return task.stop().stop_requested() ? cancelled(e.what()) : lost(e);
    }
  }

 private:
  task_outcome run_to_the_end(base::task_context& task) {
    const auto found = logind::list(agent_);
    task.percent(10);
    if (found.people.empty()) {
      return {task_result::unexpected_error, errc::no_such_logon_session,
              fmt::format("Nobody is logged on to '{}'.", vm_->name())};
    }
    fates_.emplace(found.people, found.ids);
    publish();
    asked_ = steady_clock::now();
    return wait_for_all(task);
  }

  task_outcome wait_for_all(base::task_context& task) {
    for (;;) {
      if (recognised()) {
        ask_the_rest(task);
        look_again(task);
      }
      if (fates_->ids_left().empty()) return success();
      if (task.stop().stop_requested()) return cancelled(unsure_ ? away_why_ : "");
      const auto now = steady_clock::now();
      if (now >= deadline_) {
        if (asking_) stop_asking();
        return time_is_up();
      }
      const bool time_to_kill =
          all_asked_ && now >= asked_ + options_.grace && now >= killed_ + between_kills;
      if (time_to_kill && !unsure_) kill_the_rest(now);
      task.sleep(options_.poll);
    }
  }

  /// Begins to ask those who are left, once; and once more where an absent agent took the first time with it.
  void ask_the_rest(const base::task_context& task) {
    if (asking_ || all_asked_ || task.stop().stop_requested()) return;
    unless_away([&] {
      const auto ids = fates_->ids_left();
      const bool each = one_was_gone_ || ids.size() > logind::group_size;
      asking_ = each ? logind::begin_terminate_each(agent_, ids) : logind::begin_terminate(agent_, ids);
    });
  }

  /// After an absence it may be another system: one that started anew gives the same ids again, to people who
  /// are not to be logged off. False: not known yet.
  bool recognised() {
    return !unsure_ || unless_away([this] {
      fates_->recognised(logind::sessions(agent_));
      publish();
      unsure_ = false;
    });
  }

  void look_again(base::task_context& task) {
    const bool seen = unless_away([&] {
      const auto ids = ids_after_waiting(task);
      fates_->seen(ids);
      publish();
      note_strangers(ids);
      if (asking_) (void)see_whether_all_are_asked();
    });
    publish();
    if (!seen) return;
    task.percent(20 + static_cast<int>(79 * fates_->count_gone() / fates_->results().size()));
  }

  /// Nobody chases who logs on meanwhile, but it is told.
  void note_strangers(const std::vector<std::string>& ids) {
    for (auto& id : fates_->take_strangers(ids)) strangers_.push_back(std::move(id));
    if (strangers_.empty()) return;
    fates_->began(logind::people_among(agent_, strangers_));
    strangers_.clear();
  }

  /// Who asks and ended too soon, or whom a restarted agent took with it, may have told some of them only.
  /// True: nobody asks any more.
  bool see_whether_all_are_asked() {
    one_was_gone_ = false;
    try {
      const exec_status status = agent_.poll(*asking_);
      if (!status.exited) return false;
      all_asked_ = status.exit_code == 0;
      one_was_gone_ = !all_asked_;
    } catch (const error& e) {
      if (e.code() != errc::exception) throw;  // not "Invalid parameter 'pid'": a new agent's answer
    }
    asking_.reset();
    if (!all_asked_) return true;
    asked_ = steady_clock::now();
    fates_->all_asked();
    publish();
    return true;
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
      away_why_ = e.what();
      if (stopped()) throw;
      // An agent that restarted never answers what it was asked before; one that hangs answers nothing at
      // all.
      if (e.code() == errc::timed_out) make_sure_it_hangs();
      if (!away_since_) away_since_ = steady_clock::now();
      if (steady_clock::now() - *away_since_ > options_.agent_may_be_away) throw;
      return false;
    }
  }

  /// A host that cannot be asked at the moment may have a daemon that restarts: the machine goes on
  /// meanwhile.
  [[nodiscard]] bool stopped() const {
    try {
      return vm_->state() != machine::run_state::running;
    } catch (const error& e) {
      if (e.code() == errc::exception) return false;
      throw;
    }
  }

  /// The guest waits for those who were told to go: it sees them go sooner than somebody who has to ask it.
  std::vector<std::string> ids_after_waiting(base::task_context& task) {
    if (task.stop().stop_requested()) return ids_when_cancelled();
    const auto begun = steady_clock::now();
    const std::int64_t pid = logind::begin_wait(agent_, fates_->ids_left(), until_next_step(begun));
    for (milliseconds pause = first_pause;;) {
      if (task.sleep(pause)) {
        begun_.push_back(pid);
        return ids_when_cancelled();
      }
      const bool asking_ended = asking_ && see_whether_all_are_asked();
      if (asking_ended && one_was_gone_) {  // the loop outside asks those behind
        begun_.push_back(pid);
        return logind::session_ids(agent_);
      }
      if (all_asked_) task.percent(20);
      // Before all are asked there is little to see, and each look takes time that the guest needs for that.
      if (!asking_ || pause == longest_pause) {
        if (const exec_status status = agent_.poll(pid); status.exited) return logind::ids_in(status.out);
        collect();
      }
      pause = asking_ended ? first_pause : next_pause(pause);
      if (steady_clock::now() - begun > wait_deadline) {
        throw error(errc::timed_out,
                    fmt::format("The guest of '{}' does not tell who is left.", vm_->name()));
      }
    }
  }

  /// From now on nobody is asked any more. Where not all were, logind tells whose turn had come.
  std::vector<std::string> ids_when_cancelled() {
    if (!asking_) return logind::session_ids(agent_);
    logind::stop(agent_, *asking_);
    (void)see_whether_all_are_asked();
    const auto now = logind::list(agent_);
    fates_->told_by_state(now.people);
    return now.ids;
  }

  [[nodiscard]] milliseconds until_next_step(steady_clock::time_point now) const {
    const auto kill = std::max(asked_ + options_.grace, killed_ + between_kills);
    const auto next = all_asked_ ? std::min(kill, deadline_) : deadline_;
    const auto left = std::chrono::ceil<milliseconds>(next - now);
    return std::clamp(left, milliseconds(0), longest_wait);
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
    const auto ids = fates_->ids_left();
    if (!unless_away([&] { begun_.push_back(logind::begin_kill(agent_, ids)); })) return;
    killed_ = now;
    fates_->forced(ids);
  }

  /// The agent keeps what has ended until somebody asks. How it ended does not matter: the list is the truth.
  void collect() {
    try {
      std::erase_if(begun_, [this](std::int64_t pid) { return agent_.poll(pid).exited; });
    } catch (const error&) {
      begun_.clear();  // a restarted agent does not know them any more, and one that hangs is asked elsewhere
    }
  }

  void publish() {
    const std::lock_guard lock(state_->mutex);
    state_->results = fates_->results();
    state_->newcomers = fates_->newcomers();
  }

  [[nodiscard]] task_outcome success() const {
    return {task_result::success, errc::ok, fates_->remarkable() ? fates_->summary() : ""};
  }

  [[nodiscard]] task_outcome unfinished(task_result result, errc code, std::string_view why) const {
    if (why.ends_with('.')) why.remove_suffix(1);
    return {result, code,
            fmt::format("Logging off the users of '{}': {}. {}", vm_->name(), why,
                        fates_ ? fates_->summary() : "It is not known who was logged on.")};
  }

  /// Whoever cancelled was told that it would be: nothing that fails from then on is another outcome.
  [[nodiscard]] task_outcome cancelled(std::string_view why_no_news) const {
    if (why_no_news.empty()) return unfinished(task_result::cancelled, errc::cancelled, "cancelled");
    if (why_no_news.ends_with('.')) why_no_news.remove_suffix(1);
    return unfinished(task_result::cancelled, errc::cancelled,
                      fmt::format("cancelled, and what was last known may have changed ({})", why_no_news));
  }

  [[nodiscard]] task_outcome time_is_up() const {
    return unfinished(task_result::timed_out, errc::timed_out, "the time is up");
  }

  /// The guest can no longer be asked. Why: the machine tells, as far as it still can.
  [[nodiscard]] task_outcome lost(const error& e) const {
    if (e.code() == errc::timed_out && steady_clock::now() >= deadline_) return time_is_up();
    if (!still_runs()) {
      return unfinished(task_result::unexpected_error, errc::vm_not_running, "the machine no longer runs");
    }
    if (dynamic_cast<const guest_frozen*>(&e) != nullptr)
      return unfinished(task_result::unexpected_error, errc::timed_out, e.what());
    const bool unavailable = e.code() == errc::additions_feature_not_available;
    if (e.code() == errc::timed_out || (unavailable && fates_)) {
      return unfinished(task_result::unexpected_error, errc::additions_feature_not_available,
                        fmt::format("the guest agent went away ({})", e.what()));
    }
    return unfinished(task_result::unexpected_error, e.code(), e.what());
  }

  /// Nobody shall be logged off after the task has ended.
  void stop_asking() const {
    try {
      logind::stop(agent_, *asking_);
    } catch (const error&) {
      // An agent that does not answer cannot be told to stop either.
    }
  }

  /// Where the host does not tell that either, the failure itself counts.
  [[nodiscard]] bool still_runs() const {
    try {
      return vm_->state() == machine::run_state::running;
    } catch (const error& e) {
      return e.code() == errc::exception;
    }
  }

  std::shared_ptr<machine::virtual_machine> vm_;
  logoff_options options_;
  steady_clock::time_point deadline_;
  agent agent_;
  std::shared_ptr<logoff::shared> state_;
  std::optional<fates> fates_;  ///< none before the list is in
  steady_clock::time_point asked_, killed_;
  std::optional<steady_clock::time_point> away_since_;
  std::optional<std::int64_t> asking_;  ///< who tells them to go
  bool all_asked_ = false;
  bool one_was_gone_ = false;           ///< so that those behind it were not asked
  std::vector<std::int64_t> begun_;     ///< what else runs in the guest
  std::vector<std::string> strangers_;  ///< ids that nobody has told us about yet
  bool unsure_ = false;                 ///< the agent was away
  std::string away_why_;                ///< the last time
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
