// SPDX-License-Identifier: Apache-2.0
// Agents that lie, behind the real libvirt: each call and each task ends, with its code, and nothing that a
// guest says goes further than a sentence.
#include "fake_agent.hpp"

#include "base/text.hpp"
#include "own_resources.hpp"

#include <optional>
#include <vector>

#include <gmock/gmock.h>

namespace comeback::test_guest {
namespace {

using base::errc;
using base::task_result;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

constexpr auto trace = "/tmp/comeback-was-here";
/// libvirt holds a reply of 10 MiB while it grows, and a tree of it; this is far below the 100 MiB that come.
constexpr std::size_t memory_limit = 96 * 1024;

base::described_error error_of(const std::function<void()>& body) {
  try {
    body();
    return {errc::ok, ""};
  } catch (...) {
    return base::describe_current_exception();
  }
}

void expect_fit_for_people(const std::string& sentence) {
  EXPECT_EQ(sentence, base::printable(sentence));
  EXPECT_LT(sentence.size(), 2000U);
}

struct told {
  std::string title;
  lie what;
  errc expected;
  std::string words;
  /// What else a slow machine makes of it: ten mebibytes do not come in ten seconds, or libvirt finds all
  /// answers at once and takes the last, which is right.
  std::optional<errc> or_else = std::nullopt;

  [[nodiscard]] bool allows(errc code) const { return code == expected || code == or_else; }
};

void PrintTo(const told& row, std::ostream* out) { *out << row.title; }

class lying_agents : public guest_test, public testing::WithParamInterface<told> {
 protected:
  // An agent that is honest again after a while serves the next test too.
  void SetUp() override {
    std::filesystem::remove(trace);
    if (serves && !fake_agent_answers(machine())) {
      fresh();
      serves = false;
    }
    if (!serves) install_fake_agent(machine());
    serves = true;
  }
  static void TearDownTestSuite() {
    guest_test::TearDownTestSuite();
    serves = false;
  }
  static inline bool serves = false;
};

TEST_P(lying_agents, are_told_apart_by_code) {
  order(machine(), GetParam().what);
  const auto os = machine().os();
  const auto before = count_own_resources();
  forget_peak();
  const std::size_t usual = peak_memory();
  std::vector<comeback::guest::session> told;
  const auto e = error_of([&] { told = os.sessions(); });
  EXPECT_TRUE(GetParam().allows(e.code)) << std::hex << static_cast<unsigned>(e.code) << " " << e.message;
  if (e.code == errc::ok) {
    EXPECT_EQ(told.size(), 3U) << "no answer but the right one is believed";
  }
  EXPECT_THAT(e.message, HasSubstr(GetParam().words));
  EXPECT_LT(peak_memory(), usual + memory_limit);
  expect_fit_for_people(e.message);
  EXPECT_TRUE(nothing_left_beyond(before));
  EXPECT_FALSE(std::filesystem::exists(trace));
}

const auto title_of = [](const auto& p) { return p.param.title; };

INSTANTIATE_TEST_SUITE_P(
    rows, lying_agents,
    testing::Values(
        told{"garbage_at_first", {"garbage", "guest-info", 1, 1, 2}, errc::exception, "comeback-guest"},
        told{"garbage", {"garbage", "guest-exec", 1, 1, 2}, errc::exception, "comeback-guest"},
        told{"garbage_as_status", {"garbage", "guest-exec-status", 1, 1, 2}, errc::exception, ""},
        told{"byte_of_zero", {"zero", "guest-exec", 1, 1, 2}, errc::timed_out, "does not answer"},
        told{"cut_short", {"cut", "guest-exec", 1, 1, 2}, errc::exception, ""},
        told{"half_an_answer", {"half", "guest-exec", 1, 1, 2}, errc::timed_out, "does not answer"},
        told{"no_answer", {"never", "guest-exec", 1, 1, 2}, errc::timed_out, "does not answer"},
        told{"no_answer_at_first", {"never", "guest-info", 1, 1, 2}, errc::timed_out, "does not answer"},
        told{"no_answer_to_the_greeting", {"never", "guest-sync", 1, 1'000, 8}, errc::timed_out, ""},
        told{"wrong_id", {"other_id", "guest-sync", 1, 1'000, 8}, errc::timed_out, ""},
        told{"a_hundred_mebibytes",
             {"huge", "guest-exec", 1, 1'000, 2},
             errc::additions_feature_not_available,
             "agent of 'comeback-guest'",
             errc::timed_out},
        told{"long", {"long", "guest-exec-status", 1, 1, 2}, errc::exception, "makes no sense"},
        told{"long_error", {"long_error", "guest-exec", 1, 1, 2}, errc::exception, ""},
        told{"deep", {"deep", "guest-exec", 1, 1, 2}, errc::exception, ""},
        told{"deep_and_cut", {"deeper", "guest-exec", 1, 1, 2}, errc::exception, ""},
        told{"other_type", {"other_type", "guest-exec", 1, 1, 2}, errc::exception, "makes no sense"},
        told{"big_number", {"big_number", "guest-exec", 1, 1, 2}, errc::exception, ""},
        told{"negative_number", {"negative", "guest-exec", 1, 1, 2}, errc::exception, ""},
        told{"answers_nobody_asked_for", {"unasked", "guest-exec", 1, 1, 2}, errc::exception, "", errc::ok},
        told{"no_list", {"no_list", "guest-exec-status", 1, 1, 2}, errc::exception, "makes no sense"},
        told{"list_with_words_of_a_shell",
             {"list_of_words", "guest-exec-status", 1, 1, 2},
             errc::exception,
             "makes no sense"},
        told{"ids_that_are_words_of_a_shell",
             {"ids_of_words", "guest-exec-status", 1, 1, 2},
             errc::exception,
             "makes no sense"},
        told{
            "never_ends", {"unended", "guest-exec-status", 1, 1'000'000, 2}, errc::timed_out, "does not end"},
        told{"hangs_up", {"closes", "guest-exec", 1, 1, 2}, errc::additions_feature_not_available, ""},
        told{"endless_answers", {"flood", "guest-exec", 1, 1, 2}, errc::exception, ""}),
    title_of);

class lying_meanwhile : public lying_agents {
 protected:
  base::executor on;

  // What began a logoff with three users shall end it with three, or with none.
  void SetUp() override {
    lying_agents::SetUp();
    if (machine().os().sessions().size() != 3) machine().log_in_again();
  }
  comeback::guest::logoff end_of_logoff() {
    auto under_way =
        machine().os().logoff_all(on, {.deadline = seconds(60), .agent_may_be_away = seconds(12)});
    EXPECT_TRUE(under_way.task().wait_for(seconds(150))) << "far beyond every deadline";
    return under_way;
  }
};

TEST_P(lying_meanwhile, end_the_task_or_are_waited_for) {
  order(machine(), GetParam().what);
  const auto before = count_own_resources();
  const auto done = end_of_logoff();
  const auto outcome = done.task().outcome();
  EXPECT_EQ(outcome.error, GetParam().expected) << outcome.description;
  EXPECT_EQ(outcome.result, outcome.error == errc::ok ? task_result::success : task_result::unexpected_error);
  EXPECT_THAT(outcome.description, HasSubstr(GetParam().words));
  expect_fit_for_people(outcome.description);
  on.finish();
  EXPECT_TRUE(nothing_left_beyond(before));
  EXPECT_FALSE(std::filesystem::exists(trace));
}

// The first guest-exec is the list: these lie later. Once is forgiven, for ever is not.
INSTANTIATE_TEST_SUITE_P(
    rows, lying_meanwhile,
    testing::Values(
        told{"garbage_once", {"garbage", "guest-exec", 2, 1, 0}, errc::ok, ""},
        told{"unasked_once", {"unasked", "guest-exec", 2, 1, 0}, errc::ok, ""},
        told{"hangs_up_once", {"closes", "guest-exec", 2, 1, 0}, errc::ok, ""},
        told{"silent_once", {"never", "guest-exec", 2, 1, 0}, errc::ok, ""},
        told{"huge_once", {"huge", "guest-exec", 2, 1, 0}, errc::ok, ""},
        told{"garbage", {"garbage", "guest-exec", 2, 1'000'000, 3}, errc::exception, "Still logged on: "},
        told{"other_lists",
             {"list_of_words", "guest-exec-status", 2, 1'000'000, 3},
             errc::exception,
             "Still logged on: "},
        told{"huge",
             {"huge", "guest-exec", 2, 1'000'000, 3},
             errc::additions_feature_not_available,
             "Still logged on: "}),
    title_of);

}  // namespace
}  // namespace comeback::test_guest
