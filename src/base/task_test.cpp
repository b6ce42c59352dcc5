// SPDX-License-Identifier: Apache-2.0
#include "base/task.hpp"

#include <atomic>
#include <latch>

#include <gtest/gtest.h>

namespace comeback::base {
namespace {

using namespace std::chrono_literals;

TEST(task, ends_with_the_outcome_of_its_body) {
  executor run;
  auto t = run.start("nothing", true, [](task_context&) { return task_outcome{}; });
  t.wait();
  EXPECT_TRUE(t.complete());
  EXPECT_EQ(t.percent(), 100);
  EXPECT_EQ(t.outcome().result, task_result::success);
  EXPECT_EQ(t.description(), "nothing");
  EXPECT_FALSE(t.cancelable());
  EXPECT_FALSE(t.cancel());
}

TEST(task, percent_never_runs_back_and_is_100_only_at_the_end) {
  executor run;
  std::latch seen(1), go(1);
  auto t = run.start("steps", true, [&](task_context& context) {
    context.percent(60);
    context.percent(30);
    context.percent(100);
    seen.count_down();
    go.wait();
    return task_outcome{};
  });
  seen.wait();
  EXPECT_EQ(t.percent(), 99);
  EXPECT_FALSE(t.complete());
  EXPECT_FALSE(t.wait_for(1ms));
  go.count_down();
  t.wait();
  EXPECT_EQ(t.percent(), 100);
}

TEST(task, cancel_wakes_a_sleeping_body) {
  executor run;
  auto t = run.start("sleep", true, [](task_context& context) {
    const bool stopped = context.sleep(1h);
    return task_outcome{stopped ? task_result::cancelled : task_result::success, errc::cancelled, "stopped"};
  });
  EXPECT_TRUE(t.cancel());
  t.wait();
  EXPECT_EQ(t.outcome().result, task_result::cancelled);
  EXPECT_EQ(t.outcome().description, "stopped");
}

TEST(task, cannot_be_cancelled_when_the_body_says_so) {
  executor run;
  std::latch go(1);
  auto t = run.start("fixed", false, [&](task_context&) {
    go.wait();
    return task_outcome{};
  });
  EXPECT_FALSE(t.cancelable());
  EXPECT_FALSE(t.cancel());
  go.count_down();
  t.wait();
}

struct thrown_case {
  errc code;
  task_result result;
};

TEST(task, an_exception_becomes_the_outcome) {
  constexpr thrown_case cases[] = {{errc::timed_out, task_result::timed_out},
                                   {errc::cancelled, task_result::cancelled},
                                   {errc::disk_full, task_result::disk_related_error},
                                   {errc::out_of_memory, task_result::out_of_memory},
                                   {errc::vm_not_running, task_result::unexpected_error}};
  executor run;
  for (const auto& c : cases) {
    auto t = run.start("throws", true, [&](task_context&) -> task_outcome { throw error(c.code, "why"); });
    t.wait();
    EXPECT_EQ(t.outcome().result, c.result);
    EXPECT_EQ(t.outcome().error, c.code);
    EXPECT_EQ(t.outcome().description, "why");
  }
}

TEST(executor, lists_tasks_with_rising_ids_and_forgets_old_ones) {
  executor run;
  for (int i = 0; i < 150; ++i) run.start("one", true, [](task_context&) { return task_outcome{}; }).wait();
  const auto all = run.tasks();
  EXPECT_LE(all.size(), 102U);
  EXPECT_GE(all.size(), 100U);
  for (std::size_t i = 1; i < all.size(); ++i) EXPECT_LT(all[i - 1].id(), all[i].id());
}

TEST(executor, its_end_waits_for_running_tasks) {
  std::atomic<bool> done = false;
  {
    executor run;
    run.start("slow", true, [&](task_context& context) {
      context.sleep(50ms);
      done = true;
      return task_outcome{};
    });
  }
  EXPECT_TRUE(done);
}

}  // namespace
}  // namespace comeback::base
