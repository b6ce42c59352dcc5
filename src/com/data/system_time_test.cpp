// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include <gtest/gtest.h>
#include <oleauto.h>

namespace {

struct row {
  const char* title;
  DATE date;
  SYSTEMTIME time;
};

constexpr row rows[] = {
    {"day zero", 0, {1899, 12, 6, 30, 0, 0, 0, 0}},
    {"the fraction counts forward", 1.25, {1899, 12, 0, 31, 6, 0, 0, 0}},
    {"behind a negative day as well", -1.25, {1899, 12, 5, 29, 6, 0, 0, 0}},
    {"a leap day", 36585.5, {2000, 2, 2, 29, 12, 0, 0, 0}},
    {"the first day", -657434, {100, 1, 5, 1, 0, 0, 0, 0}},
    {"the last day", 2958465, {9999, 12, 5, 31, 0, 0, 0, 0}},
};

}  // namespace

TEST(system_time, of_a_date_and_back) {
  for (const auto& r : rows) {
    SYSTEMTIME made{};
    ASSERT_TRUE(VariantTimeToSystemTime(r.date, &made)) << r.title;
    EXPECT_EQ(std::memcmp(&made, &r.time, sizeof made), 0) << r.title << ", day of week " << made.wDayOfWeek;
    DATE back = 7;
    ASSERT_TRUE(SystemTimeToVariantTime(&made, &back)) << r.title;
    EXPECT_EQ(back, r.date) << r.title;
  }
}

TEST(system_time, dates_outside_the_years_are_refused) {
  SYSTEMTIME made{};
  for (const double date : {-657435.0, 2958466.0, 1e300, std::numeric_limits<double>::quiet_NaN()})
    EXPECT_FALSE(VariantTimeToSystemTime(date, &made)) << date;
  EXPECT_FALSE(VariantTimeToSystemTime(2958465.9999999, &made));  // would round into the year 10000
  DATE date = 0;
  SYSTEMTIME wrong{2026, 2, 0, 32, 0, 0, 0, 0};
  EXPECT_FALSE(SystemTimeToVariantTime(&wrong, &date));
  wrong = {99, 1, 0, 1, 0, 0, 0, 0};
  EXPECT_FALSE(SystemTimeToVariantTime(&wrong, &date));
}

TEST(system_time, days_are_set_right_as_documented) {
  struct odd {
    const char* title;
    WORD year, month, day;
    bool good;
    WORD new_year, new_month, new_day;
  };
  constexpr odd odds[] = {
      {"the 29th of February", 2001, 2, 29, true, 2001, 3, 1},
      {"the 31st of February", 2000, 2, 31, true, 2000, 3, 2},
      {"day 0", 2001, 2, 0, true, 2001, 1, 31},
      {"day 0 of a year", 2001, 1, 0, true, 2000, 12, 31},
      {"day 0 of all days", 100, 1, 0, false, 0, 0, 0},
      {"day 32", 2001, 1, 32, false, 0, 0, 0},
      {"a negative day", 2001, 1, 0xFFFF, false, 0, 0, 0},
      {"month 0", 2001, 0, 1, false, 0, 0, 0},
      {"month 13", 2001, 13, 1, false, 0, 0, 0},
      {"a year beyond all", 0xFFFF, 1, 1, false, 0, 0, 0},
  };
  for (const auto& o : odds) {
    SYSTEMTIME given{o.year, o.month, 0, o.day, 0, 0, 0, 2000}, made{};  // milliseconds are not looked at
    UDATE fields{given, 0}, back{};
    DATE date = 0, same = 0;
    ASSERT_EQ(SystemTimeToVariantTime(&given, &date) == TRUE, o.good) << o.title;
    EXPECT_EQ(VarDateFromUdate(&fields, 0, &same), o.good ? S_OK : E_INVALIDARG) << o.title;
    if (!o.good) continue;
    EXPECT_EQ(date, same) << o.title;
    ASSERT_TRUE(VariantTimeToSystemTime(date, &made)) << o.title;
    EXPECT_EQ(made.wYear * 10000 + made.wMonth * 100 + made.wDay,
              o.new_year * 10000 + o.new_month * 100 + o.new_day)
        << o.title;
    ASSERT_EQ(VarUdateFromDate(date, 0, &back), S_OK) << o.title;
    EXPECT_EQ(std::memcmp(&back.st, &made, sizeof made), 0) << o.title;
  }
}

TEST(system_time, fields_know_the_day_of_the_year) {
  UDATE fields{};
  ASSERT_EQ(VarUdateFromDate(36526.75, 0, &fields), S_OK);  // 2000-01-01 18:00
  EXPECT_EQ(fields.wDayOfYear, 1);
  EXPECT_EQ(fields.st.wHour, 18);
  ASSERT_EQ(VarUdateFromDate(36891, 0, &fields), S_OK);  // 2000-12-31
  EXPECT_EQ(fields.wDayOfYear, 366);
  EXPECT_EQ(VarUdateFromDate(1e9, 0, &fields), E_INVALIDARG);
  DATE date = 0;
  ASSERT_EQ(VarUdateFromDate(-1.25, 0, &fields), S_OK);
  EXPECT_EQ(VarDateFromUdateEx(&fields, 0x409, 0, &date), S_OK);
  EXPECT_EQ(date, -1.25);
  EXPECT_EQ(VarDateFromUdate(&fields, VAR_TIMEVALUEONLY, &date), S_OK);
  EXPECT_EQ(date, 0.25);
  EXPECT_EQ(VarDateFromUdate(&fields, VAR_DATEVALUEONLY, &date), S_OK);
  EXPECT_EQ(date, -1);
  EXPECT_EQ(VarDateFromUdate(nullptr, 0, &date), E_INVALIDARG);
  EXPECT_EQ(VarDateFromUdate(&fields, 0, nullptr), E_INVALIDARG);
  EXPECT_EQ(VarUdateFromDate(1, 0, nullptr), E_INVALIDARG);
}

TEST(system_time, dos_words_have_two_seconds) {
  DATE date = 0;
  USHORT day = 0, time = 0;
  ASSERT_TRUE(DosDateTimeToVariantTime(0x5B75, 0x6843, &date));  // 2025-11-21 13:02:06
  SYSTEMTIME made{};
  ASSERT_TRUE(VariantTimeToSystemTime(date, &made));
  EXPECT_EQ(made.wYear, 2025);
  EXPECT_EQ(made.wSecond, 6);
  ASSERT_TRUE(VariantTimeToDosDateTime(date, &day, &time));
  EXPECT_EQ(day, 0x5B75);
  EXPECT_EQ(time, 0x6843);
  EXPECT_FALSE(VariantTimeToDosDateTime(0, &day, &time));   // before 1980
  EXPECT_FALSE(DosDateTimeToVariantTime(0, 0, &date));      // month 0
  EXPECT_TRUE(DosDateTimeToVariantTime(0xEF9F, 0, &date));  // 2099-12-31
  EXPECT_TRUE(VariantTimeToDosDateTime(date, &day, &time));
  EXPECT_EQ(day, 0xEF9F);
  EXPECT_FALSE(VariantTimeToDosDateTime(date + 1, &day, &time));
  EXPECT_FALSE(DosDateTimeToVariantTime(0xF021, 0, &date));  // 2100-01-01
  EXPECT_FALSE(DosDateTimeToVariantTime(0x5B75, 0xFFFF, &date));
}

TEST(system_time, of_a_file_and_back) {
  const FILETIME zero{0, 0}, too_late{0, 0x80000000};
  SYSTEMTIME made{};
  ASSERT_TRUE(FileTimeToSystemTime(&zero, &made));
  EXPECT_EQ(made.wYear, 1601);
  EXPECT_EQ(made.wDayOfWeek, 1);  // a Monday
  EXPECT_FALSE(FileTimeToSystemTime(&too_late, &made));
  const SYSTEMTIME unix_epoch{1970, 1, 0, 1, 0, 0, 0, 0}, early{1600, 1, 0, 1, 0, 0, 0, 0};
  FILETIME ticks{};
  ASSERT_TRUE(SystemTimeToFileTime(&unix_epoch, &ticks));
  EXPECT_EQ(ticks.dwHighDateTime, 0x019DB1DEu);
  EXPECT_EQ(ticks.dwLowDateTime, 0xD53E8000u);
  EXPECT_FALSE(SystemTimeToFileTime(&early, &ticks));
}

TEST(system_time, null_arguments) {
  SYSTEMTIME time{2026, 1, 0, 1, 0, 0, 0, 0};
  FILETIME ticks{};
  USHORT word = 0;
  DATE date = 0;
  EXPECT_FALSE(VariantTimeToSystemTime(1, nullptr));
  EXPECT_FALSE(SystemTimeToVariantTime(nullptr, &date));
  EXPECT_FALSE(SystemTimeToVariantTime(&time, nullptr));
  EXPECT_FALSE(VariantTimeToDosDateTime(40000, nullptr, &word));
  EXPECT_FALSE(VariantTimeToDosDateTime(40000, &word, nullptr));
  EXPECT_FALSE(DosDateTimeToVariantTime(0x5B75, 0, nullptr));
  EXPECT_FALSE(SystemTimeToFileTime(nullptr, &ticks));
  EXPECT_FALSE(SystemTimeToFileTime(&time, nullptr));
  EXPECT_FALSE(FileTimeToSystemTime(nullptr, &time));
  EXPECT_FALSE(FileTimeToSystemTime(&ticks, nullptr));
}
