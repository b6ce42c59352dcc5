// SPDX-License-Identifier: Apache-2.0
#include "com/data/limited_memory.hpp"
#include "com/object/boundary.hpp"

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

using namespace comeback;

namespace {

std::string last_description() {
  com::ptr<IErrorInfo> info;
  if (GetErrorInfo(0, info.put()) != S_OK) return "(none)";
  BSTR text = nullptr;
  EXPECT_EQ(info->GetDescription(&text), S_OK);
  std::string result = com::to_utf8(text);
  SysFreeString(text);
  return result;
}

/// A client's object that lives until the process ends.
struct static_client {
  static_client() = default;
  static_client(const static_client&) = delete;
  static_client& operator=(const static_client&) = delete;
  ~static_client() {
    (void)com::boundary([] { throw base::error(base::errc::fail, "too late"); });
    com::ptr<IErrorInfo> info;
    (void)std::fputs(GetErrorInfo(0, info.put()) == S_FALSE ? "none is left" : "one was there", stderr);
  }
};

[[noreturn]] void end_with_error_information() {
  static const static_client client;
  com::set_error_info(E_FAIL, "before the end");
  std::exit(0);  // NOLINT(concurrency-mt-unsafe): the child of a death test has one thread
}

constexpr base::errc listed_codes[] = {base::errc::vm_not_running};
constexpr com::documented page{listed_codes};

}  // namespace

TEST(error_info, is_handed_out_once) {
  com::set_error_info(E_FAIL, "words");
  EXPECT_EQ(last_description(), "words");
  EXPECT_EQ(last_description(), "(none)");
}

TEST(error_info, belongs_to_the_thread) {
  com::set_error_info(E_FAIL, "mine");
  std::string theirs;
  std::thread([&] { theirs = last_description(); }).join();
  EXPECT_EQ(theirs, "(none)");
  EXPECT_EQ(last_description(), "mine");
}

TEST(error_info, a_client_can_set_its_own) {
  com::ptr<ICreateErrorInfo> made;
  ASSERT_EQ(CreateErrorInfo(made.put()), S_OK);
  wchar_t words[] = L"a client's words";
  made->SetDescription(words);
  ASSERT_EQ(SetErrorInfo(0, made.as<IErrorInfo>().get()), S_OK);
  EXPECT_EQ(last_description(), "a client's words");
  EXPECT_EQ(SetErrorInfo(1, nullptr), E_INVALIDARG);
  EXPECT_EQ(GetErrorInfo(0, nullptr), E_INVALIDARG);
}

TEST(error_info, without_words_the_table_speaks) {
  com::set_error_info(E_POINTER);
  EXPECT_EQ(last_description(), std::string(base::find_error(0x80004003u)->sentence));
}

TEST(error_info, of_an_earlier_call_never_answers_a_later_one) {
  LONG number = 0;
  com::set_error_info(E_FAIL, "earlier");
  EXPECT_EQ(com::boundary(&number, [] { return 5; }), S_OK);
  EXPECT_EQ(last_description(), "(none)");
  com::set_error_info(E_FAIL, "earlier");
  EXPECT_EQ(com::boundary([] {}), S_OK);
  EXPECT_EQ(last_description(), "(none)");
  com::set_error_info(E_FAIL, "earlier");
  EXPECT_EQ(com::boundary(static_cast<LONG*>(nullptr), [] { return 1; }), E_POINTER);
  EXPECT_NE(last_description(), "earlier");
}

// The thread's own memory is gone by then.
TEST(error_info, is_none_when_static_objects_die) {
  EXPECT_EXIT(end_with_error_information(), testing::ExitedWithCode(0), "none is left");
}

TEST(error_info, that_nobody_filled_says_nothing) {
  com::ptr<ICreateErrorInfo> made;
  ASSERT_EQ(CreateErrorInfo(made.put()), S_OK);
  const auto info = made.as<IErrorInfo>();
  for (const auto& get : {&IErrorInfo::GetSource, &IErrorInfo::GetDescription, &IErrorInfo::GetHelpFile}) {
    BSTR text = SysAllocString(L"old");
    const BSTR old = text;
    EXPECT_EQ((info.get()->*get)(&text), S_OK);
    EXPECT_EQ(text, nullptr);
    SysFreeString(old);
    EXPECT_EQ((info.get()->*get)(nullptr), E_POINTER);
  }
}

TEST(error_info, stays_with_its_thread_while_many_fail) {
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([mine = "thread " + std::to_string(t)] {
      for (int i = 0; i < 500; ++i) {
        EXPECT_EQ(com::boundary([&] { throw base::error(base::errc::fail, mine); }), E_FAIL);
        com::ptr<IErrorInfo> info;
        ASSERT_EQ(GetErrorInfo(0, info.put()), S_OK);
        // One object, as it is when a client hands it on.
        std::jthread reader([&] { (void)info.as<ICreateErrorInfo>()->SetHelpContext(1); });
        BSTR text = nullptr;
        EXPECT_EQ(info->GetDescription(&text), S_OK);
        EXPECT_EQ(com::to_utf8(text), mine);
        SysFreeString(text);
      }
    });
}

TEST(boundary, a_null_out_pointer_is_seen_before_the_body_runs) {
  bool ran = false;
  EXPECT_EQ(com::boundary(static_cast<LONG*>(nullptr), [&] { return ran = true, 1; }), E_POINTER);
  EXPECT_FALSE(ran);
}

TEST(boundary, fills_the_out_value) {
  LONG number = 0;
  EXPECT_EQ(com::boundary(&number, [] { return 5; }), S_OK);
  EXPECT_EQ(number, 5);
  VARIANT_BOOL truth = 3;
  EXPECT_EQ(com::boundary(&truth, [] { return true; }), S_OK);
  EXPECT_EQ(truth, VARIANT_TRUE);
  BSTR text = nullptr;
  EXPECT_EQ(com::boundary(&text, [] { return std::string("abc"); }), S_OK);
  EXPECT_EQ(com::to_utf8(text), "abc");
  SysFreeString(text);
}

TEST(boundary, no_answer_is_s_false_and_a_cleared_value) {
  VARIANT_BOOL value = VARIANT_TRUE;
  EXPECT_EQ(com::boundary(&value, [] { return std::optional<bool>(com::no_answer); }), S_FALSE);
  EXPECT_EQ(value, VARIANT_FALSE);
}

TEST(boundary, an_error_is_its_code_and_sentence) {
  LONG value = 7;
  const auto fail = []() -> int {
    throw base::error(base::errc::vm_not_running, "The machine \"m\" is off.");
  };
  EXPECT_EQ(com::boundary(&value, fail), static_cast<HRESULT>(0xA0040206));
  EXPECT_EQ(value, 0);
  EXPECT_EQ(last_description(), "The machine \"m\" is off.");
}

TEST(boundary, a_code_the_page_does_not_list_is_an_exception_that_names_the_cause) {
  const auto fail = [](base::errc code) { throw base::error(code, "Because."); };
  EXPECT_EQ(com::boundary([&] { fail(base::errc::vm_not_running); }, &page),
            static_cast<HRESULT>(0xA0040206));
  EXPECT_EQ(com::boundary([&] { fail(base::errc::timed_out); }, &page), DISP_E_EXCEPTION);
  EXPECT_EQ(last_description(), "Because.");
}

TEST(boundary, foreign_exceptions_and_missing_memory) {
  EXPECT_EQ(com::boundary([] { throw std::runtime_error("odd"); }), DISP_E_EXCEPTION);
  EXPECT_EQ(com::boundary([] { throw 5; }), DISP_E_EXCEPTION);
  EXPECT_EQ(com::boundary([] { throw std::bad_alloc(); }), E_OUTOFMEMORY);
  EXPECT_EQ(com::boundary([] { throw std::bad_alloc(); }, &page), DISP_E_EXCEPTION);
  BSTR text = nullptr;
  const com::allocation_limit none(0);
  EXPECT_EQ(com::boundary(&text, [] { return std::string("abc"); }), E_OUTOFMEMORY);
}

TEST(boundary, numbers_that_do_not_fit_are_an_overflow) {
  LONG value = 0;
  EXPECT_EQ(com::boundary(&value, [] { return 1ull << 31; }), DISP_E_OVERFLOW);
  EXPECT_EQ(com::boundary(&value, [] { return (1ull << 31) - 1; }), S_OK);
}
