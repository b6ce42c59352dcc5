// SPDX-License-Identifier: Apache-2.0
#include "guest/logind.hpp"

#include "guest/fake_guest.hpp"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comeback::guest {
namespace {

using testing::ElementsAre;

class logind_list : public testing::Test {
 protected:
  std::shared_ptr<fake_guest> way = std::make_shared<fake_guest>();
  agent with{way, "web"};

  [[nodiscard]] std::ptrdiff_t programs() const {
    return std::ranges::count_if(way->commands,
                                 [](const std::string& c) { return c.find("\"guest-exec\"") != c.npos; });
  }
  static std::vector<std::string> ids_of(const std::vector<session>& all) {
    std::vector<std::string> ids;
    for (const auto& s : all) ids.push_back(s.id);
    return ids;
  }
};

TEST_F(logind_list, people_oldest_first_in_one_exchange) {
  way->sessions = {{.id = "4", .user = "carol", .began = 40},
                   {.id = "3", .user = "alice", .session_class = "manager", .began = 10},
                   {.id = "1", .user = "alice", .began = 10}};
  const auto all = logind::list(with);
  EXPECT_THAT(ids_of(all.people), ElementsAre("1", "4"));
  EXPECT_THAT(all.ids, ElementsAre("4", "3", "1"));
  EXPECT_EQ(programs(), 1);
}

TEST_F(logind_list, a_thousand_come_in_pages) {
  for (int i = 1; i <= 1000; ++i) way->sessions.push_back({.id = std::to_string(i), .user = "alice"});
  const auto all = logind::list(with);
  EXPECT_EQ(all.people.size(), 1000U);
  EXPECT_EQ(all.people.back().id, "1000");
  EXPECT_EQ(programs(), 4);
}

TEST_F(logind_list, one_that_is_gone_when_it_is_shown_hinders_nobody) {
  way->vanishing = {"7"};
  for (int i = 1; i <= 300; ++i) way->sessions.push_back({.id = "a" + std::to_string(i), .user = "alice"});
  const auto all = logind::list(with);
  EXPECT_EQ(all.people.size(), 300U);
}

TEST_F(logind_list, hundreds_that_vanish_while_they_are_shown_hinder_nobody) {
  for (int i = 1; i <= 300; ++i) way->sessions.push_back({.id = std::to_string(i), .user = "alice"});
  int vanished = 0;
  way->before = [&](const std::string& command) -> std::optional<exchange_result> {
    const auto ids = command.find("ids='");
    if (command.find("show_all $ids") == command.npos || vanished == 30) return std::nullopt;
    const std::string first = std::to_string(std::stoi(command.substr(ids + 5)));
    vanished += static_cast<int>(std::erase_if(way->sessions, [&](const auto& s) { return s.id == first; }));
    return std::nullopt;
  };
  EXPECT_EQ(logind::list(with).people.size(), 270U);
  EXPECT_EQ(vanished, 30);
}

TEST_F(logind_list, pages_without_end_end_with_the_time_of_the_whole) {
  for (int i = 1; i <= 10'000; ++i) way->sessions.push_back({.id = std::to_string(i), .user = "eve"});
  std::size_t shown = 0;
  way->before = [&](const std::string& command) -> std::optional<exchange_result> {
    if (command.find("show_all $ids") == command.npos) return std::nullopt;
    ++shown;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return std::nullopt;
  };
  const agent hurried(way, "web", std::chrono::steady_clock::now() + std::chrono::milliseconds(100));
  try {
    (void)logind::list(hurried);
    ADD_FAILURE() << shown << " pages";
  } catch (const base::error& e) {
    EXPECT_EQ(e.code(), base::errc::timed_out);
  }
}

TEST_F(logind_list, more_than_ten_thousand_are_an_error) {
  way->printed = "status 0\nids";
  for (int i = 0; i <= 10'000; ++i) *way->printed += " " + std::to_string(i);
  *way->printed += "\nend 0\n";
  try {
    (void)logind::list(with);
    ADD_FAILURE();
  } catch (const base::error& e) {
    EXPECT_EQ(e.code(), base::errc::exception);
    EXPECT_THAT(e.what(), testing::HasSubstr("more than 10,000 ids"));
  }
}

TEST_F(logind_list, people_among_those_that_are_there) {
  way->sessions = {{.id = "1", .user = "alice"}, {.id = "2", .user = "bob", .session_class = "greeter"}};
  EXPECT_THAT(ids_of(logind::people_among(with, {"9", "2", "1"})), ElementsAre("1"));
  EXPECT_TRUE(logind::people_among(with, {}).empty());
}

TEST_F(logind_list, ids_alone) {
  way->sessions = {{.id = "1", .user = "alice"}, {.id = "c2", .user = "gdm", .session_class = "greeter"}};
  EXPECT_THAT(logind::session_ids(with), ElementsAre("1", "c2"));
}

TEST_F(logind_list, telling_can_be_stopped_between_two) {
  way->sessions = {{.id = "1", .user = "alice"}, {.id = "2", .user = "bob"}, {.id = "3", .user = "carol"}};
  way->told_at_once = 1;
  const std::vector<std::string> ids{"1", "2", "3"};
  const auto pid = logind::begin_terminate(with, ids);
  logind::stop(with, pid);
  EXPECT_EQ(with.poll(pid).exit_code, 1);
  EXPECT_EQ(way->sessions.size(), 2U);
}

}  // namespace
}  // namespace comeback::guest
