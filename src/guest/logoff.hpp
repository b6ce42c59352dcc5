// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/task.hpp"
#include "guest/session.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace comeback::guest {

struct logoff_options {
  std::chrono::milliseconds grace = std::chrono::seconds(20);      ///< then sessions that stay are killed
  std::chrono::milliseconds deadline = std::chrono::seconds(120);  ///< then the task ends, whatever remains
  std::chrono::milliseconds poll = std::chrono::milliseconds(100);
  /// An agent that restarts is away for about a second, on a busy machine for several; then it is lost.
  std::chrono::milliseconds agent_may_be_away = std::chrono::seconds(15);
};

enum class session_fate : std::uint8_t {
  not_asked,  ///< nobody told it to go (yet)
  remaining,  ///< told to go, still there when last seen
  ended,      ///< its id is gone from the guest's list
  killed,     ///< gone after SIGKILL
  came_back,  ///< gone, and the same user is on again by the same way, under a new id
};

/// "not asked", "remaining", "ended", "killed", "came back": stable, programs read them.
[[nodiscard]] std::string_view name_of(session_fate fate) noexcept;
/// `ended`, `killed` or `came_back`: that session is no more.
[[nodiscard]] bool is_gone(session_fate fate) noexcept;

struct session_result {
  session who;
  session_fate fate = session_fate::not_asked;
  bool forced = false;         ///< SIGKILL was sent
  std::string successor = {};  ///< of `came_back`: the id of the new session
};

/// Logging everyone off, under way or done; copies share it.
///
/// The task ends with (result, error, description): success (success, ok, ""); nobody was logged on
/// (unexpected_error, no_such_logon_session); cancelled (cancelled, cancelled), whatever else happened after
/// the cancelling; deadline (timed_out, timed_out); the machine stopped, its agent went away or its file
/// systems stayed frozen meanwhile (unexpected_error, vm_not_running, additions_feature_not_available or
/// timed_out). Each description names who is off and who remains, ten of each at most;
/// that of success is empty where everybody went as asked and nobody came.
class logoff {
 public:
  struct shared;
  logoff(base::task task, std::shared_ptr<shared> state) : task_(std::move(task)), state_(std::move(state)) {}

  [[nodiscard]] const base::task& task() const noexcept { return task_; }
  [[nodiscard]] base::task& task() noexcept { return task_; }
  /// One entry for each session found at the beginning; empty until the list is in. Any thread, any time.
  [[nodiscard]] std::vector<session_result> results() const;
  /// People who logged on meanwhile and came back for nobody of `results`: they are left alone. As far as the
  /// guest has been looked at; somebody may be gone again. Any thread, any time.
  [[nodiscard]] std::vector<session> newcomers() const;

 private:
  base::task task_;
  std::shared_ptr<shared> state_;
};

}  // namespace comeback::guest
