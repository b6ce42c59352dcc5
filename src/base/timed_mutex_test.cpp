// SPDX-License-Identifier: Apache-2.0
#include "base/timed_mutex.hpp"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace comeback::base {
namespace {

TEST(timed_mutex, one_at_a_time) {
  timed_mutex gate;
  int count = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int k = 0; k < 1000; ++k) {
          const std::unique_lock held(gate);
          ++count;
        }
      });
    }
  }
  EXPECT_EQ(count, 4000);
}

TEST(timed_mutex, a_wait_ends_without_it) {
  timed_mutex gate;
  const std::unique_lock first(gate);
  const std::unique_lock second(gate, std::chrono::milliseconds(5));
  EXPECT_FALSE(second.owns_lock());
  EXPECT_FALSE(gate.try_lock());
}

TEST(timed_mutex, who_waits_gets_it) {
  timed_mutex gate;
  std::unique_lock first(gate);
  bool got = false;
  std::jthread waiter([&] {
    const std::unique_lock second(gate, std::chrono::minutes(1));
    got = second.owns_lock();
  });
  first.unlock();
  waiter.join();
  EXPECT_TRUE(got);
}

}  // namespace
}  // namespace comeback::base
