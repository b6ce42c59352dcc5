// SPDX-License-Identifier: Apache-2.0
// Who is logged on, and logging them off, on a real guest.
#include "broken_guest.hpp"
#include "guest/guest_os.hpp"

#include <algorithm>
#include <thread>

#include <gmock/gmock.h>

namespace comeback::test_guest {
namespace {

using base::errc;
using base::task_result;
using comeback::guest::logoff_options;
using comeback::guest::session;
using comeback::guest::session_fate;
using comeback::guest::session_kind;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

class sessions : public guest_test {
 protected:
  base::executor on;

  static std::vector<std::string> names(const std::vector<session>& all) {
    std::vector<std::string> users;
    for (const auto& s : all) users.push_back(s.user);
    return users;
  }
  static const session& of(const std::vector<session>& all, std::string_view user) {
    const auto at = std::ranges::find(all, user, &session::user);
    if (at == all.end()) throw std::runtime_error("no session of " + std::string(user));
    return *at;
  }
  comeback::guest::logoff end_of(const logoff_options& options) {
    auto under_way = machine().os().logoff_all(on, options);
    under_way.task().wait();
    return under_way;
  }
  static void remove_stubborn() {
    kill_all_sessions(machine());
    machine().wait_for_sessions(0, seconds(120));
  }
};

TEST_F(sessions, three_users_of_two_kinds) {
  const auto all = machine().os().sessions();
  EXPECT_THAT(names(all), UnorderedElementsAre("alice", "bob", "carol"));
  EXPECT_EQ(of(all, "alice").kind, session_kind::tty);
  EXPECT_EQ(of(all, "alice").tty, "tty2");
  EXPECT_EQ(of(all, "bob").kind, session_kind::tty);
  EXPECT_EQ(of(all, "carol").kind, session_kind::graphical);
  EXPECT_EQ(of(all, "carol").seat, "seat0");
  EXPECT_EQ(of(all, "carol").uid, 1002U);
  EXPECT_FALSE(of(all, "carol").locked);
  EXPECT_GT(of(all, "carol").since.seconds, 1700000000);
  (void)run("busctl call org.freedesktop.login1 /org/freedesktop/login1/session/_3" + of(all, "carol").id +
            " org.freedesktop.login1.Session SetLockedHint b true");
}

TEST_F(sessions, everybody_is_logged_off_and_then_there_is_nobody) {
  const auto done = end_of({});
  EXPECT_EQ(done.task().outcome().result, task_result::success);
  EXPECT_EQ(done.task().outcome().error, errc::ok);
  EXPECT_EQ(done.task().outcome().description, "");
  ASSERT_EQ(done.results().size(), 3U);
  for (const auto& r : done.results()) EXPECT_EQ(r.fate, session_fate::ended) << r.who.user;
  EXPECT_TRUE(machine().os().sessions().empty());

  const auto nobody = end_of({});
  EXPECT_EQ(nobody.task().outcome().result, task_result::unexpected_error);
  EXPECT_EQ(nobody.task().outcome().error, errc::no_such_logon_session);
  EXPECT_THAT(nobody.task().outcome().description, HasSubstr("comeback-guest"));
  EXPECT_EQ(nobody.task().percent(), 100);
}

TEST_F(sessions, the_stubborn_are_killed_after_the_grace) {
  (void)machine().add_stubborn("alice");
  const auto done = end_of({.grace = seconds(1), .deadline = seconds(60), .poll = milliseconds(100)});
  EXPECT_EQ(done.task().outcome().result, task_result::success) << done.task().outcome().description;
  ASSERT_EQ(done.results().size(), 4U);
  EXPECT_EQ(std::ranges::count(done.results(), session_fate::killed, &comeback::guest::session_result::fate),
            1);
  EXPECT_TRUE(machine().os().sessions().empty());
}

TEST_F(sessions, deadline_names_who_remains) {
  (void)machine().add_stubborn("bob");
  const auto done = end_of({.grace = seconds(300), .deadline = seconds(30), .poll = milliseconds(100)});
  const auto outcome = done.task().outcome();
  EXPECT_EQ(outcome.result, task_result::timed_out);
  EXPECT_EQ(outcome.error, errc::timed_out);
  const auto last = done.results().back();  // the newest session: the stubborn one
  EXPECT_EQ(last.who.user, "bob");
  EXPECT_EQ(last.fate, session_fate::remaining);
  EXPECT_THAT(outcome.description, HasSubstr("bob (session " + last.who.id + ")"));
  remove_stubborn();
}

TEST_F(sessions, cancel_tells_who_is_off_and_who_is_not) {
  (void)machine().add_stubborn("carol");
  auto under_way = machine().os().logoff_all(on, {.grace = seconds(60)});
  const auto ended = [&] {
    return std::ranges::count(under_way.results(), session_fate::ended,
                              &comeback::guest::session_result::fate);
  };
  while (ended() < 3 && !under_way.task().complete()) std::this_thread::sleep_for(milliseconds(20));
  EXPECT_TRUE(under_way.task().cancelable());
  EXPECT_TRUE(under_way.task().cancel());
  under_way.task().wait();
  const auto outcome = under_way.task().outcome();
  EXPECT_EQ(outcome.result, task_result::cancelled);
  EXPECT_EQ(outcome.error, errc::cancelled);
  EXPECT_THAT(outcome.description, HasSubstr("alice"));
  EXPECT_THAT(outcome.description, HasSubstr("Still logged on: carol"));
  EXPECT_FALSE(under_way.task().cancel());
  remove_stubborn();
}

}  // namespace
}  // namespace comeback::test_guest
