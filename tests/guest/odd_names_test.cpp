// SPDX-License-Identifier: Apache-2.0
// Users whose names are a shell's words, JSON's, or a terminal's.
#include "base/text.hpp"
#include "guest_fixture.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace comeback::test_guest {
namespace {

using base::task_result;
using std::chrono::minutes;

class odd_names : public guest_test {
 protected:
  base::executor on;
};

/// All that the C library and logind take: no colons and slashes, no - at the front, no control characters
/// below 128.
const std::vector<std::string> odd = {"with space",
                                      "$(touch comeback-was-here)",
                                      "`reboot`",
                                      "semi;colon",
                                      "a|b&c",
                                      "quo'te",
                                      "dou\"ble",
                                      "back\\slash",
                                      "r-f",
                                      "%s%n",
                                      "\xC3\xBC\xE6\xBC\xA2",
                                      "{\"Id\"=9}",
                                      "csi\xC2\x9B\x32Jx",
                                      "x>y<z"};

/// They have uids from 3000 on, whom logind does not take from 3100 on.
const std::vector<std::string> refused = {"escape\x1B[2Jx", "bell\ax", "back\bx"};

void add_users(const guest& in, const std::vector<std::string>& names, std::size_t first_uid) {
  std::string file;
  for (std::size_t i = 0; i < names.size(); ++i) {
    file += names[i] + "::" + std::to_string(first_uid + i) + ":100::/tmp:/bin/sh\n";
  }
  (void)in.run("cat >>/etc/passwd <<'END_OF_NAMES'\n" + file + "END_OF_NAMES\n");
}

/// All of them, one after the other. systemd-run would put a variable in the place of a dollar sign.
void log_in(const guest& in) {
  add_users(in, odd, 3000);
  add_users(in, refused, 3100);
  (void)in.run(
      "grep ':3[01]..:100:' /etc/passwd | cut -d: -f1 | sed 's/[$]/$$/g' | while IFS= read -r name; do\n"
      "systemd-run --quiet --setenv=XDG_SESSION_CLASS=user --setenv=XDG_SESSION_TYPE=tty "
      "su -l -c 'exec sleep 600' -- \"$name\"; done");
  in.wait_for_sessions(3 + odd.size(), minutes(5));
}

/// By their uids, since their names say nothing.
std::string refused_that_run(const guest& in) {
  return in.run("ps -eo uid,args | grep -c '^ *31.. sleep 600'");
}

TEST_F(odd_names, are_listed_as_they_are_and_logged_off) {
  log_in(machine());
  std::vector<std::string> names;
  for (const auto& s : machine().os().sessions()) names.push_back(s.user);
  for (const auto& name : odd) EXPECT_EQ(std::ranges::count(names, name), 1) << name;

  auto under_way = machine().os().logoff_all(on, {.grace = minutes(2), .deadline = minutes(5)});
  under_way.task().wait();
  EXPECT_EQ(under_way.task().outcome().result, task_result::success)
      << under_way.task().outcome().description;
  EXPECT_EQ(under_way.results().size(), 3 + odd.size());
  EXPECT_TRUE(machine().os().sessions().empty());
  EXPECT_EQ(refused_that_run(machine()), std::to_string(refused.size()) + "\n")
      << "who has no session is nobody, and stays";
  EXPECT_EQ(run("find / -xdev -name 'comeback-was-here*'"), "");
  EXPECT_FALSE(std::filesystem::exists("comeback-was-here"));
}

}  // namespace
}  // namespace comeback::test_guest
