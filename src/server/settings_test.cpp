// SPDX-License-Identifier: Apache-2.0
#include "server/settings.hpp"

#include <map>

#include <gtest/gtest.h>

namespace comeback::server {
namespace {

libvirt_backend::options with(std::map<std::string, std::string> variables, bool is_root = false) {
  return settings([&](const char* name) { return variables[name]; }, is_root);
}

TEST(settings, the_project_s_own_variable_wins) {
  EXPECT_EQ(with({{"COMEBACK_URI", "a:"}, {"LIBVIRT_DEFAULT_URI", "b:"}}).uri, "a:");
  EXPECT_EQ(with({{"LIBVIRT_DEFAULT_URI", "b:"}}).uri, "b:");
  EXPECT_EQ(with({}).uri, "");
}

TEST(settings, read_only) {
  EXPECT_FALSE(with({}).read_only);
  EXPECT_FALSE(with({{"COMEBACK_READ_ONLY", "0"}}).read_only);
  EXPECT_FALSE(with({{"COMEBACK_READ_ONLY", ""}}).read_only);
  for (const char* said : {"1", "yes", "true", "00", " "})
    EXPECT_TRUE(with({{"COMEBACK_READ_ONLY", said}}).read_only) << said;
}

TEST(settings, strict_sessions) {
  const auto with_value = [](const std::string& value) {
    return strict_sessions([&](const char* name) {
      return std::string_view(name) == "COMEBACK_IMAPI_STRICT_SESSIONS" ? value : "";
    });
  };
  EXPECT_FALSE(with_value(""));
  EXPECT_FALSE(with_value("0"));
  EXPECT_TRUE(with_value("1"));
}

TEST(settings, state_directory) {
  EXPECT_EQ(with({{"HOME", "/home/anna"}}).state_directory, "/home/anna/.local/state/comeback");
  EXPECT_EQ(with({{"XDG_STATE_HOME", "/state"}}).state_directory, "/state/comeback");
  EXPECT_EQ(with({{"HOME", "/home/anna"}, {"XDG_STATE_HOME", "relative"}}).state_directory,
            "/home/anna/.local/state/comeback");
  for (const char* relative : {"relative", "./state", "~/state", ""})
    EXPECT_EQ(with({{"XDG_STATE_HOME", relative}}, true).state_directory, "/var/lib/comeback") << relative;
  EXPECT_EQ(with({{"HOME", "/root"}}, true).state_directory, "/var/lib/comeback");
}

}  // namespace
}  // namespace comeback::server
