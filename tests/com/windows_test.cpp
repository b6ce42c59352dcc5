// SPDX-License-Identifier: Apache-2.0
// What <windows.h> gives besides COM: words and blocks, counters, locks, clocks.

#include <array>
#include <atomic>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <initguid.h>
#include <ole2.h>
#include <shlwapi.h>
#include <windows.h>

DEFINE_GUID(IID_IOfAClient, 0x11111111, 0x2222, 0x3333, 4, 5, 6, 7, 8, 9, 10, 11);

MIDL_INTERFACE("12345678-0000-0000-0000-000000000001")
IOfAClient : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE Go() = 0;

 protected:
  ~IOfAClient() = default;
};
__CRT_UUID_DECL(IOfAClient, 0x12345678, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)

STDAPI_(ULONG) a_function_of_a_client() { return 3; }

namespace {

template <class Counter>
void counts_with() {
  Counter counter = 1;
  EXPECT_EQ(InterlockedIncrement(&counter), Counter{2});
  EXPECT_EQ(InterlockedDecrement(&counter), Counter{1});
  EXPECT_EQ(InterlockedExchange(&counter, 5), Counter{1});
  EXPECT_EQ(InterlockedExchangeAdd(&counter, 2), Counter{5});
  EXPECT_EQ(InterlockedCompareExchange(&counter, 9, 8), Counter{7}) << "8 was not there";
  EXPECT_EQ(InterlockedCompareExchange(&counter, 9, 7), Counter{7});
  EXPECT_EQ(counter, Counter{9});
}

template <class Step>
void in_four_threads(Step step) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int k = 0; k < 1000; ++k) step();
    });
  for (std::thread& thread : threads) thread.join();
}

ULONGLONG ticks(const FILETIME& time) { return ULONGLONG{time.dwHighDateTime} << 32 | time.dwLowDateTime; }

}  // namespace

TEST(words, are_taken_apart_and_put_together) {
  EXPECT_EQ(LOWORD(0x12345678), 0x5678);
  EXPECT_EQ(HIWORD(0x12345678), 0x1234);
  EXPECT_EQ(HIWORD(static_cast<LONG>(0x80000000)), 0x8000);
  EXPECT_EQ(LOBYTE(0x1234), 0x34);
  EXPECT_EQ(HIBYTE(0x1234), 0x12);
  EXPECT_EQ(MAKEWORD(0x34, 0x12), 0x1234);
  EXPECT_EQ(MAKELONG(0x5678, 0x9234), static_cast<LONG>(0x92345678));
  LARGE_INTEGER number{};
  number.u.HighPart = -1;
  EXPECT_EQ(number.HighPart, -1);
}

TEST(blocks, are_filled_copied_and_counted) {
  std::array<char, 4> block{};
  char raw[7] = {};
  static_assert(ARRAYSIZE(raw) == 7 && _countof(raw) == 7);
  C_ASSERT(FIELD_OFFSET(GUID, Data3) == 6);
  UNREFERENCED_PARAMETER(raw);
  FillMemory(block.data(), 4, 'x');
  EXPECT_EQ(std::string(block.data(), 4), "xxxx");
  CopyMemory(block.data(), "abcd", 4);
  MoveMemory(&block[1], block.data(), 3);
  EXPECT_EQ(std::string(block.data(), 4), "aabc");
  ZeroMemory(block.data(), 2);
  EXPECT_EQ(std::string(block.data(), 4), std::string("\0\0bc", 4));
  EXPECT_EQ(SecureZeroMemory(block.data(), 4), block.data());
  EXPECT_EQ(block, (std::array<char, 4>{}));
  EXPECT_EQ(lstrlen(L"\u00E4b") + lstrlen("abc") + lstrlenW(nullptr) + lstrlenA(nullptr), 5);
}

TEST(interlocked, counts_in_every_kind_of_number_a_client_holds) {
  counts_with<LONG>();
  counts_with<ULONG>();
  counts_with<long>();
  counts_with<unsigned long>();
  counts_with<LONGLONG>();
  LONGLONG wide = 0xFFFFFFFF;
  EXPECT_EQ(InterlockedIncrement64(&wide), 0x100000000);
  int one = 0, two = 0;
  PVOID pointer = &one;
  EXPECT_EQ(InterlockedExchangePointer(&pointer, &two), &one);
  EXPECT_EQ(InterlockedCompareExchangePointer(&pointer, nullptr, &one), &two);
  EXPECT_EQ(InterlockedCompareExchangePointer(&pointer, nullptr, &two), &two);
  EXPECT_EQ(pointer, nullptr);
}

TEST(interlocked, loses_no_count_between_threads) {
  volatile LONG counter = 0;
  in_four_threads([&] { InterlockedIncrement(&counter); });
  EXPECT_EQ(counter, 4000);
}

TEST(critical_section, keeps_other_threads_out_and_lets_its_own_in_again) {
  CRITICAL_SECTION section;
  EXPECT_TRUE(InitializeCriticalSectionAndSpinCount(&section, 4000));
  EnterCriticalSection(&section);
  EXPECT_TRUE(TryEnterCriticalSection(&section));
  BOOL other = TRUE;
  std::thread([&] { other = TryEnterCriticalSection(&section); }).join();
  EXPECT_FALSE(other);
  LeaveCriticalSection(&section);
  LeaveCriticalSection(&section);
  int count = 0;
  in_four_threads([&] {
    EnterCriticalSection(&section);
    ++count;
    LeaveCriticalSection(&section);
  });
  EXPECT_EQ(count, 4000);
  DeleteCriticalSection(&section);
}

TEST(clocks, agree_with_each_other_and_never_go_back) {
  FILETIME before{}, between{}, after{};
  SYSTEMTIME utc{}, local{};
  GetSystemTimeAsFileTime(&before);
  GetSystemTime(&utc);
  GetLocalTime(&local);
  GetSystemTimeAsFileTime(&after);
  ASSERT_TRUE(SystemTimeToFileTime(&utc, &between));
  EXPECT_GE(ticks(between) + 10000, ticks(before)) << "whole milliseconds";
  EXPECT_LE(CompareFileTime(&between, &after), 0);
  EXPECT_GE(utc.wYear, 2024);
  EXPECT_GE(local.wYear, 2023);
  EXPECT_LE(local.wDayOfWeek, 6);
  const FILETIME early{5, 1}, late{4, 2};
  EXPECT_EQ(CompareFileTime(&early, &late), -1);
  EXPECT_EQ(CompareFileTime(&late, &early), 1);
  EXPECT_EQ(CompareFileTime(&late, &late), 0);

  const ULONGLONG first = GetTickCount64();
  const DWORD low = GetTickCount();
  EXPECT_LE(static_cast<DWORD>(GetTickCount64()) - low, static_cast<DWORD>(GetTickCount64() - first));
  LARGE_INTEGER count{}, later{}, frequency{};
  EXPECT_TRUE(QueryPerformanceCounter(&count) && QueryPerformanceCounter(&later) &&
              QueryPerformanceFrequency(&frequency));
  EXPECT_LE(count.QuadPart, later.QuadPart);
  EXPECT_EQ(frequency.QuadPart, 1000000000);
}

TEST(threads_and_processes, have_numbers) {
  EXPECT_EQ(GetCurrentProcessId(), GetCurrentThreadId()) << "of the first thread";
  DWORD other = GetCurrentThreadId();
  std::thread([&] { other = GetCurrentThreadId(); }).join();
  EXPECT_NE(other, GetCurrentThreadId());
}

TEST(ids, of_a_client_are_known) {
  EXPECT_EQ(IID_IOfAClient.Data4[7], 11);
  EXPECT_EQ(__uuidof(IOfAClient).Data1, 0x12345678u);
  EXPECT_TRUE(InlineIsEqualGUID(IID_IOfAClient, IID_IOfAClient) && InlineIsEqualUnknown(IID_IUnknown));
  EXPECT_FALSE(InlineIsEqualGUID(IID_IOfAClient, __uuidof(IOfAClient)) || IsEqualUnknown(IID_IDispatch));
  EXPECT_EQ(a_function_of_a_client(), 3u);
  EXPECT_EQ(ResultFromScode(GetScode(E_FAIL)), E_FAIL);
}

TEST(security, of_calls_is_the_process_own) {
  EXPECT_EQ(CoInitializeSecurity(nullptr, -1, nullptr, nullptr, RPC_C_AUTHN_LEVEL_DEFAULT,
                                 RPC_C_IMP_LEVEL_IMPERSONATE, nullptr, EOAC_NONE, nullptr),
            S_OK);
  EXPECT_EQ(CoSetProxyBlanket(nullptr, RPC_C_AUTHN_WINNT, RPC_C_AUTHZ_NONE, nullptr, RPC_C_AUTHN_LEVEL_CALL,
                              RPC_C_IMP_LEVEL_IMPERSONATE, nullptr, EOAC_NONE),
            E_INVALIDARG);
  IStream* const stream = SHCreateMemStream(nullptr, 0);
  EXPECT_EQ(CoSetProxyBlanket(stream, RPC_C_AUTHN_WINNT, RPC_C_AUTHZ_NONE, nullptr, RPC_C_AUTHN_LEVEL_CALL,
                              RPC_C_IMP_LEVEL_IMPERSONATE, nullptr, EOAC_NONE),
            S_OK);
  stream->Release();
}

TEST(streams_on_files, are_opened_by_either_kind_of_text) {
  IStream* stream = nullptr;
  EXPECT_EQ(SHCreateStreamOnFile("/nowhere/file", STGM_READ, &stream),
            SHCreateStreamOnFile(L"/nowhere/file", STGM_READ, &stream));
  EXPECT_EQ(stream, nullptr);
}
