// SPDX-License-Identifier: Apache-2.0
#pragma once

// A connection with one machine and a guest that answers, for the tests of this folder.

#include "com/object/boundary.hpp"
#include "com/object/facade_test.hpp"
#include "guest/fake_guest.hpp"
#include "machine/fake_machine.hpp"
#include "virtualpc/virtual_pc.hpp"

#include <string>

#include <gtest/gtest.h>

namespace comeback::virtualpc {

class facade : public com::facade_test {
 protected:
  facade() {
    hypervisor->all = {vm};
    on->machines = hypervisor;
    on->channels = [this](const auto&) { return way; };
    on->tasks = std::make_shared<base::executor>();
    on->logoff = {.grace = std::chrono::milliseconds(50),
                  .deadline = std::chrono::milliseconds(400),
                  .poll = std::chrono::milliseconds(5)};
  }

  com::ptr<IVMVirtualPC> application() { return com::make<virtual_pc>(std::shared_ptr<const backend>(on)); }
  com::ptr<IVMVirtualMachine> machine() {
    com::ptr<IVMVirtualMachine> found;
    const BSTR name = SysAllocString(L"web");
    EXPECT_EQ(application()->FindVirtualMachine(name, found.put()), S_OK);
    SysFreeString(name);
    return found;
  }
  com::ptr<IVMGuestOS> guest() {
    com::ptr<IVMGuestOS> os;
    EXPECT_EQ(machine()->get_GuestOS(os.put()), S_OK);
    return os;
  }

  std::shared_ptr<machine::fake_machine> vm = std::make_shared<machine::fake_machine>("web");
  std::shared_ptr<guest::fake_guest> way = std::make_shared<guest::fake_guest>();
  std::shared_ptr<machine::fake_hypervisor> hypervisor = std::make_shared<machine::fake_hypervisor>();
  std::shared_ptr<backend> on = std::make_shared<backend>();
};

}  // namespace comeback::virtualpc
