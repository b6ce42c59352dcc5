// SPDX-License-Identifier: Apache-2.0
#include "cli/grammar.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace comeback::cli {
namespace {

invocation parsed(std::vector<std::string> words) {
  words.insert(words.begin(), "comeback");
  std::vector<char*> argv;
  for (auto& w : words) argv.push_back(w.data());
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  auto result = parse(static_cast<int>(argv.size()), argv.data());
  testing::internal::GetCapturedStdout();
  testing::internal::GetCapturedStderr();
  return result;
}

struct usage_case {
  const char* title;
  std::vector<std::string> words;
  int status;
};

TEST(grammar, wrong_words_are_usage_errors_and_help_is_not) {
  const usage_case cases[] = {
      {"nothing", {}, usage},
      {"unknown group", {"tape"}, usage},
      {"group without verb", {"disc"}, usage},
      {"missing argument", {"disc", "info"}, usage},
      {"unknown file system", {"disc", "create", "x.iso", ".", "--fs", "fat"}, usage},
      {"another way to dedupe", {"disc", "create", "x.iso", ".", "--dedupe=files"}, usage},
      {"level out of range", {"disc", "create", "x.iso", ".", "--iso-level", "5"}, usage},
      {"time-out that is no number", {"guest", "logoff", "lab1", "--timeout", "soon"}, usage},
      {"time-out of nothing", {"guest", "logoff", "lab1", "--timeout", "0"}, usage},
      {"no machine", {"guest", "logoff"}, usage},
      {"names and all", {"guest", "sessions", "lab1", "--all"}, usage},
      {"a wait for nothing", {"guest", "wait", "lab1"}, usage},
      {"a wait for both", {"guest", "wait", "lab1", "--agent", "--logged-off"}, usage},
      {"looks too often", {"guest", "sessions", "lab1", "--watch", "0"}, usage},
      {"image that is not there", {"vm", "dvd", "insert", "lab1", "/no/such.iso"}, usage},
      {"task without verb", {"task"}, usage},
      {"task without number", {"task", "show"}, usage},
      {"number that is none", {"task", "cancel", "../1"}, usage},
      {"number out of range", {"task", "wait", "0"}, usage},
      {"no task to leave", {"vm", "info", "lab1", "--no-wait"}, usage},
      {"help", {"--help"}, done},
      {"help of a verb", {"disc", "create", "--help"}, done},
      {"version", {"--version"}, done},
  };
  for (const auto& c : cases) {
    const auto result = parsed(c.words);
    EXPECT_FALSE(result.run) << c.title;
    EXPECT_EQ(result.status, c.status) << c.title;
  }
}

TEST(grammar, verbs_with_a_task_can_be_left_alone_with_it) {
  for (const auto& words : {std::vector<std::string>{"vm", "start", "lab1"},
                            {"vm", "stop", "lab1"},
                            {"vm", "save", "lab1"},
                            {"guest", "logoff", "lab1"}}) {
    EXPECT_FALSE(parsed(words).no_wait);
    auto with = words;
    with.emplace_back("--no-wait");
    const auto result = parsed(with);
    EXPECT_TRUE(result.run);
    EXPECT_TRUE(result.no_wait);
  }
}

TEST(grammar, global_options_stand_anywhere) {
  for (const auto& words :
       {std::vector<std::string>{"--json", "--connect", "test:///default", "vm", "list"},
        std::vector<std::string>{"vm", "list", "--json", "--connect", "test:///default"}}) {
    const auto result = parsed(words);
    ASSERT_TRUE(result.run);
    EXPECT_TRUE(result.settings.json);
    EXPECT_EQ(result.settings.connect, "test:///default");
  }
}

TEST(grammar, knows_when_progress_is_wanted) {
  EXPECT_EQ(parsed({"vm", "list"}).settings.progress, progress_mode::automatic);
  EXPECT_EQ(parsed({"vm", "list", "--progress", "never"}).settings.progress, progress_mode::never);
  EXPECT_EQ(parsed({"vm", "list", "--progress", "often"}).status, usage);
}

TEST(grammar, every_verb_can_be_run) {
  const std::vector<std::vector<std::string>> all = {
      {"disc", "create", "x.iso", "a", "b", "--root", "/p=q", "--fs", "iso9660,joliet", "--volume", "V"},
      {"disc", "create", "x.iso", "--root", "/p=q", "--root", "/r=s"},
      {"disc", "create", "--fs", "iso9660,udf", "x.iso", "a"},
      {"disc", "info", "x.iso"},
      {"disc", "ls", "x.iso", "/a", "-lR", "--fs", "joliet"},
      {"disc", "extract", "x.iso", "out", "/a", "/b", "--overwrite"},
      {"disc", "verify", "x.iso", "--against", "a", "--against", "/p=q"},
      {"vm", "list"},
      {"vm", "info", "lab1"},
      {"vm", "define", "lab1.xml"},
      {"vm", "start", "lab1"},
      {"vm", "stop", "lab1"},
      {"vm", "save", "lab1"},
      {"vm", "dvd", "insert", "lab1", "/dev/null", "--drive", "sda"},
      {"vm", "dvd", "eject", "lab1"},
      {"guest", "sessions", "lab1"},
      {"guest", "sessions", "lab1", "lab2"},
      {"guest", "sessions", "--all", "--watch"},
      {"guest", "sessions", "lab1", "--watch", "0.5"},
      {"guest", "sessions", "--watch", "lab1"},
      {"guest", "sessions", "--watch", "0.5", "lab1", "lab2"},
      {"guest", "sessions", "--watch", "lab1", "lab2"},
      {"guest", "logoff", "lab1", "--timeout", "60"},
      {"guest", "logoff", "lab1", "lab2", "--grace", "0"},
      {"guest", "logoff", "--all"},
      {"guest", "info", "lab1"},
      {"guest", "info", "--all"},
      {"guest", "wait", "lab1", "lab2", "--agent"},
      {"guest", "wait", "--all", "--logged-off", "--timeout", "0"},
      {"task", "list"},
      {"task", "show", "3"},
      {"task", "cancel", "3"},
      {"task", "wait", "3", "--timeout", "0"},
  };
  for (const auto& words : all) EXPECT_TRUE(parsed(words).run) << testing::PrintToString(words);
}

}  // namespace
}  // namespace comeback::cli
