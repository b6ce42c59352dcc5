// SPDX-License-Identifier: Apache-2.0
#include "guest/heartbeat.hpp"

#include "guest/fake_guest.hpp"
#include "machine/fake_machine.hpp"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

namespace comeback::guest {
namespace {

using base::errc;
using std::chrono::milliseconds;

constexpr heartbeat_rate quick{.interval = milliseconds(2), .kept = 4, .patience = std::chrono::seconds(1)};
/// Beats that come once and then not again while a test runs.
constexpr heartbeat_rate slow{
    .interval = std::chrono::hours(1), .kept = 4, .patience = std::chrono::seconds(1)};

class heartbeats : public testing::Test {
 protected:
  machine::fake_machine vm{"web"};
  std::shared_ptr<fake_guest> way = std::make_shared<fake_guest>();
  std::atomic<int> pings{0};
  std::atomic<exchange_outcome> outcome{exchange_outcome::answered};

  heartbeats() {
    way->before = [this](const std::string&) -> std::optional<exchange_result> {
      ++pings;
      if (outcome == exchange_outcome::answered) return std::nullopt;
      return exchange_result{outcome, "no"};
    };
  }
  template <class Condition>
  static void wait_until(Condition met) {
    while (!met()) std::this_thread::sleep_for(milliseconds(1));
  }
  errc code_of(heart_monitor& with) {
    try {
      (void)with.ask(vm, way);
    } catch (const base::error& e) {
      return e.code();
    }
    return errc::ok;
  }
};

TEST_F(heartbeats, the_first_question_is_answered_by_the_first_beat) {
  heart_monitor monitor(slow);
  const pulse felt = monitor.ask(vm, way);
  EXPECT_TRUE(felt.beating);
  EXPECT_EQ(felt.percent, 100);
  EXPECT_EQ(pings, 1);
}

TEST_F(heartbeats, no_answer_is_no_beat) {
  outcome = exchange_outcome::no_answer;
  heart_monitor monitor(slow);
  const pulse felt = monitor.ask(vm, way);
  EXPECT_FALSE(felt.beating);
  EXPECT_EQ(felt.percent, 0);
}

TEST_F(heartbeats, to_refuse_is_to_answer) {
  outcome = exchange_outcome::refused;
  heart_monitor monitor(slow);
  EXPECT_TRUE(monitor.ask(vm, way).beating);
}

TEST_F(heartbeats, more_questions_are_no_more_beats) {
  heart_monitor monitor(slow);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(monitor.ask(vm, way).percent, 100);
  EXPECT_EQ(pings, 1);
  EXPECT_EQ(monitor.watched(), 1U);
}

TEST_F(heartbeats, the_last_block_counts_and_the_last_beat_decides) {
  heart_monitor monitor(quick);
  EXPECT_TRUE(monitor.ask(vm, way).beating);
  outcome = exchange_outcome::no_answer;
  wait_until([&] { return monitor.ask(vm, way).percent < 100; });
  EXPECT_FALSE(monitor.ask(vm, way).beating);
  wait_until([&] { return monitor.ask(vm, way).percent == 0; });
  outcome = exchange_outcome::answered;
  wait_until([&] { return monitor.ask(vm, way).beating; });
  wait_until([&] { return monitor.ask(vm, way).percent == 100; });
}

TEST_F(heartbeats, nobody_asks_and_nobody_feels_any_more) {
  heart_monitor monitor(quick);
  (void)monitor.ask(vm, way);
  wait_until([&] { return monitor.watched() == 0; });
  const int before = pings;
  std::this_thread::sleep_for(20 * quick.interval);
  EXPECT_EQ(pings, before);
  EXPECT_TRUE(monitor.ask(vm, way).beating);
  EXPECT_GT(pings, before);
}

TEST_F(heartbeats, what_is_no_silence_is_told_and_ends_the_watching) {
  heart_monitor monitor(quick);
  outcome = exchange_outcome::not_connected;
  EXPECT_EQ(code_of(monitor), errc::additions_feature_not_available);
  wait_until([&] { return monitor.watched() == 0; });
  outcome = exchange_outcome::answered;
  EXPECT_EQ(code_of(monitor), errc::ok);
}

TEST_F(heartbeats, each_machine_has_its_own) {
  machine::fake_machine other("db", "00000000-0000-0000-0000-000000000002");
  const auto silent = std::make_shared<fake_guest>();
  silent->before = [](const std::string&) { return exchange_result{exchange_outcome::no_answer, {}}; };
  heart_monitor monitor(slow);
  EXPECT_TRUE(monitor.ask(vm, way).beating);
  EXPECT_FALSE(monitor.ask(other, silent).beating);
  EXPECT_EQ(monitor.watched(), 2U);
}

TEST_F(heartbeats, the_end_waits_for_the_threads_and_what_comes_later_begins_anew) {
  heart_monitor monitor(slow);
  (void)monitor.ask(vm, way);
  const std::weak_ptr<fake_guest> held = way;
  monitor.finish();
  EXPECT_EQ(monitor.watched(), 0U);
  EXPECT_EQ(held.use_count(), 1) << "no thread holds the channel any more";
  EXPECT_TRUE(monitor.ask(vm, way).beating);
  EXPECT_EQ(pings, 2);
}

TEST_F(heartbeats, may_be_asked_from_many_threads_while_they_end) {
  heart_monitor monitor(quick);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int k = 0; k < 50; ++k) (void)monitor.ask(vm, way);
      });
    }
    for (int i = 0; i < 20; ++i) monitor.finish();
  }
  monitor.finish();
  EXPECT_EQ(monitor.watched(), 0U);
}

}  // namespace
}  // namespace comeback::guest
