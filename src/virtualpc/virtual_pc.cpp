// SPDX-License-Identifier: Apache-2.0
#include "virtualpc/virtual_pc.hpp"

#include "com/object/boundary.hpp"
#include "virtualpc/task.hpp"
#include "virtualpc/virtual_machine.hpp"

#include <optional>

namespace comeback::virtualpc {
namespace {

// No code of their own for any failure: DISP_E_EXCEPTION (ivmvirtualpc.md).
constexpr com::documented nothing{};

std::optional<com::ptr<virtual_machine>> look_up(const std::shared_ptr<const backend>& on, BSTR name) {
  auto vm = machine::find(*on->machines, com::required(name, "name of the machine"));
  if (!vm) return com::no_answer;
  return com::make<virtual_machine>(on, std::move(vm));
}

}  // namespace

HRESULT virtual_pc::FindVirtualMachine(BSTR name, IVMVirtualMachine** out) noexcept {
  return boundary(
      out, [&] { return look_up(on_, name); }, &nothing);
}
HRESULT virtual_pc::get_VirtualMachines(IVMVirtualMachineCollection** out) noexcept {
  return boundary(
      out, [&] { return com::make<virtual_machine_collection>(on_); }, &nothing);
}
HRESULT virtual_pc::get_Tasks(IVMTaskCollection** out) noexcept {
  return boundary(
      out, [&] { return com::make<task_collection>(on_->tasks->tasks()); }, &nothing);
}

}  // namespace comeback::virtualpc
