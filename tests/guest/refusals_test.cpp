// SPDX-License-Identifier: Apache-2.0
// What Logoff and its neighbours answer when the guest cannot be asked, and a task when it no longer can be.
// Guests whose agent is missing or blocked: variants_test.cpp.
#include "broken_guest.hpp"
#include "libvirt_backend/snapshot.hpp"

#include <thread>

#include <gmock/gmock.h>

namespace comeback::test_guest {
namespace {

using base::errc;
using base::task_result;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using testing::HasSubstr;

class refusals : public guest_test {
 protected:
  base::executor on;

  // Each test breaks what it stands on, and not every one needs it whole.
  void SetUp() override {}
  static void need_a_whole_guest() {
    if (broken) fresh();
    broken = true;
  }
  static void TearDownTestSuite() {
    guest_test::TearDownTestSuite();
    broken = false;
  }

  static base::described_error error_of(const std::function<void()>& body) {
    try {
      body();
      return {errc::ok, ""};
    } catch (...) {
      return base::describe_current_exception();
    }
  }
  void expect_all(const comeback::guest::guest_os& os, errc expected) {
    EXPECT_EQ(error_of([&] { (void)os.logoff_all(on); }).code, expected);
    EXPECT_EQ(error_of([&] { (void)os.sessions(); }).code, expected);
    EXPECT_EQ(error_of([&] { (void)os.multiple_user_sessions_allowed(); }).code, expected);
    EXPECT_EQ(error_of([&] { (void)os.terminal_services_initialized(); }).code, expected);
    EXPECT_EQ(error_of([&] { (void)os.screen_locked(); }).code, expected);
    EXPECT_TRUE(on.tasks().empty());
  }
  static void hang_the_agent() {
    soon(machine(), "systemctl kill --signal=STOP qemu-guest-agent");
    std::this_thread::sleep_for(seconds(6));
  }
  /// A logoff that goes on until something happens to it: a session that nobody can end.
  comeback::guest::logoff endless(seconds agent_may_be_away = seconds(15)) {
    need_a_whole_guest();
    (void)machine().add_stubborn("alice");
    auto under_way =
        machine().os().logoff_all(on, {.grace = seconds(100), .agent_may_be_away = agent_may_be_away});
    wait_until_asked(under_way);
    return under_way;
  }

  static inline bool broken = false;
};

TEST_F(refusals, the_connection_is_read_only) {
  const auto to = connect_here(/*read_only=*/true);
  auto vm = machine::get(*to.machines, guest::name);
  const comeback::guest::guest_os os(vm, to.channels(vm));
  expect_all(os, errc::access_denied);
  libvirt_backend::pause(*machine().vm());
  expect_all(os, errc::vm_not_running);
  libvirt_backend::resume(*machine().vm());
}

TEST_F(refusals, the_agent_hangs) {
  need_a_whole_guest();
  hang_the_agent();
  const auto os = machine().os();
  EXPECT_EQ(error_of([&] { (void)os.logoff_all(on); }).code, errc::timed_out);
  EXPECT_EQ(error_of([&] { (void)os.multiple_user_sessions_allowed(); }).code, errc::timed_out);
  EXPECT_TRUE(on.tasks().empty());
}

TEST_F(refusals, the_machine_is_paused_saved_off_and_forgotten) {
  need_a_whole_guest();
  const auto os = machine().os();
  const auto vm = machine().vm();
  libvirt_backend::pause(*vm);
  EXPECT_EQ(vm->state(), machine::run_state::paused);
  expect_all(os, errc::vm_not_running);
  libvirt_backend::resume(*vm);
  {
    base::executor other;
    vm->save(other).wait();
    EXPECT_EQ(vm->state(), machine::run_state::saved);
    expect_all(os, errc::vm_not_running);
    vm->start(other).wait();
    machine().wait_for_sessions(3, seconds(30));
    vm->stop(other).wait();
  }
  EXPECT_EQ(vm->state(), machine::run_state::turned_off);
  expect_all(os, errc::vm_not_running);
  machine().down();
  expect_all(os, errc::vm_unknown);
}

TEST_F(refusals, there_is_no_channel) {
  broken = true;
  std::string xml = machine().xml();
  machine().boot();
  {
    base::executor other;
    machine().vm()->stop(other).wait();
  }
  const auto from = xml.find("<channel"), to = xml.find("</channel>") + 10;
  xml.erase(from, to - from);
  auto vm = machine().connection().machines->define(xml);
  base::executor other;
  vm->start(other).wait();
  EXPECT_EQ(error_of([&] { (void)machine().os().logoff_all(other); }).code,
            errc::additions_feature_not_available);
  EXPECT_EQ(other.tasks().size(), 1U) << "the start alone";
}

TEST_F(refusals, nobody_listens_while_it_boots) {
  broken = true;
  machine().boot();
  expect_all(machine().os(), errc::additions_feature_not_available);
}

TEST_F(refusals, the_machine_stops_meanwhile) {
  auto under_way = endless();
  base::executor other;
  machine().vm()->stop(other).wait();
  under_way.task().wait();
  const auto outcome = under_way.task().outcome();
  EXPECT_EQ(outcome.result, task_result::unexpected_error);
  EXPECT_EQ(outcome.error, errc::vm_not_running) << outcome.description;
  EXPECT_THAT(outcome.description, HasSubstr("Still logged on: "));
}

TEST_F(refusals, the_agent_hangs_meanwhile) {
  auto under_way = endless();
  hang_the_agent();
  under_way.task().wait();
  const auto outcome = under_way.task().outcome();
  EXPECT_EQ(outcome.result, task_result::unexpected_error);
  EXPECT_EQ(outcome.error, errc::additions_feature_not_available) << outcome.description;
  EXPECT_THAT(outcome.description, HasSubstr("agent went away"));
}

TEST_F(refusals, the_agent_stops_meanwhile) {
  auto under_way = endless(seconds(2));
  soon(machine(), "systemctl stop qemu-guest-agent");
  under_way.task().wait();
  EXPECT_EQ(under_way.task().outcome().error, errc::additions_feature_not_available)
      << under_way.task().outcome().description;
}

TEST_F(refusals, an_agent_that_restarts_meanwhile_is_waited_for) {
  auto under_way = endless();
  soon(machine(), "systemctl restart qemu-guest-agent");
  std::this_thread::sleep_for(seconds(6));
  // Now the last one may go, as soon as somebody can tell him.
  const auto until = steady_clock::now() + seconds(30);
  while (!under_way.task().complete() && steady_clock::now() < until) {
    (void)error_of([] { kill_all_sessions(machine()); });
  }
  under_way.task().wait();
  EXPECT_EQ(under_way.task().outcome().result, task_result::success)
      << under_way.task().outcome().description;
}

}  // namespace
}  // namespace comeback::test_guest
