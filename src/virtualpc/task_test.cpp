// SPDX-License-Identifier: Apache-2.0
#include "virtualpc/task.hpp"

#include "virtualpc/fixture.hpp"

#include <latch>

namespace comeback::virtualpc {
namespace {

using base::errc;

struct state {
  long percent = -1;
  VMTaskResult result = vmTaskResult_Success;
  LONG error = -1;
  std::string description;
};

class task_facade : public facade {
 protected:
  static state state_of(IVMTask* task) {
    state s;
    BSTR words = nullptr;
    EXPECT_EQ(task->get_PercentCompleted(&s.percent), S_OK);
    EXPECT_EQ(task->get_Result(&s.result), S_OK);
    EXPECT_EQ(task->get_Error(&s.error), S_OK);
    EXPECT_EQ(task->get_ErrorDescription(&words), S_OK);
    s.description = text(words);
    return s;
  }
  static bool complete(IVMTask* task) {
    VARIANT_BOOL value = VARIANT_FALSE;
    EXPECT_EQ(task->get_IsComplete(&value), S_OK);
    return value == VARIANT_TRUE;
  }
  com::ptr<IVMTask> logoff() {
    com::ptr<IVMTask> begun;
    EXPECT_EQ(guest()->Logoff(begun.put()), S_OK);
    return begun;
  }
  com::ptr<IVMTask> start(bool cancelable, base::executor::body body) {
    return com::make<task>(on->tasks->start("Some work", cancelable, std::move(body)));
  }
};

TEST_F(task_facade, everyone_logged_off) {
  way->sessions = {{.id = "1", .user = "anna"}, {.id = "2", .user = "bert"}};
  const auto done = logoff();
  ASSERT_EQ(done->WaitForCompletion(-1), S_OK);
  const auto s = state_of(done.get());
  EXPECT_EQ(s.percent, 100);
  EXPECT_EQ(s.result, vmTaskResult_Success);
  EXPECT_EQ(s.error, 0);
  EXPECT_EQ(s.description, "");
  EXPECT_TRUE(way->sessions.empty());
}

TEST_F(task_facade, nobody_was_logged_on) {
  const auto done = logoff();
  ASSERT_EQ(done->WaitForCompletion(-1), S_OK);
  const auto s = state_of(done.get());
  EXPECT_EQ(s.result, vmTaskResult_UnexpectedError);
  EXPECT_EQ(s.error, static_cast<LONG>(0x80070520));
  EXPECT_NE(s.description, "");
}

TEST_F(task_facade, someone_stays_beyond_the_deadline) {
  way->sessions = {{.id = "1", .user = "anna", .immortal = true}};
  const auto done = logoff();
  ASSERT_EQ(done->WaitForCompletion(-1), S_OK);
  const auto s = state_of(done.get());
  EXPECT_EQ(s.result, vmTaskResult_TimeOutError);
  EXPECT_EQ(s.error, static_cast<LONG>(0xA0040202));
  EXPECT_NE(s.description.find("anna"), std::string::npos);
}

TEST_F(task_facade, cancelled) {
  on->logoff.deadline = std::chrono::seconds(60);
  way->sessions = {{.id = "1", .user = "anna", .immortal = true}};
  const auto begun = logoff();
  EXPECT_EQ(begun->Cancel(), S_OK);
  ASSERT_EQ(begun->WaitForCompletion(-1), S_OK);
  const auto s = state_of(begun.get());
  EXPECT_EQ(s.result, vmTaskResult_Cancelled);
  EXPECT_EQ(s.error, static_cast<LONG>(0x800704C7));
}

TEST_F(task_facade, the_machine_stops_meanwhile) {
  on->logoff.deadline = std::chrono::seconds(60);
  way->sessions = {{.id = "1", .user = "anna", .immortal = true}};
  // From the first request to go on, the machine is off.
  way->before = [this](const std::string& command) -> std::optional<guest::exchange_result> {
    if (command.find("terminate-session") == std::string::npos && vm->now == machine::run_state::running)
      return {};
    vm->now = machine::run_state::turned_off;
    way->now = machine::agent_channel::disconnected;
    throw base::error(errc::vm_not_running, "The machine 'web' is off.");
  };
  const auto begun = logoff();
  ASSERT_EQ(begun->WaitForCompletion(-1), S_OK);
  const auto s = state_of(begun.get());
  EXPECT_EQ(s.result, vmTaskResult_UnexpectedError);
  EXPECT_EQ(s.error, static_cast<LONG>(0xA0040206));
}

TEST_F(task_facade, time_that_is_up_is_no_error) {
  std::latch hold(1);
  const auto begun = start(false, [&](base::task_context&) {
    hold.wait();
    return base::task_outcome{};
  });
  EXPECT_EQ(begun->WaitForCompletion(0), S_OK);
  EXPECT_EQ(begun->WaitForCompletion(1), S_OK);
  EXPECT_FALSE(complete(begun.get()));
  hold.count_down();
  EXPECT_EQ(begun->WaitForCompletion(4'000'000), S_OK);
  EXPECT_TRUE(complete(begun.get()));
}

TEST_F(task_facade, waits_that_cannot_be) {
  const auto begun = start(false, [](base::task_context&) { return base::task_outcome{}; });
  for (const LONG timeout : {-2, 4'000'001, static_cast<LONG>(0x7FFFFFFF), static_cast<LONG>(0x80000000)})
    EXPECT_EQ(begun->WaitForCompletion(timeout), E_INVALIDARG) << timeout;
}

TEST_F(task_facade, what_cannot_be_cancelled_says_so) {
  std::latch hold(1);
  const auto begun = start(false, [&](base::task_context&) {
    hold.wait();
    return base::task_outcome{};
  });
  VARIANT_BOOL cancelable = VARIANT_TRUE;
  EXPECT_EQ(begun->get_IsCancelable(&cancelable), S_OK);
  EXPECT_EQ(cancelable, VARIANT_FALSE);
  EXPECT_EQ(begun->Cancel(), E_FAIL);
  hold.count_down();
  EXPECT_EQ(begun->WaitForCompletion(-1), S_OK);
  EXPECT_EQ(begun->Cancel(), E_FAIL);
}

TEST_F(task_facade, the_percentage_is_exact_as_long_and_as_LONG) {
  std::latch reported(1), hold(1);
  const auto begun = start(true, [&](base::task_context& self) {
    self.percent(42);
    reported.count_down();
    hold.wait();
    return base::task_outcome{};
  });
  reported.wait();
  long wide = -1;
  LONG narrow = -1;
  EXPECT_EQ(begun->get_PercentCompleted(&wide), S_OK);
  EXPECT_EQ(begun->get_PercentCompleted(&narrow), S_OK);
  EXPECT_EQ(wide, 42);
  EXPECT_EQ(narrow, 42);
  hold.count_down();
  EXPECT_EQ(begun->WaitForCompletion(-1), S_OK);
  EXPECT_EQ(begun->get_PercentCompleted(&wide), S_OK);
  EXPECT_EQ(wide, 100);
}

TEST_F(task_facade, null_pointers) {
  const auto begun = start(false, [](base::task_context&) { return base::task_outcome{}; });
  EXPECT_EQ(begun->get_PercentCompleted(nullptr), E_POINTER);
  EXPECT_EQ(begun->get_PercentCompleted(static_cast<long*>(nullptr)), E_POINTER);
  EXPECT_EQ(begun->get_Description(nullptr), E_POINTER);
  EXPECT_EQ(begun->get_Result(nullptr), E_POINTER);
  EXPECT_EQ(begun->get_IsCancelable(nullptr), E_POINTER);
  EXPECT_EQ(begun->get_ID(nullptr), E_POINTER);
  EXPECT_EQ(begun->get_IsComplete(nullptr), E_POINTER);
  EXPECT_EQ(begun->get_Error(nullptr), E_POINTER);
  EXPECT_EQ(begun->get_ErrorDescription(nullptr), E_POINTER);
}

TEST_F(task_facade, is_listed_by_the_application) {
  const auto begun = start(false, [](base::task_context&) { return base::task_outcome{}; });
  LONG id = 0, listed = -1, count = 0;
  ASSERT_EQ(begun->get_ID(&id), S_OK);
  com::ptr<IVMTaskCollection> all;
  ASSERT_EQ(application()->get_Tasks(all.put()), S_OK);
  ASSERT_EQ(all->get_Count(&count), S_OK);
  ASSERT_EQ(count, 1);
  com::ptr<IVMTask> first;
  ASSERT_EQ(all->get_Item(1, first.put()), S_OK);
  ASSERT_EQ(first->get_ID(&listed), S_OK);
  EXPECT_EQ(listed, id);
}

TEST_F(task_facade, late_bound) {
  const auto begun = start(false, [](base::task_context&) { return base::task_outcome{}; });
  ASSERT_EQ(begun->WaitForCompletion(-1), S_OK);
  wchar_t name[] = L"percentcompleted";
  LPOLESTR names = name;
  DISPID id = 0;
  ASSERT_EQ(begun->GetIDsOfNames(IID_NULL, &names, 1, 0, &id), S_OK);
  DISPPARAMS none{};
  VARIANT value{};
  ASSERT_EQ(begun->Invoke(id, IID_NULL, 0, DISPATCH_PROPERTYGET, &none, &value, nullptr, nullptr), S_OK);
  EXPECT_EQ(value.vt, VT_I4);
  EXPECT_EQ(value.lVal, 100);
}

}  // namespace
}  // namespace comeback::virtualpc
