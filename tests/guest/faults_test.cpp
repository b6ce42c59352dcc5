// SPDX-License-Identifier: Apache-2.0
// What becomes of a logoff when machine, agent or system break in its midst.
#include "broken_guest.hpp"
#include "libvirt_backend/snapshot.hpp"
#include "own_resources.hpp"

#include <gmock/gmock.h>

namespace comeback::test_guest {
namespace {

using base::errc;
using base::task_result;
using comeback::guest::logoff;
using comeback::guest::session_fate;
using std::chrono::seconds;
using testing::HasSubstr;

class faults : public guest_test {
 protected:
  base::executor on;

  void SetUp() override {
    if (broken) fresh();
    broken = true;
  }
  static void TearDownTestSuite() {
    guest_test::TearDownTestSuite();
    broken = false;
  }

  /// A logoff that waits for somebody who does not go.
  logoff endless(comeback::guest::logoff_options options = {.grace = seconds(300),
                                                            .deadline = seconds(400)}) {
    (void)machine().add_stubborn("alice");
    before = count_own_resources();
    auto under_way = machine().os().logoff_all(on, options);
    wait_until_asked(under_way);
    return under_way;
  }
  /// The task's end; whoever waits longer has found one that does not.
  base::task_outcome end_of(const logoff& under_way, seconds deadline) {
    if (!under_way.task().wait_for(deadline + seconds(60))) ADD_FAILURE() << "the task does not end";
    on.finish();
    EXPECT_TRUE(nothing_left_beyond(before));
    return under_way.task().outcome();
  }
  static void finish(const base::task& task) {
    task.wait();
    ASSERT_EQ(task.outcome().result, task_result::success) << task.outcome().description;
  }

  own_resources before;
  static inline bool broken = false;
};

MATCHER_P2(is_lost, code, words, "") {
  *result_listener << name_of(arg.result) << " " << arg.description;
  return arg.result == task_result::unexpected_error && arg.error == code &&
         arg.description.find(words) != std::string::npos;
}

TEST_F(faults, a_killed_agent_comes_back_and_the_logoff_goes_on) {
  const auto under_way = endless({.grace = seconds(8), .deadline = seconds(120)});
  soon(machine(), "systemctl kill --signal=KILL qemu-guest-agent");
  const auto outcome = end_of(under_way, seconds(120));
  EXPECT_EQ(outcome.result, task_result::success) << outcome.description;
  EXPECT_EQ(under_way.results().back().fate, session_fate::killed);
}

TEST_F(faults, an_agent_that_was_stopped_for_a_while_is_waited_for) {
  const auto under_way = endless({.grace = seconds(10), .deadline = seconds(120)});
  soon(machine(),
       "systemctl kill --signal=STOP qemu-guest-agent; sleep 8; "
       "systemctl kill --signal=CONT qemu-guest-agent");
  const auto outcome = end_of(under_way, seconds(120));
  EXPECT_EQ(outcome.result, task_result::success) << outcome.description;
}

TEST_F(faults, an_agent_that_is_stopped_for_good_ends_it_at_the_deadline_at_last) {
  const auto under_way =
      endless({.grace = seconds(8), .deadline = seconds(15), .agent_may_be_away = seconds(300)});
  soon(machine(), "systemctl kill --signal=STOP qemu-guest-agent");
  const auto outcome = end_of(under_way, seconds(15));
  EXPECT_EQ(outcome.result, task_result::timed_out) << outcome.description;
  EXPECT_EQ(outcome.error, errc::timed_out);
}

TEST_F(faults, a_paused_machine_is_one_that_does_not_run) {
  const auto under_way = endless();
  libvirt_backend::pause(*machine().vm());
  EXPECT_THAT(end_of(under_way, seconds(30)), is_lost(errc::vm_not_running, "Still logged on: "));
  libvirt_backend::resume(*machine().vm());
  EXPECT_FALSE(machine().os().sessions().empty());
}

TEST_F(faults, a_cancel_is_heard_while_the_agent_hangs) {
  auto under_way = endless();
  soon(machine(), "systemctl kill --signal=STOP qemu-guest-agent");
  std::this_thread::sleep_for(seconds(5));
  EXPECT_TRUE(under_way.task().cancel());
  const auto outcome = end_of(under_way, seconds(60));
  EXPECT_THAT(outcome.description, HasSubstr("Still logged on: "));
  EXPECT_EQ(outcome.error, errc::cancelled) << outcome.description;
}

TEST_F(faults, a_system_that_is_shut_down_from_within) {
  const auto under_way = endless();
  soon(machine(), "systemctl poweroff --force --force");
  EXPECT_THAT(end_of(under_way, seconds(60)), is_lost(errc::vm_not_running, "Still logged on: "));
}

TEST_F(faults, a_saved_machine_goes_on_later_and_so_does_a_new_logoff) {
  const auto under_way = endless();
  base::executor other;
  finish(machine().vm()->save(other));
  EXPECT_THAT(end_of(under_way, seconds(60)), is_lost(errc::vm_not_running, "Still logged on: "));
  finish(machine().vm()->start(other));
  machine().wait_for_sessions(1, seconds(30));
  const auto again = machine().os().logoff_all(on, {.grace = seconds(1), .deadline = seconds(60)});
  EXPECT_EQ(end_of(again, seconds(60)).result, task_result::success);
  EXPECT_TRUE(machine().os().sessions().empty());
}

TEST_F(faults, a_machine_that_is_forgotten_is_one_that_does_not_run) {
  const auto under_way = endless();
  machine().down();
  EXPECT_THAT(end_of(under_way, seconds(60)), is_lost(errc::vm_not_running, "Still logged on: "));
}

TEST_F(faults, a_reset_that_takes_longer_than_an_agent_may_be_away) {
  const auto under_way =
      endless({.grace = seconds(300), .deadline = seconds(400), .agent_may_be_away = seconds(1)});
  libvirt_backend::reset(*machine().vm());
  EXPECT_THAT(end_of(under_way, seconds(60)),
              is_lost(errc::additions_feature_not_available, "the guest agent went away"));
}

// The new system gives the same ids again, to people who have only just come.
TEST_F(faults, a_reset_ends_every_session_and_those_after_it_are_left_alone) {
  const auto under_way =
      endless({.grace = seconds(1), .deadline = seconds(450), .agent_may_be_away = seconds(400)});
  libvirt_backend::reset(*machine().vm());
  const auto outcome = end_of(under_way, seconds(450));
  EXPECT_EQ(outcome.result, task_result::success) << outcome.description;
  machine().wait_for_sessions(3, seconds(120));
  for (const auto& r : under_way.results()) {
    EXPECT_TRUE(is_gone(r.fate)) << r.who.user;
  }
}

}  // namespace
}  // namespace comeback::test_guest
