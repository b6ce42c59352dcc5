// SPDX-License-Identifier: Apache-2.0
#pragma once

// A connection with one machine and a guest that answers, for the tests of this folder.

#include "com/boundary.hpp"
#include "guest/fake_guest.hpp"
#include "machine/fake_machine.hpp"
#include "virtualpc/virtual_pc.hpp"

#include <string>

#include <gtest/gtest.h>

namespace comeback::virtualpc {

class facade : public testing::Test {
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

  static std::string text(BSTR taken) {
    std::string result = com::to_utf8(taken);
    SysFreeString(taken);
    return result;
  }
  /// What GetErrorInfo has to say about the last failure.
  static std::string last_description() {
    com::ptr<IErrorInfo> info;
    if (GetErrorInfo(0, info.put()) != S_OK) return "(none)";
    BSTR words = nullptr;
    EXPECT_EQ(info->GetDescription(&words), S_OK);
    return text(words);
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
