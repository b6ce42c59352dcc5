// SPDX-License-Identifier: Apache-2.0
// Every return code that a page of IVMTask and IVMTaskCollection lists, member by member, early and late
// bound.
#include "com/object/with_nulls.hpp"
#include "virtualpc/fixture.hpp"
#include "virtualpc/task.hpp"

#include <atomic>
#include <functional>
#include <latch>
#include <limits>
#include <set>
#include <thread>
#include <vector>

namespace comeback::virtualpc {
namespace {

using base::errc;
using base::task_context;
using base::task_outcome;
using com::with_nulls;
using namespace std::chrono_literals;

// What a task answers, by every member.
struct answers {
  LONG percent = -1, id = -1, error = -1;
  VARIANT_BOOL cancelable = 7, complete = 7;
  VMTaskResult result = static_cast<VMTaskResult>(77);
  std::string description, error_description;
};

class task_codes : public facade {
 protected:
  com::ptr<IVMTask> begin(bool cancelable, base::executor::body body) {
    return com::make<task>(on->tasks->start("Some work", cancelable, std::move(body)));
  }
  com::ptr<IVMTask> ended(base::executor::body body) {
    auto made = begin(true, std::move(body));
    EXPECT_EQ(made->WaitForCompletion(-1), S_OK);
    return made;
  }
  com::ptr<IVMTask> succeeded() {
    return ended([](task_context&) { return task_outcome{}; });
  }
  /// Goes on until `hold` is let go.
  com::ptr<IVMTask> held(bool cancelable) {
    return begin(cancelable, [this](task_context& self) {
      self.percent(40);
      reported.count_down();
      hold.wait();
      return task_outcome{};
    });
  }
  com::ptr<IVMTaskCollection> listed() {
    com::ptr<IVMTaskCollection> all;
    EXPECT_EQ(application()->get_Tasks(all.put()), S_OK);
    return all;
  }
  static LONG id_of(IVMTask* of) {
    LONG id = -1;
    EXPECT_EQ(of->get_ID(&id), S_OK);
    return id;
  }
  static answers ask(IVMTask* of) {
    answers a;
    BSTR words = nullptr;
    EXPECT_EQ(of->get_PercentCompleted(&a.percent), S_OK);
    EXPECT_EQ(of->get_ID(&a.id), S_OK);
    EXPECT_EQ(of->get_Error(&a.error), S_OK);
    EXPECT_EQ(of->get_IsCancelable(&a.cancelable), S_OK);
    EXPECT_EQ(of->get_IsComplete(&a.complete), S_OK);
    EXPECT_EQ(of->get_Result(&a.result), S_OK);
    EXPECT_EQ(of->get_Description(&words), S_OK);
    a.description = text(words);
    EXPECT_EQ(of->get_ErrorDescription(&words), S_OK);
    a.error_description = text(words);
    return a;
  }
  void TearDown() override {
    if (!hold.try_wait()) hold.count_down();
    on->tasks->finish();
  }

  std::latch reported{1}, hold{1};
};

TEST_F(task_codes, of_a_task_that_runs) {
  const auto running = held(true);
  reported.wait();
  const auto a = ask(running.get());
  EXPECT_EQ(a.percent, 40);
  EXPECT_GT(a.id, 0);
  EXPECT_EQ(a.error, S_OK);
  EXPECT_EQ(a.cancelable, VARIANT_TRUE);
  EXPECT_EQ(a.complete, VARIANT_FALSE);
  EXPECT_EQ(a.result, vmTaskResult_Success) << "there is no other value for it";
  EXPECT_EQ(a.description, "Some work");
  EXPECT_EQ(a.error_description, "");
}

struct end_case {
  const char* title;
  base::executor::body body;
  VMTaskResult result;
  HRESULT error;
  const char* words;
};

[[noreturn]] task_outcome fail(errc code) { throw base::error(code, "Why it failed."); }

TEST_F(task_codes, of_every_end) {
  const end_case cases[] = {
      {"success", [](task_context&) { return task_outcome{}; }, vmTaskResult_Success, S_OK, ""},
      {"cancelled", [](task_context&) { return fail(errc::cancelled); }, vmTaskResult_Cancelled,
       HRESULT_FROM_WIN32(ERROR_CANCELLED), "Why it failed."},
      {"no memory", [](task_context&) { return fail(errc::out_of_memory); }, vmTaskResult_OutOfMemoryError,
       E_OUTOFMEMORY, "Why it failed."},
      {"full disk", [](task_context&) { return fail(errc::disk_full); }, vmTaskResult_DiskRelatedError,
       HRESULT_FROM_WIN32(ERROR_DISK_FULL), "Why it failed."},
      {"time is up", [](task_context&) { return fail(errc::timed_out); }, vmTaskResult_TimeOutError,
       VM_E_TIMED_OUT, "Why it failed."},
      {"anything else", [](task_context&) { return fail(errc::vm_not_running); },
       vmTaskResult_UnexpectedError, VM_E_VM_NOT_RUNNING, "Why it failed."},
      {"a result of its own",
       [](task_context&) {
         return task_outcome{base::task_result::shutdown_aborted, errc::fail, "The guest would not."};
       },
       vmTaskResult_ShutdownAbort, E_FAIL, "The guest would not."},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.title);
    const auto a = ask(ended(c.body).get());
    EXPECT_EQ(a.percent, 100);
    EXPECT_EQ(a.complete, VARIANT_TRUE);
    EXPECT_EQ(a.cancelable, VARIANT_FALSE);
    EXPECT_EQ(a.result, c.result);
    EXPECT_EQ(a.error, c.error);
    EXPECT_EQ(a.error_description, c.words);
    EXPECT_EQ(a.description, "Some work");
  }
}

struct wait_case {
  LONG timeout;
  HRESULT code;
};

TEST_F(task_codes, of_WaitForCompletion) {
  constexpr LONG most = 4'000'000, max = std::numeric_limits<LONG>::max(),
                 min = std::numeric_limits<LONG>::min();
  constexpr wait_case cases[] = {{0, S_OK},           {1, S_OK},
                                 {most, S_OK},        {-1, S_OK},
                                 {-2, E_INVALIDARG},  {-100, E_INVALIDARG},
                                 {min, E_INVALIDARG}, {most + 1, E_INVALIDARG},
                                 {max, E_INVALIDARG}};
  const auto done = succeeded(), running = held(false);
  for (const auto& c : cases) {
    EXPECT_EQ(done->WaitForCompletion(c.timeout), c.code) << c.timeout;
    // A wait that cannot be is refused at once, whether the task runs or not.
    if (c.code != S_OK) {
      EXPECT_EQ(running->WaitForCompletion(c.timeout), c.code) << c.timeout;
      EXPECT_NE(last_description().find("4000000"), std::string::npos);
    }
  }
  EXPECT_EQ(running->WaitForCompletion(0), S_OK);
  EXPECT_EQ(running->WaitForCompletion(1), S_OK);
  EXPECT_EQ(ask(running.get()).complete, VARIANT_FALSE);
}

TEST_F(task_codes, of_Cancel) {
  const auto fixed = held(false);
  reported.wait();
  EXPECT_EQ(fixed->Cancel(), E_FAIL) << "not cancelable";
  EXPECT_EQ(last_description(), "The task is complete or cannot be cancelled.");
  EXPECT_EQ(succeeded()->Cancel(), E_FAIL) << "complete";
  const auto sleeps = begin(true, [](task_context& self) -> task_outcome {
    self.sleep(1h);
    return fail(errc::cancelled);
  });
  EXPECT_EQ(sleeps->Cancel(), S_OK);
  EXPECT_EQ(sleeps->WaitForCompletion(-1), S_OK);
  EXPECT_EQ(sleeps->Cancel(), E_FAIL) << "it is complete by now";
}

TEST_F(task_codes, cancelling_twice_is_no_error_while_it_stops) {
  const auto slow_to_stop = held(true);
  EXPECT_EQ(slow_to_stop->Cancel(), S_OK);
  EXPECT_EQ(slow_to_stop->Cancel(), S_OK);
}

TEST_F(task_codes, nowhere_to_put_an_answer) {
  const auto done = succeeded();
  using percent = HRESULT (STDMETHODCALLTYPE IVMTask::*)(LONG*);
  EXPECT_EQ(with_nulls(done, static_cast<percent>(&IVMTask::get_PercentCompleted)), E_POINTER);
  EXPECT_EQ(with_nulls(done, static_cast<percent>(&IVMTask::get_ID)), E_POINTER);
  EXPECT_EQ(with_nulls(done, static_cast<percent>(&IVMTask::get_Error)), E_POINTER);
  EXPECT_EQ(with_nulls(done, &IVMTask::get_Description), E_POINTER);
  EXPECT_EQ(with_nulls(done, &IVMTask::get_ErrorDescription), E_POINTER);
  EXPECT_EQ(with_nulls(done, &IVMTask::get_Result), E_POINTER);
  EXPECT_EQ(with_nulls(done, &IVMTask::get_IsCancelable), E_POINTER);
  EXPECT_EQ(with_nulls(done, &IVMTask::get_IsComplete), E_POINTER);
}

struct late_case {
  const wchar_t* name;
  VARTYPE type;
  LONG value;
};

TEST_F(task_codes, late_bound_properties_have_their_types) {
  const auto done = ended([](task_context&) { return fail(errc::timed_out); });
  const late_case cases[] = {{L"PercentCompleted", VT_I4, 100},
                             {L"ID", VT_I4, id_of(done.get())},
                             {L"Error", VT_I4, static_cast<LONG>(VM_E_TIMED_OUT)},
                             {L"Result", VT_I4, vmTaskResult_TimeOutError},
                             {L"IsCancelable", VT_BOOL, VARIANT_FALSE},
                             {L"IsComplete", VT_BOOL, VARIANT_TRUE}};
  for (const auto& c : cases) {
    VARIANT got{};
    EXPECT_EQ(late(done, c.name, DISPATCH_PROPERTYGET, nullptr, &got), S_OK);
    EXPECT_EQ(got.vt, c.type) << com::to_utf8(c.name);
    EXPECT_EQ(c.type == VT_BOOL ? got.boolVal : got.lVal, c.value) << com::to_utf8(c.name);
  }
  VARIANT words{};
  EXPECT_EQ(late(done, L"errordescription", DISPATCH_PROPERTYGET, nullptr, &words), S_OK);
  ASSERT_EQ(words.vt, VT_BSTR);
  EXPECT_EQ(text(words.bstrVal), "Why it failed.");
  EXPECT_EQ(late(done, L"Description", DISPATCH_PROPERTYGET, nullptr, &words), S_OK);
  ASSERT_EQ(words.vt, VT_BSTR);
  EXPECT_EQ(text(words.bstrVal), "Some work");
}

TEST_F(task_codes, late_bound_methods_fail_with_their_codes) {
  const auto done = succeeded();
  VARIANT timeout{};
  timeout.vt = VT_I4;
  timeout.lVal = -1;
  EXPECT_EQ(late(done, L"WaitForCompletion", DISPATCH_METHOD, &timeout), S_OK);
  timeout.lVal = -2;
  EXPECT_EQ(late(done, L"WaitForCompletion", DISPATCH_METHOD, &timeout), DISP_E_EXCEPTION);
  EXPECT_EQ(late(done, L"Cancel", DISPATCH_METHOD, nullptr), DISP_E_EXCEPTION);
  EXPECT_EQ(late(done, L"WaitForCompletion", DISPATCH_METHOD, nullptr), DISP_E_BADPARAMCOUNT);
  EXPECT_EQ(late(done, L"PercentCompleted", DISPATCH_PROPERTYPUT, &timeout), DISP_E_MEMBERNOTFOUND);
}

TEST_F(task_codes, every_waiting_thread_wakes_when_another_cancels) {
  const auto sleeps = begin(true, [](task_context& self) -> task_outcome {
    self.sleep(1h);
    return fail(errc::cancelled);
  });
  std::atomic<int> woken = 0;
  {
    std::vector<std::jthread> waiting;
    for (int i = 0; i < 24; ++i)
      waiting.emplace_back([&, i] {
        ASSERT_EQ(CoInitializeEx(nullptr, i % 2 == 0 ? COINIT_MULTITHREADED : COINIT_APARTMENTTHREADED),
                  S_OK);
        EXPECT_EQ(sleeps->WaitForCompletion(i % 3 == 0 ? -1 : 4'000'000), S_OK);
        woken += ask(sleeps.get()).result == vmTaskResult_Cancelled ? 1 : 0;
        CoUninitialize();
      });
    EXPECT_EQ(sleeps->Cancel(), S_OK);
  }
  EXPECT_EQ(woken, 24);
}

TEST_F(task_codes, a_collection_is_what_was_when_it_was_asked_for) {
  const auto first = succeeded();
  const auto before = listed();
  const auto second = held(true);
  LONG count = -1;
  EXPECT_EQ(before->get_Count(&count), S_OK);
  EXPECT_EQ(count, 1);
  const auto after = listed();
  EXPECT_EQ(after->get_Count(&count), S_OK);
  ASSERT_EQ(count, 2);
  com::ptr<IVMTask> one, two, again;
  EXPECT_EQ(after->get_Item(1, one.put()), S_OK);
  EXPECT_EQ(after->get_Item(2, two.put()), S_OK);
  EXPECT_EQ(after->get_Item(2, again.put()), S_OK);
  EXPECT_EQ(id_of(one.get()), id_of(first.get()));
  EXPECT_EQ(id_of(two.get()), id_of(second.get()));
  EXPECT_EQ(two.get(), again.get());
  // Its tasks go on: not they are a snapshot, but the list of them.
  hold.count_down();
  EXPECT_EQ(two->WaitForCompletion(-1), S_OK);
  EXPECT_EQ(ask(second.get()).complete, VARIANT_TRUE);
}

TEST_F(task_codes, of_Item) {
  (void)succeeded();
  const auto all = listed();
  for (const LONG index : {0, 2, -1, std::numeric_limits<LONG>::max(), std::numeric_limits<LONG>::min()}) {
    auto task = com::ptr<IVMTask>();
    EXPECT_EQ(all->get_Item(index, task.put()), DISP_E_BADINDEX) << index;
    EXPECT_FALSE(task);
  }
  EXPECT_EQ(last_description(),
            "There is no item " + std::to_string(std::numeric_limits<LONG>::min()) + " of 1.");
  EXPECT_EQ(all->get_Item(1, nullptr), E_POINTER);
  VARIANT index{}, got{};
  index.vt = VT_I4;
  index.lVal = 1;
  EXPECT_EQ(late(all, L"Item", DISPATCH_PROPERTYGET, &index, &got), S_OK);
  EXPECT_EQ(got.vt, VT_DISPATCH);
  VariantClear(&got);
  index.lVal = 2;
  EXPECT_EQ(late(all, L"Item", DISPATCH_PROPERTYGET, &index, &got), DISP_E_EXCEPTION);
}

TEST_F(task_codes, _NewEnum_walks_the_tasks_in_order) {
  for (int i = 0; i < 3; ++i) (void)succeeded();
  com::ptr<IUnknown> unknown;
  ASSERT_EQ(listed()->get__NewEnum(unknown.put()), S_OK);
  const auto walk = unknown.as<IEnumVARIANT>();
  ASSERT_TRUE(walk);
  LONG last = 0;
  int seen = 0;
  for (VARIANT each{}; walk->Next(1, &each, nullptr) == S_OK; VariantClear(&each), ++seen) {
    ASSERT_EQ(each.vt, VT_DISPATCH);
    com::ptr<IVMTask> task;
    ASSERT_EQ(each.pdispVal->QueryInterface(IID_PPV_ARGS(task.put())), S_OK);
    EXPECT_GT(id_of(task.get()), last);
    last = id_of(task.get());
  }
  EXPECT_EQ(seen, 3);
}

TEST_F(task_codes, an_empty_collection) {
  const auto all = listed();
  LONG count = -1;
  EXPECT_EQ(all->get_Count(&count), S_OK);
  EXPECT_EQ(count, 0);
  com::ptr<IUnknown> unknown;
  ASSERT_EQ(all->get__NewEnum(unknown.put()), S_OK);
  VARIANT none{};
  EXPECT_EQ(unknown.as<IEnumVARIANT>()->Next(1, &none, nullptr), S_FALSE);
}

TEST_F(task_codes, running_tasks_and_the_hundred_that_ended_last_are_listed) {
  const auto running = held(true);
  std::vector<com::ptr<IVMTask>> kept;
  for (int i = 0; i < 130; ++i) kept.push_back(succeeded());
  const auto all = listed();
  LONG count = -1;
  EXPECT_EQ(all->get_Count(&count), S_OK);
  EXPECT_EQ(count, 101);
  std::set<LONG> ids;
  for (LONG i = 1; i <= count; ++i) {
    com::ptr<IVMTask> one;
    ASSERT_EQ(all->get_Item(i, one.put()), S_OK);
    ids.insert(id_of(one.get()));
  }
  EXPECT_EQ(ids.size(), 101U);
  EXPECT_TRUE(ids.contains(id_of(running.get())));
  EXPECT_TRUE(ids.contains(id_of(kept.back().get())));
  EXPECT_FALSE(ids.contains(id_of(kept.front().get())));
  // What a client holds stays good, listed or not.
  EXPECT_EQ(ask(kept.front().get()).complete, VARIANT_TRUE);
}

TEST_F(task_codes, a_task_of_one_apartment_is_everybodys) {
  const auto running = held(true);
  std::jthread([&] {
    ASSERT_EQ(CoInitializeEx(nullptr, COINIT_APARTMENTTHREADED), S_OK);
    {
      com::ptr<IVMTask> mine;
      ASSERT_EQ(listed()->get_Item(1, mine.put()), S_OK);
      EXPECT_EQ(id_of(mine.get()), id_of(running.get()));
      EXPECT_EQ(mine->Cancel(), S_OK);
    }
    CoUninitialize();
  }).join();
  hold.count_down();
  EXPECT_EQ(running->WaitForCompletion(-1), S_OK);
}

}  // namespace
}  // namespace comeback::virtualpc
