// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace comeback::base {

/// A mutex whose wait has an end, for std::unique_lock. std::timed_mutex waits by pthread_mutex_clocklock,
/// which the thread sanitizers of g++ 12 and clang 16 do not know: they take every unlock for a fault.
class timed_mutex {
 public:
  void lock() {
    std::unique_lock held(inner_);
    free_again_.wait(held, [this] { return !taken_; });
    taken_ = true;
  }
  [[nodiscard]] bool try_lock() { return try_lock_for(std::chrono::seconds(0)); }
  [[nodiscard]] bool try_lock_for(std::chrono::steady_clock::duration patience) {
    std::unique_lock held(inner_);
    if (!free_again_.wait_for(held, patience, [this] { return !taken_; })) return false;
    return taken_ = true;
  }
  void unlock() {
    {
      const std::lock_guard held(inner_);
      taken_ = false;
    }
    free_again_.notify_one();
  }

 private:
  std::mutex inner_;
  std::condition_variable free_again_;
  bool taken_ = false;
};

}  // namespace comeback::base
