// SPDX-License-Identifier: Apache-2.0
#include "guest/reply.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comeback::guest {
namespace {

using testing::ElementsAre;

// Captured from Debian 12 (systemd 252), shortened to what is read.
constexpr auto carol =
    R"j({"type":"a{sv}","data":[{"Id":{"type":"s","data":"3"},)j"
    R"j("User":{"type":"(uo)","data":[1002,"/u/_1002"]},)j"
    R"j("Name":{"type":"s","data":"carol"},"Timestamp":{"type":"t","data":1795245591672734},)j"
    R"j("Seat":{"type":"(so)","data":["seat0","/s/seat0"]},"TTY":{"type":"s","data":"tty7"},)j"
    R"j("Remote":{"type":"b","data":false},"RemoteHost":{"type":"s","data":""},)j"
    R"j("Type":{"type":"s","data":"wayland"},"Class":{"type":"s","data":"user"},)j"
    R"j("State":{"type":"s","data":"online"},"LockedHint":{"type":"b","data":true}}]})j";

TEST(session_reply, graphical) {
  const auto s = read_session(carol);
  ASSERT_TRUE(s);
  EXPECT_EQ(*s, (session{.id = "3",
                         .user = "carol",
                         .uid = 1002,
                         .kind = session_kind::graphical,
                         .seat = "seat0",
                         .tty = "tty7",
                         .remote = false,
                         .host = "",
                         .since = {1795245591, 672734000},
                         .state = "online",
                         .session_class = "user",
                         .locked = true}));
}

TEST(session_reply, remote_over_a_terminal_is_remote) {
  const auto s = read_session(
      R"j({"type":"a{sv}","data":[{"Id":{"type":"s","data":"c5"},"Type":{"type":"s","data":"tty"},)j"
      R"j("Class":{"type":"s","data":"user"},"Remote":{"type":"b","data":true},)j"
      R"j("RemoteHost":{"type":"s","data":"10.0.0.7"}}]})j");
  ASSERT_TRUE(s);
  EXPECT_EQ(s->kind, session_kind::remote);
  EXPECT_EQ(s->host, "10.0.0.7");
  EXPECT_EQ(s->seat, "");
}

TEST(session_list, ids) {
  const auto ids = read_session_ids(
      R"j({"type":"a(susso)","data":[[["3",1002,"carol","seat0","/x"],["c1",1001,"bob","seat0","/y"]]]})j");
  ASSERT_TRUE(ids);
  EXPECT_THAT(*ids, ElementsAre("3", "c1"));
}

TEST(session_list, nobody) {
  const auto ids = read_session_ids(R"j({"type":"a(susso)","data":[[]]})j");
  ASSERT_TRUE(ids);
  EXPECT_TRUE(ids->empty());
}

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
  EXPECT_EQ(*read_host_name(R"j({"return":{"host-name":"guest1"}})j"), "guest1");
  EXPECT_FALSE(read_host_name(R"j({"return":{"host-name":7}})j"));
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
  EXPECT_FALSE(read_host_name(text));
  EXPECT_FALSE(read_pid(text));
  EXPECT_FALSE(read_exec_status(text));
  EXPECT_FALSE(read_session(text));
  EXPECT_FALSE(read_session_ids(text));
}

INSTANTIATE_TEST_SUITE_P(
    rows, hostile_reply,
    testing::Values(
        hostile{"empty", ""}, hostile{"no_json", "hello"}, hostile{"cut_short", R"j({"return":{"pid":)j"},
        hostile{"other_type", R"j({"type":"s","data":["x"]})j"}, hostile{"array", "[]"},
        hostile{"null", "null"}, hostile{"return_is_text", R"j({"return":"yes"})j"},
        hostile{"pid_is_text", R"j({"return":{"pid":"1; rm -rf /"}})j"},
        hostile{"id_with_quotes", R"j({"type":"a(susso)","data":[[["1'; reboot; '",0,"x","y","z"]]]})j"},
        hostile{"session_id_with_space", R"j({"type":"a{sv}","data":[{"Id":{"type":"s","data":"1 2"},)j"
                                         R"j("Class":{"type":"s","data":"user"}}]})j"},
        hostile{"base64_that_is_none", R"j({"return":{"exited":true,"out-data":"%%%%"}})j"},
        hostile{"deep", std::string(100000, '[')},
        hostile{"deep_and_closed", std::string(5000, '[') + std::string(5000, ']')},
        hostile{"huge", std::string(reply_limit + 1, ' ')}),
    [](const auto& p) { return p.param.title; });

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
