// SPDX-License-Identifier: Apache-2.0
#include "cli/fleet.hpp"

#include "cli/crew.hpp"
#include "cli/fleet_logoff.hpp"
#include "cli/guest_info.hpp"
#include "cli/guest_wait.hpp"
#include "cli/session_watch.hpp"
#include "cli/test_fleet.hpp"

#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comeback::cli {
namespace {

using base::errc;
using std::chrono::milliseconds;
using testing::ElementsAre;

std::vector<std::string> names_of(const fleet& f) {
  std::vector<std::string> names;
  for (const auto& t : f.machines) names.push_back(t.name);
  return names;
}

class fleets : public testing::Test {
 protected:
  test_fleet lab;
  base::executor on;
  std::stop_source stop;
};

TEST_F(fleets, a_machine_is_taken_once_whatever_it_is_called) {
  lab.add("web");
  lab.add("db");
  const auto f = lab.chosen({"DB", "web", "db", "00000000-0000-0000-0000-000000000001", "gone", "gone"});
  EXPECT_THAT(names_of(f), ElementsAre("db", "web", "gone"));
  EXPECT_FALSE(f.machines[2].vm);
}

TEST_F(fleets, all_is_every_machine_that_runs) {
  lab.add("on");
  lab.add("off").vm->now = machine::run_state::turned_off;
  lab.add("paused").vm->now = machine::run_state::paused;
  EXPECT_THAT(names_of(lab.all_running()), ElementsAre("on"));
}

TEST_F(fleets, all_leaves_out_a_machine_that_went_away_while_listing) {
  lab.add("gone").vm->before = [] { throw base::error(errc::vm_unknown, "gone"); };
  EXPECT_TRUE(lab.all_running().machines.empty());
}

TEST(exit_status, tells_some_from_all) {
  EXPECT_EQ(status_of(0, 0), done);
  EXPECT_EQ(status_of(0, 3), done);
  EXPECT_EQ(status_of(1, 3), some_failed);
  EXPECT_EQ(status_of(2, 0), failed);
}

TEST(crew, works_on_each_once_on_fewer_threads_than_there_are) {
  std::vector<std::atomic<int>> calls(50);
  work_on_all(
      calls.size(), {},
      [&](std::size_t i) -> std::optional<milliseconds> {
        ++calls[i];
        return std::nullopt;
      },
      4);
  for (const auto& n : calls) EXPECT_EQ(n, 1);
}

TEST(crew, comes_back_to_those_who_ask_for_it) {
  std::vector<std::atomic<int>> calls(20);
  work_on_all(
      calls.size(), {},
      [&](std::size_t i) -> std::optional<milliseconds> {
        if (++calls[i] == 3) return std::nullopt;
        return milliseconds(1);
      },
      3);
  for (const auto& n : calls) EXPECT_EQ(n, 3);
}

TEST(crew, a_stop_ends_every_pause) {
  std::stop_source stop;
  std::atomic<int> first = 0, last = 0;
  work_on_all(
      5, stop.get_token(),
      [&](std::size_t) -> std::optional<milliseconds> {
        if (stop.stop_requested()) ++last;
        if (++first == 5) stop.request_stop();
        return std::chrono::hours(1);
      },
      2);
  EXPECT_GE(last, 4);
  EXPECT_LE(last, 5);
}

TEST_F(fleets, answers_come_in_the_order_of_the_names) {
  lab.add("web");
  lab.add("db");
  const auto f = lab.chosen({"db", "gone", "web"});
  const auto all = ask_all(f, {}, [](const target& t) { return machine_of(t)->name(); });
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].value, "db");
  EXPECT_EQ(all[1].how, ending::failure);
  EXPECT_EQ(all[1].why.code, errc::vm_unknown);
  EXPECT_EQ(all[2].value, "web");
}

class logging_off_many : public fleets {
 protected:
  std::vector<logoff_row> run(fleet f) {
    guest::logoff_options how;
    how.grace = milliseconds(1);
    how.poll = milliseconds(1);
    fleet_logoff work(std::move(f), how);
    work.run(on, stop.get_token(), [this](const auto& rows) { reports.push_back(rows); });
    return work.rows();
  }
  std::vector<std::vector<logoff_row>> reports;
};

TEST_F(logging_off_many, each_machine_has_its_own_row_and_result) {
  lab.add("two").way->sessions = {{"1", "alice"}, {"2", "bob"}};
  lab.add("nobody");
  lab.add("stubborn").way->sessions = {{.id = "5", .user = "carol", .stubborn = true}};
  lab.add("off").vm->now = machine::run_state::turned_off;
  const auto rows = run(lab.chosen({"two", "nobody", "stubborn", "off", "gone"}));
  ASSERT_EQ(rows.size(), 5U);
  EXPECT_EQ(rows[0].how, ending::success);
  EXPECT_EQ(rows[0].sessions.size(), 2U);
  EXPECT_EQ(rows[1].how, ending::success);
  EXPECT_EQ(rows[1].outcome.error, errc::no_such_logon_session);
  EXPECT_EQ(rows[2].how, ending::success);
  EXPECT_EQ(rows[3].how, ending::failure);
  EXPECT_EQ(rows[3].outcome.error, errc::vm_not_running);
  EXPECT_EQ(rows[4].outcome.error, errc::vm_unknown);
  EXPECT_EQ(status_of(rows), some_failed);
  for (const auto& r : rows) {
    EXPECT_EQ(r.stage, logoff_stage::ended);
    EXPECT_EQ(r.percent, 100);
  }
  EXPECT_EQ(reports.back().size(), 5U);
}

TEST_F(logging_off_many, all_skips_those_without_an_agent_and_fails_those_that_refuse) {
  lab.without_agent(lab.add("bare"));
  lab.add("refuses").way->exec_enabled = false;
  lab.add("fine").way->sessions = {{"1", "alice"}};
  const auto rows = run(lab.all_running());
  EXPECT_EQ(rows[0].how, ending::skipped);
  EXPECT_EQ(rows[1].how, ending::failure);
  EXPECT_EQ(rows[2].how, ending::success);
  // Who names a machine means that machine.
  EXPECT_EQ(run(lab.chosen({"bare", "fine"}))[0].how, ending::failure);
}

TEST_F(logging_off_many, a_stop_cancels_all_of_them_and_says_so) {
  for (int i = 0; i < 20; ++i)
    lab.add(fmt::format("m{}", i)).way->sessions = {{.id = "1", .user = "alice", .immortal = true}};
  std::thread stopper([this] {
    std::this_thread::sleep_for(milliseconds(50));
    stop.request_stop();
  });
  const auto rows = run(lab.all_running());
  stopper.join();
  for (const auto& r : rows) {
    EXPECT_EQ(r.how, ending::failure) << r.machine;
    EXPECT_EQ(r.outcome.error, errc::cancelled) << r.machine;
  }
}

TEST_F(logging_off_many, a_machine_not_begun_with_is_left_alone_by_a_stop) {
  const auto way = lab.add("web").way;
  stop.request_stop();
  EXPECT_EQ(run(lab.all_running())[0].outcome.error, errc::cancelled);
  EXPECT_TRUE(way->commands.empty());
}

TEST_F(logging_off_many, tells_who_came_back_and_who_came) {
  auto& web = lab.add("web");
  web.way->sessions = {{.id = "1", .user = "alice", .tty = "tty1"}};
  web.way->before = [&](const std::string& command) -> std::optional<guest::exchange_result> {
    const bool time = command.find("terminate-session") != std::string::npos;
    if (time) web.way->sessions.push_back({.id = "2", .user = "alice", .tty = "tty1"});
    if (time) web.way->sessions.push_back({.id = "3", .user = "bob", .tty = "pts/0", .uid = 1001});
    return std::nullopt;
  };
  const auto row = run(lab.chosen({"web"}))[0];
  ASSERT_EQ(row.sessions.size(), 1U);
  EXPECT_EQ(row.sessions[0].successor, "2");
  ASSERT_EQ(row.newcomers.size(), 1U);
  EXPECT_EQ(row.newcomers[0].user, "bob");
  EXPECT_THAT(row.outcome.description, testing::HasSubstr("Logged on meanwhile: bob"));
  EXPECT_EQ(row.why.code, errc::ok);
}

TEST_F(logging_off_many, is_work_under_way_once_a_machine_has_begun) {
  lab.add("off").vm->now = machine::run_state::turned_off;
  run(lab.chosen({"off", "gone"}));
  for (const auto& rows : reports) EXPECT_FALSE(report_of(rows));
  EXPECT_FALSE(report_of({}));
  // Also where it has ended before anybody looked.
  lab.add("nobody");
  reports.clear();
  run(lab.chosen({"off", "nobody"}));
  const auto last = report_of(reports.back());
  ASSERT_TRUE(last);
  EXPECT_EQ(last->percent, 100);
  EXPECT_EQ(last->outcome.error, errc::vm_not_running);
}

logoff_row ended_with(errc code, const std::string& sentence) {
  logoff_row r;
  r.begun = true;
  r.stage = logoff_stage::ended;
  r.percent = 100;
  if (code != errc::ok) static_cast<verdict&>(r) = {"web", ending::failure, {code, sentence}};
  return r;
}

TEST(work_on_many, ends_as_its_first_failure_but_cancelled_where_one_was) {
  const auto fine = ended_with(errc::ok, ""), late = ended_with(errc::timed_out, "late"),
             off = ended_with(errc::vm_not_running, "off"), stopped = ended_with(errc::cancelled, "stopped");
  EXPECT_EQ(report_of({fine, fine})->outcome.error, errc::ok);
  const auto failed = report_of({fine, late, off})->outcome;
  EXPECT_EQ(failed.error, errc::timed_out);
  EXPECT_EQ(failed.description, "late");
  const auto cancelled = report_of({late, fine, stopped})->outcome;
  EXPECT_EQ(cancelled.error, errc::cancelled);
  EXPECT_EQ(cancelled.result, base::task_result::cancelled);
}

TEST(work_on_many, is_as_far_as_the_mean_and_not_hindered_by_the_skipped) {
  auto skipped = ended_with(errc::vm_not_running, "off"), running = ended_with(errc::ok, "");
  skipped.how = ending::skipped;
  running.percent = 40;
  const auto now = report_of({skipped, running});
  EXPECT_EQ(now->percent, 70);
  EXPECT_EQ(now->outcome.error, errc::ok);
  EXPECT_EQ(now->description, "Log off the users of 2 machines");
}

TEST_F(fleets, facts_that_are_not_known_say_why) {
  auto& web = lab.add("web");
  web.way->sessions = {{"1", "alice"}};
  const auto ask = [&] { return ask_facts(lab.chosen({"web"}), {})[0].value; };
  const auto whole = ask();
  EXPECT_EQ(whole.agent.value->version, "7.2.22");
  EXPECT_EQ(whole.host_name.value, "guest1");
  EXPECT_EQ(whole.system.value->id, "debian");
  EXPECT_EQ(whole.logged_on.value, 1U);
  EXPECT_TRUE(whole.many_sessions.value);

  web.way->exec_enabled = false;
  const auto blocked = ask();
  EXPECT_FALSE(blocked.agent.value->can_exec);
  EXPECT_EQ(blocked.host_name.value, "guest1");
  EXPECT_FALSE(blocked.logged_on.value);
  EXPECT_THAT(blocked.logged_on.why.message, testing::HasSubstr("--block-rpcs"));
}

TEST_F(fleets, a_machine_whose_agent_cannot_be_asked_has_no_facts_but_its_state) {
  lab.add("paused").vm->now = machine::run_state::paused;
  lab.without_agent(lab.add("bare"));
  lab.add("fine");
  const auto all = ask_facts(lab.chosen({"paused", "bare", "gone", "fine"}), {});
  EXPECT_EQ(all[0].how, ending::failure);
  EXPECT_EQ(all[0].why.code, errc::vm_not_running);
  EXPECT_EQ(all[0].value.state, machine::run_state::paused);
  EXPECT_EQ(all[1].how, ending::failure);
  EXPECT_EQ(all[1].value.state, machine::run_state::running);
  EXPECT_EQ(all[2].why.code, errc::vm_unknown);
  EXPECT_FALSE(all[2].value.state);
  EXPECT_EQ(all[3].how, ending::success);
  EXPECT_EQ(status_of(all), some_failed);

  const auto running = ask_facts(lab.all_running(), {});
  EXPECT_EQ(running[0].machine, "bare");
  EXPECT_EQ(running[0].how, ending::skipped);
  EXPECT_EQ(status_of(running), done);
}

TEST_F(fleets, a_stop_ends_the_questions_between_two_facts) {
  auto& web = lab.add("web");
  web.way->before = [&](const std::string& command) -> std::optional<guest::exchange_result> {
    if (command.find("guest-get-host-name") != std::string::npos) stop.request_stop();
    return std::nullopt;
  };
  const auto all = ask_facts(lab.chosen({"web"}), stop.get_token());
  EXPECT_EQ(all[0].why.code, errc::cancelled);
  EXPECT_THAT(web.way->commands.back(), testing::HasSubstr("guest-get-host-name"));
}

TEST_F(fleets, waits_until_the_agent_answers) {
  auto& web = lab.add("web");
  web.vm->now = machine::run_state::turned_off;
  std::atomic<int> looks = 0;
  web.vm->before = [&] {
    if (++looks == 6) web.vm->now = machine::run_state::running;
  };
  const auto all = wait_for(lab.chosen({"web"}), awaited::agent, std::chrono::seconds(60), {});
  EXPECT_EQ(all[0].how, ending::success) << all[0].why.message;
  EXPECT_GE(looks, 6);
}

TEST_F(fleets, waits_until_nobody_is_on) {
  auto& web = lab.add("web");
  web.way->sessions = {{"1", "alice"}};
  int lists = 0;
  web.way->before = [&](const std::string& command) -> std::optional<guest::exchange_result> {
    if (command.find("ListSessions") != std::string::npos && ++lists == 3) web.way->sessions.clear();
    return std::nullopt;
  };
  lab.add("off").vm->now = machine::run_state::turned_off;
  const auto all = wait_for(lab.chosen({"web", "off"}), awaited::logged_off, std::chrono::seconds(60), {});
  EXPECT_EQ(all[0].how, ending::success) << all[0].why.message;
  EXPECT_EQ(all[1].how, ending::success);
  EXPECT_EQ(lists, 3);
}

TEST_F(fleets, a_wait_ends_at_its_time_out_with_the_last_reason) {
  lab.without_agent(lab.add("web"));
  const auto all = wait_for(lab.chosen({"web"}), awaited::agent, milliseconds(0), {});
  EXPECT_EQ(all[0].how, ending::failure);
  EXPECT_EQ(all[0].why.code, errc::timed_out);
  EXPECT_THAT(all[0].why.message, testing::HasSubstr("not running"));
}

TEST_F(fleets, a_wait_that_cannot_succeed_fails_at_once) {
  auto& bare = lab.add("bare");
  bare.way->now = bare.vm->facts.agent = machine::agent_channel::absent;
  lab.add("refuses").way->exec_enabled = false;
  const auto day = std::chrono::hours(24);
  EXPECT_EQ(wait_for(lab.chosen({"bare"}), awaited::agent, day, {})[0].why.code,
            errc::additions_feature_not_available);
  EXPECT_EQ(wait_for(lab.chosen({"gone"}), awaited::agent, day, {})[0].why.code, errc::vm_unknown);
  EXPECT_EQ(wait_for(lab.chosen({"refuses"}), awaited::logged_off, day, {})[0].why.code,
            errc::additions_feature_not_available);
}

TEST_F(fleets, a_stop_ends_a_wait) {
  lab.without_agent(lab.add("web"));
  std::jthread stopper([this] {
    std::this_thread::sleep_for(milliseconds(50));
    stop.request_stop();
  });
  const auto all = wait_for(lab.chosen({"web"}), awaited::agent, std::chrono::hours(1), stop.get_token());
  EXPECT_EQ(all[0].why.code, errc::cancelled);
}

session_answer looked(const std::vector<std::string>& ids) {
  session_answer a;
  a.machine = "web";
  for (const auto& id : ids) a.value.emplace_back().id = id;
  return a;
}

std::vector<std::string> told(const std::vector<session_change>& changes) {
  std::vector<std::string> words;
  for (const auto& c : changes) words.push_back(std::string(name_of(c.what)) + c.who.id);
  return words;
}

TEST(watching, tells_who_came_who_went_and_what_changed) {
  auto later = looked({"2", "3"});
  later.value[0].locked = true;
  EXPECT_THAT(told(changes_between(looked({"1", "2"}), later)), ElementsAre("off1", "changed2", "on3"));
  EXPECT_TRUE(changes_between(later, later).empty());
  auto lost = looked({});
  lost.how = ending::failure;
  lost.why = {errc::timed_out, "no answer"};
  EXPECT_THAT(told(changes_between(later, lost)), ElementsAre("unreachable"));
  EXPECT_TRUE(changes_between(lost, lost).empty());
  EXPECT_THAT(told(changes_between(lost, later)), ElementsAre("reachable", "on2", "on3"));
}

TEST(watching, says_nothing_of_a_machine_that_is_off_until_it_runs) {
  auto off = looked({});
  off.how = ending::skipped;
  off.why = {errc::vm_not_running, "'web' is off."};
  EXPECT_FALSE(is_shown(off));
  EXPECT_TRUE(changes_between({}, off).empty());
  EXPECT_TRUE(changes_between(off, off).empty());
  EXPECT_THAT(told(changes_between(off, looked({"1"}))), ElementsAre("reachable", "on1"));
  EXPECT_THAT(told(changes_between(looked({"1"}), off)), ElementsAre("unreachable"));
  // Of a machine that was named it is said.
  off.how = ending::failure;
  EXPECT_THAT(told(changes_between({}, off)), ElementsAre("unreachable"));
}

TEST_F(fleets, watching_reports_changes_until_it_is_stopped) {
  auto& web = lab.add("web");
  web.way->sessions = {{"1", "alice"}};
  int lists = 0;
  web.way->before = [&](const std::string& command) -> std::optional<guest::exchange_result> {
    if (command.find("ListSessions") != std::string::npos && ++lists == 3) web.way->sessions = {{"2", "bob"}};
    return std::nullopt;
  };
  std::vector<std::string> words;
  watch_sessions(lab.chosen({"web"}), milliseconds(1), stop.get_token(),
                 [&](const auto&, std::size_t, const auto& changes) {
                   for (auto& w : told(changes)) words.push_back(w);
                   if (words.size() >= 3) stop.request_stop();
                 });
  EXPECT_THAT(words, ElementsAre("on1", "off1", "on2"));
}

TEST_F(fleets, watching_ends_when_a_report_throws) {
  lab.add("web");
  EXPECT_THROW(watch_sessions(lab.chosen({"web"}), std::chrono::hours(1), {},
                              [](const auto&, std::size_t, const auto&) {
                                throw base::error(errc::io_error, "the pipe is closed");
                              }),
               base::error);
}

}  // namespace
}  // namespace comeback::cli
