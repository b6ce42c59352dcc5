// SPDX-License-Identifier: Apache-2.0
#include "guest/session_list.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comeback::guest {
namespace {

using testing::ElementsAre;

// Captured from Debian 12 (systemd 252).
constexpr std::string_view carol =
    "Id=2\nUser=1002\nName=carol\nTimestamp=Sat 2026-11-21 10:51:58 UTC\nTimestampMonotonic=9730421\n"
    "Seat=seat0\nTTY=tty7\nRemote=no\nRemoteHost=\nService=login\nType=wayland\nClass=user\nState=online\n"
    "LockedHint=yes\n";

std::string with(std::string_view name, std::string_view value, std::string_view block = carol) {
  std::string text(block);
  const auto at = text.find("\n" + std::string(name) + "=") + 1;
  return text.replace(at, text.find('\n', at) - at, std::string(name) + "=" + std::string(value));
}

TEST(session_list, captured) {
  const auto list = read_session_list("ids 2 c1\n" + std::string(carol) + "end 0\n");
  ASSERT_TRUE(list);
  EXPECT_THAT(list->ids, ElementsAre("2", "c1"));
  EXPECT_EQ(list->status, 0);
  EXPECT_THAT(list->shown, ElementsAre(session{.id = "2",
                                               .user = "carol",
                                               .uid = 1002,
                                               .kind = session_kind::graphical,
                                               .seat = "seat0",
                                               .tty = "tty7",
                                               .remote = false,
                                               .host = "",
                                               .since = {1795258318, 0},
                                               .state = "online",
                                               .session_class = "user",
                                               .locked = true,
                                               .service = "login",
                                               .began = 9730421}));
}

TEST(session_list, nobody) {
  const auto list = read_session_list("ids\nend 0\n");
  ASSERT_TRUE(list);
  EXPECT_TRUE(list->ids.empty());
  EXPECT_TRUE(list->shown.empty());
}

TEST(session_list, loginctl_that_stopped_at_one_that_is_gone) {
  const auto list = read_session_list(std::string(carol) + "\nend 1\n");
  ASSERT_TRUE(list);
  EXPECT_EQ(list->shown.size(), 1U);
  EXPECT_EQ(list->status, 1);
}

TEST(session_list, remote_over_a_terminal_is_remote) {
  const auto list = read_session_list(with("Remote", "yes", with("Type", "tty")) + "end 0\n");
  ASSERT_TRUE(list);
  EXPECT_EQ(list->shown.front().kind, session_kind::remote);
}

TEST(session_list, a_name_may_be_anything_but_a_line) {
  for (const std::string name :
       {"a=b", " spaces ", "\"quotes' `$(reboot)`", "end 0", "\x1b[2J\xff", "Id=3"}) {
    const auto list = read_session_list(with("Name", name) + "end 0\n");
    ASSERT_TRUE(list) << name;
    EXPECT_EQ(list->shown.front().user, name);
  }
}

TEST(session_list, ids_without_end_are_a_fault_that_says_so) {
  std::string ids = "ids";
  for (int i = 0; i < 10'000; ++i) ids += " " + std::to_string(i);
  const auto most = read_session_list(ids + "\nend 1\n");
  ASSERT_TRUE(most);
  EXPECT_EQ(most->ids.size(), 10'000U);
  const auto more = read_session_list(ids + " x\nend 1\n");
  ASSERT_FALSE(more);
  EXPECT_NE(more.error().field.find("more than 10,000 ids"), std::string::npos);
}

TEST(session_list, a_name_with_a_newline_comes_without_it) {
  const auto list = read_session_list(with("Name", "[unprintable]") + "end 0\n");
  ASSERT_TRUE(list);
  EXPECT_EQ(list->shown.front().user, "[unprintable]");
}

struct hostile {
  std::string title, text;
};

class hostile_list : public testing::TestWithParam<hostile> {};

TEST_P(hostile_list, is_a_fault) { EXPECT_FALSE(read_session_list(GetParam().text)); }

INSTANTIATE_TEST_SUITE_P(
    rows, hostile_list,
    testing::Values(hostile{"empty", ""}, hostile{"words", "hello\nend 0\n"}, hostile{"cut_ids", "ids 1 2"},
                    hostile{"no_end", "ids 1\n" + std::string(carol)},
                    hostile{"cut_in_the_end", "ids 1\nend 0"}, hostile{"no_status", "ids\nend x\n"},
                    hostile{"cut_in_a_block", std::string(carol.substr(0, 40))},
                    hostile{"end_before_the_end", "ids\nend 0\nend 0\n"},
                    hostile{"id_with_quotes", "ids 1';reboot;'\nend 0\n"},
                    hostile{"id_that_is_an_option", "ids --help\nend 0\n"},
                    hostile{"id_without_end", "ids " + std::string(33, '1') + "\nend 0\n"},
                    hostile{"id_twice", "ids 1 1\nend 0\n"}, hostile{"two_spaces", "ids 1  2\nend 0\n"},
                    hostile{"shown_twice", std::string(carol) + "\n" + std::string(carol) + "end 0\n"},
                    hostile{"forged_property", with("Name", "eve\nClass=manager") + "end 0\n"},
                    hostile{"no_class", with("Class", "") + "end 0\n"},
                    hostile{"no_id", "User=1\nClass=user\nend 0\n"},
                    hostile{"uid_below_zero", with("User", "-1") + "end 0\n"},
                    hostile{"uid_above_all", with("User", "4294967296") + "end 0\n"},
                    hostile{"instant_that_is_none", with("Timestamp", "yesterday") + "end 0\n"}),
    [](const auto& p) { return p.param.title; });

TEST(instants, of_systemd) {
  EXPECT_EQ(read_instant("Sat 2026-11-21 10:51:59 UTC"), (base::timestamp{1795258319, 0}));
  EXPECT_EQ(read_instant(""), base::timestamp{});
  EXPECT_EQ(read_instant("n/a"), base::timestamp{});
  for (const auto* text :
       {"Sat 2026-11-21 10:51:59 CET", "Sat 2026-13-21 10:51:59 UTC", "Sat 2026-02-30 10:51:59 UTC",
        "Sat 2026-00-01 10:51:59 UTC", "Sat 2026-11-21 25:51:59 UTC", "Sat 2026-11-21T10:51:59 UTC", "Sat"}) {
    EXPECT_FALSE(read_instant(text)) << text;
  }
}

TEST(session_ids, alphabet) {
  EXPECT_TRUE(is_session_id("c12"));
  EXPECT_FALSE(is_session_id(""));
  EXPECT_FALSE(is_session_id("-h"));
  EXPECT_FALSE(is_session_id("1\n2"));
  EXPECT_FALSE(is_session_id(std::string(33, '1')));
}

TEST(session_class, people_only) {
  EXPECT_TRUE(is_user_class("user"));
  EXPECT_TRUE(is_user_class("user-early"));
  EXPECT_FALSE(is_user_class("manager"));
  EXPECT_FALSE(is_user_class("greeter"));
  EXPECT_FALSE(is_user_class("lock-screen"));
  EXPECT_FALSE(is_user_class("background-light"));
}

}  // namespace
}  // namespace comeback::guest
