// SPDX-License-Identifier: Apache-2.0
// Every kind of session that a guest has: how it is listed, and what becomes of it when everyone is logged
// off.
#include "guest_fixture.hpp"
#include "recording_channel.hpp"

#include <algorithm>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>

namespace comeback::test_guest {
namespace {

using base::task_result;
using comeback::guest::logoff_options;
using comeback::guest::session;
using comeback::guest::session_fate;
using comeback::guest::session_kind;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class kinds : public guest_test {
 protected:
  base::executor on;

  static std::vector<session> all() { return machine().os().sessions(); }
  static std::size_t count_of(const std::string& user) {
    return static_cast<std::size_t>(std::ranges::count(all(), user, &session::user));
  }
  /// Empty while he is not there.
  static std::string id_of(const std::string& user) {
    const auto there = all();
    const auto at = std::ranges::find(there, user, &session::user);
    return at == there.end() ? "" : at->id;
  }
  /// The newest session.
  static session newest() { return all().back(); }
  comeback::guest::logoff log_off(const logoff_options& options = {}) {
    auto under_way = machine().os().logoff_all(on, options);
    under_way.task().wait();
    return under_way;
  }
  /// Everybody was told to go when it returns; somebody stubborn is still there.
  comeback::guest::logoff log_off_but_wait(const logoff_options& options) {
    auto under_way = machine().os().logoff_all(on, options);
    while (under_way.task().percent() < 20) std::this_thread::sleep_for(milliseconds(10));
    return under_way;
  }
  static base::task_outcome end_of(const comeback::guest::logoff& under_way) {
    under_way.task().wait();
    return under_way.task().outcome();
  }
  static session_fate fate_of(const comeback::guest::logoff& done, const std::string& id) {
    for (const auto& r : done.results()) {
      if (r.who.id == id) return r.fate;
    }
    throw std::runtime_error("no session " + id);
  }
  /// Everybody went by himself, however long it took, and nobody is left.
  void expect_all_end(std::size_t sessions) {
    const auto done = log_off({.grace = minutes(5), .deadline = minutes(10)});
    EXPECT_EQ(done.task().outcome().result, task_result::success) << done.task().outcome().description;
    EXPECT_EQ(done.results().size(), sessions);
    for (const auto& r : done.results()) EXPECT_EQ(r.fate, session_fate::ended) << r.who.user;
    EXPECT_THAT(all(), IsEmpty());
  }

  /// A program in the guest that goes on by itself, with nobody waiting for it.
  static void start(const std::string& command, const std::string& properties = "") {
    (void)run("systemd-run --quiet --collect " + properties + " " + command);
  }
  /// Somebody logs in through PAM as a display manager or a console does it, and runs the command.
  static void log_in(const std::string& user, const std::string& session_class, const std::string& command) {
    start(command, "--property=PAMName=login --property=SendSIGHUP=no --property=User=" + user +
                       " --setenv=XDG_SESSION_TYPE=tty --setenv=XDG_SESSION_CLASS=" + session_class);
  }
  /// The whole command is one word of the client's.
  static void ssh(const std::string& user, const std::string& options, const std::string& command) {
    (void)run("systemctl start ssh");
    start("ssh " + options + " " + user + "@127.0.0.1 \"" + command + "\"");
  }
  /// A program with that word as a whole argument; a shell or a client that carries it within another does
  /// not count, nor does the one that looks.
  static bool runs(const std::string& word) {
    return !run("grep -l -a -z -x -e '" + word.substr(0, word.size() - 1) + "[" + word.back() +
                "]' /proc/[0-9]*/cmdline")
                .empty();
  }
  static void wait_until(const std::function<bool()>& met, const std::string& what) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!met()) {
      ASSERT_LT(std::chrono::steady_clock::now(), until) << what;
      std::this_thread::sleep_for(milliseconds(100));
    }
  }
  static void wait_until_runs(const std::string& word, bool wanted = true) {
    wait_until([&] { return runs(word) == wanted; }, word);
  }
  static void wait_for(std::size_t sessions) { machine().wait_for_sessions(sessions, patience); }

  static constexpr seconds patience{120};
};

TEST_F(kinds, text_console_and_graphical) {
  const auto found = all();
  const auto bob = std::ranges::find(found, "bob", &session::user);
  ASSERT_NE(bob, found.end());
  EXPECT_EQ(bob->kind, session_kind::tty);
  EXPECT_EQ(bob->session_class, "user");
  EXPECT_EQ(bob->tty, "tty3");
  EXPECT_EQ(bob->seat, "seat0");
  EXPECT_FALSE(bob->remote);
  EXPECT_THAT(bob->host, IsEmpty());
  const auto carol = std::ranges::find(found, "carol", &session::user);
  ASSERT_NE(carol, found.end());
  EXPECT_EQ(carol->kind, session_kind::graphical);
  EXPECT_EQ(carol->session_class, "user");
  EXPECT_EQ(carol->seat, "seat0");
  EXPECT_FALSE(carol->remote);
  expect_all_end(3);
}

TEST_F(kinds, ssh_with_and_without_a_terminal_and_as_root) {
  ssh("alice", "-tt", "sleep 7001");
  wait_for(4);
  const session with_terminal = newest();
  EXPECT_EQ(with_terminal.user, "alice");
  EXPECT_EQ(with_terminal.kind, session_kind::remote);
  EXPECT_TRUE(with_terminal.remote);
  EXPECT_EQ(with_terminal.host, "127.0.0.1");
  if (system() == "debian12") {
    EXPECT_THAT(with_terminal.tty, StartsWith("pts/"));
  } else {
    EXPECT_THAT(with_terminal.tty, IsEmpty()) << "sshd there tells logind before there is a terminal";
  }
  EXPECT_THAT(with_terminal.seat, IsEmpty());
  EXPECT_EQ(with_terminal.session_class, "user");

  ssh("bob", "", "sleep 7002");
  wait_for(5);
  const session without = newest();
  EXPECT_EQ(without.user, "bob");
  EXPECT_EQ(without.kind, session_kind::remote);
  EXPECT_TRUE(without.remote);

  ssh("root", "-tt", "sleep 7003");
  wait_for(6);
  const session superuser = newest();
  EXPECT_EQ(superuser.user, "root");
  EXPECT_EQ(superuser.uid, 0U);
  EXPECT_EQ(superuser.kind, session_kind::remote);
  EXPECT_EQ(superuser.session_class, "user");

  expect_all_end(6);
  for (const auto* word : {"7001", "7002", "7003"}) EXPECT_FALSE(runs(word)) << word;
}

TEST_F(kinds, su_in_a_session_has_none_of_its_own_and_goes_with_it) {
  ssh("alice", "-tt", "su - bob -c 'sleep 7004'");
  ssh("carol", "-tt", "su bob -c 'sleep 7005'");
  wait_until_runs("7004");
  wait_until_runs("7005");
  EXPECT_EQ(count_of("alice"), 2U);
  EXPECT_EQ(count_of("bob"), 1U) << "the one on the console";
  expect_all_end(5);
  EXPECT_FALSE(runs("7004"));
  EXPECT_FALSE(runs("7005"));
}

// From a service, where there is no session yet, PAM makes one: of class "background", which is no person.
TEST_F(kinds, su_of_a_service_is_nobody_and_stays) {
  start("su -l bob -c 'exec sleep 7006'");
  wait_until_runs("7006");
  EXPECT_EQ(count_of("bob"), 1U);
  expect_all_end(3);
  EXPECT_TRUE(runs("7006"));
  (void)run("loginctl kill-user --signal=SIGKILL bob; :");
}

TEST_F(kinds, greeters_and_lock_screens_and_background_are_nobody) {
  for (const auto* session_class : {"greeter", "lock-screen", "background"}) {
    log_in("alice", session_class, "sleep 7007");
    wait_until_runs("7007");
    EXPECT_EQ(all().size(), 3U) << session_class;
    (void)run("systemctl stop 'run-*.service'");
    wait_until_runs("7007", false);
  }
}

TEST_F(kinds, lingering_users_without_a_session_are_nobody) {
  (void)run("loginctl enable-linger bob");
  expect_all_end(3);
  EXPECT_EQ(run("systemctl is-active user@1001"), "active\n") << "what lingers survives";
  EXPECT_THAT(all(), IsEmpty());
  (void)run("loginctl disable-linger bob");
}

TEST_F(kinds, who_ignores_term_and_hup_is_killed) {
  const session stubborn = machine().add_stubborn("bob");
  const auto done = log_off({.grace = seconds(2)});
  EXPECT_EQ(done.task().outcome().result, task_result::success) << done.task().outcome().description;
  EXPECT_EQ(fate_of(done, stubborn.id), session_fate::killed);
  EXPECT_THAT(all(), IsEmpty());
}

// A stubborn session keeps the task busy until he is back.
TEST_F(kinds, whom_autologin_brings_back_has_a_new_session) {
  (void)run(
      "mkdir -p /run/systemd/system/getty@tty2.service.d; "
      "printf '[Service]\\nRestart=always\\nRestartSec=0\\n' "
      ">/run/systemd/system/getty@tty2.service.d/z.conf; systemctl daemon-reload");
  const session stubborn = machine().add_stubborn("bob");
  const std::string old = id_of("alice");
  auto under_way = log_off_but_wait({.grace = minutes(5), .deadline = minutes(10)});
  wait_until([&] { return id_of("alice") != old && !id_of("alice").empty(); }, "alice");
  (void)run("loginctl kill-session --signal=SIGKILL " + stubborn.id);
  const auto outcome = end_of(under_way);
  EXPECT_EQ(outcome.result, task_result::success) << outcome.description;
  EXPECT_EQ(fate_of(under_way, old), session_fate::came_back);
  EXPECT_THAT(outcome.description, HasSubstr("Came back: alice (session " + old + ", now " + id_of("alice")));
  EXPECT_THAT(under_way.newcomers(), IsEmpty());
  EXPECT_EQ(all().size(), 1U);
  (void)run("rm -r /run/systemd/system/getty@tty2.service.d; systemctl daemon-reload");
}

/// The scripts in a transcript, without the lines that name sessions or count time.
std::set<std::string> script_lines(std::istream& page) {
  std::set<std::string> lines;
  bool wanted = false, inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line == "The script:") {
      wanted = true;
    } else if (line.starts_with("```")) {
      wanted = inside = wanted && !inside;
    } else if (inside && !line.starts_with("gone=") && !line.starts_with("until_cs=")) {
      lines.insert(line);
    }
  }
  return lines;
}

TEST_F(kinds, a_recorded_logoff_names_every_session_in_its_messages) {
  const auto vm = machine().vm();
  const auto way = std::make_shared<recording_channel>(machine().connection().channels(vm));
  auto under_way =
      comeback::guest::guest_os(vm, way).logoff_all(on, {.grace = minutes(5), .deadline = minutes(10)});
  under_way.task().wait();
  const auto outcome = under_way.task().outcome();
  EXPECT_EQ(outcome.result, task_result::success) << outcome.description;
  const auto messages = way->messages();
  ASSERT_FALSE(messages.empty());
  EXPECT_THAT(messages.front().command, HasSubstr("guest-info"));
  const std::string page = transcript(messages);
  for (const auto& m : messages)
    EXPECT_THAT(page, HasSubstr("> " + m.command + "\n< " + m.reply.text + "\n"));
  for (const auto& r : under_way.results()) {
    EXPECT_THAT(page, HasSubstr(r.who.user)) << "in the list as the guest printed it";
  }
  std::istringstream said(page);
  std::ifstream documented(COMEBACK_TRANSCRIPT);
  EXPECT_EQ(script_lines(said), script_lines(documented)) << "write the documented transcript anew";
}

// A stubborn session keeps the task busy until the other one is there.
TEST_F(kinds, who_logs_in_meanwhile_is_left_alone) {
  const session stubborn = machine().add_stubborn("bob");
  auto under_way = log_off_but_wait({.grace = minutes(5), .deadline = minutes(10)});
  log_in("root", "user", "sleep 7010");
  wait_until_runs("7010");
  (void)run("loginctl kill-session --signal=SIGKILL " + stubborn.id);
  const auto outcome = end_of(under_way);
  EXPECT_EQ(outcome.result, task_result::success) << outcome.description;
  EXPECT_EQ(under_way.results().size(), 4U);
  ASSERT_EQ(under_way.newcomers().size(), 1U);
  EXPECT_EQ(under_way.newcomers().front().user, "root");
  EXPECT_THAT(outcome.description, HasSubstr("Logged on meanwhile: root (session "));
  ASSERT_EQ(all().size(), 1U);
  EXPECT_EQ(newest().user, "root");
  EXPECT_TRUE(runs("7010"));
  (void)run("loginctl kill-session --signal=SIGKILL " + newest().id);
  wait_for(0);
}

}  // namespace
}  // namespace comeback::test_guest
