// SPDX-License-Identifier: Apache-2.0
// What clients should not hand over.

#include "com/object/with_nulls.hpp"
#include "virtualpc/fixture.hpp"

#include <limits>

namespace comeback::virtualpc {
namespace {

using com::with_nulls;

class bad_input : public facade {
 protected:
  void SetUp() override {
    ASSERT_EQ(application()->get_VirtualMachines(machines.put()), S_OK);
    ASSERT_EQ(application()->get_Tasks(tasks.put()), S_OK);
  }
  com::ptr<IVMVirtualMachineCollection> machines;
  com::ptr<IVMTaskCollection> tasks;
};

TEST_F(bad_input, nowhere_to_put_an_answer) {
  EXPECT_EQ(with_nulls(application(), &IVMVirtualPC::FindVirtualMachine), E_POINTER);
  EXPECT_EQ(with_nulls(application(), &IVMVirtualPC::get_VirtualMachines), E_POINTER);
  EXPECT_EQ(with_nulls(application(), &IVMVirtualPC::get_Tasks), E_POINTER);
  EXPECT_EQ(with_nulls(machine(), &IVMVirtualMachine::get_Name), E_POINTER);
  EXPECT_EQ(with_nulls(machine(), &IVMVirtualMachine::get_ConfigID), E_POINTER);
  EXPECT_EQ(with_nulls(machine(), &IVMVirtualMachine::get_GuestOS), E_POINTER);
  EXPECT_EQ(with_nulls(machine(), &IVMVirtualMachine::get_State), E_POINTER);
  EXPECT_EQ(with_nulls(guest(), &IVMGuestOS::Logoff), E_POINTER);
  EXPECT_EQ(with_nulls(guest(), &IVMGuestOS::get_TerminalServicesInitialized), E_POINTER);
  EXPECT_EQ(with_nulls(guest(), &IVMGuestOS::get_MultipleUserSessionsAllowed), E_POINTER);
  EXPECT_EQ(with_nulls(guest(), &IVMGuestOS::get_HeartbeatPercentage), E_POINTER);
  EXPECT_EQ(with_nulls(guest(), &IVMGuestOS::get_IsHeartbeating), E_POINTER);
  EXPECT_EQ(with_nulls(guest(), &IVMGuestOS::get_ComputerName), E_INVALIDARG);
  EXPECT_EQ(with_nulls(guest(), &IVMGuestOS::get_ScreenLocked), E_POINTER);
  EXPECT_EQ(with_nulls(guest(), &IVMGuestOS::IsUserLoggedOn), E_POINTER);
  EXPECT_EQ(with_nulls(machines, &IVMVirtualMachineCollection::get_Count), E_POINTER);
  EXPECT_EQ(with_nulls(machines, &IVMVirtualMachineCollection::get_Item), E_POINTER);
  EXPECT_EQ(with_nulls(machines, &IVMVirtualMachineCollection::get__NewEnum), E_POINTER);
  EXPECT_EQ(with_nulls(tasks, &IVMTaskCollection::get_Count), E_POINTER);
  EXPECT_EQ(with_nulls(tasks, &IVMTaskCollection::get_Item), E_POINTER);
  EXPECT_EQ(with_nulls(tasks, &IVMTaskCollection::get__NewEnum), E_POINTER);
}

TEST_F(bad_input, nothing_is_begun_where_the_task_has_nowhere_to_go) {
  EXPECT_EQ(with_nulls(machine(), &IVMVirtualMachine::TurnOff), E_POINTER);
  EXPECT_EQ(with_nulls(machine(), &IVMVirtualMachine::Save), E_POINTER);
  vm->now = machine::run_state::turned_off;
  EXPECT_EQ(with_nulls(machine(), &IVMVirtualMachine::Startup), E_POINTER);
  EXPECT_EQ(vm->now, machine::run_state::turned_off);
  EXPECT_TRUE(on->tasks->tasks().empty());
}

TEST_F(bad_input, indices_that_are_none) {
  for (const LONG index : {std::numeric_limits<LONG>::min(), -1, 0, 2, std::numeric_limits<LONG>::max()}) {
    com::ptr<IVMVirtualMachine> vm_found = machine();
    com::ptr<IVMTask> task;
    EXPECT_EQ(machines->get_Item(index, vm_found.put()), DISP_E_BADINDEX) << index;
    EXPECT_FALSE(vm_found);
    EXPECT_EQ(tasks->get_Item(index, task.put()), DISP_E_BADINDEX) << index;
  }
}

TEST_F(bad_input, names_that_no_machine_has) {
  const wchar_t odd[] = {wchar_t(0xD800), 0, L'w', wchar_t(0x7FFFFFFF)};
  const BSTR name = SysAllocStringLen(odd, 4), cut = SysAllocStringLen(L"web\0x", 5),
             none = SysAllocString(L"");
  for (const BSTR text : {name, cut, none}) {
    com::ptr<IVMVirtualMachine> found = machine();
    EXPECT_EQ(application()->FindVirtualMachine(text, found.put()), S_FALSE);
    EXPECT_FALSE(found);
    SysFreeString(text);
  }
}

TEST_F(bad_input, late_bound_members_take_no_value_that_is_none) {
  const com::hopeless values;
  for (const VARIANT& each : values.all()) {
    VARIANT result{};
    UINT wrong = 7;
    EXPECT_EQ(late(machines, L"Item", DISPATCH_PROPERTYGET, &each, &result, &wrong),
              com::hopeless::answer_to(each))
        << each.vt;
    EXPECT_EQ(wrong, 0u) << each.vt;
    EXPECT_EQ(late(application(), L"FindVirtualMachine", DISPATCH_METHOD, &each, &result),
              com::hopeless::answer_to(each))
        << each.vt;
    EXPECT_EQ(result.vt, VT_EMPTY) << each.vt;
  }
}

}  // namespace
}  // namespace comeback::virtualpc
