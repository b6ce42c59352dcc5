// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "com/data/limited_memory.hpp"
#include "com/data/text.hpp"

#include <array>
#include <cstdarg>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <winbase.h>

using namespace comeback;

namespace {

constexpr DWORD system_text = FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS;

std::string system_message(DWORD code) {
  char* text = nullptr;
  const DWORD count = FormatMessageA(system_text | FORMAT_MESSAGE_ALLOCATE_BUFFER, nullptr, code, 0,
                                     reinterpret_cast<LPSTR>(&text), 0, nullptr);
  std::string result = count ? std::string(text, count) : "(none)";
  LocalFree(text);
  return result;
}

std::wstring formatted(DWORD flags, const wchar_t* source, ...) {
  std::array<wchar_t, 200> text{};
  va_list arguments;
  va_start(arguments, source);
  const DWORD count =
      FormatMessageW(FORMAT_MESSAGE_FROM_STRING | flags, source, 0, 0, text.data(), 200, &arguments);
  va_end(arguments);
  return {text.data(), count};
}

}  // namespace

TEST(format_message, every_code_of_the_table_has_its_sentence) {
  for (const auto& entry : base::error_table())
    EXPECT_EQ(system_message(entry.code), std::string(entry.sentence) + "\r\n") << entry.name;
}

TEST(format_message, a_system_error_is_found_by_its_plain_number) {
  EXPECT_EQ(system_message(ERROR_FILE_NOT_FOUND),
            system_message(static_cast<DWORD>(HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND))));
}

TEST(format_message, an_unknown_code_says_so_in_the_last_error) {
  SetLastError(0);
  EXPECT_EQ(system_message(0x8FFF1234), "(none)");
  EXPECT_EQ(GetLastError(), ERROR_MR_MID_NOT_FOUND);
}

TEST(format_message, the_last_error_belongs_to_the_thread) {
  SetLastError(7);
  std::thread([] {
    EXPECT_EQ(GetLastError(), 0u);
    SetLastError(9);
  }).join();
  EXPECT_EQ(GetLastError(), 7u);
}

TEST(format_message, a_buffer_that_is_one_unit_short_is_refused) {
  std::array<wchar_t, 200> text{};
  const DWORD count =
      FormatMessageW(system_text, nullptr, static_cast<DWORD>(E_FAIL), 0, text.data(), 200, nullptr);
  ASSERT_GT(count, 0u);
  EXPECT_EQ(FormatMessageW(system_text, nullptr, static_cast<DWORD>(E_FAIL), 0, text.data(), count, nullptr),
            0u);
  EXPECT_EQ(GetLastError(), ERROR_INSUFFICIENT_BUFFER);
  EXPECT_EQ(
      FormatMessageW(system_text, nullptr, static_cast<DWORD>(E_FAIL), 0, text.data(), count + 1, nullptr),
      count);
}

TEST(format_message, a_width_takes_the_line_breaks_away) {
  std::array<char, 200> text{};
  const DWORD count = FormatMessageA(system_text | FORMAT_MESSAGE_MAX_WIDTH_MASK, nullptr,
                                     static_cast<DWORD>(E_FAIL), 0, text.data(), 200, nullptr);
  ASSERT_GT(count, 0u);
  EXPECT_EQ(std::string(text.data()).find('\n'), std::string::npos);
}

TEST(format_message, inserts_come_in_any_order_and_format) {
  const DWORD_PTR first = 255;
  EXPECT_EQ(formatted(0, L"%2 is %1!04x!%n", first, L"two"), L"two is 00ff\r\n");
  EXPECT_EQ(formatted(0, L"%1!5s!|%1!-5s!|", L"ab"), L"   ab|ab   |");
  EXPECT_EQ(formatted(0, L"%1!S! 100%% %.%!%0 not this", "bytes"), L"bytes 100% .!");
  EXPECT_EQ(formatted(FORMAT_MESSAGE_IGNORE_INSERTS, L"%1!d! stays %n"), L"%1!d! stays %n");
}

TEST(format_message, an_array_of_arguments_serves_as_well) {
  std::array<DWORD_PTR, 2> values = {reinterpret_cast<DWORD_PTR>(L"disc"), 7};
  std::array<wchar_t, 40> text{};
  FormatMessageW(FORMAT_MESSAGE_FROM_STRING | FORMAT_MESSAGE_ARGUMENT_ARRAY, L"%1 %2!d!", 0, 0, text.data(),
                 40, reinterpret_cast<va_list*>(values.data()));
  EXPECT_EQ(std::wstring(text.data()), L"disc 7");
}

TEST(format_message, a_number_may_be_as_wide_as_a_text) {
  std::array<DWORD_PTR, 1> values = {7};
  std::array<wchar_t, 1000> text{};
  EXPECT_EQ(FormatMessageW(FORMAT_MESSAGE_FROM_STRING | FORMAT_MESSAGE_ARGUMENT_ARRAY, L"%1!999d!", 0, 0,
                           text.data(), 1000, reinterpret_cast<va_list*>(values.data())),
            999u);
  EXPECT_EQ(text[998], L'7');
}

TEST(format_message, what_makes_no_sense_is_refused) {
  std::array<wchar_t, 40> text{};
  const struct {
    const char* title;
    DWORD flags;
    const wchar_t* source;
  } cases[] = {{"neither string nor table", 0, L"x"},
               {"no string", FORMAT_MESSAGE_FROM_STRING, nullptr},
               {"inserts without arguments", FORMAT_MESSAGE_FROM_STRING, L"%1"},
               {"a format that would write", FORMAT_MESSAGE_FROM_STRING, L"%1!n!"},
               {"a format that would read on", FORMAT_MESSAGE_FROM_STRING, L"%1!*.*s!"}};
  for (const auto& c : cases) {
    SetLastError(0);
    EXPECT_EQ(FormatMessageW(c.flags, c.source, 0, 0, text.data(), 40, nullptr), 0u) << c.title;
    EXPECT_EQ(GetLastError(), ERROR_INVALID_PARAMETER) << c.title;
  }
  EXPECT_EQ(FormatMessageW(system_text, nullptr, static_cast<DWORD>(E_FAIL), 0, nullptr, 0, nullptr), 0u);
}

TEST(format_message, missing_memory_is_an_answer) {
  wchar_t* text = nullptr;
  const com::allocation_limit none(0);
  EXPECT_EQ(FormatMessageW(system_text | FORMAT_MESSAGE_ALLOCATE_BUFFER, nullptr, static_cast<DWORD>(E_FAIL),
                           0, reinterpret_cast<LPWSTR>(&text), 0, nullptr),
            0u);
  EXPECT_EQ(GetLastError(), ERROR_NOT_ENOUGH_MEMORY);
  EXPECT_EQ(text, nullptr);
}
