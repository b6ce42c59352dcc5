// SPDX-License-Identifier: Apache-2.0
#include "base/task.hpp"

#include <atomic>
#include <latch>
#include <new>
#include <optional>
#include <thread>
#include <vector>

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

TEST(task, can_be_cancelled_twice_but_not_once_it_is_complete) {
  executor run;
  std::latch go(1);
  auto t = run.start("twice", true, [&](task_context&) {
    go.wait();
    return task_outcome{};
  });
  EXPECT_TRUE(t.cancel());
  EXPECT_TRUE(t.cancel());
  EXPECT_TRUE(t.cancelable());
  go.count_down();
  t.wait();
  EXPECT_FALSE(t.cancel());
  EXPECT_EQ(t.outcome().result, task_result::success) << "it was too late to stop";
}

TEST(task, may_come_to_a_point_of_no_return) {
  executor run;
  std::latch there(1), go(1);
  auto t = run.start("burn", true, [&](task_context& context) {
    context.cancelable(false);
    there.count_down();
    go.wait();
    return context.stop().stop_requested() ? outcome_of({errc::cancelled, "stopped"}) : task_outcome{};
  });
  there.wait();
  EXPECT_FALSE(t.cancelable());
  EXPECT_FALSE(t.cancel());
  go.count_down();
  t.wait();
  EXPECT_EQ(t.outcome().result, task_result::success);
}

TEST(task, every_wait_ends_when_it_is_cancelled) {
  executor run;
  auto t = run.start("sleep", true, [](task_context& context) -> task_outcome {
    context.sleep(1h);
    throw error(errc::cancelled, "stopped");
  });
  std::atomic<int> woken = 0;
  {
    std::vector<std::jthread> waiting;
    for (int i = 0; i < 32; ++i)
      waiting.emplace_back([&woken, t, i] {
        if (i % 2 == 0) t.wait();
        if (i % 2 == 1 && !t.wait_for(1h)) return;
        woken += t.complete() && t.percent() == 100 && t.outcome().error == errc::cancelled ? 1 : 0;
      });
    EXPECT_TRUE(t.cancel());
  }
  EXPECT_EQ(woken, 32);
}

TEST(task, complete_percent_and_outcome_are_one_step) {
  executor run;
  for (int round = 0; round < 200; ++round) {
    const auto t =
        run.start("one step", true, [](task_context&) -> task_outcome { throw error(errc::fail, "no"); });
    while (!t.complete()) std::this_thread::yield();
    ASSERT_EQ(t.percent(), 100);
    ASSERT_EQ(t.outcome().error, errc::fail);
    ASSERT_FALSE(t.cancelable());
  }
}

TEST(task, whatever_leaves_its_body_is_its_outcome) {
  executor run;
  const auto foreign = run.start("throws", true, [](task_context&) -> task_outcome { throw 7; });
  const auto memory =
      run.start("throws", true, [](task_context&) -> task_outcome { throw std::bad_alloc(); });
  foreign.wait();
  memory.wait();
  EXPECT_EQ(foreign.outcome().error, errc::exception);
  EXPECT_EQ(foreign.outcome().result, task_result::unexpected_error);
  EXPECT_NE(foreign.outcome().description, "");
  EXPECT_EQ(memory.outcome().result, task_result::out_of_memory);
}

TEST(executor, lists_tasks_with_rising_ids_and_the_hundred_that_ended_last) {
  executor run;
  for (int i = 0; i < 150; ++i) run.start("one", true, [](task_context&) { return task_outcome{}; }).wait();
  const auto all = run.tasks();
  EXPECT_EQ(all.size(), 100U);
  for (std::size_t i = 1; i < all.size(); ++i) EXPECT_LT(all[i - 1].id(), all[i].id());
  EXPECT_EQ(all.back().id() - all.front().id(), 99);
}

TEST(executor, lists_a_task_that_ended_last_however_long_ago_it_began) {
  executor run;
  std::latch go(1);
  const auto first = run.start("long", true, [&](task_context&) {
    go.wait();
    return task_outcome{};
  });
  for (int i = 0; i < 120; ++i) run.start("short", true, [](task_context&) { return task_outcome{}; }).wait();
  EXPECT_EQ(run.tasks().size(), 101U) << "running tasks do not count";
  go.count_down();
  first.wait();
  const auto all = run.tasks();
  EXPECT_EQ(all.size(), 100U);
  EXPECT_EQ(all.front().id(), first.id());
}

TEST(executor, a_handle_outlives_the_list_and_the_executor) {
  std::optional<task> kept;
  {
    executor run;
    kept = run.start("kept", true, [](task_context&) -> task_outcome { throw error(errc::fail, "why"); });
    kept->wait();
    for (int i = 0; i < 120; ++i)
      run.start("other", true, [](task_context&) { return task_outcome{}; }).wait();
    for (const auto& listed : run.tasks()) EXPECT_NE(listed.id(), kept->id());
  }
  EXPECT_EQ(kept->outcome().description, "why");
  EXPECT_TRUE(kept->wait_for(0ms));
  EXPECT_FALSE(kept->cancel());
}

TEST(executor, a_task_may_begin_another) {
  executor run;
  std::optional<task> inner;
  const auto outer = run.start("outer", true, [&](task_context&) {
    inner = run.start("inner", true, [](task_context&) { return task_outcome{}; });
    return task_outcome{};
  });
  outer.wait();
  run.finish();
  EXPECT_TRUE(inner->complete());
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
