// SPDX-License-Identifier: Apache-2.0
// What a COM client sees of the real guest: the calls of the example, and the codes that a real guest can be
// brought to.

#include "com/data/text.hpp"
#include "com/object/ptr.hpp"
#include "guest_fixture.hpp"
#include "server/services.hpp"

#include <string>
#include <thread>

#include <VPCCOMInterfaces.h>

namespace comeback::test_guest {
namespace {

class com_client : public guest_test {
 public:
  static void SetUpTestSuite() {
    guest_test::SetUpTestSuite();
    server::register_classes([] {
      const auto& to = machine().connection();
      return virtualpc::backend{.machines = to.machines, .channels = to.channels, .tasks = nullptr};
    });
    ASSERT_EQ(CoInitializeEx(nullptr, COINIT_MULTITHREADED), S_OK);
  }
  static void TearDownTestSuite() {
    CoUninitialize();
    guest_test::TearDownTestSuite();
  }

 protected:
  static com::ptr<IVMVirtualMachine> found() {
    CLSID id{};
    com::ptr<IVMVirtualPC> vpc;
    com::ptr<IVMVirtualMachine> vm;
    EXPECT_EQ(CLSIDFromProgID(L"VirtualPC.Application", &id), S_OK);
    EXPECT_EQ(CoCreateInstance(id, nullptr, CLSCTX_ALL, IID_PPV_ARGS(vpc.put())), S_OK);
    const BSTR name = com::to_bstr(guest::name);
    EXPECT_EQ(vpc->FindVirtualMachine(name, vm.put()), S_OK);
    SysFreeString(name);
    return vm;
  }
  static com::ptr<IVMGuestOS> os() {
    com::ptr<IVMGuestOS> made;
    EXPECT_EQ(found()->get_GuestOS(made.put()), S_OK);
    return made;
  }
  struct ended {
    VMTaskResult result;
    LONG error;
    std::string description;
  };
  // Polls the way clients do; the percentage never runs back and is 100 exactly when the task is complete.
  static ended watch(IVMTask* task) {
    long last = 0;
    for (VARIANT_BOOL complete = VARIANT_FALSE; complete == VARIANT_FALSE;) {
      long percent = -1;
      EXPECT_EQ(task->get_PercentCompleted(&percent), S_OK);
      EXPECT_GE(percent, last);
      last = percent;
      EXPECT_EQ(task->WaitForCompletion(50), S_OK);
      EXPECT_EQ(task->get_IsComplete(&complete), S_OK);
      EXPECT_TRUE(percent < 100 || complete == VARIANT_TRUE);
    }
    EXPECT_EQ(task->get_PercentCompleted(&last), S_OK);
    EXPECT_EQ(last, 100);
    ended e{};
    BSTR text = nullptr;
    EXPECT_EQ(task->get_Result(&e.result), S_OK);
    EXPECT_EQ(task->get_Error(&e.error), S_OK);
    EXPECT_EQ(task->get_ErrorDescription(&text), S_OK);
    e.description = com::to_utf8(text);
    SysFreeString(text);
    return e;
  }
  static ended log_off() {
    com::ptr<IVMTask> task;
    EXPECT_EQ(os()->Logoff(task.put()), S_OK);
    return watch(task.get());
  }
};

TEST_F(com_client, knows_the_machine_and_its_state) {
  VMVMState state = vmVMState_Invalid;
  ASSERT_EQ(found()->get_State(&state), S_OK);
  EXPECT_EQ(state, vmVMState_Running);
}

TEST_F(com_client, several_users_may_be_on) {
  VARIANT_BOOL allowed = VARIANT_FALSE, up = VARIANT_FALSE;
  EXPECT_EQ(os()->get_MultipleUserSessionsAllowed(&allowed), S_OK);
  EXPECT_EQ(os()->get_TerminalServicesInitialized(&up), S_OK);
  EXPECT_EQ(allowed, VARIANT_TRUE);
  EXPECT_EQ(up, VARIANT_TRUE);
}

TEST_F(com_client, logs_everybody_off_and_then_nobody) {
  const ended first = log_off();
  EXPECT_EQ(first.result, vmTaskResult_Success);
  EXPECT_EQ(first.error, 0);
  EXPECT_EQ(first.description, "");
  EXPECT_TRUE(machine().os().sessions().empty());
  const ended second = log_off();
  EXPECT_EQ(second.result, vmTaskResult_UnexpectedError);
  EXPECT_EQ(second.error, static_cast<LONG>(0x80070520));
  EXPECT_NE(second.description, "");
}

TEST_F(com_client, asks_a_guest_whose_logind_is_stopped) {
  (void)run("systemctl stop systemd-logind");
  VARIANT_BOOL allowed = VARIANT_TRUE, up = VARIANT_TRUE;
  EXPECT_EQ(os()->get_MultipleUserSessionsAllowed(&allowed), S_FALSE);
  EXPECT_EQ(os()->get_TerminalServicesInitialized(&up), S_FALSE);
  EXPECT_EQ(allowed, VARIANT_FALSE);
  EXPECT_EQ(up, VARIANT_FALSE);
  (void)run("systemctl start systemd-logind");
  EXPECT_EQ(os()->get_TerminalServicesInitialized(&up), S_OK);
  EXPECT_EQ(up, VARIANT_TRUE);
}

TEST_F(com_client, asks_a_guest_without_logind) {
  (void)run("systemctl stop systemd-logind; systemctl mask --runtime systemd-logind");
  VARIANT_BOOL allowed = VARIANT_TRUE, up = VARIANT_TRUE;
  EXPECT_EQ(os()->get_MultipleUserSessionsAllowed(&allowed), S_OK);
  EXPECT_EQ(os()->get_TerminalServicesInitialized(&up), S_OK);
  EXPECT_EQ(allowed, VARIANT_FALSE);
  EXPECT_EQ(up, VARIANT_FALSE);
  fresh();
}

TEST_F(com_client, asks_a_guest_without_an_agent) {
  (void)run(
      "systemd-run --quiet --on-active=0.3 --timer-property=AccuracySec=10ms systemctl stop "
      "qemu-guest-agent");
  for (int i = 0; i < 400 && machine().vm()->details().agent == machine::agent_channel::connected; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  com::ptr<IVMTask> task;
  VARIANT_BOOL allowed = VARIANT_TRUE;
  EXPECT_EQ(os()->Logoff(task.put()), VM_E_ADDITIONS_FEATURE_NOT_AVAIL);
  EXPECT_EQ(os()->get_MultipleUserSessionsAllowed(&allowed), VM_E_ADDITIONS_FEATURE_NOT_AVAIL);
  EXPECT_EQ(allowed, VARIANT_FALSE);
  fresh();
}

TEST_F(com_client, turns_the_machine_off_and_asks_then) {
  const auto before = os();
  com::ptr<IVMTask> task;
  ASSERT_EQ(found()->TurnOff(task.put()), S_OK);
  EXPECT_EQ(watch(task.get()).result, vmTaskResult_Success);
  VARIANT_BOOL allowed = VARIANT_TRUE;
  EXPECT_EQ(before->Logoff(task.put()), VM_E_VM_NOT_RUNNING);
  EXPECT_EQ(before->get_TerminalServicesInitialized(&allowed), VM_E_VM_NOT_RUNNING);
  fresh();
}

}  // namespace
}  // namespace comeback::test_guest
