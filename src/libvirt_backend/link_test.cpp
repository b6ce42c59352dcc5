// SPDX-License-Identifier: Apache-2.0
// A daemon that hangs. Limits of these tests are short; where one does not hold, the test does not end.
#include "base/background.hpp"
#include "libvirt_backend/connect.hpp"
#include "libvirt_backend/fake_daemon.hpp"

#include <csignal>
#include <functional>
#include <future>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comeback::libvirt_backend {
namespace {

using base::errc;
using machine::happening;
using machine::notification;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::steady_clock;
using testing::HasSubstr;

constexpr const char* no_answer = "': libvirt does not answer";

connection connect_to(const fake_daemon& daemon) {
  return connect({.uri = daemon.uri(),
                  .read_only = false,
                  .is_root = false,
                  .state_directory = {},
                  .answer_within = milliseconds(500)});
}

using call = std::function<void()>;

std::string failure_of(const call& body) {
  try {
    body();
  } catch (const base::error& e) {
    EXPECT_EQ(e.code(), errc::exception);
    return e.what();
  }
  return {};
}

/// Its daemon was killed, and the next one hangs.
class broken_connection : public testing::Test {
 protected:
  void SetUp() override {
    std::signal(SIGPIPE, SIG_DFL);  // a daemon that goes ends nobody
    EXPECT_EQ(failure_of(list), "");
    daemon.hang();
    daemon.drop_clients();
    while (failure_of(list).find(no_answer) == std::string::npos) std::this_thread::yield();
  }
  void wait_until_it_answers() const {
    for (const auto until = steady_clock::now() + minutes(1); !failure_of(list).empty();)
      ASSERT_LT(steady_clock::now(), until);
  }

  fake_daemon daemon;
  connection to = connect_to(daemon);
  const call list = [this] { (void)to.machines->machines(); };
};

TEST(hanging_daemon, that_never_answers_ends_the_first_opening_with_an_error) {
  {
    fake_daemon daemon;
    daemon.hang();
    const std::string told = failure_of([&] { (void)connect_to(daemon); });
    EXPECT_EQ(told, "Connecting to '" + daemon.uri() + "': libvirt does not answer (1 s).");
  }
  // Its socket is closed, so the thread has ended that waited for it.
  EXPECT_TRUE(base::background::finish(minutes(1)));
}

TEST(hanging_daemon, is_connected_to_when_it_answers) {
  fake_daemon daemon;
  const auto to = connect_to(daemon);
  EXPECT_TRUE(to.machines->machines().empty());
  EXPECT_EQ(daemon.openings(), 1);
}

TEST_F(broken_connection, to_a_daemon_that_hangs_fails_every_call_and_is_good_again_when_it_goes_on) {
  for (int i = 0; i < 20; ++i) EXPECT_THAT(failure_of(list), HasSubstr(no_answer));
  daemon.go_on();
  wait_until_it_answers();
  EXPECT_EQ(daemon.openings(), 2);  // all of them waited for one
}

TEST_F(broken_connection, is_opened_once_for_all_who_need_it) {
  std::vector<std::future<std::string>> all;
  for (int i = 0; i < 20; ++i) all.push_back(std::async(std::launch::async, failure_of, list));
  for (auto& each : all) EXPECT_THAT(each.get(), HasSubstr(no_answer));
  EXPECT_EQ(daemon.openings(), 2);
}

TEST_F(broken_connection, holds_up_nobody_who_begins_or_ends_to_listen) {
  std::promise<void> regained;
  const auto by = std::make_shared<base::courier>();
  auto mine = to.machines->subscribe(by, [&regained](const notification& of) {
    if (of.what == happening::connection_regained) regained.set_value();
  });
  EXPECT_THAT(failure_of(list), HasSubstr(no_answer));
  {
    const auto another = to.machines->subscribe(by, [](const notification&) {});
  }
  daemon.go_on();
  EXPECT_EQ(regained.get_future().wait_for(minutes(1)), std::future_status::ready);
  mine = {};
}

TEST_F(broken_connection, is_opened_anew_where_the_opening_breaks_too) {
  EXPECT_THAT(failure_of(list), HasSubstr(no_answer));
  daemon.go_on();
  daemon.drop_clients();
  wait_until_it_answers();
}

TEST_F(broken_connection, is_tried_again_where_silence_lasts) {
  for (const auto until = steady_clock::now() + minutes(1); daemon.openings() < 3;) {
    ASSERT_LT(steady_clock::now(), until);
    EXPECT_THAT(failure_of(list), HasSubstr(no_answer));
    std::this_thread::sleep_for(milliseconds(10));
  }
}

TEST_F(broken_connection, may_be_let_go_while_it_opens) {
  EXPECT_THAT(failure_of(list), HasSubstr(no_answer));
  to = {};
  EXPECT_FALSE(base::background::finish(milliseconds(0)));
  daemon.drop_clients();
  EXPECT_TRUE(base::background::finish(minutes(1)));
}

}  // namespace
}  // namespace comeback::libvirt_backend
