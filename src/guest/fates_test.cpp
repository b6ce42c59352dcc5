// SPDX-License-Identifier: Apache-2.0
#include "guest/fates.hpp"

#include <cstdint>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comeback::guest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using ids = std::vector<std::string>;

session one(std::string id, std::string user, std::uint32_t uid, std::string tty, std::string service = {}) {
  session s;
  s.id = std::move(id);
  s.user = std::move(user);
  s.uid = uid;
  s.seat = tty.empty() ? "" : "seat0";
  s.tty = std::move(tty);
  s.service = std::move(service);
  return s;
}
session alice(std::string id, std::string tty = "tty2") {
  return one(std::move(id), "alice", 1000, std::move(tty));
}

struct fate_case {
  std::string title;
  bool asked, forced;
  ids there;                   ///< what the guest lists at the end; alice had session 1
  std::vector<session> began;  ///< who came meanwhile
  session_fate expected;
  std::string successor;
};

class fate_of_alice : public testing::TestWithParam<fate_case> {};

TEST_P(fate_of_alice, is) {
  const auto& c = GetParam();
  fates f({alice("1")}, {"1"});
  if (c.asked) f.all_asked();
  if (c.forced) f.forced({"1"});
  f.seen(c.there);
  f.began(c.began);
  EXPECT_EQ(f.results()[0].fate, c.expected) << name_of(f.results()[0].fate);
  EXPECT_EQ(f.results()[0].successor, c.successor);
  EXPECT_EQ(f.results()[0].forced, c.forced);
  EXPECT_EQ(f.newcomers().size(), c.began.size() - (c.successor.empty() ? 0 : 1));
}

INSTANTIATE_TEST_SUITE_P(
    rows, fate_of_alice,
    testing::Values(
        fate_case{"not_asked", false, false, {"1"}, {}, session_fate::not_asked, ""},
        fate_case{"went_before_being_asked", false, false, {}, {}, session_fate::ended, ""},
        fate_case{"still_there", true, false, {"1"}, {}, session_fate::remaining, ""},
        fate_case{"still_there_after_the_kill", true, true, {"1"}, {}, session_fate::remaining, ""},
        fate_case{"ended", true, false, {"9"}, {}, session_fate::ended, ""},
        fate_case{"killed", true, true, {}, {}, session_fate::killed, ""},
        fate_case{
            "back_on_the_same_terminal", true, false, {"9"}, {alice("9")}, session_fate::came_back, "9"},
        fate_case{
            "back_on_the_same_seat", true, false, {"9"}, {alice("9", "tty5")}, session_fate::came_back, "9"},
        fate_case{"back_after_the_kill", true, true, {"9"}, {alice("9")}, session_fate::came_back, "9"},
        fate_case{"there_and_on_again", true, false, {"1", "9"}, {alice("9")}, session_fate::remaining, ""},
        fate_case{"on_again_by_another_way",
                  true,
                  false,
                  {"9"},
                  {one("9", "alice", 1000, "", "sshd")},
                  session_fate::ended,
                  ""},
        fate_case{"somebody_else_on_the_terminal",
                  true,
                  false,
                  {"9"},
                  {one("9", "bob", 1001, "tty2")},
                  session_fate::ended,
                  ""},
        fate_case{"two_came_for_one",
                  true,
                  false,
                  {"8", "9"},
                  {alice("8", "tty5"), alice("9")},
                  session_fate::came_back,
                  "9"}),
    [](const auto& p) { return p.param.title; });

TEST(fates_of_many, one_who_came_stands_for_one_who_went) {
  fates f({alice("1"), alice("2", "tty3")}, {"1", "2"});
  f.all_asked();
  f.seen({"9"});
  f.began({alice("9", "tty3")});
  EXPECT_EQ(f.results()[0].fate, session_fate::ended);
  EXPECT_EQ(f.results()[1].fate, session_fate::came_back);
}

TEST(fates_of_many, strangers_are_asked_about_once) {
  fates f({alice("1")}, {"1", "2"});
  EXPECT_THAT(f.take_strangers({"1", "2", "3", "4"}), ElementsAre("3", "4"));
  EXPECT_TRUE(f.take_strangers({"1", "2", "3", "4"}).empty());
}

TEST(fates_of_many, strangers_without_end_are_not_kept) {
  fates f({alice("1")}, {"1"});
  ids all;
  for (int i = 2; i < 5000; ++i) all.push_back(std::to_string(i));
  EXPECT_EQ(f.take_strangers(all).size(), 1000U);
}

TEST(fates_of_many, told_by_state) {
  fates f({alice("1"), alice("2"), alice("3")}, {"1", "2", "3"});
  auto closing = alice("1");
  closing.state = "closing";
  auto active = alice("2");
  active.state = "active";
  f.told_by_state({closing, active});
  f.seen({"1", "2"});
  EXPECT_EQ(f.results()[0].fate, session_fate::remaining);
  EXPECT_EQ(f.results()[1].fate, session_fate::not_asked);
  EXPECT_EQ(f.results()[2].fate, session_fate::ended);
}

TEST(fates_of_many, the_summary_of_a_few) {
  auto bob = alice("2", "tty3");
  bob.user = "bob\x1b[2J";
  fates f({alice("1"), bob, alice("3")}, {"1", "2", "3"});
  EXPECT_EQ(f.summary(),
            "Logged off: nobody. Still logged on: alice (session 1, not asked), bob\\x1B[2J (session 2, not "
            "asked), alice (session 3, not asked).");
  f.all_asked();
  f.forced({"1"});
  f.seen({"2"});
  EXPECT_EQ(f.summary(),
            "Logged off: alice (session 1, killed), alice (session 3). Still logged on: bob\\x1B[2J (session "
            "2).");
  EXPECT_TRUE(f.remarkable());
}

TEST(fates_of_many, the_summary_of_a_crowd) {
  std::vector<session> many;
  ids all;
  for (int i = 1; i <= 25; ++i) {
    many.push_back(alice(std::to_string(i)));
    all.push_back(std::to_string(i));
  }
  fates f(many, all);
  f.all_asked();
  f.seen({});
  EXPECT_THAT(f.summary(), HasSubstr("Logged off: 25 sessions: alice (session 1), "));
  EXPECT_THAT(f.summary(), HasSubstr("alice (session 10) and 15 more. Still logged on: nobody."));
  EXPECT_FALSE(f.remarkable());
}

}  // namespace
}  // namespace comeback::guest
