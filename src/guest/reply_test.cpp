// SPDX-License-Identifier: Apache-2.0
#include "guest/reply.hpp"

#include <string>

#include <gtest/gtest.h>

namespace comeback::guest {
namespace {

TEST(exec_reply, output_and_codes) {
  const auto done =
      read_exec_status(R"j({"return":{"exited":true,"exitcode":3,"out-data":"aGkK","err-data":"AA=="}})j");
  ASSERT_TRUE(done);
  EXPECT_TRUE(done->exited);
  EXPECT_EQ(done->exit_code, 3);
  EXPECT_EQ(done->out, "hi\n");
  EXPECT_EQ(done->err, std::string(1, '\0'));
  const auto killed = read_exec_status(R"j({"return":{"signal":9,"exited":true}})j");
  ASSERT_TRUE(killed);
  EXPECT_EQ(killed->exit_code, 137);
  const auto running = read_exec_status(R"j({"return":{"exited":false}})j");
  ASSERT_TRUE(running);
  EXPECT_FALSE(running->exited);
}

TEST(info_reply, decides_by_what_is_enabled) {
  const auto reply = [](const char* exec, const char* status) {
    return std::string(
               R"j({"return":{"version":"7.2","supported_commands":[{"name":"guest-exec","enabled":)j") +
           exec + R"j(},{"name":"guest-exec-status","enabled":)j" + status + "}]}}";
  };
  EXPECT_TRUE(read_info(reply("true", "true"))->can_exec);
  EXPECT_FALSE(read_info(reply("false", "true"))->can_exec);
  EXPECT_FALSE(read_info(reply("true", "false"))->can_exec);
  EXPECT_FALSE(read_info(R"j({"return":{"supported_commands":[]}})j")->can_exec);
}

TEST(os_reply, names_the_system_as_far_as_it_tells) {
  const auto os = read_os_info(
      R"j({"return":{"name":"Debian GNU/Linux","kernel-release":"6.1.0-56-cloud-amd64","version-id":"12",)j"
      R"j("pretty-name":"Debian GNU/Linux 12 (bookworm)","machine":"x86_64","id":"debian"}})j");
  ASSERT_TRUE(os);
  EXPECT_EQ(os->pretty_name, "Debian GNU/Linux 12 (bookworm)");
  EXPECT_EQ(os->kernel, "6.1.0-56-cloud-amd64");
  EXPECT_EQ(read_os_info(R"j({"return":{"id":7,"machine":"x86_64"}})j")->id, "");
  EXPECT_EQ(*read_text(R"j({"return":{"host-name":"guest1"}})j", "guest-get-host-name", "host-name"),
            "guest1");
  EXPECT_FALSE(read_text(R"j({"return":{"host-name":7}})j", "guest-get-host-name", "host-name"));
}

TEST(freeze_reply, is_one_of_two_words) {
  EXPECT_TRUE(*read_frozen(R"j({"return":"frozen"})j"));
  EXPECT_FALSE(*read_frozen(R"j({"return":"thawed"})j"));
  EXPECT_FALSE(read_frozen(R"j({"return":""})j"));
}

TEST(commands, are_json_whatever_is_in_them) {
  EXPECT_EQ(
      make_exec("/bin/echo", {"a\"b\\", "\xff"}),
      "{\"arguments\":{\"arg\":[\"a\\\"b\\\\\",\"\xEF\xBF\xBD\"],\"capture-output\":true,\"path\":\"/bin/"
      "echo\"},\"execute\":\"guest-exec\"}");
}

struct hostile {
  std::string title, text;
};

class hostile_reply : public testing::TestWithParam<hostile> {};

TEST_P(hostile_reply, is_a_fault_for_every_reader) {
  const std::string& text = GetParam().text;
  EXPECT_FALSE(read_info(text));
  EXPECT_FALSE(read_os_info(text));
  EXPECT_FALSE(read_text(text, "guest-get-host-name", "host-name"));
  EXPECT_FALSE(read_frozen(text));
  EXPECT_FALSE(read_pid(text));
  EXPECT_FALSE(read_exec_status(text));
}

INSTANTIATE_TEST_SUITE_P(
    rows, hostile_reply,
    testing::Values(hostile{"empty", ""}, hostile{"no_json", "hello"},
                    hostile{"cut_short", R"j({"return":{"pid":)j"},
                    hostile{"other_type", R"j({"type":"s","data":["x"]})j"}, hostile{"array", "[]"},
                    hostile{"null", "null"}, hostile{"return_is_text", R"j({"return":"yes"})j"},
                    hostile{"pid_is_text", R"j({"return":{"pid":"1; rm -rf /"}})j"},
                    hostile{"base64_that_is_none", R"j({"return":{"exited":true,"out-data":"%%%%"}})j"},
                    hostile{"deep", std::string(100000, '[')},
                    hostile{"deep_and_closed", std::string(5000, '[') + std::string(5000, ']')},
                    hostile{"huge", std::string(reply_limit + 1, ' ')}),
    [](const auto& p) { return p.param.title; });

}  // namespace
}  // namespace comeback::guest
