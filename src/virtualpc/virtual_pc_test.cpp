// SPDX-License-Identifier: Apache-2.0
#include "virtualpc/virtual_pc.hpp"

#include "virtualpc/fixture.hpp"

namespace comeback::virtualpc {
namespace {

using base::errc;

class application_facade : public facade {
 protected:
  HRESULT find(const wchar_t* name, com::ptr<IVMVirtualMachine>& found) {
    const BSTR text = SysAllocString(name);
    const HRESULT hr = application()->FindVirtualMachine(text, found.put());
    SysFreeString(text);
    return hr;
  }
};

TEST_F(application_facade, finds_by_name_in_any_case) {
  com::ptr<IVMVirtualMachine> found;
  ASSERT_EQ(find(L"WEB", found), S_OK);
  BSTR name = nullptr, id = nullptr;
  ASSERT_EQ(found->get_Name(&name), S_OK);
  ASSERT_EQ(found->get_ConfigID(&id), S_OK);
  EXPECT_EQ(text(name), "web");
  EXPECT_EQ(text(id), vm->uuid());
}

TEST_F(application_facade, not_found_is_s_false_and_null) {
  com::ptr<IVMVirtualMachine> found = machine();
  EXPECT_EQ(find(L"mail", found), S_FALSE);
  EXPECT_FALSE(found);
}

TEST_F(application_facade, no_name_and_nowhere_to_put_the_machine) {
  com::ptr<IVMVirtualMachine> found = machine();
  EXPECT_EQ(application()->FindVirtualMachine(nullptr, found.put()), E_POINTER);
  EXPECT_FALSE(found);
  EXPECT_EQ(last_description(), "The name of the machine is null.");
  const BSTR name = SysAllocString(L"web");
  EXPECT_EQ(application()->FindVirtualMachine(name, nullptr), E_POINTER);
  SysFreeString(name);
}

TEST_F(application_facade, an_empty_name_is_nobody_s) {
  com::ptr<IVMVirtualMachine> found;
  EXPECT_EQ(find(L"", found), S_FALSE);
}

TEST_F(application_facade, lists_machines_from_1) {
  hypervisor->all.push_back(
      std::make_shared<machine::fake_machine>("mail", "00000000-0000-0000-0000-000000000002"));
  com::ptr<IVMVirtualMachineCollection> all;
  ASSERT_EQ(application()->get_VirtualMachines(all.put()), S_OK);
  LONG count = 0;
  ASSERT_EQ(all->get_Count(&count), S_OK);
  EXPECT_EQ(count, 2);
  com::ptr<IVMVirtualMachine> item;
  EXPECT_EQ(all->get_Item(0, item.put()), DISP_E_BADINDEX);
  EXPECT_EQ(all->get_Item(3, item.put()), DISP_E_BADINDEX);
  EXPECT_EQ(all->get_Item(-1, item.put()), DISP_E_BADINDEX);
  ASSERT_EQ(all->get_Item(2, item.put()), S_OK);
  BSTR name = nullptr;
  ASSERT_EQ(item->get_Name(&name), S_OK);
  EXPECT_EQ(text(name), "mail");
}

TEST_F(application_facade, for_each_over_the_machines) {
  com::ptr<IVMVirtualMachineCollection> all;
  ASSERT_EQ(application()->get_VirtualMachines(all.put()), S_OK);
  com::ptr<IUnknown> enumerator;
  ASSERT_EQ(all->get__NewEnum(enumerator.put()), S_OK);
  const auto each = enumerator.as<IEnumVARIANT>();
  ASSERT_TRUE(each);
  VARIANT item{};
  ASSERT_EQ(each->Next(1, &item, static_cast<ULONG*>(nullptr)), S_OK);
  ASSERT_EQ(item.vt, VT_DISPATCH);
  EXPECT_TRUE(com::ptr<IDispatch>(item.pdispVal).as<IVMVirtualMachine>());
  VariantClear(&item);
  EXPECT_EQ(each->Next(1, &item, static_cast<ULONG*>(nullptr)), S_FALSE);
}

TEST_F(application_facade, states_are_those_of_the_enumeration) {
  VMVMState state = vmVMState_Invalid;
  ASSERT_EQ(machine()->get_State(&state), S_OK);
  EXPECT_EQ(state, vmVMState_Running);
  vm->now = machine::run_state::saved;
  ASSERT_EQ(machine()->get_State(&state), S_OK);
  EXPECT_EQ(state, vmVMState_Saved);
}

TEST_F(application_facade, a_machine_that_went_away) {
  const auto gone = machine();
  vm->before = [] { throw base::error(errc::vm_unknown, "There is no machine 'web' any more."); };
  VMVMState state = vmVMState_Running;
  EXPECT_EQ(gone->get_State(&state), VM_E_VM_UNKNOWN);
  EXPECT_EQ(state, vmVMState_Invalid);
  EXPECT_EQ(last_description(), "There is no machine 'web' any more.");
}

TEST_F(application_facade, starting_and_stopping_are_tasks) {
  const auto web = machine();
  com::ptr<IVMTask> task;
  EXPECT_EQ(web->Startup(task.put()), VM_E_VM_RUNNING);
  ASSERT_EQ(web->TurnOff(task.put()), S_OK);
  ASSERT_EQ(task->WaitForCompletion(-1), S_OK);
  EXPECT_EQ(vm->now, machine::run_state::turned_off);
  EXPECT_EQ(web->TurnOff(task.put()), VM_E_VM_NOT_RUNNING);
  EXPECT_EQ(web->Save(task.put()), VM_E_VM_NOT_RUNNING);
  ASSERT_EQ(web->Startup(task.put()), S_OK);
  ASSERT_EQ(task->WaitForCompletion(-1), S_OK);
  EXPECT_EQ(vm->now, machine::run_state::running);
}

TEST_F(application_facade, a_failing_connection_has_no_code_of_its_own) {
  class broken final : public machine::fake_hypervisor {
   public:
    [[nodiscard]] std::vector<std::shared_ptr<machine::virtual_machine>> machines() const override {
      throw base::error(errc::access_denied, "The socket refuses us.");
    }
  };
  on->machines = std::make_shared<broken>();
  com::ptr<IVMVirtualMachineCollection> all;
  EXPECT_EQ(application()->get_VirtualMachines(all.put()), DISP_E_EXCEPTION);
  EXPECT_EQ(last_description(), "The socket refuses us.");
}

TEST_F(application_facade, open_members_answer_e_notimpl) {
  com::ptr<IVMHostInfo> host;
  EXPECT_EQ(application()->get_HostInfo(host.put()), E_NOTIMPL);
  EXPECT_EQ(last_description(), "IVMVirtualPC::get_HostInfo is not implemented.");
}

}  // namespace
}  // namespace comeback::virtualpc
