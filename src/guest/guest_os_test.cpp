// SPDX-License-Identifier: Apache-2.0
#include "guest/guest_os.hpp"

#include "guest/fake_guest.hpp"
#include "machine/fake_machine.hpp"

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
  /// All four members agree on the checks; no task may exist when they fail.
  void expect_all(errc expected) {
    EXPECT_EQ(code_of([&] { (void)os.sessions(); }), expected);
    EXPECT_EQ(code_of([&] { (void)os.multiple_user_sessions_allowed(); }), expected);
    EXPECT_EQ(code_of([&] { (void)os.terminal_services_initialized(); }), expected);
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

struct service_case {
  std::string title, service;
  std::optional<bool> many, initialized;
};

class guest_services : public guest_checks, public testing::WithParamInterface<service_case> {};

TEST_P(guest_services, decide_both_properties) {
  way->service = GetParam().service;
  EXPECT_EQ(os.multiple_user_sessions_allowed(), GetParam().many);
  EXPECT_EQ(os.terminal_services_initialized(), GetParam().initialized);
}

INSTANTIATE_TEST_SUITE_P(
    rows, guest_services,
    testing::Values(
        service_case{"usual", "LoadState=loaded\nActiveState=active\nsystem running\ntty v b true\n", true,
                     true},
        service_case{"degraded", "LoadState=loaded\nActiveState=active\nsystem degraded\ntty v b true\n",
                     true, true},
        service_case{"only_ssh",
                     "LoadState=loaded\nActiveState=active\nsystem running\ntty v b false\nremote\n", true,
                     true},
        service_case{"one_seat_without_consoles",
                     "LoadState=loaded\nActiveState=active\nsystem running\ntty v b false\n", false, true},
        service_case{"booting",
                     "LoadState=loaded\nActiveState=active\nsystem starting\nnologin\ntty v b true\n",
                     {},
                     {}},
        service_case{"logind_not_up", "LoadState=loaded\nActiveState=inactive\nsystem starting\n", {}, {}},
        service_case{"log_ons_refused",
                     "LoadState=loaded\nActiveState=active\nsystem running\nnologin\ntty v b true\n", true,
                     false},
        service_case{"masked", "LoadState=masked\nActiveState=inactive\nsystem running\n", false, false},
        service_case{"no_systemd", "status 127\nsystem \n", false, false}),
    [](const auto& p) { return p.param.title; });

}  // namespace
}  // namespace comeback::guest
