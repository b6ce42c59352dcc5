// SPDX-License-Identifier: Apache-2.0
#include "server/services.hpp"

#include "base/error.hpp"
#include "com/object/ptr.hpp"
#include "guest/fake_guest.hpp"
#include "machine/fake_machine.hpp"

#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <VPCCOMInterfaces.h>
#include <gtest/gtest.h>

namespace comeback::server {
namespace {

class daemon_connection final : public machine::fake_hypervisor {
 public:
  std::optional<base::errc> failing;
  [[nodiscard]] std::vector<std::shared_ptr<machine::virtual_machine>> machines() const override {
    if (failing) throw base::error(*failing, "The daemon does not answer.");
    return fake_hypervisor::machines();
  }
};

class services : public testing::Test {
 protected:
  void SetUp() override {
    register_classes([this]() -> virtualpc::backend {
      ++connects;
      if (down) throw base::error(base::errc::exception, "The daemon is down.");
      last = std::make_shared<daemon_connection>();
      return {.machines = last, .channels = [this](const auto&) { return way; }, .tasks = nullptr};
    });
    ASSERT_EQ(CoInitializeEx(nullptr, COINIT_MULTITHREADED), S_OK);
    if (last) last->failing.reset();
  }
  void TearDown() override {
    if (last) last->failing = base::errc::exception;  // the next test connects for itself
    CoUninitialize();
  }
  static HRESULT create(com::ptr<IVMVirtualPC>& made) {
    return CoCreateInstance(CLSID_VMVirtualPC, nullptr, CLSCTX_ALL, IID_PPV_ARGS(made.put()));
  }
  static HRESULT list(const com::ptr<IVMVirtualPC>& of) {
    com::ptr<IVMVirtualMachineCollection> all;
    return of->get_VirtualMachines(all.put());
  }

  int connects = 0;
  bool down = false;
  std::shared_ptr<guest::channel> way;
  static inline std::shared_ptr<daemon_connection> last;
};

TEST_F(services, one_connection_for_all_objects) {
  com::ptr<IVMVirtualPC> first, second;
  ASSERT_EQ(create(first), S_OK);
  const int before = connects;
  ASSERT_EQ(create(second), S_OK);
  EXPECT_EQ(connects, before);
}

TEST_F(services, connects_anew_where_the_connection_broke) {
  com::ptr<IVMVirtualPC> first, second;
  ASSERT_EQ(create(first), S_OK);
  const int before = connects;
  last->failing = base::errc::exception;
  EXPECT_EQ(list(first), DISP_E_EXCEPTION);
  ASSERT_EQ(create(second), S_OK);
  EXPECT_EQ(connects, before + 1);
  EXPECT_EQ(list(second), S_OK);
  EXPECT_EQ(list(first), DISP_E_EXCEPTION);
}

TEST_F(services, tries_again_while_the_daemon_is_down) {
  com::ptr<IVMVirtualPC> made;
  ASSERT_EQ(create(made), S_OK);
  last->failing = base::errc::exception;
  down = true;
  EXPECT_EQ(create(made), DISP_E_EXCEPTION);
  EXPECT_EQ(create(made), DISP_E_EXCEPTION);
  down = false;
  ASSERT_EQ(create(made), S_OK);
  EXPECT_EQ(list(made), S_OK);
}

TEST_F(services, the_last_uninitialise_waits_for_what_every_thread_began) {
  com::ptr<IVMVirtualPC> first;
  ASSERT_EQ(create(first), S_OK);
  std::vector<std::shared_ptr<machine::fake_machine>> machines;
  for (int i = 0; i < 4; ++i) {
    machines.push_back(std::make_shared<machine::fake_machine>("m" + std::to_string(i)));
    machines.back()->now = machine::run_state::turned_off;
    last->all.push_back(machines.back());
  }
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([i] {
      EXPECT_EQ(CoInitializeEx(nullptr, COINIT_MULTITHREADED), S_OK);
      com::ptr<IVMVirtualPC> mine;
      ASSERT_EQ(create(mine), S_OK);
      com::ptr<IVMVirtualMachine> vm;
      const BSTR name = SysAllocString((L"m" + std::to_wstring(i)).c_str());
      EXPECT_EQ(mine->FindVirtualMachine(name, vm.put()), S_OK);
      SysFreeString(name);
      com::ptr<IVMTask> nobody_waits;
      EXPECT_EQ(vm->Startup(nobody_waits.put()), S_OK);
      nobody_waits = nullptr;
      CoUninitialize();
    });
  for (auto& thread : threads) thread.join();
  first = nullptr;
  CoUninitialize();
  for (const auto& vm : machines) EXPECT_EQ(vm->now, machine::run_state::running);
  ASSERT_EQ(CoInitializeEx(nullptr, COINIT_MULTITHREADED), S_OK);  // for TearDown
}

TEST_F(services, the_last_uninitialise_ends_the_watching_of_heartbeats) {
  way = std::make_shared<guest::fake_guest>();
  com::ptr<IVMVirtualPC> made;
  ASSERT_EQ(create(made), S_OK);
  last->all = {std::make_shared<machine::fake_machine>("web")};
  com::ptr<IVMVirtualMachine> vm;
  com::ptr<IVMGuestOS> os;
  const BSTR name = SysAllocString(L"web");
  ASSERT_EQ(made->FindVirtualMachine(name, vm.put()), S_OK);
  SysFreeString(name);
  ASSERT_EQ(vm->get_GuestOS(os.put()), S_OK);
  VARIANT_BOOL beating = VARIANT_FALSE;
  ASSERT_EQ(os->get_IsHeartbeating(&beating), S_OK);
  EXPECT_EQ(beating, VARIANT_TRUE);
  os = nullptr;
  EXPECT_GT(way.use_count(), 1) << "a thread still feels the pulse";
  vm = nullptr;
  made = nullptr;
  CoUninitialize();
  EXPECT_EQ(way.use_count(), 1);
  ASSERT_EQ(CoInitializeEx(nullptr, COINIT_MULTITHREADED), S_OK);  // for TearDown
}

TEST_F(services, a_refusal_is_an_answer) {
  com::ptr<IVMVirtualPC> made;
  ASSERT_EQ(create(made), S_OK);
  const int before = connects;
  last->failing = base::errc::access_denied;
  ASSERT_EQ(create(made), S_OK);
  EXPECT_EQ(connects, before);
}

}  // namespace
}  // namespace comeback::server
