// SPDX-License-Identifier: Apache-2.0
#include "cli/guest_render.hpp"

#include "cli/json.hpp"
#include "cli/live_block.hpp"

#include <charconv>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comeback::cli {
namespace {

using base::errc;
using testing::HasSubstr;

guest::session alice() {
  return {.id = "3",
          .user = "alice",
          .uid = 1000,
          .kind = guest::session_kind::tty,
          .seat = "seat0",
          .tty = "tty2",
          .remote = false,
          .host = "",
          .since = {0, 0},
          .state = "active",
          .session_class = "user",
          .locked = false};
}

session_answer answered(const std::string& machine, std::vector<guest::session> who) {
  session_answer a;
  a.machine = machine;
  a.value = std::move(who);
  return a;
}

session_answer unknown(const std::string& machine) {
  session_answer a;
  a.machine = machine;
  a.how = ending::failure;
  a.why = {errc::vm_unknown, "There is no machine '" + machine + "'."};
  return a;
}

TEST(sessions_of_many, a_row_a_session_and_a_row_for_those_without) {
  EXPECT_EQ(sessions_text(std::vector{answered("lab1", {alice()}), answered("lab2", {}), unknown("lab9")}),
            "MACHINE  SESSION  USER   KIND  SEAT   TTY   FROM  SINCE                 STATE\n"
            "lab1     3        alice  tty   seat0  tty2  -     1970-01-01 00:00:00Z  active\n"
            "lab2     nobody is logged on\n"
            "lab9     There is no machine 'lab9'. (VM_E_VM_UNKNOWN)\n");
}

TEST(sessions_of_many, json_has_one_object_a_machine) {
  const auto all = json::parse(sessions_json(std::vector{answered("lab1", {alice()}), unknown("lab9")}));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0]["machine"], "lab1");
  EXPECT_EQ(all[0]["sessions"][0]["user"], "alice");
  EXPECT_FALSE(all[0].contains("error"));
  EXPECT_EQ(all[1]["error"]["hresult"], "0xA0040207");
  EXPECT_FALSE(all[1].contains("sessions"));
}

// What makes a terminal do something: ESC and CSI, DEL, a change of direction; and bytes that are no UTF-8.
constexpr const char* hostile = "a\nlab2  \x1b[2J\u009b2J\x7f\u202e\xff";

void expect_plain(const std::string& json_text) {
  for (const char c : json_text) EXPECT_TRUE(c == '\n' || (c >= ' ' && c <= '~')) << json_text;
}

TEST(json_output, is_printable_ascii_whatever_a_guest_or_a_command_line_says) {
  auto evil = alice();
  evil.user = hostile;
  expect_plain(sessions_json(std::vector{evil}));
  expect_plain(sessions_json(std::vector{answered(hostile, {evil})}));
  expect_plain(change_json({0, 0}, hostile, {session_event::on, evil, {errc::ok, {}}}));
  expect_plain(wait_json(unknown(hostile)));
  logoff_row row;
  row.machine = row.outcome.description = hostile;
  row.sessions = {{.who = evil, .successor = hostile}};
  row.newcomers = {evil};
  expect_plain(logoff_json(row));
  facts_answer facts;
  facts.machine = hostile;
  facts.value.agent.value = guest::agent_info{hostile, true};
  facts.value.host_name.value = hostile;
  facts.value.system.why = {errc::timed_out, hostile};
  expect_plain(facts_json(facts));
  const auto back = json::parse(sessions_json(std::vector{evil}));
  EXPECT_EQ(back[0]["user"], "a\nlab2  \x1b[2J\u009b2J\x7f\u202e\uFFFD");
}

TEST(of_no_machine, the_text_says_that_none_runs) {
  EXPECT_EQ(facts_text(std::vector<facts_answer>()), "No machine is running.\n");
  EXPECT_EQ(sessions_text(std::vector<session_answer>()), "No machine is running.\n");
  EXPECT_EQ(wait_text({}, "the guest agent answers"), "No machine is running.\n");
  EXPECT_EQ(logoff_text(std::vector<logoff_row>()), "No machine is running.\n");
  EXPECT_EQ(logoff_json(std::vector<logoff_row>()), "[]\n");
}

TEST(sessions_of_many, a_hostile_name_moves_no_cursor_and_breaks_no_line) {
  auto evil = alice();
  evil.user = "a\nlab2  \x1b[2J\xff";
  EXPECT_EQ(sessions_text(std::vector{answered("lab1", {evil})}).find('\x1b'), std::string::npos);
  const auto line = change_text({0, 0}, "lab1", {session_event::on, evil, {errc::ok, {}}});
  EXPECT_EQ(std::ranges::count(line, '\n'), 1);
  const auto object = change_json({0, 0}, "lab1", {session_event::on, evil, {errc::ok, {}}});
  EXPECT_EQ(std::ranges::count(object, '\n'), 1);
  EXPECT_EQ(json::parse(object)["session"]["user"], "a\nlab2  \x1b[2J\uFFFD");
}

TEST(changes, each_is_a_line) {
  EXPECT_EQ(change_text({0, 0}, "lab1", {session_event::on, alice(), {errc::ok, {}}}),
            "1970-01-01 00:00:00Z  lab1  on  3  alice  tty  seat0  tty2  -  1970-01-01 00:00:00Z  active\n");
  EXPECT_EQ(change_text({0, 0}, "lab1", {session_event::unreachable, {}, {errc::timed_out, "No answer."}}),
            "1970-01-01 00:00:00Z  lab1  unreachable  No answer. (VM_E_TIMED_OUT)\n");
}

// alice was killed and is on again, and bob came.
logoff_row somebody_came_back() {
  logoff_row row;
  row.machine = "lab6";
  row.stage = logoff_stage::ended;
  row.outcome.description = "Came back: alice.";
  row.sessions = {
      {.who = alice(), .fate = guest::session_fate::came_back, .forced = true, .successor = "c12"}};
  row.newcomers = {alice()};
  row.newcomers[0].user = "bob";
  return row;
}

std::vector<logoff_row> rows_of_a_logoff() {
  std::vector<logoff_row> rows(6);
  rows[0].machine = "lab1";
  rows[0].stage = logoff_stage::ended;
  rows[0].sessions = {{alice(), guest::session_fate::ended}};
  rows[1].machine = "lab2";
  rows[1].stage = logoff_stage::ended;
  rows[1].outcome = {base::task_result::unexpected_error, errc::no_such_logon_session, "Nobody."};
  rows[2].machine = "lab3";
  rows[2].stage = logoff_stage::running;
  rows[2].percent = 42;
  rows[3].machine = "lab4";
  rows[3].stage = logoff_stage::ended;
  rows[3].how = ending::failure;
  rows[3].why = {errc::vm_not_running, "lab4 is off."};
  rows[3].outcome = {base::task_result::unexpected_error, errc::vm_not_running, "lab4 is off."};
  rows[4] = rows[3];
  rows[4].machine = "lab5";
  rows[4].how = ending::skipped;
  rows[5] = somebody_came_back();
  return rows;
}

TEST(logoff_of_many, each_machine_has_a_row) {
  EXPECT_EQ(logoff_text(rows_of_a_logoff()),
            "MACHINE  RESULT             SESSIONS                  DETAILS\n"
            "lab1     logged off         1 ended\n"
            "lab2     nobody was on      -\n"
            "lab3     [####      ]  42%  -\n"
            "lab4     unexpected error   -                         lab4 is off. (VM_E_VM_NOT_RUNNING)\n"
            "lab5     skipped            -                         lab4 is off. (VM_E_VM_NOT_RUNNING)\n"
            "lab6     logged off         1 came back after a kill  Came back: alice.\n");
}

TEST(logoff_of_many, json_has_machine_result_code_and_sessions) {
  const auto all = json::parse(logoff_json(rows_of_a_logoff()));
  EXPECT_EQ(all[0]["machine"], "lab1");
  EXPECT_EQ(all[0]["result"], "success");
  EXPECT_EQ(all[0]["hresult"], "0x00000000");
  EXPECT_EQ(all[0]["sessions"][0]["result"], "ended");
  EXPECT_EQ(all[1]["result"], "nobody logged on");
  EXPECT_EQ(all[1]["hresult"], "0x80070520");
  EXPECT_EQ(all[3]["error"]["name"], "VM_E_VM_NOT_RUNNING");
  EXPECT_FALSE(all[3].contains("skipped"));
  EXPECT_EQ(all[4]["result"], "skipped");
  EXPECT_EQ(all[4]["skipped"], true);
  EXPECT_EQ(all[4]["error"]["name"], "VM_E_VM_NOT_RUNNING");
  for (const int fine : {0, 1, 5}) EXPECT_FALSE(all[fine].contains("error")) << fine;
}

TEST(logoff, json_tells_who_came_back_and_who_came_and_is_the_same_of_one_and_of_many) {
  const auto row = somebody_came_back();
  const auto object = json::parse(logoff_json(row));
  EXPECT_EQ(object, json::parse(logoff_json(std::vector{row}))[0]);
  EXPECT_EQ(object["machine"], "lab6");
  EXPECT_EQ(object["result"], "success");
  EXPECT_EQ(object["hresult"], "0x00000000");
  EXPECT_EQ(object["description"], "Came back: alice.");
  const auto& alice_s = object["sessions"][0];
  EXPECT_EQ(alice_s["result"], "came back");
  EXPECT_EQ(alice_s["forced"], true);
  EXPECT_EQ(alice_s["successor"], "c12");
  ASSERT_EQ(object["newcomers"].size(), 1U);
  EXPECT_EQ(object["newcomers"][0]["user"], "bob");
  EXPECT_FALSE(object["newcomers"][0].contains("result"));
  auto plain = row;
  plain.sessions = {{alice(), guest::session_fate::ended}};
  const auto ended = json::parse(logoff_json(plain))["sessions"][0];
  EXPECT_EQ(ended["forced"], false);
  EXPECT_TRUE(ended["successor"].is_null());
}

TEST(logoff, text_tells_who_came_back_and_the_rest_in_a_sentence) {
  auto row = somebody_came_back();
  EXPECT_EQ(logoff_text(row),
            "SESSION  USER   KIND  RESULT\n"
            "3        alice  tty   came back as c12, killed\n"
            "Came back: alice.\n");
  row.outcome.description.clear();
  row.sessions = {{alice(), guest::session_fate::killed, true}};
  EXPECT_EQ(logoff_text(row), "SESSION  USER   KIND  RESULT\n3        alice  tty   killed\n");
  // What failed is told on the other stream.
  row.outcome.description = "The time is up.";
  row.how = ending::failure;
  EXPECT_EQ(logoff_text(row), "SESSION  USER   KIND  RESULT\n3        alice  tty   killed\n");
}

TEST(facts, what_is_not_known_says_why) {
  facts_answer of;
  of.machine = "lab1";
  auto& f = of.value;
  f.machine = "lab1";
  f.state = machine::run_state::running;
  f.agent.value = guest::agent_info{"7.2.22", false};
  f.host_name.value = "guest1\x1b[2J";
  f.system.why = {errc::timed_out, "No answer."};
  f.logged_on.why = {errc::additions_feature_not_available, "Take guest-exec out of --block-rpcs."};
  f.many_sessions.value = std::optional<bool>();
  f.sessions_started.value = std::optional<bool>(true);
  const auto text = facts_text(of);
  EXPECT_THAT(text, HasSubstr("not allowed. Take guest-exec out of --block-rpcs."));
  EXPECT_THAT(text, HasSubstr("unknown: No answer."));
  EXPECT_THAT(text, HasSubstr("no answer yet"));
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  const auto object = json::parse(facts_json(of));
  EXPECT_EQ(object["commands_allowed"], false);
  EXPECT_TRUE(object["system"].is_null());
  EXPECT_EQ(object["unknown"]["system"]["name"], "VM_E_TIMED_OUT");
  EXPECT_TRUE(object["multiple_user_sessions_allowed"].is_null());
  EXPECT_FALSE(object["unknown"].contains("multiple_user_sessions_allowed"));
  EXPECT_EQ(object["terminal_services_initialized"], true);
}

TEST(facts, a_machine_whose_agent_cannot_be_asked_has_its_state_and_one_error) {
  facts_answer bare;
  bare.machine = bare.value.machine = "lab2";
  bare.value.state = machine::run_state::running;
  bare.how = ending::failure;
  bare.why = {errc::additions_feature_not_available, "No agent."};
  EXPECT_EQ(facts_text(bare), "machine  lab2\nstate    running\n");
  const auto object = json::parse(facts_json(bare));
  EXPECT_EQ(object["state"], "running");
  EXPECT_EQ(object["error"]["message"], "No agent.");
  EXPECT_FALSE(object.contains("unknown"));
  auto skipped = bare;
  skipped.how = ending::skipped;
  EXPECT_EQ(facts_text(std::vector{bare, skipped}),
            "machine  lab2\nstate    running\nerror    No agent. (VM_E_ADDITIONS_FEATURE_NOT_AVAIL)\n\n"
            "machine  lab2\nstate    running\nskipped  No agent. (VM_E_ADDITIONS_FEATURE_NOT_AVAIL)\n");
  EXPECT_EQ(json::parse(facts_json(skipped))["skipped"], true);
}

/// As much of a terminal as `redrawn` uses. The cursor begins below what is there.
class screen {
 public:
  explicit screen(std::vector<std::string> lines) : lines_(std::move(lines)), row_(lines_.size()) {
    lines_.emplace_back();
  }
  void send(std::string_view bytes) {
    while (!bytes.empty()) bytes.remove_prefix(take(bytes));
  }
  [[nodiscard]] std::vector<std::string> above() const { return {lines_.begin(), lines_.begin() + at()}; }
  [[nodiscard]] bool clean_below() const {
    return std::all_of(lines_.begin() + at(), lines_.end(), [](const auto& l) { return l.empty(); });
  }
  [[nodiscard]] bool cursor_visible() const { return visible_; }
  [[nodiscard]] std::size_t column() const { return column_; }

 private:
  [[nodiscard]] std::ptrdiff_t at() const { return static_cast<std::ptrdiff_t>(row_); }
  std::size_t take(std::string_view bytes) {
    if (bytes[0] == '\x1b') return control(bytes);
    if (bytes[0] == '\r') {
      column_ = 0;
    } else if (bytes[0] == '\n') {
      if (++row_ == lines_.size()) lines_.emplace_back();
    } else {
      auto& line = lines_[row_];
      line.resize(std::max(line.size(), column_ + 1), ' ');
      line[column_++] = bytes[0];
    }
    return 1;
  }
  std::size_t control(std::string_view bytes) {
    const auto end = bytes.find_first_of("AJKhl");
    const auto middle = bytes.substr(2, end - 2);
    if (bytes[end] == 'A') {
      std::size_t up = 0;
      std::from_chars(middle.data(), middle.data() + middle.size(), up);
      row_ -= up;
    }
    if (bytes[end] == 'J') lines_.resize(row_ + 1), lines_[row_].resize(column_);
    if (bytes[end] == 'K') lines_[row_].resize(column_);
    if (middle == "?25") visible_ = bytes[end] == 'h';
    return end + 1;
  }

  std::vector<std::string> lines_;
  std::size_t row_, column_ = 0;
  bool visible_ = true;
};

struct redraw_case {
  const char* title;
  std::vector<std::string> before, now;
};

TEST(redrawn, leaves_the_new_lines_and_the_cursor_below_them) {
  const redraw_case cases[] = {
      {"from nothing", {}, {"a", "b"}},
      {"one changes", {"a", "b", "c"}, {"a", "x", "c"}},
      {"shorter line", {"a long line", "b"}, {"a", "b"}},
      {"more lines", {"a"}, {"a", "b", "c"}},
      {"fewer lines", {"a", "b", "c"}, {"a"}},
      {"an empty line", {"a", "b"}, {"", "b"}},
      {"to nothing", {"a", "b"}, {}},
  };
  for (const auto& c : cases) {
    screen s(c.before);
    s.send(redrawn(c.before, c.now));
    EXPECT_EQ(s.above(), c.now) << c.title;
    EXPECT_TRUE(s.clean_below()) << c.title;
    EXPECT_TRUE(s.cursor_visible()) << c.title;
    EXPECT_EQ(s.column(), 0U) << c.title;
  }
}

TEST(redrawn, writes_only_the_lines_that_changed) {
  EXPECT_EQ(redrawn({"same", "other"}, {"same", "other"}), "");
  const auto bytes = redrawn({"same", "other"}, {"same", "new"});
  EXPECT_EQ(bytes.find("same"), std::string::npos);
  EXPECT_NE(bytes.find("new"), std::string::npos);
}

}  // namespace
}  // namespace comeback::cli
