// SPDX-License-Identifier: Apache-2.0
#include "guest/guest_os.hpp"

#include "guest/fake_guest.hpp"
#include "machine/fake_machine.hpp"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comeback::guest {
namespace {

using base::errc;
using machine::run_state;

class guest_checks : public testing::Test {
 protected:
  std::shared_ptr<machine::fake_machine> vm = std::make_shared<machine::fake_machine>("web");
  std::shared_ptr<fake_guest> way = std::make_shared<fake_guest>();
  guest_os os{vm, way};
  base::executor on;

  template <class Body>
  static errc code_of(Body&& body) {
    try {
      body();
    } catch (const base::error& e) {
      return e.code();
    }
    return errc::ok;
  }
  /// All members that run commands agree on the checks; no task may exist when they fail.
  void expect_all(errc expected) {
    EXPECT_EQ(code_of([&] { (void)os.sessions(); }), expected);
    EXPECT_EQ(code_of([&] { (void)os.multiple_user_sessions_allowed(); }), expected);
    EXPECT_EQ(code_of([&] { (void)os.terminal_services_initialized(); }), expected);
    EXPECT_EQ(code_of([&] { (void)os.screen_locked(); }), expected);
    EXPECT_EQ(code_of([&] { (void)os.logoff_all(on); }), expected);
    EXPECT_EQ(on.tasks().empty(), expected != errc::ok);
  }
  void fail_exchanges(errc code) {
    way->before = [code](const std::string&) -> std::optional<exchange_result> {
      throw base::error(code, "no");
    };
  }
};

TEST_F(guest_checks, pass) { expect_all(errc::ok); }

TEST_F(guest_checks, unknown_machine) {
  vm->before = [] { throw base::error(errc::vm_unknown, "gone"); };
  expect_all(errc::vm_unknown);
}

TEST_F(guest_checks, not_running) {
  for (const auto now : {run_state::turned_off, run_state::saved, run_state::paused, run_state::saving}) {
    vm->now = now;
    expect_all(errc::vm_not_running);
  }
}

TEST_F(guest_checks, state_comes_before_permission) {
  vm->now = run_state::turned_off;
  fail_exchanges(errc::access_denied);
  expect_all(errc::vm_not_running);
}

TEST_F(guest_checks, no_channel_comes_before_permission) {
  fail_exchanges(errc::access_denied);
  for (const auto now : {machine::agent_channel::absent, machine::agent_channel::disconnected}) {
    way->now = now;
    expect_all(errc::additions_feature_not_available);
  }
}

TEST_F(guest_checks, wait_for_an_agent_whose_channel_was_repaired) {
  way->repair_now({});
  way->now = machine::agent_channel::disconnected;
  expect_all(errc::ok);
  way->now = machine::agent_channel::absent;
  EXPECT_EQ(code_of([&] { (void)os.sessions(); }), errc::additions_feature_not_available);
}

TEST_F(guest_checks, permission) {
  fail_exchanges(errc::access_denied);
  expect_all(errc::access_denied);
}

TEST_F(guest_checks, no_answer) {
  way->before = [](const std::string&) { return exchange_result{exchange_outcome::no_answer, {}}; };
  expect_all(errc::timed_out);
}

TEST_F(guest_checks, exec_is_blocked) {
  way->exec_enabled = false;
  expect_all(errc::additions_feature_not_available);
}

TEST_F(guest_checks, frozen_file_systems_are_no_matter_of_rights) {
  way->frozen = true;
  expect_all(errc::timed_out);
  way->exec_enabled = false;
  way->frozen = false;
  expect_all(errc::additions_feature_not_available);
}

TEST_F(guest_checks, what_a_frozen_agent_was_allowed_before_is_told_by_the_task) {
  os.check();
  way->frozen = true;
  auto begun = os.logoff_all(on);
  begun.task().wait();
  EXPECT_EQ(begun.task().outcome().error, errc::timed_out);
  EXPECT_THAT(begun.task().outcome().description, testing::HasSubstr("frozen"));
  EXPECT_EQ(code_of([&] { (void)os.logoff_all(on); }), errc::timed_out);
  EXPECT_EQ(on.tasks().size(), 1U);
}

TEST_F(guest_checks, anything_else) {
  fail_exchanges(errc::exception);
  expect_all(errc::exception);
}

TEST_F(guest_checks, sessions_are_people) {
  way->sessions = {{.id = "1", .user = "alice"},
                   {.id = "2", .user = "bob", .type = "wayland"},
                   {.id = "3", .user = "alice", .session_class = "manager"},
                   {.id = "c1", .user = "Debian-gdm", .session_class = "greeter"}};
  const auto found = os.sessions();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].user, "alice");
  EXPECT_EQ(found[1].kind, session_kind::graphical);
}

TEST_F(guest_checks, a_guest_without_logind_cannot_tell) {
  way->list_status = 127;
  EXPECT_EQ(code_of([&] { (void)os.sessions(); }), errc::additions_feature_not_available);
  way->list_status = 1;
  EXPECT_EQ(code_of([&] { (void)os.sessions(); }), errc::exception);
}

TEST_F(guest_checks, both_properties_come_of_one_answer) {
  EXPECT_EQ(os.services(), (terminal_services{.initialized = true, .multiple_sessions = true}));
  way->service = "init systemd\nLoadState=loaded\nActiveState=inactive\nend\n";
  EXPECT_EQ(os.terminal_services_initialized(), std::nullopt);
  EXPECT_EQ(os.multiple_user_sessions_allowed(), std::nullopt);
}

TEST_F(guest_checks, a_word_of_the_agents_needs_no_right_to_run_commands) {
  heart_monitor hearts;
  way->exec_enabled = false;
  EXPECT_EQ(os.computer_name(), "guest1");
  EXPECT_TRUE(os.heartbeat(hearts).beating);
}

TEST_F(guest_checks, a_name_is_text_whatever_the_guest_says) {
  way->host_name = "a\\u0000b \xFF\x1B";
  EXPECT_EQ(code_of([&] { (void)os.computer_name(); }), errc::exception) << "no JSON";
  way->before = [](const std::string&) -> std::optional<exchange_result> {
    return exchange_result{exchange_outcome::answered, R"({"return":{"host-name":7}})"};
  };
  EXPECT_EQ(code_of([&] { (void)os.computer_name(); }), errc::exception);
}

TEST_F(guest_checks, a_silent_guest_has_no_heartbeat_and_an_absent_agent_has_none_to_tell) {
  heart_monitor hearts;
  way->before = [](const std::string&) { return exchange_result{exchange_outcome::no_answer, {}}; };
  EXPECT_FALSE(os.heartbeat(hearts).beating);
  EXPECT_EQ(code_of([&] { (void)os.computer_name(); }), errc::timed_out);
  way->now = machine::agent_channel::disconnected;
  EXPECT_EQ(code_of([&] { (void)os.heartbeat(hearts); }), errc::additions_not_available);
  vm->now = run_state::paused;
  EXPECT_EQ(code_of([&] { (void)os.heartbeat(hearts); }), errc::vm_not_running);
}

struct place_case {
  std::string title;
  fake_session session;
  bool seat, remote;
};

class log_on_places : public guest_checks, public testing::WithParamInterface<place_case> {};

TEST_P(log_on_places, tell_who_sits_where) {
  EXPECT_FALSE(os.user_logged_on(log_on_place::seat));
  EXPECT_FALSE(os.user_logged_on(log_on_place::remote));
  way->sessions = {GetParam().session};
  EXPECT_EQ(os.user_logged_on(log_on_place::seat), GetParam().seat);
  EXPECT_EQ(os.user_logged_on(log_on_place::remote), GetParam().remote);
}

INSTANTIATE_TEST_SUITE_P(
    rows, log_on_places,
    testing::Values(
        place_case{"console", {.id = "1", .user = "alice"}, true, false},
        place_case{"desktop", {.id = "1", .user = "alice", .type = "wayland"}, true, false},
        place_case{"second_seat", {.id = "1", .user = "alice", .type = "x11", .seat = "seat1"}, true, false},
        place_case{"ssh", {.id = "1", .user = "alice", .seat = "", .remote = true}, false, true},
        place_case{"xrdp", {.id = "1", .user = "alice", .type = "x11", .seat = ""}, false, true},
        place_case{
            "su_or_cron", {.id = "1", .user = "alice", .type = "unspecified", .seat = ""}, false, false},
        place_case{
            "greeter", {.id = "c1", .user = "gdm", .type = "x11", .session_class = "greeter"}, false, false}),
    [](const auto& p) { return p.param.title; });

TEST_F(guest_checks, user_logged_on_tells_paused_from_off) {
  vm->now = run_state::paused;
  EXPECT_EQ(code_of([&] { (void)os.user_logged_on(log_on_place::seat); }), errc::vm_paused);
  vm->now = run_state::turned_off;
  EXPECT_EQ(code_of([&] { (void)os.user_logged_on(log_on_place::seat); }), errc::vm_not_running);
}

TEST_F(guest_checks, places_have_two_numbers) {
  EXPECT_EQ(log_on_place_of(0), log_on_place::seat);
  EXPECT_EQ(log_on_place_of(1), log_on_place::remote);
  for (const int value : {-1, 2, 256, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()}) {
    EXPECT_EQ(code_of([&] { (void)log_on_place_of(value); }), errc::invalid_argument) << value;
  }
}

struct lock_case {
  std::string title;
  std::vector<fake_session> sessions;
  bool locked;
};

class screens : public guest_checks, public testing::WithParamInterface<lock_case> {};

TEST_P(screens, are_locked_when_the_one_in_front_is) {
  way->sessions = GetParam().sessions;
  EXPECT_EQ(os.screen_locked(), GetParam().locked);
}

INSTANTIATE_TEST_SUITE_P(
    rows, screens,
    testing::Values(
        lock_case{"nobody", {}, false},
        lock_case{"in_front_and_open", {{.id = "1", .user = "alice", .state = "active"}}, false},
        lock_case{
            "in_front_and_locked", {{.id = "1", .user = "alice", .state = "active", .locked = true}}, true},
        lock_case{"locked_behind_another",
                  {{.id = "1", .user = "alice", .state = "online", .locked = true},
                   {.id = "2", .user = "bob", .state = "active"}},
                  false},
        lock_case{"locked_on_another_seat",
                  {{.id = "1", .user = "alice", .seat = "seat1", .state = "active", .locked = true}},
                  false},
        lock_case{
            "locked_far_away",
            {{.id = "1", .user = "alice", .seat = "", .remote = true, .state = "active", .locked = true}},
            false}),
    [](const auto& p) { return p.param.title; });

}  // namespace
}  // namespace comeback::guest
