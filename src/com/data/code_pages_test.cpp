// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cwchar>
#include <string>

#include <gtest/gtest.h>
#include <stringapiset.h>
#include <winbase.h>
#include <winerror.h>

namespace {

const std::string narrow = "K\xC3\xB6ln \xF0\x9F\x92\xBF";  // Köln and a disc
const std::wstring wide = L"K\u00F6ln \U0001F4BF";

DWORD error_of(int result) {
  EXPECT_EQ(result, 0);
  return GetLastError();
}

}  // namespace

TEST(code_pages, bytes_become_one_unit_a_character_in_every_page) {
  for (const UINT page : {CP_ACP, CP_OEMCP, CP_THREAD_ACP, CP_UTF8}) {
    const int size = static_cast<int>(narrow.size());
    ASSERT_EQ(MultiByteToWideChar(page, 0, narrow.data(), size, nullptr, 0), 6) << page;
    std::wstring made(6, L'?');
    ASSERT_EQ(MultiByteToWideChar(page, 0, narrow.data(), size, made.data(), 6), 6);
    EXPECT_EQ(made, wide);
  }
}

TEST(code_pages, characters_become_bytes_in_every_page) {
  for (const UINT page : {CP_ACP, CP_OEMCP, CP_THREAD_ACP, CP_UTF8}) {
    const int needed = WideCharToMultiByte(page, 0, wide.data(), 6, nullptr, 0, nullptr, nullptr);
    ASSERT_EQ(needed, static_cast<int>(narrow.size())) << page;
    std::string made(narrow.size(), '?');
    ASSERT_EQ(WideCharToMultiByte(page, 0, wide.data(), 6, made.data(), needed, nullptr, nullptr), needed);
    EXPECT_EQ(made, narrow);
  }
}

TEST(code_pages, size_minus_one_counts_and_writes_the_null) {
  std::array<wchar_t, 8> units{9, 9, 9, 9};
  EXPECT_EQ(MultiByteToWideChar(CP_UTF8, 0, "ab", -1, units.data(), 8), 3);
  EXPECT_EQ(std::wstring(units.data(), 4), std::wstring(L"ab\0\x9", 4));
  std::array<char, 8> bytes{9, 9, 9, 9};
  EXPECT_EQ(WideCharToMultiByte(CP_UTF8, 0, L"ab", -1, bytes.data(), 8, nullptr, nullptr), 3);
  EXPECT_EQ(std::string(bytes.data(), 4), std::string("ab\0\x9", 4));
}

TEST(code_pages, nulls_inside_a_counted_text_stay) {
  EXPECT_EQ(MultiByteToWideChar(CP_ACP, 0, "a\0b", 3, nullptr, 0), 3);
  EXPECT_EQ(WideCharToMultiByte(CP_ACP, 0, L"a\0b", 3, nullptr, 0, nullptr, nullptr), 3);
}

TEST(code_pages, what_is_no_text_is_replaced_or_refused) {
  std::array<wchar_t, 4> units{};
  EXPECT_EQ(MultiByteToWideChar(CP_UTF8, 0, "a\xFFz", 3, units.data(), 4), 3);
  EXPECT_EQ(std::wstring(units.data()), L"a\uFFFDz");
  EXPECT_EQ(error_of(MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, "a\xFFz", 3, units.data(), 4)),
            DWORD{ERROR_NO_UNICODE_TRANSLATION});
  EXPECT_EQ(MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, "\xEF\xBF\xBD", 3, units.data(), 4), 1)
      << "U+FFFD itself is text";
  const wchar_t half = 0xD800;
  EXPECT_EQ(WideCharToMultiByte(CP_UTF8, 0, &half, 1, nullptr, 0, nullptr, nullptr), 3);
  EXPECT_EQ(
      error_of(WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, &half, 1, nullptr, 0, nullptr, nullptr)),
      DWORD{ERROR_NO_UNICODE_TRANSLATION});
  BOOL used = FALSE;
  EXPECT_EQ(WideCharToMultiByte(CP_ACP, 0, &half, 1, nullptr, 0, "?", &used), 3);
  EXPECT_TRUE(used);
  EXPECT_EQ(WideCharToMultiByte(CP_ACP, 0, L"\u00F6", 1, nullptr, 0, "?", &used), 2);
  EXPECT_FALSE(used);
}

TEST(code_pages, a_small_buffer_is_filled_and_not_overrun) {
  std::array<wchar_t, 3> units{9, 9, 9};
  EXPECT_EQ(error_of(MultiByteToWideChar(CP_ACP, 0, "abc", 3, units.data(), 2)),
            DWORD{ERROR_INSUFFICIENT_BUFFER});
  EXPECT_EQ(units, (std::array<wchar_t, 3>{L'a', L'b', 9}));
  std::array<char, 3> bytes{9, 9, 9};
  EXPECT_EQ(error_of(WideCharToMultiByte(CP_ACP, 0, L"abc", 3, bytes.data(), 2, nullptr, nullptr)),
            DWORD{ERROR_INSUFFICIENT_BUFFER});
  EXPECT_EQ(bytes, (std::array<char, 3>{'a', 'b', 9}));
}

TEST(code_pages, bad_arguments_have_their_code) {
  std::array<wchar_t, 4> units{};
  std::array<char, 4> bytes{};
  BOOL used = FALSE;
  const DWORD wrong = ERROR_INVALID_PARAMETER, flags = ERROR_INVALID_FLAGS;
  EXPECT_EQ(error_of(MultiByteToWideChar(1252, 0, "a", 1, units.data(), 4)), wrong);
  EXPECT_EQ(error_of(MultiByteToWideChar(CP_ACP, 0, nullptr, 1, units.data(), 4)), wrong);
  EXPECT_EQ(error_of(MultiByteToWideChar(CP_ACP, 0, "a", 0, units.data(), 4)), wrong);
  EXPECT_EQ(error_of(MultiByteToWideChar(CP_ACP, 0, "a", 1, nullptr, 4)), wrong);
  EXPECT_EQ(error_of(MultiByteToWideChar(CP_ACP, 0, "a", 1, units.data(), -1)), wrong);
  EXPECT_EQ(error_of(MultiByteToWideChar(CP_UTF8, MB_PRECOMPOSED, "a", 1, units.data(), 4)), flags);
  EXPECT_EQ(MultiByteToWideChar(CP_ACP, MB_PRECOMPOSED, "a", 1, units.data(), 4), 1);
  EXPECT_EQ(error_of(WideCharToMultiByte(CP_UTF8, 0, L"a", 1, bytes.data(), 4, "?", nullptr)), wrong);
  EXPECT_EQ(error_of(WideCharToMultiByte(CP_UTF8, 0, L"a", 1, bytes.data(), 4, nullptr, &used)), wrong);
  EXPECT_EQ(
      error_of(WideCharToMultiByte(CP_UTF8, WC_NO_BEST_FIT_CHARS, L"a", 1, nullptr, 0, nullptr, nullptr)),
      flags);
  EXPECT_EQ(WideCharToMultiByte(CP_ACP, WC_NO_BEST_FIT_CHARS, L"a", 1, bytes.data(), 4, nullptr, nullptr), 1);
}
