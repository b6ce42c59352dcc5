// SPDX-License-Identifier: Apache-2.0
#include "udf/text.hpp"

#include <gtest/gtest.h>

namespace comeback::udf {
namespace {

using namespace std::string_view_literals;

TEST(cs0, is_as_narrow_as_the_text_admits) {
  EXPECT_EQ(to_cs0(u"abc"),
            "\x08"
            "abc");
  EXPECT_EQ(to_cs0(u"\u00FF"), "\x08\xFF");
  EXPECT_EQ(to_cs0(u"a\u0100"), "\x10\0a\x01\0"sv);
  EXPECT_EQ(to_cs0(u""), "");
}

TEST(cs0, comes_back) {
  for (const auto* text : {u"", u"plain", u"\u00E4\u00F6", u"\u76EE\u5F55", u"\U0001F34E pie"})
    EXPECT_EQ(from_cs0(to_cs0(text)), text);
  EXPECT_EQ(from_cs0("\xFE"
                     "gone"),
            u"gone");
}

TEST(cs0, nonsense_is_no_text) {
  EXPECT_FALSE(
      from_cs0("\x07"
               "abc"));
  EXPECT_FALSE(from_cs0("\x10\0a\0"sv));
}

TEST(dstring, ends_in_its_length) {
  const auto d = to_dstring<8>("ab");
  EXPECT_EQ(d.all(),
            "\x08"
            "ab\0\0\0\0\x03"sv);
  EXPECT_EQ(from_dstring(d), "ab");
  EXPECT_EQ(to_dstring<8>("").all(), "\0\0\0\0\0\0\0\0"sv);
}

TEST(dstring, is_cut_where_it_is_full) {
  EXPECT_EQ(from_dstring(to_dstring<8>("abcdefghi")), "abcdef");
  EXPECT_EQ(from_dstring(to_dstring<8>("\xE7\x9B\xAE\xE7\x9B\xAE\xE7\x9B\xAE\xE7\x9B\xAE")),
            "\xE7\x9B\xAE\xE7\x9B\xAE\xE7\x9B\xAE");
  // A pair of surrogates is kept whole.
  EXPECT_EQ(from_dstring(to_dstring<8>("\xE7\x9B\xAE\xE7\x9B\xAE\xF0\x9F\x8D\x8E")),
            "\xE7\x9B\xAE\xE7\x9B\xAE");
}

TEST(dstring, with_a_length_beyond_its_field_is_none) {
  text<8> d = to_dstring<8>("ab");
  d.bytes[7] = 8;
  EXPECT_FALSE(from_dstring(d));
}

TEST(entities, have_their_suffixes) {
  EXPECT_EQ(revision_of(domain_entity(0x250, 3)), 0x250);
  EXPECT_EQ(domain_entity(0x250, 3).suffix[2], 3);
  EXPECT_EQ(udf_entity("*UDF LV Info", 0x102).identifier.trimmed(), "*UDF LV Info");
  EXPECT_EQ(cs0().information.trimmed(), "OSTA Compressed Unicode");
}

}  // namespace
}  // namespace comeback::udf
