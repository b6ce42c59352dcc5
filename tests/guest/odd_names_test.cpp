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
using std::chrono::seconds;

class odd_names : public guest_test {
 protected:
  base::executor on;
};

/// All that logind takes: neither colons, slashes nor control characters.
const std::vector<std::string> odd = {"with space",
                                      "$(touch comeback-was-here)",
                                      "`reboot`",
                                      "semi;colon",
                                      "a|b&c",
                                      "quo'te",
                                      "dou\"ble",
                                      "back\\slash",
                                      "-rf",
                                      "%s%n",
                                      "\xC3\xBC\xE6\xBC\xA2",
                                      "{\"Id\":\"9\"}",
                                      "x>y<z"};

/// Logged on one after the other; from 1 on, the names that came to be sessions.
void log_in(const guest& in, const std::vector<std::string>& names) {
  std::string file;
  for (std::size_t i = 0; i < names.size(); ++i) {
    file += names[i] + "::" + std::to_string(3000 + i) + ":100::/tmp:/bin/sh\n";
  }
  (void)in.run("cat >>/etc/passwd <<'END_OF_NAMES'\n" + file +
               "END_OF_NAMES\n"
               "tail -n " +
               std::to_string(names.size()) +
               " /etc/passwd | cut -d: -f1 | while IFS= read -r name; do\n"
               "systemd-run --quiet --setenv=XDG_SESSION_CLASS=user --setenv=XDG_SESSION_TYPE=tty "
               "su -l -c 'exec sleep 600' -- \"$name\"; done");
  in.wait_for_sessions(3 + names.size(), seconds(90));
}

TEST_F(odd_names, are_listed_as_they_are_and_logged_off) {
  log_in(machine(), odd);
  std::vector<std::string> names;
  for (const auto& s : machine().os().sessions()) names.push_back(s.user);
  for (const auto& name : odd) EXPECT_EQ(std::ranges::count(names, name), 1) << name;

  auto under_way = machine().os().logoff_all(on, {.deadline = seconds(100)});
  under_way.task().wait();
  EXPECT_EQ(under_way.task().outcome().result, task_result::success)
      << under_way.task().outcome().description;
  EXPECT_EQ(under_way.results().size(), 3 + odd.size());
  EXPECT_TRUE(machine().os().sessions().empty());
  EXPECT_EQ(run("find / -xdev -name 'comeback-was-here*'"), "");
  EXPECT_FALSE(std::filesystem::exists("comeback-was-here"));
}

}  // namespace
}  // namespace comeback::test_guest
