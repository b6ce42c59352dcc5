// SPDX-License-Identifier: Apache-2.0
// The scripts that run in guests, under a real shell: `fake_guest` only knows them by their words.
#include "guest/fake_shell_guest.hpp"
#include "guest/guest_os.hpp"
#include "guest/logind.hpp"
#include "machine/fake_machine.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comeback::guest {
namespace {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// A session is a file that is not empty; what is in it is the user's name, as loginctl prints it.
const std::string busctl = R"sh(echo "busctl 1" >>"$FOLDER/log"
printf '{"type":"a(susso)","data":[['
comma=
for file in "$FOLDER"/sessions/*; do
  [ -s "$file" ] || continue
  id=${file##*/
}
  case $id in [0-9]*) path=_3$id ;; *) path=$id ;; esac
  printf '%s["%s",1000,"user","","/org/freedesktop/login1/session/%s"]' "$comma" "$id" "$path"
  comma=,
done
echo ']]}'
)sh";

/// As the real one it stops at the first that is gone. Some go at the very moment they are shown, some have
/// lost their scope.
const std::string loginctl = R"sh(verb=$1 whom=; shift
while :; do
  case $1 in -p) shift 2 ;; --signal=SIGKILL) shift ;; --kill-who=*) whom=${1#*=}; shift ;; *) break ;; esac
done
echo "$verb $#" >>"$FOLDER/log"
for id; do
  file=$FOLDER/sessions/$id
  [ $verb = terminate-session ] && [ -e "$FOLDER/slow" ] && sleep 0.05
  [ -e "$FOLDER/vanish/$id" ] && : >"$file"
  [ -s "$file" ] || exit 1
  [ "$whom" = all ] && [ -e "$FOLDER/scopeless/$id" ] && exit 1
  if [ $verb = show-session ]; then
    IFS= read -r name <"$file"
    printf 'Id=%s\nUser=1000\nName=%s\nTimestamp=Sat 2026-11-21 10:51:59 UTC\n' "$id" "$name"
    printf 'TimestampMonotonic=%s\nSeat=\nTTY=\nRemote=no\nRemoteHost=\nService=sshd\n' "${#id}"
    printf 'Type=tty\nClass=user\nState=active\nLockedHint=no\n\n'
  else
    : >"$file"
  fi
done
)sh";

class scripts : public testing::Test {
 protected:
  scripts() {
    way->add_program("busctl", busctl);
    way->add_program("loginctl", loginctl);
    way->add_program("systemctl", "exit 1\n");
    std::filesystem::create_directory(way->folder() / "sessions");
    std::filesystem::create_directory(way->folder() / "run");
    std::filesystem::create_directory(way->folder() / "vanish");
    std::filesystem::create_directory(way->folder() / "scopeless");
  }

  void log_on(const std::string& id, const std::string& name = "alice") {
    std::ofstream(way->folder() / "sessions" / id) << name << '\n';
  }
  /// Ids that no session of this machine has: 900001 and so on.
  std::vector<std::string> log_on_many(int count) {
    std::vector<std::string> ids;
    for (int i = 1; i <= count; ++i) log_on(ids.emplace_back(std::to_string(900'000 + i)));
    return ids;
  }
  /// What logind keeps in /run/systemd/sessions.
  [[nodiscard]] std::filesystem::path file_of(const std::string& id) const {
    return way->folder() / "run" / id;
  }
  void touch(const std::string& file) { std::ofstream(way->folder() / file) << '\n'; }
  /// What loginctl was called for, and with how many ids: "show-session 250".
  [[nodiscard]] std::vector<std::string> calls(std::string_view verb) const {
    std::vector<std::string> all;
    std::istringstream lines(way->text_of("log"));
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with(verb)) all.push_back(line.substr(verb.size() + 1));
    }
    return all;
  }
  exec_status end_of(std::int64_t pid) const {
    for (;;) {
      if (exec_status status = with.poll(pid); status.exited) return status;
      std::this_thread::sleep_for(first_pause);
    }
  }

  std::shared_ptr<fake_shell_guest> way = std::make_shared<fake_shell_guest>();
  agent with{way, "web"};
};

TEST_F(scripts, list_nobody) {
  const auto all = logind::list(with);
  EXPECT_THAT(all.ids, IsEmpty());
  EXPECT_THAT(all.people, IsEmpty());
}

TEST_F(scripts, list_ids_that_begin_with_a_letter_or_a_digit) {
  log_on("c7");
  log_on("900001");
  EXPECT_THAT(logind::session_ids(with), ElementsAre("900001", "c7"));
}

TEST_F(scripts, list_a_thousand_in_four_pages) {
  const auto ids = log_on_many(1000);
  const auto all = logind::list(with);
  EXPECT_EQ(all.ids, ids);
  EXPECT_THAT(all.people, SizeIs(1000));
  EXPECT_THAT(calls("show-session"), ElementsAre("250", "250", "250", "250"));
  EXPECT_EQ(way->executed, 4);
}

TEST_F(scripts, list_a_thousand_of_whom_some_vanish) {
  log_on_many(1000);
  const std::vector<std::string> gone{"900001", "900250", "900251", "900600", "900601", "901000"};
  for (const auto& id : gone) touch("vanish/" + id);
  const auto all = logind::list(with);
  EXPECT_THAT(all.people, SizeIs(1000 - gone.size()));
  for (const auto& id : gone) EXPECT_EQ(std::ranges::count(all.people, id, &session::id), 0) << id;
}

TEST_F(scripts, give_names_as_they_are) {
  const std::vector<std::string> names{
      "[unprintable]",  // as loginctl prints a name with a newline
      " a  b ",        "\"quotes' and `backquotes`", R"($(touch "$FOLDER/obeyed"); \n %s)", "\x1b[2J\xff",
      "end 0"};
  for (std::size_t i = 0; i < names.size(); ++i) log_on("x" + std::to_string(i), names[i]);
  std::vector<std::string> told;
  for (const auto& s : logind::sessions(with)) told.push_back(s.user);
  EXPECT_EQ(told, names);
  EXPECT_FALSE(std::filesystem::exists(way->folder() / "obeyed"));
}

TEST_F(scripts, show_at_once_whom_the_files_name) {
  for (const auto* id : {"900010", "900002", "c7"}) {
    log_on(id, "user" + std::string(id));
    touch("run/" + std::string(id));
    touch("run/" + std::string(id) + ".ref");
  }
  const auto all = logind::list(with);
  EXPECT_THAT(all.ids, ElementsAre("900002", "900010", "c7"));
  EXPECT_THAT(all.people, SizeIs(3));
  for (const auto& s : all.people) EXPECT_EQ(s.user, "user" + s.id);
  EXPECT_THAT(calls("show-session"), ElementsAre("3"));
}

TEST_F(scripts, believe_the_list_where_the_files_name_others) {
  for (const auto* id : {"900001", "900002"}) log_on(id);
  for (const auto* id : {"900001", "900003"}) touch("run/" + std::string(id));
  EXPECT_THAT(logind::list(with).ids, ElementsAre("900001", "900002"));
  touch("run/900002");
  const auto all = logind::list(with);
  EXPECT_THAT(all.ids, ElementsAre("900001", "900002"));
  EXPECT_THAT(all.people, SizeIs(2));
}

TEST_F(scripts, list_one_who_vanishes_while_the_files_still_name_him) {
  for (const auto* id : {"900001", "900002", "900003"}) {
    log_on(id);
    touch("run/" + std::string(id));
  }
  touch("vanish/900002");
  std::vector<std::string> there;
  for (const auto& s : logind::sessions(with)) there.push_back(s.id);
  EXPECT_THAT(there, ElementsAre("900001", "900003"));
}

TEST_F(scripts, end_a_few_without_a_shell) {
  const auto ids = log_on_many(16);
  EXPECT_EQ(end_of(logind::begin_terminate(with, ids)).exit_code, 0);
  EXPECT_THAT(logind::session_ids(with), IsEmpty());
  EXPECT_THAT(calls("terminate-session"), ElementsAre("16"));
}

TEST_F(scripts, tell_that_not_all_of_a_few_were_asked) {
  const auto ids = log_on_many(3);
  touch("vanish/" + ids[1]);
  EXPECT_EQ(end_of(logind::begin_terminate(with, ids)).exit_code, 1);
  EXPECT_THAT(logind::session_ids(with), ElementsAre(ids[2]));
}

TEST_F(scripts, log_a_few_off_of_whom_one_vanishes) {
  log_on_many(3);
  touch("vanish/900002");
  base::executor on;
  auto under_way = guest_os(std::make_shared<machine::fake_machine>("web"), way).logoff_all(on);
  under_way.task().wait();
  EXPECT_EQ(under_way.task().outcome().result, base::task_result::success)
      << under_way.task().outcome().description;
  EXPECT_THAT(logind::session_ids(with), IsEmpty());
  EXPECT_THAT(calls("kill-session"), IsEmpty());
}

TEST_F(scripts, end_a_thousand_sixteen_at_a_time) {
  const auto ids = log_on_many(1000);
  EXPECT_EQ(end_of(logind::begin_terminate_each(with, ids)).exit_code, 0);
  EXPECT_THAT(logind::session_ids(with), IsEmpty());
  auto groups = calls("terminate-session");
  ASSERT_THAT(groups, SizeIs(63));
  EXPECT_EQ(groups.back(), "8");
  groups.pop_back();
  EXPECT_THAT(groups, Each("16"));
}

TEST_F(scripts, ask_each_of_a_group_by_itself_where_one_of_it_is_gone) {
  const auto ids = log_on_many(40);
  touch("vanish/" + ids[20]);
  EXPECT_EQ(end_of(logind::begin_terminate_each(with, ids)).exit_code, 0);
  EXPECT_THAT(logind::session_ids(with), IsEmpty());
  std::vector<std::string> expected{"16", "16"};
  expected.insert(expected.end(), 16, "1");
  expected.emplace_back("8");
  EXPECT_EQ(calls("terminate-session"), expected);
}

TEST_F(scripts, kill_by_the_same_way) {
  const auto ids = log_on_many(17);
  EXPECT_EQ(end_of(logind::begin_kill(with, ids)).exit_code, 0);
  EXPECT_THAT(logind::session_ids(with), IsEmpty());
  auto groups = calls("kill-session");
  groups.resize(2);
  EXPECT_THAT(groups, ElementsAre("16", "1"));
}

TEST_F(scripts, kill_the_leader_of_who_has_lost_its_scope) {
  const auto ids = log_on_many(3);
  touch("scopeless/" + ids[1]);
  EXPECT_EQ(end_of(logind::begin_kill(with, ids)).exit_code, 0);
  EXPECT_THAT(logind::session_ids(with), IsEmpty());
}

TEST_F(scripts, stop_between_two_sessions) {
  const auto ids = log_on_many(100);
  touch("slow");
  const auto pid = logind::begin_terminate_each(with, ids);
  while (calls("terminate-session").empty()) std::this_thread::sleep_for(first_pause);
  logind::stop(with, pid);
  EXPECT_EQ(end_of(pid).exit_code, 1);
  const auto left = logind::session_ids(with);
  EXPECT_THAT(left, Contains("900100"));
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_EQ(logind::session_ids(with), left) << "somebody was asked after that";
}

TEST_F(scripts, stop_a_few_between_two_sessions) {
  const auto ids = log_on_many(16);
  touch("slow");
  const auto pid = logind::begin_terminate(with, ids);
  while (calls("terminate-session").empty()) std::this_thread::sleep_for(first_pause);
  logind::stop(with, pid);
  EXPECT_NE(end_of(pid).exit_code, 0);
  EXPECT_THAT(logind::session_ids(with), Contains("900016"));
}

TEST_F(scripts, stop_no_other_program) {
  const auto pid = with.begin("/bin/sh", {"-c", "exec sleep 60"});
  logind::stop(with, pid);
  EXPECT_FALSE(with.poll(pid).exited);
}

TEST_F(scripts, wait_no_longer_than_for_those_that_are_there) {
  log_on("c7");
  const auto pid = logind::begin_wait(with, {"900001", "900002"}, std::chrono::hours(1));
  EXPECT_THAT(logind::ids_in(end_of(pid).out), ElementsAre("c7"));
}

TEST_F(scripts, wait_until_the_files_are_gone) {
  log_on("c7");
  for (const auto* id : {"900001", "900002", "c7"}) touch("run/" + std::string(id));
  way->add_program("sleep", "echo sleep 1 >>\"$FOLDER/log\"; exec /bin/sleep \"$@\"\n");
  const auto pid = logind::begin_wait(with, {"900001", "900002"}, std::chrono::hours(1));
  while (calls("sleep").empty()) std::this_thread::sleep_for(first_pause);
  std::filesystem::remove(file_of("900001"));
  while (calls("sleep").size() < 3) std::this_thread::sleep_for(first_pause);
  EXPECT_FALSE(with.poll(pid).exited);
  std::filesystem::remove(file_of("900002"));
  EXPECT_THAT(logind::ids_in(end_of(pid).out), ElementsAre("c7"));
  EXPECT_THAT(calls("busctl"), IsEmpty());
}

TEST_F(scripts, ask_who_is_left_where_a_file_stays) {
  log_on("900001");
  touch("run/900001");
  const auto pid = logind::begin_wait(with, {"900001"}, std::chrono::milliseconds(100));
  EXPECT_THAT(logind::ids_in(end_of(pid).out), ElementsAre("900001"));
}

TEST_F(scripts, believe_no_file_that_was_never_there) {
  log_on("900001");
  const auto pid = logind::begin_wait(with, {"900001"}, std::chrono::hours(1));
  EXPECT_THAT(logind::ids_in(end_of(pid).out), ElementsAre("900001"));
}

TEST_F(scripts, log_a_thousand_off_of_whom_some_vanish) {
  log_on_many(1000);
  for (const auto* id : {"900100", "900300", "900301", "900999"}) touch("vanish/" + std::string(id));
  base::executor on;
  guest_os os(std::make_shared<machine::fake_machine>("web"), way);
  auto under_way = os.logoff_all(on);
  under_way.task().wait();
  EXPECT_EQ(under_way.task().outcome().result, base::task_result::success)
      << under_way.task().outcome().description;
  const auto results = under_way.results();
  EXPECT_THAT(results, SizeIs(996));
  EXPECT_TRUE(std::ranges::all_of(results, [](const auto& r) { return r.fate == session_fate::ended; }));
  EXPECT_THAT(logind::session_ids(with), IsEmpty());
  EXPECT_THAT(calls("kill-session"), IsEmpty());
}

}  // namespace
}  // namespace comeback::guest
