// SPDX-License-Identifier: Apache-2.0
#include "cli/output.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace comeback::cli {
namespace {

TEST(output, lines_up_columns) {
  EXPECT_EQ(table({{"NAME", "STATE"}, {"ü", "off"}, {"longer", "on"}}),
            "NAME    STATE\nü       off\nlonger  on\n");
}

TEST(output, never_lets_a_name_move_the_cursor) { EXPECT_EQ(table({{"a\x1b[2J"}}), "a\\x1B[2J\n"); }

TEST(output, prints_sizes_for_people) {
  EXPECT_EQ(human_size(0), "0 bytes");
  EXPECT_EQ(human_size(1023), "1023 bytes");
  EXPECT_EQ(human_size(1536), "1.5 KiB");
  EXPECT_EQ(human_size(std::uint64_t{5} << 30), "5.0 GiB");
}

TEST(output, an_error_names_its_code_in_json) {
  const auto object = nlohmann::json::parse(error_json(base::errc::vm_not_running, "lab1 is off."));
  EXPECT_EQ(object["error"]["code"], 0xA0040206U);
  EXPECT_EQ(object["error"]["hresult"], "0xA0040206");
  EXPECT_EQ(object["error"]["name"], "VM_E_VM_NOT_RUNNING");
  EXPECT_EQ(object["error"]["message"], "lab1 is off.");
}

TEST(output, win32_codes_have_their_bare_name) {
  EXPECT_EQ(code_name(base::errc::no_such_logon_session), "ERROR_NO_SUCH_LOGON_SESSION");
}

TEST(output, an_error_names_the_way_out) {
  EXPECT_EQ(error_text(base::errc::vm_not_running, "lab1 is off."),
            "comeback: lab1 is off. (VM_E_VM_NOT_RUNNING)\n"
            "          Start the machine, then try again.\n");
}

TEST(output, json_shows_a_terminal_nothing_but_ascii) {
  const std::string hostile = "\u009b2J\x7f\u202e\x1b\xff";
  for (const auto& text : {error_json(base::errc::fail, hostile), progress_event(hostile, 1, 2, hostile)})
    for (const char c : text) EXPECT_TRUE(c == '\n' || (c >= ' ' && c <= '~')) << text;
}

TEST(output, progress_events_are_json_lines) {
  const auto object = nlohmann::json::parse(progress_event("writing", 5, 10, "a\xff"));
  EXPECT_EQ(object["percent"], 50);
  EXPECT_EQ(object["item"], "a\uFFFD");
  EXPECT_FALSE(nlohmann::json::parse(progress_event("reading", 5, 0, "")).contains("percent"));
}

}  // namespace
}  // namespace comeback::cli
