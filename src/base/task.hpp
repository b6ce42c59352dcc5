// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace comeback::base {

/// How a task ended. The values are those of VMTaskResult (vmtaskresult.md).
enum class task_result : std::uint8_t {
  success = 0,
  cancelled = 1,
  unexpected_error = 2,
  out_of_memory = 3,
  disk_related_error = 4,
  incompatible_saved_state = 5,
  timed_out = 6,
  illegal_value = 7,
  thread_crash = 8,
  shutdown_aborted = 9,
};

[[nodiscard]] std::string_view name_of(task_result result) noexcept;

struct task_outcome {
  task_result result = task_result::success;
  errc error = errc::ok;
  std::string description;  ///< text for `error`; empty on success
};

/// The outcome an exception means: `errc::cancelled` is `cancelled`, `errc::timed_out` is `timed_out`,
/// `out_of_memory` and `disk_full` have results of their own, all else is `unexpected_error`.
[[nodiscard]] task_outcome outcome_of(const described_error& e);

namespace detail {
struct task_state;
}

/// What the body of a task sees of its task.
class task_context {
 public:
  explicit task_context(std::shared_ptr<detail::task_state> state) : state_(std::move(state)) {}
  /// 0 to 99; a smaller value than before is ignored, 100 comes with completion alone.
  void percent(int value);
  /// Once false, `cancel` answers false: the work can no longer be stopped.
  void cancelable(bool value);
  [[nodiscard]] std::stop_token stop() const;
  /// Sleeps, but wakes at once on cancel. True when the task shall stop.
  bool sleep(std::chrono::milliseconds duration) const;

 private:
  std::shared_ptr<detail::task_state> state_;
};

/// A handle on work under way or done; copies share it. All members may be called from any thread.
/// `percent() == 100` exactly when `complete()`.
class task {
 public:
  [[nodiscard]] int id() const;  ///< unique in this process, from 1
  [[nodiscard]] std::string description() const;
  [[nodiscard]] int percent() const;
  [[nodiscard]] bool cancelable() const;
  [[nodiscard]] bool complete() const;
  /// Asks the body to stop; false when it is complete or cannot be cancelled. A second call answers true, as
  /// long as the first would.
  bool cancel();
  /// True when complete by then.
  bool wait_for(std::chrono::milliseconds duration) const;
  void wait() const;
  /// The outcome so far: while running, `success` with no error.
  [[nodiscard]] task_outcome outcome() const;

 private:
  friend class executor;
  explicit task(std::shared_ptr<detail::task_state> state) : state_(std::move(state)) {}
  /// The how-manieth task of the process to end, from 1; 0 while it runs.
  [[nodiscard]] std::uint64_t ended() const;
  std::shared_ptr<detail::task_state> state_;
};

/// Runs tasks, one thread each, and lists them. Thread-safe.
class executor {
 public:
  using body = std::function<task_outcome(task_context&)>;

  executor();
  executor(const executor&) = delete;
  executor& operator=(const executor&) = delete;
  /// Waits for running tasks: a task always ends, since each of its waits has a deadline.
  ~executor();

  /// An exception that leaves `work` becomes the outcome.
  task start(std::string description, bool cancelable, body work);
  /// Running tasks and the hundred that ended last, those first that began first. A handle on a task is good
  /// for as long as somebody has it, listed or not.
  [[nodiscard]] std::vector<task> tasks() const;
  /// Waits until no task runs, nor any of their threads.
  void finish();

 private:
  struct entry {
    task handle;
    std::jthread thread;
  };
  /// The end after which the last hundred came; 0 where there were no more.
  [[nodiscard]] std::uint64_t last_forgotten_locked() const;
  void forget_old_locked();

  mutable std::mutex mutex_;
  std::vector<entry> entries_;
};

}  // namespace comeback::base
