// SPDX-License-Identifier: Apache-2.0
#include "guest/agent.hpp"

#include "guest/fake_guest.hpp"

#include <algorithm>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comeback::guest {
namespace {

using base::errc;

class agent_calls : public testing::Test {
 protected:
  std::shared_ptr<fake_guest> way = std::make_shared<fake_guest>();
  agent with{way, "web"};

  errc code_of_info() {
    try {
      (void)with.info();
    } catch (const base::error& e) {
      words = e.what();
      return e.code();
    }
    return errc::ok;
  }
  void answer_with(exchange_outcome outcome, const std::string& text = {}) {
    way->before = [=](const std::string&) { return exchange_result{outcome, text}; };
  }
  std::string words;
};

TEST_F(agent_calls, info) { EXPECT_EQ(with.info().version, "7.2.22"); }

struct failing {
  std::string title;
  exchange_outcome outcome;
  std::string text;
  errc expected;
};

class agent_failures : public agent_calls, public testing::WithParamInterface<failing> {};

TEST_P(agent_failures, have_a_code_and_name_the_machine) {
  answer_with(GetParam().outcome, GetParam().text);
  EXPECT_EQ(code_of_info(), GetParam().expected);
  EXPECT_THAT(words, testing::HasSubstr("'web'"));
}

INSTANTIATE_TEST_SUITE_P(
    rows, agent_failures,
    testing::Values(
        failing{"no_answer", exchange_outcome::no_answer, "", errc::timed_out},
        failing{"nobody_listens", exchange_outcome::not_connected, "", errc::additions_feature_not_available},
        failing{"disabled", exchange_outcome::refused, "Command guest-exec has been disabled",
                errc::additions_feature_not_available},
        failing{"not_allowed", exchange_outcome::refused,
                "Command guest-exec has been disabled: the command is not allowed",
                errc::additions_feature_not_available},
        failing{"unknown", exchange_outcome::refused, "The command guest-exec has not been found",
                errc::additions_feature_not_available},
        failing{"no_such_program", exchange_outcome::refused,
                "Failed to execute child process “/bin/sh” (No such file or directory)",
                errc::additions_feature_not_available},
        failing{"frozen", exchange_outcome::refused,
                "Command guest-exec has been disabled: the agent is in frozen state", errc::timed_out},
        failing{"refused_otherwise", exchange_outcome::refused, "Invalid parameter 'pid'", errc::exception},
        failing{"nonsense", exchange_outcome::answered, "[[[", errc::exception}),
    [](const auto& p) { return p.param.title; });

TEST_F(agent_calls, blocked_exec_names_the_option) {
  answer_with(exchange_outcome::refused, "Command guest-exec has been disabled");
  code_of_info();
  EXPECT_THAT(words, testing::HasSubstr("--block-rpcs"));
}

TEST_F(agent_calls, frozen_file_systems_are_told_as_such) {
  way->frozen = true;
  EXPECT_THROW((void)with.begin("/bin/true", {}), guest_frozen);
  EXPECT_EQ(with.frozen(), true);
  way->frozen = false;
  EXPECT_NO_THROW((void)with.begin("/bin/true", {}));
}

TEST_F(agent_calls, a_blocked_command_is_called_frozen_by_an_agent_whose_guest_was_once) {
  way->before = [](const std::string& command) -> std::optional<exchange_result> {
    if (command.find("guest-info") == command.npos) return std::nullopt;
    return exchange_result{exchange_outcome::refused,
                           "Command guest-info has been disabled: the agent is in frozen state"};
  };
  EXPECT_EQ(code_of_info(), errc::additions_feature_not_available);
}

TEST_F(agent_calls, the_sooner_limit_counts) {
  EXPECT_FALSE(with.time_is_up());
  EXPECT_FALSE(with.within(std::chrono::minutes(10)).time_is_up());
  EXPECT_TRUE(with.within(std::chrono::seconds(0)).time_is_up());
  EXPECT_TRUE(with.within(std::chrono::seconds(0)).within(std::chrono::minutes(10)).time_is_up());
}

TEST_F(agent_calls, a_poisoned_channel_is_repaired_once) {
  way->before = [&](const std::string&) -> std::optional<exchange_result> {
    if (way->repairs > 0) return std::nullopt;
    return exchange_result{exchange_outcome::poisoned, "not available due to an error"};
  };
  EXPECT_EQ(code_of_info(), errc::ok);
  EXPECT_EQ(way->repairs, 1);
  answer_with(exchange_outcome::poisoned, "not available due to an error");
  EXPECT_EQ(code_of_info(), errc::additions_feature_not_available);
  EXPECT_EQ(way->repairs, 2);
  EXPECT_TRUE(way->repaired_in_turn);
}

TEST_F(agent_calls, an_agent_that_is_away_after_a_repair_is_waited_for) {
  int away = 2;  // it takes the channel up and drops it again
  way->before = [&](const std::string&) -> std::optional<exchange_result> {
    if (way->repairs == 0) return exchange_result{exchange_outcome::poisoned, {}};
    if (away-- > 0) return exchange_result{exchange_outcome::not_connected, {}};
    return std::nullopt;
  };
  EXPECT_EQ(code_of_info(), errc::ok);
  EXPECT_EQ(way->repairs, 1);
}

TEST_F(agent_calls, an_agent_that_does_not_find_its_channel_has_it_repaired_again) {
  way->before = [&](const std::string&) -> std::optional<exchange_result> {
    if (way->repairs == 0) return exchange_result{exchange_outcome::poisoned, {}};
    if (way->repairs == 1) return exchange_result{exchange_outcome::not_connected, {}};
    return std::nullopt;
  };
  EXPECT_EQ(code_of_info(), errc::ok);
  EXPECT_EQ(way->repairs, 2);
}

TEST_F(agent_calls, an_agent_that_is_away_without_a_repair_is_not_waited_for) {
  answer_with(exchange_outcome::not_connected);
  EXPECT_EQ(code_of_info(), errc::additions_feature_not_available);
  EXPECT_EQ(way->commands.size(), 1U);
}

TEST_F(agent_calls, a_repair_ends_with_the_time_of_the_whole) {
  answer_with(exchange_outcome::poisoned, "not available due to an error");
  way->now = machine::agent_channel::disconnected;
  const auto start = std::chrono::steady_clock::now();
  const agent hurried(way, "web", start + std::chrono::milliseconds(100));
  EXPECT_THROW((void)hurried.info(), base::error);
  EXPECT_EQ(way->repairs, 1);
}

TEST_F(agent_calls, words_of_the_guest_cannot_steer_a_terminal) {
  answer_with(exchange_outcome::refused, "\x1b[2Jgone");
  code_of_info();
  EXPECT_THAT(words, testing::Not(testing::HasSubstr("\x1b")));
}

TEST_F(agent_calls, words_of_the_guest_fill_no_page) {
  answer_with(exchange_outcome::refused, std::string(9 << 20, 'x'));
  code_of_info();
  EXPECT_LT(words.size(), 1000U);
}

TEST_F(agent_calls, one_command_at_a_time) {
  int inside = 0, most = 0;
  way->before = [&](const std::string&) -> std::optional<exchange_result> {
    most = std::max(most, ++inside);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    --inside;
    return std::nullopt;
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([this] {
        for (int k = 0; k < 5; ++k) (void)agent(way, "web").info();
      });
    }
  }
  EXPECT_EQ(most, 1);
}

class agent_capabilities : public agent_calls {
 protected:
  [[nodiscard]] std::ptrdiff_t asked() const {
    return std::ranges::count_if(way->commands, [](const auto& c) { return c.find("guest-info") != c.npos; });
  }
  bool can() { return with.ready().can_exec; }
};

TEST_F(agent_capabilities, are_asked_once_a_connection) {
  EXPECT_TRUE(can());
  EXPECT_TRUE(agent(way, "web").ready().can_exec);
  EXPECT_EQ(asked(), 1);
  way->agent_lost();
  EXPECT_TRUE(can());
  EXPECT_EQ(asked(), 2);
  way->repair_now({});
  EXPECT_TRUE(can());
  EXPECT_EQ(asked(), 3);
}

TEST_F(agent_capabilities, are_asked_again_when_they_were_lacking) {
  way->exec_enabled = false;
  EXPECT_FALSE(can());
  way->exec_enabled = true;
  EXPECT_TRUE(can());
}

TEST_F(agent_capabilities, do_not_outlive_the_agent) {
  EXPECT_TRUE(can());
  answer_with(exchange_outcome::not_connected);
  EXPECT_THROW(can(), base::error);
  way->before = [](const std::string&) { return std::nullopt; };
  EXPECT_TRUE(can());
  EXPECT_EQ(asked(), 2);
}

TEST_F(agent_capabilities, a_ping_that_is_refused_is_an_answer) {
  EXPECT_TRUE(can());
  answer_with(exchange_outcome::refused, "Command guest-ping has been refused");
  EXPECT_TRUE(can());
}

TEST(polling, begins_soon_and_slows_down) {
  std::vector<int> pauses;
  for (auto p = first_pause; pauses.size() < 7; p = next_pause(p))
    pauses.push_back(static_cast<int>(p.count()));
  EXPECT_THAT(pauses, testing::ElementsAre(10, 20, 40, 80, 160, 200, 200));
}

TEST_F(agent_calls, scripts_are_cut_in_the_guest) {
  (void)with.shell("yes");
  EXPECT_THAT(way->commands.front(), testing::HasSubstr("head -c 524288"));
}

}  // namespace
}  // namespace comeback::guest
