// SPDX-License-Identifier: Apache-2.0
#include "guest/session_watch.hpp"

#include "guest/fake_guest.hpp"
#include "guest/guest_os.hpp"
#include "machine/fake_machine.hpp"

#include <atomic>
#include <condition_variable>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comeback::guest {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

const watch_options when_woken{.poll = hours(1), .while_logging_off = hours(1), .rest = hours(1)};

class watched : public testing::Test {
 public:
  ~watched() override {
    watch.reset();
    EXPECT_TRUE(base::background::finish(minutes(1)));
  }

 protected:
  watched() { way->sessions = {{.id = "1", .user = "alice"}, {.id = "2", .user = "bob"}}; }

  /// As autologin does: who goes is on again at once, under a new id.
  void let_come_back(const std::string& id, const std::string& user, const std::string& tty) {
    std::ranges::find(way->sessions, id, &fake_session::id)->tty = tty;
    way->before = [this, id, user, tty](const std::string&) -> std::optional<exchange_result> {
      const auto has = [this](const std::string& which) {
        return std::ranges::find(way->sessions, which, &fake_session::id) != way->sessions.end();
      };
      if (!has(id) && !std::exchange(is_back, true))
        way->sessions.push_back({.id = id + "0", .user = user, .tty = tty});
      return std::nullopt;
    };
  }
  void begin(const watch_options& how = {
                 .poll = milliseconds(5), .while_logging_off = milliseconds(2), .rest = milliseconds(5)}) {
    const auto before = looks();  // the watch may be quicker than we
    watch = std::make_unique<session_watch>(
        vm, way, [this](const session& who, session_end end) { hear(who, end); }, how);
    while (looks() < before + 2) std::this_thread::sleep_for(milliseconds(1));
  }
  /// Changes the guest between two of its answers.
  template <class Change>
  void in_the_guest(Change&& change) {
    const std::unique_lock turn(way->queue());
    change();
  }
  void leave(const std::string& id) {
    in_the_guest([&] { std::erase_if(way->sessions, [&](const auto& s) { return s.id == id; }); });
  }
  /// How often the guest was asked who is on.
  [[nodiscard]] std::ptrdiff_t looks() const {
    const std::unique_lock turn(way->queue());
    return std::ranges::count_if(way->commands, [](const std::string& command) {
      return command.find("ListSessions") != command.npos;
    });
  }
  /// Until the guest has told that often who is on, from now.
  void wait_for_looks(std::size_t count) {
    for (const auto enough = looks() + static_cast<std::ptrdiff_t>(count); looks() < enough;)
      std::this_thread::sleep_for(milliseconds(1));
  }
  void wait_for_words(std::size_t count) {
    std::unique_lock lock(mutex);
    EXPECT_TRUE(said.wait_for(lock, minutes(1), [&] { return heard.size() >= count; }));
  }
  void hear(const session& who, session_end end) {
    const std::lock_guard lock(mutex);
    heard.push_back(who.user + " " + std::string(name_of(end)));
    said.notify_all();
    if (then) then();
  }
  logoff log_off(const logoff_options& how = {
                     .grace = milliseconds(20), .deadline = milliseconds(300), .poll = milliseconds(5)}) {
    return guest_os(vm, way).logoff_all(on, how);
  }

  std::mutex mutex;
  std::condition_variable said;
  std::vector<std::string> heard;
  std::function<void()> then;
  bool is_back = false;
  base::executor on;
  std::shared_ptr<machine::fake_machine> vm = std::make_shared<machine::fake_machine>("web");
  std::shared_ptr<fake_guest> way = std::make_shared<fake_guest>();
  std::unique_ptr<session_watch> watch;
};

TEST_F(watched, a_user_who_leaves_is_told_once) {
  begin();
  leave("1");
  wait_for_words(1);
  wait_for_looks(2);
  EXPECT_THAT(heard, ElementsAre("alice normal"));
}

TEST_F(watched, who_comes_later_is_known_too) {
  begin();
  in_the_guest([&] { way->sessions.push_back({.id = "c3", .user = "carol", .type = "x11"}); });
  wait_for_looks(4);
  leave("c3");
  wait_for_words(1);
  EXPECT_THAT(heard, ElementsAre("carol normal"));
}

TEST_F(watched, managers_and_greeters_are_nobody) {
  way->sessions.push_back({.id = "3", .user = "alice", .session_class = "manager"});
  way->sessions.push_back({.id = "c1", .user = "gdm", .session_class = "greeter"});
  begin();
  leave("3");
  leave("c1");
  wait_for_looks(2);
  leave("2");
  wait_for_words(1);
  EXPECT_THAT(heard, ElementsAre("bob normal"));
}

TEST_F(watched, the_sessions_of_a_logoff_are_told_as_its_work) {
  begin();
  log_off().task().wait();
  wait_for_words(2);
  wait_for_looks(2);
  EXPECT_THAT(heard, UnorderedElementsAre("alice external", "bob external"));
}

TEST_F(watched, one_that_had_to_be_killed_was_forced) {
  way->sessions[1].stubborn = true;
  begin();
  log_off().task().wait();
  wait_for_words(2);
  EXPECT_THAT(heard, UnorderedElementsAre("alice external", "bob forced"));
}

TEST_F(watched, one_that_goes_when_the_time_of_its_logoff_was_up_is_still_ours) {
  way->sessions[1].immortal = true;
  begin();
  log_off().task().wait();
  wait_for_words(1);
  leave("2");
  wait_for_words(2);
  EXPECT_THAT(heard, ElementsAre("alice external", "bob forced")) << "it was sent SIGKILL";
}

TEST_F(watched, one_that_was_asked_and_goes_when_the_time_was_up_is_still_ours) {
  way->sessions[1].immortal = true;
  begin();
  log_off({.grace = hours(1), .deadline = milliseconds(300), .poll = milliseconds(5)}).task().wait();
  wait_for_words(1);
  leave("2");
  wait_for_words(2);
  EXPECT_THAT(heard, ElementsAre("alice external", "bob external"));
}

TEST_F(watched, who_comes_back_has_logged_off_once_and_logged_on_anew) {
  let_come_back("1", "alice", "tty2");
  begin();
  log_off().task().wait();
  wait_for_words(2);
  wait_for_looks(4);
  EXPECT_THAT(heard, UnorderedElementsAre("alice external", "bob external"));
  leave("10");
  wait_for_words(3);
  wait_for_looks(2);
  ASSERT_EQ(heard.size(), 3U);
  EXPECT_EQ(heard.back(), "alice normal");
}

TEST_F(watched, one_that_was_killed_and_comes_back_was_forced) {
  way->sessions[1].stubborn = true;
  let_come_back("2", "bob", "tty3");
  begin(when_woken);
  log_off().task().wait();
  watch->look_now();
  wait_for_words(2);
  EXPECT_THAT(heard, UnorderedElementsAre("alice external", "bob forced"));
}

TEST_F(watched, who_comes_back_is_told_though_the_watch_never_saw_them_and_asks_nobody) {
  let_come_back("1", "alice", "tty2");
  std::atomic<int> asked = 0;
  vm->before = [&] { ++asked; };
  vm->now = machine::run_state::paused;  // nobody can be asked
  watch = std::make_unique<session_watch>(
      vm, way, [this](const session& who, session_end end) { hear(who, end); }, when_woken);
  while (asked == 0) std::this_thread::sleep_for(milliseconds(1));
  vm->now = machine::run_state::running;
  log_off().task().wait();
  vm->now = machine::run_state::paused;
  watch->look_now();
  wait_for_words(2);
  EXPECT_THAT(heard, UnorderedElementsAre("alice external", "bob external"));
  watch.reset();
  EXPECT_TRUE(base::background::finish(minutes(1)));
}

TEST_F(watched, who_came_back_before_the_watch_is_not_told) {
  let_come_back("1", "alice", "tty2");
  log_off().task().wait();
  begin();
  leave("10");
  wait_for_words(1);
  EXPECT_THAT(heard, ElementsAre("alice normal"));
}

TEST_F(watched, a_logoff_is_told_where_the_next_question_is_far_away) {
  begin({.poll = hours(1), .while_logging_off = milliseconds(2), .rest = hours(1)});
  log_off().task().wait();
  wait_for_words(2);
  EXPECT_EQ(heard.size(), 2U);
}

TEST_F(watched, what_was_before_the_watch_is_not_told) {
  log_off().task().wait();
  in_the_guest([&] { way->sessions = {{.id = "5", .user = "carol"}}; });
  begin();
  leave("5");
  wait_for_words(1);
  EXPECT_THAT(heard, ElementsAre("carol normal"));
}

TEST_F(watched, a_guest_that_begins_anew_logged_nobody_off_and_gives_its_ids_again) {
  begin();
  log_off().task().wait();
  wait_for_words(2);
  in_the_guest([&] { way->sessions = {{.id = "1", .user = "carol"}}; });
  watch->forget();
  wait_for_looks(4);  // two may be of a look that had begun before
  leave("1");
  wait_for_words(3);
  EXPECT_EQ(heard.back(), "carol normal");
}

TEST_F(watched, those_of_a_machine_that_stopped_are_not_told) {
  begin();
  in_the_guest([&] {
    watch->forget();
    way->sessions.clear();
  });
  wait_for_looks(2);
  in_the_guest([&] { way->sessions = {{.id = "1", .user = "carol"}}; });
  wait_for_looks(4);
  leave("1");
  wait_for_words(1);
  EXPECT_THAT(heard, ElementsAre("carol normal"));
}

TEST_F(watched, a_machine_without_agent_is_not_asked) {
  way->now = machine::agent_channel::disconnected;
  watch = std::make_unique<session_watch>(
      vm, way, [](const session&, session_end) {}, watch_options{.poll = milliseconds(1), .rest = hours(1)});
  watch->look_now();
  watch.reset();
  EXPECT_TRUE(base::background::finish(minutes(1)));
  EXPECT_TRUE(way->commands.empty());
}

TEST_F(watched, an_agent_that_comes_is_asked_at_once) {
  vm->now = machine::run_state::paused;
  watch = std::make_unique<session_watch>(
      vm, way, [this](const session& who, session_end end) { hear(who, end); },
      watch_options{.poll = milliseconds(2), .rest = hours(1)});
  vm->now = machine::run_state::running;
  watch->look_now();
  wait_for_looks(2);
  leave("2");
  wait_for_words(1);
  EXPECT_THAT(heard, ElementsAre("bob normal"));
}

TEST_F(watched, a_question_that_fails_forgets_nobody) {
  begin();
  in_the_guest([&] { way->list_status = 1; });
  wait_for_looks(2);
  in_the_guest([&] {
    way->list_status = 0;
    way->sessions.erase(way->sessions.begin());
  });
  wait_for_words(1);
  EXPECT_THAT(heard, ElementsAre("alice normal"));
}

TEST_F(watched, a_listener_that_throws_hears_the_next) {
  then = [] { throw std::runtime_error("odd"); };
  begin();
  leave("1");
  wait_for_words(1);
  leave("2");
  wait_for_words(2);
  EXPECT_THAT(heard, ElementsAre("alice normal", "bob normal"));
}

TEST_F(watched, a_listener_may_let_the_watch_go) {
  then = [this] { watch.reset(); };
  begin();
  in_the_guest([&] { way->sessions.clear(); });
  wait_for_words(1);
  EXPECT_TRUE(base::background::finish(minutes(1)));
  EXPECT_EQ(heard.size(), 1U);
}

}  // namespace
}  // namespace comeback::guest
