// SPDX-License-Identifier: Apache-2.0
#include "libvirt_backend/errors.hpp"

#include <gtest/gtest.h>

namespace comeback::libvirt_backend {
namespace {

using base::errc;
using guest::exchange_outcome;

struct code_case {
  std::string title;
  int code;
  errc expected;
};

class codes : public testing::TestWithParam<code_case> {};

TEST_P(codes, map) { EXPECT_EQ(code_for({GetParam().code, "words"}), GetParam().expected); }

INSTANTIATE_TEST_SUITE_P(rows, codes,
                         testing::Values(code_case{"no_domain", 42, errc::vm_unknown},
                                         code_case{"operation_invalid", 55, errc::vm_not_running},
                                         code_case{"operation_denied", 29, errc::access_denied},
                                         code_case{"auth_failed", 45, errc::access_denied},
                                         code_case{"access_denied", 88, errc::access_denied},
                                         code_case{"xml_error", 27, errc::invalid_argument},
                                         code_case{"xml_detail", 35, errc::invalid_argument},
                                         code_case{"invalid_arg", 8, errc::invalid_argument},
                                         code_case{"unsupported_configuration", 67, errc::invalid_argument},
                                         code_case{"no_memory", 2, errc::out_of_memory},
                                         code_case{"no_support", 3, errc::not_supported},
                                         code_case{"operation_timeout", 68, errc::timed_out},
                                         code_case{"internal", 1, errc::exception},
                                         code_case{"operation_failed", 9, errc::exception},
                                         code_case{"system_error", 38, errc::exception},
                                         code_case{"rpc", 39, errc::exception}),
                         [](const auto& p) { return p.param.title; });

// The texts are libvirt 9.0's, of a daemon that was killed.
TEST(lost_connections, are_told_from_other_failures) {
  for (const failure& lost :
       {failure{38, "End of file while reading data: Input/output error"},
        failure{38, "Cannot recv data: Connection reset by peer"},
        failure{38, "Cannot write data: Broken pipe"}, failure{1, "internal error: client socket is closed"},
        failure{39, "internal error: connection closed due to keepalive timeout"}}) {
    EXPECT_TRUE(lost_connection(lost)) << lost.message;
    EXPECT_EQ(error_for(lost, "Doing it").code(), errc::exception);
    EXPECT_EQ(error_for(lost, "Doing it").what(),
              "Doing it: the connection to libvirt broke: " + lost.message + ".");
  }
  EXPECT_FALSE(lost_connection({38, "Cannot open file: No such file or directory"}));
  EXPECT_FALSE(lost_connection({42, "Domain not found: client socket is closed"}));
  EXPECT_STREQ(error_for({42, "Domain not found"}, "Doing it").what(), "Doing it: Domain not found.");
}

struct agent_case {
  std::string title;
  failure what;
  std::optional<exchange_outcome> expected;
};

class agent_failures : public testing::TestWithParam<agent_case> {};

TEST_P(agent_failures, are_told_apart) {
  const auto outcome = agent_outcome(GetParam().what);
  ASSERT_EQ(outcome.has_value(), GetParam().expected.has_value());
  if (outcome) {
    EXPECT_EQ(outcome->outcome, *GetParam().expected);
    EXPECT_EQ(outcome->text, GetParam().what.message);
  }
}

// The texts are libvirt 9.0's, captured.
INSTANTIATE_TEST_SUITE_P(
    rows, agent_failures,
    testing::Values(
        agent_case{"not_connected",
                   {86, "Guest agent is not responding: QEMU guest agent is not connected"},
                   exchange_outcome::not_connected},
        agent_case{"went_meanwhile",
                   {86, "Guest agent is not responding: Guest agent disappeared while executing command"},
                   exchange_outcome::not_connected},
        agent_case{"hangs",
                   {86, "Guest agent is not responding: Guest agent not available for now"},
                   exchange_outcome::no_answer},
        agent_case{
            "hangs_in_a_command",
            {86, "Guest agent is not responding: guest agent didn't respond to command within '5' seconds"},
            exchange_outcome::no_answer},
        agent_case{"poisoned",
                   {86, "Guest agent is not responding: QEMU guest agent is not available due to an error"},
                   exchange_outcome::poisoned},
        agent_case{"reply_too_long",
                   {38, "No complete agent response found in 10485760 bytes: Numerical result out of range"},
                   exchange_outcome::poisoned},
        agent_case{
            "disabled",
            {1,
             "internal error: unable to execute QEMU agent command 'guest-exec': Command guest-exec has "
             "been disabled"},
            exchange_outcome::refused},
        agent_case{
            "read_only", {29, "operation virDomainQemuAgentCommand forbidden for read only access"}, {}},
        agent_case{"domain_gone", {42, "Domain not found"}, {}},
        agent_case{"internal", {1, "internal error: something else"}, {}}),
    [](const auto& p) { return p.param.title; });

}  // namespace
}  // namespace comeback::libvirt_backend
