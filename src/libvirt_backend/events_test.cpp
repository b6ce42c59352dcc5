// SPDX-License-Identifier: Apache-2.0
// What libvirt tells, by its numbers and from its test driver; real machines and a real daemon are in
// tests/guest.
#include "libvirt_backend/events.hpp"

#include "libvirt_backend/connect.hpp"
#include "libvirt_backend/event_loop.hpp"

#include <cstdlib>
#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comeback::libvirt_backend {
namespace {

using machine::happening;
using machine::notification;
using machine::run_state;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::steady_clock;
using testing::ElementsAre;

std::string words(const notification& of) {
  std::string text = of.name + " " + std::string(name_of(of.what));
  if (of.what == happening::state_changed) text += " " + std::string(machine::name_of(of.state));
  return of.by_guest ? text + " by guest" : text;
}

class told : public testing::Test {
 protected:
  void settle() const {
    std::promise<void> done;
    by->post([&done] { done.set_value(); });
    done.get_future().wait();
  }
  void lifecycle(int event, int detail = 0) { hub->lifecycle("u", "web", event, detail); }

  std::vector<std::string> heard;
  std::shared_ptr<base::courier> by = std::make_shared<base::courier>();
  std::shared_ptr<event_hub> hub = std::make_shared<event_hub>();
  machine::subscription mine =
      hub->listeners().add(by, [this](const notification& of) { heard.push_back(words(of)); });
};

TEST_F(told, a_life_from_definition_to_oblivion) {
  lifecycle(VIR_DOMAIN_EVENT_DEFINED, VIR_DOMAIN_EVENT_DEFINED_ADDED);
  lifecycle(VIR_DOMAIN_EVENT_STARTED, VIR_DOMAIN_EVENT_STARTED_BOOTED);
  lifecycle(VIR_DOMAIN_EVENT_RESUMED, VIR_DOMAIN_EVENT_RESUMED_UNPAUSED);  // the same state
  lifecycle(VIR_DOMAIN_EVENT_SUSPENDED, VIR_DOMAIN_EVENT_SUSPENDED_PAUSED);
  lifecycle(VIR_DOMAIN_EVENT_STOPPED, VIR_DOMAIN_EVENT_STOPPED_SAVED);
  lifecycle(VIR_DOMAIN_EVENT_STARTED, VIR_DOMAIN_EVENT_STARTED_RESTORED);
  lifecycle(VIR_DOMAIN_EVENT_SHUTDOWN, VIR_DOMAIN_EVENT_SHUTDOWN_GUEST);
  lifecycle(VIR_DOMAIN_EVENT_STOPPED, VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN);
  lifecycle(VIR_DOMAIN_EVENT_PMSUSPENDED);  // no state of Virtual PC's
  lifecycle(VIR_DOMAIN_EVENT_UNDEFINED, VIR_DOMAIN_EVENT_UNDEFINED_REMOVED);
  settle();
  EXPECT_THAT(heard, ElementsAre("web defined", "web state changed running", "web state changed paused",
                                 "web state changed saved", "web state changed running",
                                 "web state changed turning off by guest", "web state changed turned off",
                                 "web undefined"));
}

TEST_F(told, one_restart_is_told_once_however_often_libvirt_does) {
  const auto then = steady_clock::now();
  for (const int after : {0, 1, 2, 60, 61}) hub->reboot("u", "web", then + seconds(after));
  hub->reboot("v", "mail", then);
  settle();
  EXPECT_THAT(heard, ElementsAre("web restarted", "web restarted", "mail restarted"));
}

TEST_F(told, agents_are_counted_a_machine) {
  const auto web = hub->connections_of("u"), mail = hub->connections_of("v");
  EXPECT_EQ(hub->connections_of("u"), web);
  hub->agent("u", "web", VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_DISCONNECTED,
             VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_REASON_CHANNEL);
  EXPECT_EQ(web->now(), 0U);
  hub->agent("u", "web", VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_CONNECTED,
             VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_REASON_CHANNEL);
  EXPECT_TRUE(web->wait_beyond(0, minutes(1)));
  EXPECT_FALSE(web->wait_beyond(1, std::chrono::milliseconds(1)));
  EXPECT_EQ(mail->now(), 0U);
  settle();
  EXPECT_THAT(heard, ElementsAre("web agent disconnected", "web agent connected"));
}

TEST_F(told, a_connection_that_comes_back_may_have_missed_everything) {
  const auto web = hub->connections_of("u");
  lifecycle(VIR_DOMAIN_EVENT_STARTED);
  const auto first = hub->begin_connection();
  hub->lost(first);
  hub->lost(first);
  EXPECT_TRUE(hub->lost_bell().sleep({}, minutes(1)));
  (void)hub->begin_connection();
  hub->regained();
  hub->lost(first);  // too late
  EXPECT_EQ(web->now(), 1U);
  lifecycle(VIR_DOMAIN_EVENT_STARTED);
  settle();
  EXPECT_THAT(heard, ElementsAre("web state changed running", " connection lost", " connection regained",
                                 "web state changed running"));
}

TEST_F(told, a_connection_that_a_call_found_broken_was_lost_too) {
  hub->regained();
  settle();
  EXPECT_THAT(heard, ElementsAre(" connection lost", " connection regained"));
}

TEST(test_driver_events, reach_a_listener) {
  const auto to =
      connect({.uri = "test:///default", .read_only = false, .is_root = false, .state_directory = {}});
  const auto by = std::make_shared<base::courier>();
  std::vector<std::string> heard;
  std::promise<void> off, again;
  auto mine = to.machines->subscribe(by, [&](const notification& of) {
    heard.push_back(words(of));
    if (of.state == run_state::turned_off) off.set_value();
    if (of.state == run_state::running) again.set_value();
  });
  base::executor on;
  const auto vm = machine::get(*to.machines, "test");
  vm->stop(on).wait();
  ASSERT_EQ(off.get_future().wait_for(minutes(1)), std::future_status::ready);
  vm->start(on).wait();
  ASSERT_EQ(again.get_future().wait_for(minutes(1)), std::future_status::ready);
  mine = {};
  EXPECT_THAT(heard, ElementsAre("test state changed turned off", "test state changed running"));
}

TEST(test_driver_events, a_listener_may_let_go_of_everything) {
  auto to = std::make_unique<connection>(
      connect({.uri = "test:///default", .read_only = false, .is_root = false, .state_directory = {}}));
  std::promise<void> gone;
  machine::subscription mine;
  auto by = std::make_shared<base::courier>();
  auto vm = machine::get(*to->machines, "test");
  mine = to->machines->subscribe(by, [&](const notification&) {
    to.reset();
    by.reset();
    vm.reset();
    mine = {};
    gone.set_value();
  });
  {
    base::executor on;
    vm->stop(on).wait();
  }
  EXPECT_EQ(gone.get_future().wait_for(minutes(1)), std::future_status::ready);
  EXPECT_TRUE(base::background::finish(minutes(1)));
}

TEST(event_loop, leaves_the_environment_as_it_was) {
  const auto loop = event_loop::acquire();
  EXPECT_EQ(std::getenv("LIBVIRT_LOG_OUTPUTS"), nullptr);
}

}  // namespace
}  // namespace comeback::libvirt_backend
