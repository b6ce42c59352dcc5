// SPDX-License-Identifier: Apache-2.0
#include "cli/crew.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <queue>
#include <system_error>
#include <thread>

namespace comeback::cli {
namespace {

using clock_type = std::chrono::steady_clock;

struct turn {
  clock_type::time_point due;
  std::size_t index;
  bool operator>(const turn& other) const { return due > other.due; }
};

class crew {
 public:
  crew(std::size_t count, std::stop_token stop, const piece& work) : stop_(std::move(stop)), work_(work) {
    const auto now = clock_type::now();
    for (std::size_t i = 0; i < count; ++i) turns_.push({now, i});
  }

  // Where the system gives no further thread, fewer do the work.
  void run(std::size_t hands) {
    std::vector<std::jthread> others;
    others.reserve(hands);
    try {
      while (others.size() + 1 < hands) others.emplace_back([this] { take_turns(); });
    } catch (const std::system_error&) {
    }
    take_turns();
  }

 private:
  void take_turns() {
    std::unique_lock lock(mutex_);
    while (wait_for_turn(lock)) {
      const turn mine = turns_.top();
      turns_.pop();
      ++busy_;
      if (!turns_.empty()) idle_.notify_one();
      const bool last = stop_.stop_requested();
      lock.unlock();
      const auto again = work_(mine.index);
      lock.lock();
      --busy_;
      if (again && !last) add({clock_type::now() + *again, mine.index});
    }
    idle_.notify_all();
  }

  void add(const turn& next) {
    turns_.push(next);
    if (watched_) {
      sooner_.notify_one();
    } else {
      idle_.notify_one();
    }
  }

  // False when nothing is left, nor may come back from those who are busy. Of those who have nothing to do
  // one watches the clock, so that the others sleep until there is work.
  bool wait_for_turn(std::unique_lock<std::mutex>& lock) {
    while (!turns_.empty() || busy_ > 0) {
      if (turns_.empty() || watched_) {
        idle_.wait(lock);
        continue;
      }
      const auto due = turns_.top().due;
      if (stop_.stop_requested() || due <= clock_type::now()) return true;
      watched_ = true;
      sooner_.wait_until(lock, stop_, due, [&] { return turns_.top().due < due; });
      watched_ = false;
    }
    return false;
  }

  std::stop_token stop_;
  const piece& work_;
  std::mutex mutex_;
  std::condition_variable_any sooner_;
  std::condition_variable idle_;
  bool watched_ = false;
  std::priority_queue<turn, std::vector<turn>, std::greater<>> turns_;
  std::size_t busy_ = 0;
};

}  // namespace

void work_on_all(std::size_t count, const std::stop_token& stop, const piece& work, std::size_t at_once) {
  if (count == 0) return;
  crew(count, stop, work).run(std::min(count, std::max<std::size_t>(at_once, 1)));
}

}  // namespace comeback::cli
