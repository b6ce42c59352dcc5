// SPDX-License-Identifier: Apache-2.0
// A client that begins a slow task and ends at once, in the way its first argument names; the task writes the
// file that the second one names. The machine is a fake; everything else is what libcomeback-com.so is made
// of.

#include "machine/fake_machine.hpp"
#include "server/services.hpp"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

#include <VPCCOMInterfaces.h>

namespace {

using namespace comeback;

class slow_machine final : public machine::fake_machine {
 public:
  explicit slow_machine(std::string file) : fake_machine("slow"), file_(std::move(file)) {}
  base::task stop(base::executor& on) override {
    return on.start("Stop slow", false, [file = file_](base::task_context& self) {
      self.sleep(std::chrono::milliseconds(600));
      std::ofstream(file) << "whole";
      return base::task_outcome{};
    });
  }

 private:
  std::string file_;
};

HRESULT begin() {
  IVMVirtualPC* vpc = nullptr;
  IVMVirtualMachine* found = nullptr;
  IVMTask* task = nullptr;
  HRESULT hr = CoCreateInstance(CLSID_VMVirtualPC, nullptr, CLSCTX_ALL, IID_PPV_ARGS(&vpc));
  const BSTR name = SysAllocString(L"slow");
  if (SUCCEEDED(hr)) hr = vpc->FindVirtualMachine(name, &found);
  SysFreeString(name);
  if (hr == S_OK) hr = found->TurnOff(&task);
  if (task) task->Release();
  if (found) found->Release();
  if (vpc) vpc->Release();
  return hr;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const std::string how = argv[1], file = argv[2];
  server::register_classes([file] {
    auto machines = std::make_shared<machine::fake_hypervisor>();
    machines->all = {std::make_shared<slow_machine>(file)};
    return virtualpc::backend{
        .machines = machines, .channels = [](const auto&) { return nullptr; }, .tasks = nullptr};
  });
  if (CoInitializeEx(nullptr, COINIT_MULTITHREADED) != S_OK || begin() != S_OK) return 1;
  if (how == "uninitialize") {
    CoUninitialize();
    std::_Exit(0);  // nothing runs behind this: the wait was in CoUninitialize
  }
  if (how == "exit") std::exit(0);
  return 0;
}
