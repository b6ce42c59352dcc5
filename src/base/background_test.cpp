// SPDX-License-Identifier: Apache-2.0
#include "base/background.hpp"

#include <atomic>
#include <future>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace comeback::base {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

/// Something that others wait for.
class gate {
 public:
  void open() { promise_.set_value(); }
  void wait() const { EXPECT_EQ(future_.wait_for(minutes(1)), std::future_status::ready); }

 private:
  std::promise<void> promise_;
  std::shared_future<void> future_ = promise_.get_future().share();
};

TEST(background, is_asked_to_stop_and_left) {
  std::atomic<bool> stopped = false;
  gate go_on;
  {
    const background thread([&](const std::stop_token& stop) {
      go_on.wait();
      stopped = stop.stop_requested();
    });
  }
  EXPECT_FALSE(background::finish(milliseconds(0)));
  go_on.open();
  EXPECT_TRUE(background::finish(minutes(1)));
  EXPECT_TRUE(stopped);
}

TEST(background, may_be_left_by_itself) {
  std::unique_ptr<background> thread;
  gate made, left;
  thread = std::make_unique<background>([&](const std::stop_token&) {
    made.wait();
    thread.reset();
    left.open();
  });
  made.open();
  left.wait();
  EXPECT_TRUE(background::finish(minutes(1)));
}

TEST(background, ends_alone_when_it_throws) {
  {
    const background thread([](const std::stop_token&) { throw std::runtime_error("odd"); });
  }
  EXPECT_TRUE(background::finish(minutes(1)));
}

TEST(alarm_clock, counts_a_wake_that_came_before_the_sleep) {
  alarm_clock bell;
  const std::stop_source stop;
  bell.wake();
  EXPECT_TRUE(bell.sleep(stop.get_token(), hours(1)));
  EXPECT_FALSE(bell.sleep(stop.get_token(), milliseconds(1)));
}

TEST(alarm_clock, wakes_for_a_stop) {
  alarm_clock bell;
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(bell.sleep(stop.get_token(), hours(1)));
}

class couriers : public testing::Test {
 protected:
  void TearDown() override { EXPECT_TRUE(background::finish(minutes(1))); }
};

TEST_F(couriers, runs_jobs_in_their_order_whatever_they_throw) {
  std::vector<int> seen;
  gate done;
  courier by;
  for (int i = 0; i < 100; ++i) {
    by.post([&seen, i] {
      seen.push_back(i);
      if (i % 3 == 0) throw std::runtime_error("odd");
    });
  }
  by.post([&] { done.open(); });
  done.wait();
  ASSERT_EQ(seen.size(), 100U);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(seen[static_cast<std::size_t>(i)], i);
}

TEST_F(couriers, takes_jobs_from_its_own) {
  gate done;
  courier by;
  by.post([&] { by.post([&] { done.open(); }); });
  done.wait();
}

TEST_F(couriers, waits_for_nobody_and_drops_what_was_not_begun) {
  gate begun, go_on;
  std::atomic<int> seen = 0;
  {
    courier by;
    by.post([&] {
      begun.open();
      go_on.wait();
      ++seen;
    });
    by.post([&] { ++seen; });
    begun.wait();
  }
  go_on.open();
  EXPECT_TRUE(background::finish(minutes(1)));
  EXPECT_EQ(seen, 1);
}

TEST_F(couriers, may_be_let_go_by_its_own_job) {
  auto by = std::make_shared<courier>();
  gate posted, let_go;
  by->post([&] {
    posted.wait();
    by.reset();
    let_go.open();
  });
  by->post([] { ADD_FAILURE() << "was dropped"; });
  posted.open();
  let_go.wait();
  EXPECT_TRUE(background::finish(minutes(1)));
}

TEST_F(couriers, loses_the_oldest_that_wait_behind_one_that_blocks) {
  gate begun, go_on, done;
  std::vector<int> seen;
  courier by;
  by.post([&] {
    begun.open();
    go_on.wait();
  });
  begun.wait();
  for (int i = 0; i < static_cast<int>(courier::most_waiting) + 5; ++i)
    by.post([&, i] { seen.push_back(i); });
  go_on.open();
  // One more takes the place of one more: so the first five and this one's.
  by.post([&] { done.open(); });
  done.wait();
  EXPECT_GE(seen.size(), courier::most_waiting - 1);
  EXPECT_GE(seen.front(), 5);
  EXPECT_EQ(seen.back(), static_cast<int>(courier::most_waiting) + 4);
}

}  // namespace
}  // namespace comeback::base
