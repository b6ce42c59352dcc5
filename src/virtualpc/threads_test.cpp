// SPDX-License-Identifier: Apache-2.0
// Objects are used from many threads at once. What goes wrong shows under the thread sanitizer.

#include "virtualpc/fixture.hpp"
#include "virtualpc/task.hpp"

#include <atomic>
#include <thread>
#include <vector>

namespace comeback::virtualpc {
namespace {

constexpr int threads = 4;
constexpr int rounds = 50;

template <class Body>
void on_many_threads(const Body& body) {
  std::vector<std::jthread> all;
  for (int t = 0; t < threads; ++t) all.emplace_back([&body, t] { body(t); });
}

class many_threads : public facade {
 protected:
  static void use(IVMTask* task) {
    long percent = -1;
    LONG id = 0, error = -1;
    VARIANT_BOOL complete = VARIANT_FALSE;
    VMTaskResult result{};
    BSTR words = nullptr;
    EXPECT_EQ(task->get_PercentCompleted(&percent), S_OK);
    EXPECT_TRUE(percent >= 0 && percent <= 100) << percent;
    EXPECT_EQ(task->get_ID(&id), S_OK);
    EXPECT_EQ(task->get_IsComplete(&complete), S_OK);
    EXPECT_EQ(task->get_Result(&result), S_OK);
    EXPECT_EQ(task->get_Error(&error), S_OK);
    EXPECT_EQ(task->get_ErrorDescription(&words), S_OK);
    SysFreeString(words);
  }
  com::ptr<IVMTask> work() {
    return com::make<task>(on->tasks->start("Some work", true, [](base::task_context& self) {
      for (int percent = 0; percent < 100; percent += 20) {
        self.percent(percent);
        if (self.stop().stop_requested()) return base::outcome_of({base::errc::cancelled, "Cancelled."});
      }
      return base::task_outcome{};
    }));
  }
};

TEST_F(many_threads, start_poll_cancel_and_release_tasks) {
  std::atomic<int> ended = 0;
  on_many_threads([&](int thread) {
    for (int round = 0; round < rounds; ++round) {
      const auto begun = work();
      use(begun.get());
      if ((thread + round) % 3 == 0) (void)begun->Cancel();
      if ((thread + round) % 2 == 0) continue;  // nobody waits for it
      EXPECT_EQ(begun->WaitForCompletion(-1), S_OK);
      ++ended;
    }
  });
  on->tasks->finish();
  EXPECT_EQ(ended, threads * rounds / 2);
}

TEST_F(many_threads, share_one_task_and_wait_for_it_together) {
  for (int round = 0; round < rounds; ++round) {
    const auto begun = work();
    on_many_threads([&](int thread) {
      const auto mine = begun.as<IVMTask>();
      use(mine.get());
      if (thread == 0) (void)mine->Cancel();
      EXPECT_EQ(mine->WaitForCompletion(-1), S_OK);
      VARIANT_BOOL complete = VARIANT_FALSE;
      EXPECT_EQ(mine->get_IsComplete(&complete), S_OK);
      EXPECT_EQ(complete, VARIANT_TRUE);
    });
  }
}

TEST_F(many_threads, list_tasks_while_others_begin) {
  const auto from = application();
  on_many_threads([&](int thread) {
    for (int round = 0; round < rounds; ++round) {
      if (thread % 2 == 0) {
        (void)work();
        continue;
      }
      com::ptr<IVMTaskCollection> all;
      LONG count = 0;
      ASSERT_EQ(from->get_Tasks(all.put()), S_OK);
      ASSERT_EQ(all->get_Count(&count), S_OK);
      for (LONG i = 1; i <= count; ++i) {
        com::ptr<IVMTask> one;
        ASSERT_EQ(all->get_Item(i, one.put()), S_OK);
        use(one.get());
      }
    }
  });
}

TEST_F(many_threads, call_one_object_early_and_late_and_keep_their_own_errors) {
  const auto from = application();
  on_many_threads([&](int thread) {
    for (int round = 0; round < rounds; ++round) {
      com::ptr<IVMVirtualMachineCollection> all;
      ASSERT_EQ(from->get_VirtualMachines(all.put()), S_OK);
      com::ptr<IVMVirtualMachine> none;
      const LONG index = 100 + thread;
      EXPECT_TRUE(FAILED(all->get_Item(index, none.put())));
      EXPECT_EQ(last_description(), "There is no item " + std::to_string(index) + " of 1.");
      VARIANT given{}, result{};
      given.vt = VT_I4;
      given.lVal = 1;
      DISPPARAMS params{&given, nullptr, 1, 0};
      EXPECT_EQ(
          all->Invoke(DISPID_VALUE, IID_NULL, 0, DISPATCH_PROPERTYGET, &params, &result, nullptr, nullptr),
          S_OK);
      VariantClear(&result);
    }
  });
}

}  // namespace
}  // namespace comeback::virtualpc
