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

constexpr com::dispatch_event<BSTR, VMVMState> state_changed{"IVMVirtualPCEvents::OnVMStateChange",
                                                             vmVirtualPCEvent_VMStateChange};

void raise(com::connection_point& at, const machine::notification& of) {
  if (of.what != machine::happening::state_changed) return;
  const std::unique_ptr<OLECHAR, decltype(&SysFreeString)> name(com::to_bstr(of.name), SysFreeString);
  state_changed.raise(at, name.get(), static_cast<VMVMState>(of.state));
}

}  // namespace

virtual_pc::virtual_pc(std::shared_ptr<const backend> on) : on_(std::move(on)) { events().observe_by(*this); }

// The last Release has closed the connection point, and that has ended the feed; a call under way finds
// nobody.
virtual_pc::~virtual_pc() { self_->clear(); }

void virtual_pc::sinks_changed() noexcept { feed_.follow(events()); }

std::shared_ptr<const void> virtual_pc::feed_events() const {
  auto hear = [self = self_](const machine::notification& of) {
    if (const auto source = self->lock()) raise(source->events(), of);
  };
  return std::make_shared<machine::subscription>(
      on_->machines->subscribe(std::make_shared<base::courier>(), std::move(hear)));
}

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
