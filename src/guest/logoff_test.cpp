// SPDX-License-Identifier: Apache-2.0
#include "guest/fake_guest.hpp"
#include "guest/guest_os.hpp"
#include "machine/fake_machine.hpp"

#include <algorithm>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comeback::guest {
namespace {

using base::errc;
using base::task_result;
using std::chrono::milliseconds;
using testing::HasSubstr;

class logging_off : public testing::Test {
 protected:
  std::shared_ptr<machine::fake_machine> vm = std::make_shared<machine::fake_machine>("web");
  std::shared_ptr<fake_guest> way = std::make_shared<fake_guest>();
  guest_os os{vm, way};
  logoff_options options{
      .grace = milliseconds(30), .deadline = std::chrono::seconds(60), .poll = milliseconds(5)};
  base::executor on;

  logoff end_of(logoff under_way) {
    under_way.task().wait();
    return under_way;
  }
  static bool is(const std::string& command, std::string_view what) {
    return command.find(what) != command.npos;
  }
};

MATCHER_P3(ends_with_, result, error, words, "") {
  const base::task_outcome o = arg.task().outcome();
  *result_listener << name_of(o.result) << " " << std::hex << static_cast<unsigned>(o.error) << " "
                   << o.description;
  return o.result == result && o.error == error && o.description.find(words) != std::string::npos;
}

TEST_F(logging_off, everybody) {
  way->sessions = {{.id = "1", .user = "alice"}, {.id = "2", .user = "bob"}};
  const auto done = end_of(os.logoff_all(on, options));
  EXPECT_THAT(done, ends_with_(task_result::success, errc::ok, ""));
  EXPECT_EQ(done.task().outcome().description, "");
  EXPECT_EQ(done.task().percent(), 100);
  ASSERT_EQ(done.results().size(), 2U);
  for (const auto& r : done.results()) EXPECT_EQ(r.fate, session_fate::ended);
}

TEST_F(logging_off, nobody) {
  way->sessions = {{.id = "1", .user = "alice", .session_class = "manager"}};
  const auto done = end_of(os.logoff_all(on, options));
  EXPECT_THAT(done, ends_with_(task_result::unexpected_error, errc::no_such_logon_session, "Nobody"));
  EXPECT_TRUE(done.results().empty());
  for (const auto& c : way->commands) EXPECT_FALSE(is(c, "terminate-session"));
}

TEST_F(logging_off, the_stubborn_are_killed_after_the_grace) {
  way->sessions = {{.id = "1", .user = "alice"}, {.id = "2", .user = "bob", .stubborn = true}};
  const auto done = end_of(os.logoff_all(on, options));
  EXPECT_THAT(done, ends_with_(task_result::success, errc::ok, ""));
  EXPECT_EQ(done.results()[0].fate, session_fate::ended);
  EXPECT_EQ(done.results()[1].fate, session_fate::killed);
}

TEST_F(logging_off, deadline_names_who_remains) {
  way->sessions = {{.id = "1", .user = "alice"}, {.id = "2", .user = "bob", .immortal = true}};
  options.deadline = milliseconds(100);
  const auto done = end_of(os.logoff_all(on, options));
  EXPECT_THAT(done, ends_with_(task_result::timed_out, errc::timed_out,
                               "Logged off: alice (session 1). Still logged on: bob (session 2)."));
  EXPECT_EQ(done.results()[1].fate, session_fate::remaining);
}

TEST_F(logging_off, cancel_between_sessions) {
  way->sessions = {{.id = "1", .user = "alice"},
                   {.id = "2", .user = "bob", .stubborn = true},
                   {.id = "3", .user = "carol"},
                   {.id = "4", .user = "dave"}};
  way->told_at_once = 1;
  std::optional<base::task> task;
  std::mutex mutex;
  std::unique_lock until_task_is_known(mutex);
  way->before = [&](const std::string& command) -> std::optional<exchange_result> {
    if (is(command, "until_cs")) {  // one is told now, one more before the asking is stopped
      const std::lock_guard lock(mutex);
      EXPECT_TRUE(task->cancel());
    }
    return std::nullopt;
  };
  auto under_way = os.logoff_all(on, options);
  task = under_way.task();
  until_task_is_known.unlock();
  const auto done = end_of(under_way);
  EXPECT_THAT(done, ends_with_(task_result::cancelled, errc::cancelled, "Logged off: alice (session 1)."));
  EXPECT_THAT(done.task().outcome().description,
              HasSubstr("Still logged on: bob (session 2), carol (session 3, not asked), "
                        "dave (session 4, not asked)."));
  EXPECT_EQ(way->sessions.size(), 3U);
}

TEST_F(logging_off, who_left_before_being_asked_hinders_nobody) {
  way->sessions = {{.id = "1", .user = "alice"}, {.id = "2", .user = "bob"}, {.id = "3", .user = "carol"}};
  int asked = 0;
  way->before = [&](const std::string& command) -> std::optional<exchange_result> {
    if (is(command, "terminate-session") && ++asked == 1)
      std::erase_if(way->sessions, [](const fake_session& s) { return s.id == "2"; });
    return std::nullopt;
  };
  const auto done = end_of(os.logoff_all(on, options));
  EXPECT_THAT(done, ends_with_(task_result::success, errc::ok, ""));
  EXPECT_EQ(asked, 2) << "whom the first one left out, the second one asks";
  for (const auto& r : done.results()) EXPECT_EQ(r.fate, session_fate::ended) << r.who.user;
}

TEST_F(logging_off, cancelled_before_anybody_was_asked) {
  way->sessions = {{.id = "1", .user = "alice"}};
  std::optional<base::task> task;
  std::mutex mutex;
  std::unique_lock until_task_is_known(mutex);
  way->before = [&](const std::string& command) -> std::optional<exchange_result> {
    if (is(command, "ListSessions")) {
      const std::lock_guard lock(mutex);
      task->cancel();
    }
    return std::nullopt;
  };
  auto under_way = os.logoff_all(on, options);
  task = under_way.task();
  until_task_is_known.unlock();
  const auto done = end_of(under_way);
  EXPECT_THAT(done, ends_with_(task_result::cancelled, errc::cancelled, "alice (session 1, not asked)"));
  EXPECT_EQ(way->sessions.size(), 1U);
}

TEST_F(logging_off, cancelled_when_all_were_asked_says_so) {
  way->sessions = {{.id = "1", .user = "alice", .stubborn = true}};
  options.grace = std::chrono::seconds(60);
  auto under_way = os.logoff_all(on, options);
  while (under_way.results().empty() || under_way.results()[0].fate != session_fate::remaining)
    std::this_thread::sleep_for(milliseconds(1));
  EXPECT_TRUE(under_way.task().cancel());
  EXPECT_THAT(end_of(under_way),
              ends_with_(task_result::cancelled, errc::cancelled, "Still logged on: alice (session 1)."));
}

TEST_F(logging_off, a_user_who_comes_back_does_not_count_and_is_told) {
  way->sessions = {{.id = "1", .user = "alice", .tty = "tty2"}};
  way->before = [&](const std::string& command) -> std::optional<exchange_result> {
    if (is(command, "terminate-session"))
      way->sessions.push_back({.id = "9", .user = "alice", .tty = "tty2"});
    return std::nullopt;
  };
  const auto done = end_of(os.logoff_all(on, options));
  EXPECT_THAT(done, ends_with_(task_result::success, errc::ok, "Came back: alice (session 1, now 9)."));
  ASSERT_EQ(way->sessions.size(), 1U);
  EXPECT_EQ(way->sessions[0].id, "9");
  EXPECT_EQ(done.results()[0].fate, session_fate::came_back);
  EXPECT_EQ(done.results()[0].successor, "9");
  EXPECT_TRUE(done.newcomers().empty());
}

TEST_F(logging_off, others_who_log_on_meanwhile_are_left_alone_and_told) {
  way->sessions = {{.id = "1", .user = "alice"}, {.id = "2", .user = "alice", .session_class = "manager"}};
  way->before = [&](const std::string& command) -> std::optional<exchange_result> {
    if (is(command, "terminate-session")) {
      way->sessions.push_back({.id = "8", .user = "bob", .uid = 1001});
      way->sessions.push_back({.id = "9", .user = "bob", .session_class = "manager", .uid = 1001});
    }
    return std::nullopt;
  };
  const auto done = end_of(os.logoff_all(on, options));
  EXPECT_THAT(done, ends_with_(task_result::success, errc::ok, "Logged on meanwhile: bob (session 8)."));
  EXPECT_EQ(done.results()[0].fate, session_fate::ended);
  ASSERT_EQ(done.newcomers().size(), 1U);
  EXPECT_EQ(done.newcomers()[0].id, "8");
  EXPECT_EQ(way->sessions.size(), 3U);
}

TEST_F(logging_off, a_thousand_sessions) {
  for (int i = 1; i <= 1000; ++i) way->sessions.push_back({.id = std::to_string(i), .user = "alice"});
  way->told_at_once = 300;
  const auto done = end_of(os.logoff_all(on, options));
  EXPECT_THAT(done, ends_with_(task_result::success, errc::ok, ""));
  ASSERT_EQ(done.results().size(), 1000U);
  for (const auto& r : done.results()) EXPECT_EQ(r.fate, session_fate::ended);
  EXPECT_EQ(std::ranges::count_if(way->commands, [](const auto& c) { return is(c, "terminate-session"); }),
            1);
}

TEST_F(logging_off, a_thousand_immortal_sessions_are_named_briefly) {
  for (int i = 1; i <= 1000; ++i) {
    way->sessions.push_back({.id = std::to_string(i), .user = std::string(300, 'x'), .immortal = true});
  }
  options.deadline = milliseconds(300);
  const auto done = end_of(os.logoff_all(on, options));
  EXPECT_THAT(done, ends_with_(task_result::timed_out, errc::timed_out, "Still logged on: 1000 sessions: "));
  EXPECT_LT(done.task().outcome().description.size(), 2000U);
}

TEST_F(logging_off, a_session_that_goes_by_itself_hinders_nobody) {
  way->sessions = {{.id = "1", .user = "alice"}, {.id = "2", .user = "bob"}};
  way->before = [&](const std::string& command) -> std::optional<exchange_result> {
    if (is(command, "terminate-session"))
      std::erase_if(way->sessions, [](const auto& s) { return s.id == "1"; });
    return std::nullopt;
  };
  EXPECT_THAT(end_of(os.logoff_all(on, options)), ends_with_(task_result::success, errc::ok, ""));
  EXPECT_TRUE(way->sessions.empty());
}

struct broken_list {
  std::string title, printed;
  errc expected;
};

class logging_off_fails : public logging_off, public testing::WithParamInterface<broken_list> {};

TEST_P(logging_off_fails, where_the_list_makes_no_sense) {
  way->printed = GetParam().printed;
  const auto done = end_of(os.logoff_all(on, options));
  EXPECT_THAT(done, ends_with_(task_result::unexpected_error, GetParam().expected, "not known who"));
  for (const auto& c : way->commands) EXPECT_FALSE(is(c, "terminate-session"));
}

INSTANTIATE_TEST_SUITE_P(
    rows, logging_off_fails,
    testing::Values(
        broken_list{"empty", "", errc::exception}, broken_list{"cut", "status 0\nids 1 2", errc::exception},
        broken_list{"cut_after_the_ids", "status 0\nids 1 2\n", errc::exception},
        broken_list{"cut_to_nobody", "status 0\n", errc::exception},
        broken_list{"too_long", "status 0\ntoo long\nend 0\n", errc::exception},
        broken_list{"fewer_shown_than_asked", "status 0\nids 1\nend 0\n", errc::exception},
        broken_list{"never_shows_one", "status 0\nids 1\nend 1\n", errc::exception},
        broken_list{"other_shown_than_asked", "status 0\nids 1\nId=2\nUser=0\nClass=user\n\nend 0\n",
                    errc::exception},
        broken_list{"no_loginctl", "status 0\nids 1\nend 127\n", errc::additions_feature_not_available},
        broken_list{"no_busctl", "status 127\n", errc::additions_feature_not_available},
        broken_list{"no_logind", "status 1\nLoadState=not-found\n", errc::additions_feature_not_available},
        broken_list{"masked", "status 1\nLoadState=masked\n", errc::additions_feature_not_available},
        broken_list{"no_systemd", "status 1\nLoadState=none\n", errc::additions_feature_not_available},
        broken_list{"logind_is_down", "status 1\nLoadState=loaded\n", errc::exception}),
    [](const auto& p) { return p.param.title; });

TEST_F(logging_off, machine_stops_meanwhile) {
  way->sessions = {{.id = "1", .user = "alice", .immortal = true}};
  way->before = [&](const std::string& command) -> std::optional<exchange_result> {
    if (is(command, "terminate-session")) vm->now = machine::run_state::turned_off;
    if (vm->now == machine::run_state::running) return std::nullopt;
    return exchange_result{exchange_outcome::not_connected, {}};
  };
  EXPECT_THAT(end_of(os.logoff_all(on, options)),
              ends_with_(task_result::unexpected_error, errc::vm_not_running, "Still logged on: alice"));
}

TEST_F(logging_off, agent_hangs_meanwhile) {
  way->sessions = {{.id = "1", .user = "alice", .immortal = true}};
  bool hangs = false;
  way->before = [&](const std::string& command) -> std::optional<exchange_result> {
    hangs = hangs || is(command, "terminate-session");
    if (!hangs) return std::nullopt;
    return exchange_result{exchange_outcome::no_answer, {}};
  };
  EXPECT_THAT(
      end_of(os.logoff_all(on, options)),
      ends_with_(task_result::unexpected_error, errc::additions_feature_not_available, "agent went away"));
}

TEST_F(logging_off, a_host_that_does_not_tell_is_no_machine_that_stopped) {
  way->sessions = {{.id = "1", .user = "alice", .immortal = true}};
  way->before = [&](const std::string& command) -> std::optional<exchange_result> {
    if (!is(command, "terminate-session")) return std::nullopt;
    vm->before = [] { throw base::error(errc::exception, "the daemon is away"); };
    way->before = [](const std::string&) { return exchange_result{exchange_outcome::no_answer, {}}; };
    return exchange_result{exchange_outcome::no_answer, {}};
  };
  EXPECT_THAT(
      end_of(os.logoff_all(on, options)),
      ends_with_(task_result::unexpected_error, errc::additions_feature_not_available, "agent went away"));
}

TEST_F(logging_off, a_machine_that_is_gone_meanwhile_no_longer_runs) {
  way->sessions = {{.id = "1", .user = "alice", .immortal = true}};
  way->before = [&](const std::string& command) -> std::optional<exchange_result> {
    if (!is(command, "terminate-session")) return std::nullopt;
    vm->before = [] { throw base::error(errc::vm_unknown, "gone"); };
    throw base::error(errc::vm_unknown, "gone");
  };
  EXPECT_THAT(end_of(os.logoff_all(on, options)),
              ends_with_(task_result::unexpected_error, errc::vm_not_running, "no longer runs"));
}

TEST_F(logging_off, file_systems_that_are_frozen_for_a_while_are_waited_for) {
  way->sessions = {{.id = "1", .user = "alice"}};
  int asked_while_frozen = 0;
  way->before = [&](const std::string& command) -> std::optional<exchange_result> {
    if (is(command, "terminate-session") && asked_while_frozen == 0) way->frozen = true;
    if (way->frozen && ++asked_while_frozen == 4) way->frozen = false;
    return std::nullopt;
  };
  EXPECT_THAT(end_of(os.logoff_all(on, options)), ends_with_(task_result::success, errc::ok, ""));
}

TEST_F(logging_off, file_systems_that_stay_frozen_are_told_as_such) {
  way->sessions = {{.id = "1", .user = "alice"}};
  options.agent_may_be_away = milliseconds(20);
  way->before = [&](const std::string& command) -> std::optional<exchange_result> {
    way->frozen = way->frozen || is(command, "terminate-session");
    return std::nullopt;
  };
  EXPECT_THAT(end_of(os.logoff_all(on, options)),
              ends_with_(task_result::unexpected_error, errc::timed_out, "frozen"));
}

struct loss {
  std::string title;
  exchange_outcome outcome;
  machine::run_state state;
  std::string words;
};

class cancelled_logoff : public logging_off, public testing::WithParamInterface<loss> {};

/// The agent answers no more, and only then the task is cancelled.
TEST_P(cancelled_logoff, is_cancelled_whatever_is_lost_after_that) {
  way->sessions = {{.id = "1", .user = "alice", .immortal = true}};
  std::optional<base::task> task;
  std::mutex mutex;
  std::unique_lock until_task_is_known(mutex);
  bool lost = false;
  way->before = [&](const std::string& command) -> std::optional<exchange_result> {
    if (is(command, "until_cs")) {
      const std::lock_guard lock(mutex);
      EXPECT_TRUE(task->cancel());
      vm->now = GetParam().state;
      lost = true;
    }
    if (!lost) return std::nullopt;
    return exchange_result{GetParam().outcome, {}};
  };
  auto under_way = os.logoff_all(on, options);
  task = under_way.task();
  until_task_is_known.unlock();
  const auto done = end_of(under_way);
  EXPECT_THAT(done, ends_with_(task_result::cancelled, errc::cancelled, GetParam().words));
  EXPECT_THAT(done.task().outcome().description, HasSubstr("last known may have changed"));
  EXPECT_THAT(done.task().outcome().description, HasSubstr("Still logged on: alice (session 1"));
}

INSTANTIATE_TEST_SUITE_P(rows, cancelled_logoff,
                         testing::Values(loss{"agent_hangs", exchange_outcome::no_answer,
                                              machine::run_state::running, "does not answer in time)"},
                                         loss{"agent_is_away", exchange_outcome::not_connected,
                                              machine::run_state::running, "is not running"},
                                         loss{"machine_stopped", exchange_outcome::not_connected,
                                              machine::run_state::turned_off, "is not running"}),
                         [](const auto& p) { return p.param.title; });

TEST_F(logging_off, agent_that_restarts_is_waited_for) {
  way->sessions = {{.id = "1", .user = "alice"}};
  int away = 0;
  way->before = [&](const std::string& command) -> std::optional<exchange_result> {
    if (is(command, "terminate-session")) away = 4;
    if (away == 0 || --away == 3) return std::nullopt;
    return exchange_result{exchange_outcome::not_connected, {}};
  };
  EXPECT_THAT(end_of(os.logoff_all(on, options)), ends_with_(task_result::success, errc::ok, ""));
}

TEST_F(logging_off, agent_that_restarts_while_it_is_told_whom_to_end_is_told_again) {
  way->sessions = {{.id = "1", .user = "alice"}, {.id = "2", .user = "bob"}};
  int told = 0;
  way->before = [&](const std::string& command) -> std::optional<exchange_result> {
    if (!is(command, "terminate-session") || ++told != 1) return std::nullopt;
    return exchange_result{exchange_outcome::not_connected, {}};
  };
  EXPECT_THAT(end_of(os.logoff_all(on, options)), ends_with_(task_result::success, errc::ok, ""));
  EXPECT_EQ(told, 2);
}

TEST_F(logging_off, agent_that_takes_the_asking_with_it_is_told_again) {
  way->sessions = {{.id = "1", .user = "alice"}, {.id = "2", .user = "bob"}, {.id = "3", .user = "carol"}};
  way->told_at_once = 1;
  int told = 0;
  way->before = [&](const std::string& command) -> std::optional<exchange_result> {
    told += is(command, "terminate-session") ? 1 : 0;
    if (told != 1 || way->told_at_once == 0 || !is(command, "guest-exec-status")) return std::nullopt;
    way->told_at_once = 0;
    way->forget_programs();
    return std::nullopt;
  };
  EXPECT_THAT(end_of(os.logoff_all(on, options)), ends_with_(task_result::success, errc::ok, ""));
  EXPECT_EQ(told, 2);
}

TEST_F(logging_off, agent_that_restarts_as_the_grace_ends_still_kills) {
  way->sessions = {{.id = "1", .user = "alice", .stubborn = true}};
  int killed = 0;
  way->before = [&](const std::string& command) -> std::optional<exchange_result> {
    if (!is(command, "SIGKILL") || ++killed != 1) return std::nullopt;
    return exchange_result{exchange_outcome::not_connected, {}};
  };
  auto under_way = os.logoff_all(on, options);
  EXPECT_THAT(end_of(under_way), ends_with_(task_result::success, errc::ok, ""));
  EXPECT_EQ(killed, 2);
}

TEST_F(logging_off, a_system_that_starts_anew_gives_the_same_ids_to_others) {
  way->sessions = {{.id = "1", .user = "alice", .immortal = true, .began = 10}};
  int away = 0;
  way->before = [&](const std::string& command) -> std::optional<exchange_result> {
    if (is(command, "terminate-session") && away == 0) {
      away = 3;
      way->sessions = {{.id = "1", .user = "bob", .began = 20}};
    }
    if (away < 2) return std::nullopt;
    --away;
    return exchange_result{exchange_outcome::not_connected, {}};
  };
  const auto done = end_of(os.logoff_all(on, options));
  EXPECT_THAT(done, ends_with_(task_result::success, errc::ok, ""));
  EXPECT_EQ(done.results()[0].fate, session_fate::ended);
  EXPECT_EQ(way->sessions.size(), 1U);
}

TEST_F(logging_off, progress_never_runs_back) {
  way->sessions = {{.id = "1", .user = "alice"}, {.id = "2", .user = "bob", .stubborn = true}};
  auto under_way = os.logoff_all(on, options);
  int last = 0;
  while (!under_way.task().complete()) {
    const int now = under_way.task().percent();
    EXPECT_GE(now, last);
    last = now;
  }
  EXPECT_EQ(under_way.task().percent(), 100);
}

}  // namespace
}  // namespace comeback::guest
