// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"

#include <gtest/gtest.h>

namespace comeback::base {
namespace {

using namespace std::string_literals;

TEST(text, converts_beyond_the_basic_plane) {
  EXPECT_EQ(to_utf16("a\U0001F600"), u"a\U0001F600");
  EXPECT_EQ(to_utf32("a\U0001F600"), U"a\U0001F600");
  EXPECT_EQ(to_utf8(u"a\U0001F600"), "a\U0001F600");
  EXPECT_EQ(to_utf8(U"a\U0001F600"), "a\U0001F600");
}

TEST(text, refuses_what_is_no_utf8) {
  for (const auto* bad : {"\xff", "\xc3", "\xed\xa0\x80" /* a surrogate */, "\xc0\x80" /* overlong */}) {
    EXPECT_FALSE(is_utf8(bad));
    EXPECT_FALSE(to_utf16(bad));
    EXPECT_FALSE(to_utf32(bad));
  }
  EXPECT_TRUE(is_utf8("\0ok"s));
}

TEST(text, replaces_what_is_no_utf8) {
  EXPECT_EQ(to_utf32_lossy("a\xff"
                           "b"),
            U"a\uFFFDb");
  EXPECT_EQ(valid_utf8("\xc3"), "\uFFFD");
}

TEST(text, replaces_lone_surrogates) {
  const char16_t lone[] = {u'a', 0xD800, u'b'};
  EXPECT_EQ(to_utf8(std::u16string_view(lone, 3)), "a\uFFFDb");
  EXPECT_EQ(to_utf8(std::u32string{0x110000}), "\uFFFD");
}

TEST(text, excerpts_are_printable_and_cut_no_character) {
  EXPECT_EQ(printable_excerpt("\x1b"
                              "ab",
                              3),
            "\\x1B"
            "ab");
  EXPECT_EQ(printable_excerpt("abcd", 3), "abc\u2026");
  EXPECT_EQ(printable_excerpt("ab\u20ACd", 4), "ab\u2026");
  EXPECT_EQ(printable_excerpt("ab\u20ACd", 5), "ab\u20AC\u2026");
  EXPECT_EQ(printable_excerpt("\x80\x80\x80\x80\x80\x80", 2), "\u2026");
}

TEST(text, makes_hostile_names_printable) {
  EXPECT_EQ(printable("\x1b[2Jx\n"), "\\x1B[2Jx\\x0A");
  EXPECT_EQ(printable("a\xff"), "a\\xFF");
  EXPECT_EQ(printable("\u202Egnp.exe"), "\\u{202E}gnp.exe");
  EXPECT_EQ(printable("Grüße"), "Grüße");
}

TEST(text, folds_case) {
  EXPECT_EQ(fold_case("ÄBC"), "äbc");
  EXPECT_EQ(fold_case("A\xff"), "a\xff");
}

}  // namespace
}  // namespace comeback::base
