// SPDX-License-Identifier: Apache-2.0
#include "com/object/runtime.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <objbase.h>

using namespace comeback;

TEST(runtime, the_first_call_of_a_thread_is_s_ok_and_later_ones_s_false) {
  std::thread([] {
    EXPECT_EQ(CoInitializeEx(nullptr, COINIT_MULTITHREADED), S_OK);
    EXPECT_EQ(CoInitializeEx(nullptr, COINIT_MULTITHREADED), S_FALSE);
    EXPECT_EQ(CoInitialize(nullptr), RPC_E_CHANGED_MODE);
    CoUninitialize();
    EXPECT_TRUE(com::is_initialized());
    CoUninitialize();
    EXPECT_FALSE(com::is_initialized());
    CoUninitialize();  // one too many does no harm
    EXPECT_EQ(CoInitialize(nullptr), S_OK);
    CoUninitialize();
  }).join();
}

TEST(runtime, wrong_arguments) {
  int something = 0;
  EXPECT_EQ(CoInitialize(&something), E_INVALIDARG);
  EXPECT_EQ(CoInitializeEx(nullptr, 0x1000), E_INVALIDARG);
}

TEST(runtime, a_multi_threaded_thread_initialises_the_others) {
  EXPECT_FALSE(com::is_initialized());
  ASSERT_EQ(CoInitializeEx(nullptr, COINIT_MULTITHREADED), S_OK);
  std::thread([] { EXPECT_TRUE(com::is_initialized()); }).join();
  CoUninitialize();
  ASSERT_EQ(CoInitialize(nullptr), S_OK);
  std::thread([] { EXPECT_FALSE(com::is_initialized()); }).join();
  CoUninitialize();
}

TEST(runtime, threads_come_and_go_as_they_like) {
  std::atomic<int> idle = 0;
  com::set_idle_hook([&] { ++idle; });
  ASSERT_EQ(CoInitializeEx(nullptr, COINIT_MULTITHREADED), S_OK);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([t] {
        const DWORD kind = t % 2 ? COINIT_MULTITHREADED : COINIT_APARTMENTTHREADED;
        for (int i = 0; i < 200; ++i) {
          EXPECT_EQ(CoInitializeEx(nullptr, kind), S_OK);
          EXPECT_TRUE(com::is_initialized());
          CoUninitialize();
        }
      });
  }
  EXPECT_EQ(idle, 0);
  CoUninitialize();
  EXPECT_EQ(idle, 1);
  com::set_idle_hook(nullptr);
}

TEST(runtime, only_the_last_uninitialise_of_the_process_calls_the_hook) {
  int called = 0;
  com::set_idle_hook([&] { ++called; });
  ASSERT_EQ(CoInitializeEx(nullptr, COINIT_MULTITHREADED), S_OK);
  std::thread([] {
    ASSERT_EQ(CoInitializeEx(nullptr, COINIT_MULTITHREADED), S_OK);
    CoUninitialize();
  }).join();
  EXPECT_EQ(called, 0);
  CoUninitialize();
  EXPECT_EQ(called, 1);
  com::set_idle_hook(nullptr);
}
