// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"

#include "base/parsed.hpp"

#include <algorithm>
#include <cerrno>
#include <new>
#include <system_error>

#include <gtest/gtest.h>

namespace comeback::base {
namespace {

struct row {
  errc code;
  std::uint32_t value;
  const char* name;
};

// Values as winerror.h, VPCCOMInterfaces.h and imapi2fserror.h print them.
constexpr row rows[] = {
    {errc::ok, 0x00000000, "S_OK"},
    {errc::access_denied, 0x80070005, "HRESULT_FROM_WIN32(ERROR_ACCESS_DENIED)"},
    {errc::cancelled, 0x800704C7, "HRESULT_FROM_WIN32(ERROR_CANCELLED)"},
    {errc::no_such_logon_session, 0x80070520, "HRESULT_FROM_WIN32(ERROR_NO_SUCH_LOGON_SESSION)"},
    {errc::invalid_argument, 0x80070057, "E_INVALIDARG"},
    {errc::exception, 0x80020009, "DISP_E_EXCEPTION"},
    {errc::timed_out, 0xA0040202, "VM_E_TIMED_OUT"},
    {errc::vm_not_running, 0xA0040206, "VM_E_VM_NOT_RUNNING"},
    {errc::vm_unknown, 0xA0040207, "VM_E_VM_UNKNOWN"},
    {errc::additions_feature_not_available, 0xA0040505, "VM_E_ADDITIONS_FEATURE_NOT_AVAIL"},
    {errc::vm_paused, 0xA0040507, "VM_E_VM_PAUSED"},
    {errc::data_stream_inconsistency, 0xC0AAB128, "IMAPI_E_DATA_STREAM_INCONSISTENCY"},
    {errc::file_system_inconsistent, 0xC0AAB153, "IMAPI_E_FILE_SYSTEM_READ_CONSISTENCY_ERROR"},
};

TEST(error_table, names_the_documented_values) {
  for (const auto& r : rows) {
    EXPECT_EQ(static_cast<std::uint32_t>(r.code), r.value) << r.name;
    const auto* entry = find_error(r.code);
    ASSERT_NE(entry, nullptr) << r.name;
    EXPECT_EQ(entry->name, r.name);
  }
}

TEST(error_table, has_a_meaning_in_every_row_and_none_for_an_unknown_code) {
  EXPECT_GT(error_table().size(), 260U);
  EXPECT_EQ(find_error(0x12345678), nullptr);
}

// FormatMessage and IErrorInfo hand these out as they are.
TEST(error_table, speaks_in_whole_sentences) {
  for (const auto& e : error_table()) {
    EXPECT_TRUE(e.sentence.front() >= 'A' && e.sentence.front() <= 'Z') << e.name << ": " << e.sentence;
    EXPECT_TRUE(e.sentence.ends_with('.') && !e.sentence.ends_with("..")) << e.name << ": " << e.sentence;
    EXPECT_GE(std::ranges::count(e.sentence, ' '), 2) << e.name << ": " << e.sentence;
  }
}

TEST(error, keeps_code_and_sentence) {
  const error e(errc::vm_unknown, "There is no machine named 'x'.");
  EXPECT_EQ(e.code(), errc::vm_unknown);
  EXPECT_STREQ(e.what(), "There is no machine named 'x'.");
}

TEST(error, from_errno_names_the_object) {
  try {
    throw_errno(ENOENT, "Cannot open", "/no\nsuch");
  } catch (const error& e) {
    EXPECT_EQ(e.code(), errc::file_not_found);
    EXPECT_STREQ(e.what(), "Cannot open /no\\x0Asuch: No such file or directory.");
  }
}

errc code_of(auto thrown) {
  try {
    throw thrown;
  } catch (...) {
    return describe_current_exception().code;
  }
}

TEST(error, describes_foreign_exceptions) {
  EXPECT_EQ(code_of(std::bad_alloc()), errc::out_of_memory);
  EXPECT_EQ(code_of(std::system_error(ENOSPC, std::generic_category())), errc::disk_full);
  EXPECT_EQ(code_of(std::runtime_error("x")), errc::exception);
  EXPECT_EQ(code_of(42), errc::exception);
  EXPECT_EQ(code_of(error(errc::vm_paused, "x")), errc::vm_paused);
}

TEST(parse_error, reads_as_a_sentence_part) {
  EXPECT_EQ(to_string({fault::bad_magic, 32769, "volume descriptor: identifier"}),
            "bad magic in volume descriptor: identifier at byte 32769");
}

}  // namespace
}  // namespace comeback::base
