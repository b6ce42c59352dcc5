// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>

namespace comeback::base {

namespace detail {
struct background_thread;
}

/// A thread that its owner may leave while it works: the destructor asks it to stop, waits for nothing and
/// may run on that very thread. Threads that were left are joined once they have ended: by whoever begins or
/// leaves another, and by `finish`. What `body` holds dies on the thread. An exception ends the thread alone.
class background {
 public:
  explicit background(std::function<void(std::stop_token)> body);
  background(const background&) = delete;
  background& operator=(const background&) = delete;
  ~background();

  /// Waits until every thread of the process that was left has ended; false when some have not after `within`
  /// (their work blocks: they stay, and a later call may still join them). Not to be called from one of them.
  static bool finish(std::chrono::milliseconds within);

 private:
  std::unique_ptr<detail::background_thread> thread_;
};

/// Sleeping until somebody wakes us; a wake while nobody sleeps counts for the next sleep. Any thread.
class alarm_clock {
 public:
  void wake();
  /// True when woken, false when the time is up or `stop` was requested.
  bool sleep(const std::stop_token& stop, std::chrono::milliseconds at_most);

 private:
  std::mutex mutex_;
  std::condition_variable_any woken_;
  bool rung_ = false;
};

/// Runs what it is given, one after the other, on a thread of its own, which begins with the first job. Any
/// thread may post, also from within a job. The destructor drops what was not begun; a job under way goes on
/// to its end, and nobody waits for it. A job that throws harms no other. At most `most_waiting` jobs wait:
/// where one blocks, the oldest of the others are lost.
class courier {
 public:
  static constexpr std::size_t most_waiting = 10'000;

  courier();
  courier(const courier&) = delete;
  courier& operator=(const courier&) = delete;
  ~courier();

  void post(std::function<void()> job);

 private:
  struct shared;
  static void deliver(shared& state, const std::stop_token& stop);

  std::shared_ptr<shared> state_;
  std::unique_ptr<background> thread_;
};

}  // namespace comeback::base
