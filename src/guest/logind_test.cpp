// SPDX-License-Identifier: Apache-2.0
#include "guest/logind.hpp"

#include "guest/fake_guest.hpp"

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
