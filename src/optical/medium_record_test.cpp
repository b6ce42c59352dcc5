// SPDX-License-Identifier: Apache-2.0
#include "optical/medium_record.hpp"

#include <gmock/gmock.h>

namespace comeback::optical {
namespace {

using testing::HasSubstr;

const std::string whole =
    "comeback medium 1\ntype dvd+r\ncapacity 2295104\nnext 8208\nsession 0 16\nsession 2064 "
    "4096\nclosed\nend\n";

record_fault fault_of(std::string_view text) {
  const auto read = read_record(text);
  EXPECT_FALSE(read) << text;
  return read ? record_fault{} : read.error();
}

std::string with(std::string_view what, std::string_view by) {
  auto text = whole;
  return text.replace(text.find(what), what.size(), by);
}

TEST(MediumRecord, IsWrittenAsItIsRead) {
  const auto read = read_record(whole);
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(read->type, media_type::dvd_plus_r);
  EXPECT_EQ(read->capacity.value, 2'295'104U);
  EXPECT_EQ(read->next.value, 8208U);
  EXPECT_EQ(read->sessions.size(), 2U);
  EXPECT_TRUE(read->closed);
  EXPECT_EQ(write_record(*read), whole);
}

TEST(MediumRecord, EveryKindHasOne) {
  for (const auto& facts : all_media()) {
    const medium_record record{.type = facts.type, .capacity = facts.capacity, .next = {}, .sessions = {}};
    const auto read = read_record(write_record(record));
    ASSERT_TRUE(read) << facts.name << ": " << read.error().what;
    EXPECT_EQ(*read, record);
  }
}

TEST(MediumRecord, EveryPieceOfOneIsRefused) {
  for (std::size_t size = 0; size < whole.size(); ++size) (void)fault_of(whole.substr(0, size));
}

TEST(MediumRecord, WhatIsWrongIsTold) {
  struct {
    std::string text;
    std::size_t line;
    const char* what;
  } const cases[] = {
      {"", 1, "cut off"},
      {with("comeback medium 1", "comeback medium 2"), 1, "another version"},
      {with("comeback", "xomeback"), 1, "no record of a medium"},
      {with("dvd+r", "dvd"), 2, "kind of medium"},
      {with("type dvd+r", "type"), 2, "kind of medium"},
      {with("2295104", "0"), 3, "capacity is 0"},
      {with("2295104", "4294967297"), 3, "larger than any"},
      {with("2295104", "18446744073709551616"), 3, "'capacity' and a number"},
      {with("2295104", "-1"), 3, "'capacity' and a number"},
      {with("2295104", "02295104"), 3, "'capacity' and a number"},
      {with("2295104", "2295104 "), 3, "'capacity' and a number"},
      {with("2295104", "2000"), 6, "session 2 ends beyond the capacity"},
      {with("next 8208\n", ""), 4, "'next' and a number"},
      {with("8208", "99999999999"), 4, "beyond any medium"},
      {with("8208", "6000"), 6, "session 2 ends behind the next writable"},
      {with("session 0 16", "session 0 2065"), 6, "session 2 begins before session 1 ends"},
      {with("session 0 16", "session 0 0"), 5, "session 1 has no blocks"},
      {with("session 0 16", "session 0"), 5, "two numbers"},
      {with("session 0 16", "session 0 16 1"), 5, "two numbers"},
      {with("session 0 16", "session 18446744073709551615 16"), 5, "beyond the capacity"},
      {with("session 0 16", "session 1 18446744073709551615"), 5, "beyond the capacity"},
      {with("closed\n", "closed\nclosed\n"), 8, "no place"},
      {with("end\n", "end\n\n"), 9, "more behind"},
      {with("end\n", "END\n"), 8, "no place"},
      {"comeback medium 1\ntype dvd+rw\ncapacity 32\nsession 0 16\nend\n", 4, "no place"},
      {"comeback medium 1\ntype dvd+rw\ncapacity 32\nclosed\nend\n", 4, "no place"},
      {"comeback medium 1\ntype cd-r\ncapacity 32\nnext 0\nclosed\nend\n", 5, "has no session"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto fault = fault_of(c.text);
    EXPECT_EQ(fault.line, c.line);
    EXPECT_THAT(fault.what, HasSubstr(c.what));
  }
}

TEST(MediumRecord, HasAnEndOfSessions) {
  std::string text = "comeback medium 1\ntype bd-r\ncapacity 12219392\nnext 4000000\n";
  for (std::size_t n = 0; n <= most_sessions; ++n) text += "session " + std::to_string(n) + " 1\n";
  EXPECT_LE(text.size(), record_limit);
  EXPECT_THAT(fault_of(text + "end\n").what, HasSubstr("more sessions than any medium takes"));
}

}  // namespace
}  // namespace comeback::optical
