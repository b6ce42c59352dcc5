// SPDX-License-Identifier: Apache-2.0
#include "cli/task_record.hpp"

#include <gtest/gtest.h>

namespace comeback::cli {
namespace {

task_record sample() {
  task_record r;
  r.state = task_state::failure;
  r.command = {"guest", "logoff", "a \"b\"\n\xff"};
  r.description = "Log off 'lab1'";
  r.percent = 100;
  r.cancelable = true;
  r.process = 4711;
  r.started = {1763712000, 0};
  r.ended = base::timestamp{1763712060, 0};
  r.status = 1;
  r.error = base::errc::timed_out;
  r.message = "anna stays";
  return r;
}

TEST(task_record, comes_back_as_it_was_written) {
  const auto back = read_record(write_record(sample()));
  ASSERT_TRUE(back) << base::to_string(back.error());
  EXPECT_EQ(back->state, task_state::failure);
  EXPECT_EQ(back->command, (std::vector<std::string>{"guest", "logoff", "a \"b\"\n\uFFFD"}));
  EXPECT_EQ(back->description, "Log off 'lab1'");
  EXPECT_EQ(back->percent, 100);
  EXPECT_TRUE(back->cancelable);
  EXPECT_EQ(back->process, 4711);
  EXPECT_EQ(back->started.seconds, 1763712000);
  ASSERT_TRUE(back->ended);
  EXPECT_EQ(back->ended->seconds, 1763712060);
  EXPECT_EQ(back->status, 1);
  EXPECT_EQ(back->error, base::errc::timed_out);
  EXPECT_EQ(back->message, "anna stays");
}

TEST(task_record, has_no_end_while_it_runs) {
  const auto back = read_record(write_record({}));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->state, task_state::running);
  EXPECT_FALSE(back->ended);
}

struct damage {
  const char* title;
  const char* from;  ///< what is replaced in a good record
  const char* to;
  const char* fault;  ///< part of what is said
};

class damaged_record : public testing::TestWithParam<damage> {};

TEST_P(damaged_record, is_a_fault_that_names_the_member) {
  auto text = write_record(sample());
  const std::string from = GetParam().from;
  const auto at = text.find(from);
  ASSERT_NE(at, text.npos) << text;
  text.replace(at, from.size(), GetParam().to);
  const auto read = read_record(text);
  ASSERT_FALSE(read);
  EXPECT_NE(base::to_string(read.error()).find(GetParam().fault), std::string::npos)
      << base::to_string(read.error());
}

INSTANTIATE_TEST_SUITE_P(
    task_record, damaged_record,
    testing::Values(damage{"not_json", "{", "", "bad magic"},
                    damage{"state_unknown", "\"failed\"", "\"lost\"", "state"},
                    damage{"state_missing", "\"state\"", "\"stale\"", "state"},
                    damage{"command_no_list", "[", "7, \"x\": [", "command"},
                    damage{"command_of_numbers", "\"guest\"", "7", "command"},
                    damage{"percent_too_large", "\"percent\": 100", "\"percent\": 101", "percent"},
                    damage{"percent_negative", "\"percent\": 100", "\"percent\": -1", "percent"},
                    damage{"percent_a_text", "\"percent\": 100", "\"percent\": \"100\"", "percent"},
                    damage{"percent_a_fraction", "\"percent\": 100", "\"percent\": 1e2", "percent"},
                    damage{"cancelable_a_number", "true", "1", "cancelable"},
                    damage{"process_beyond_64_bits", "4711", "18446744073709551615", "process"},
                    damage{"time_beyond_the_calendar", "1763712000", "253402300800", "started"},
                    damage{"end_no_number", "1763712060", "null", "ended"},
                    damage{"status_too_large", "\"status\": 1", "\"status\": 256", "status"},
                    damage{"error_too_large", "2684617218", "4294967296", "error"},
                    damage{"message_no_text", "\"anna stays\"", "{}", "message"}),
    [](const auto& row) { return std::string(row.param.title); });

TEST(task_record, reads_nothing_that_is_no_record) {
  const std::string deep(record_limit, '[');
  for (const std::string& text : {std::string(), std::string("null"), std::string("[]"),
                                  std::string("\xff\xfe"), deep, std::string(record_limit + 1, ' ')})
    EXPECT_FALSE(read_record(text)) << text.substr(0, 20);
}

}  // namespace
}  // namespace comeback::cli
