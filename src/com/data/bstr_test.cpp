// SPDX-License-Identifier: Apache-2.0
#include "com/data/limited_memory.hpp"
#include "com/data/text.hpp"

#include <cstdint>
#include <string>

#include <gtest/gtest.h>
#include <oleauto.h>

using namespace comeback;

TEST(bstr, counts_bytes_in_front_of_the_text) {
  const BSTR text = SysAllocString(L"f\u00fcr");
  EXPECT_EQ(SysStringLen(text), 3u);
  EXPECT_EQ(SysStringByteLen(text), 12u);
  std::uint32_t prefix = 0;
  std::memcpy(&prefix, reinterpret_cast<const char*>(text) - 4, 4);
  EXPECT_EQ(prefix, 12u);
  EXPECT_EQ(text[3], L'\0');
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(text) % alignof(OLECHAR), 0u);
  SysFreeString(text);
}

TEST(bstr, keeps_embedded_nulls) {
  const BSTR text = SysAllocStringLen(L"a\0b", 3);
  EXPECT_EQ(com::to_utf8(text), std::string("a\0b", 3));
  SysFreeString(text);
}

TEST(bstr, null_is_an_empty_string) {
  EXPECT_EQ(SysStringLen(nullptr), 0u);
  EXPECT_EQ(SysAllocString(nullptr), nullptr);
  EXPECT_EQ(com::to_utf8(BSTR{}), "");
  SysFreeString(nullptr);
}

TEST(bstr, without_text_holds_zeros) {
  const BSTR text = SysAllocStringLen(nullptr, 4);
  EXPECT_EQ(SysStringLen(text), 4u);
  EXPECT_EQ(text[0], L'\0');
  SysFreeString(text);
}

TEST(bstr, odd_byte_lengths_are_kept) {
  const BSTR text = SysAllocStringByteLen("abcde", 5);
  EXPECT_EQ(SysStringByteLen(text), 5u);
  EXPECT_EQ(SysStringLen(text), 1u);
  EXPECT_EQ(text[1], static_cast<OLECHAR>('e'));
  EXPECT_EQ(text[2], L'\0');
  SysFreeString(text);
}

TEST(bstr, refuses_lengths_that_do_not_fit_32_bits) {
  EXPECT_EQ(SysAllocStringLen(nullptr, 0x40000000), nullptr);
}

TEST(bstr, reallocation_may_copy_from_itself) {
  BSTR text = SysAllocString(L"abcdef");
  EXPECT_TRUE(SysReAllocStringLen(&text, text + 2, 3));
  EXPECT_EQ(com::to_utf8(text), "cde");
  SysFreeString(text);
}

TEST(bstr, no_memory_is_a_null_pointer) {
  const com::allocation_limit none(0);
  EXPECT_EQ(SysAllocString(L"a"), nullptr);
  EXPECT_THROW((void)com::to_bstr("a"), std::bad_alloc);
}

TEST(text, one_code_point_a_unit_both_ways) {
  const std::string utf8 = "a\u00e4\u20ac\U0001F4BF";
  EXPECT_EQ(com::to_wide(utf8).size(), 4u);
  EXPECT_EQ(com::to_utf8(com::to_wide(utf8)), utf8);
}

TEST(text, what_is_no_text_becomes_the_replacement_character) {
  EXPECT_EQ(com::to_wide("\xFF"), L"\uFFFD");
  const wchar_t lone[] = {0xD800, 0x7FFFFFFF, 0};
  EXPECT_EQ(com::to_utf8(std::wstring_view(lone)), "\uFFFD\uFFFD");
}

TEST(bstr, reallocation_without_text_leaves_none) {
  BSTR text = SysAllocString(L"abc");
  EXPECT_TRUE(SysReAllocString(&text, L"de"));
  EXPECT_EQ(com::to_utf8(text), "de");
  EXPECT_TRUE(SysReAllocString(&text, nullptr));
  EXPECT_EQ(text, nullptr);
  EXPECT_FALSE(SysReAllocString(nullptr, L"abc"));
  EXPECT_FALSE(SysReAllocStringLen(nullptr, L"abc", 3));
}

TEST(bstr, two_gibibytes_are_too_long) {
  BSTR text = SysAllocString(L"abc");
  EXPECT_EQ(SysAllocStringByteLen(nullptr, 0x80000000), nullptr);
  EXPECT_EQ(SysAllocStringLen(nullptr, 0x20000000), nullptr);
  EXPECT_EQ(SysAllocStringLen(nullptr, 0xFFFFFFFF), nullptr);
  EXPECT_FALSE(SysReAllocStringLen(&text, nullptr, 0x20000000));
  EXPECT_EQ(com::to_utf8(text), "abc");
  SysFreeString(text);
}
