// SPDX-License-Identifier: Apache-2.0
#include "virtualpc/virtual_machine.hpp"

#include "com/object/boundary.hpp"
#include "com/object/collection.hpp"
#include "virtualpc/guest_os.hpp"
#include "virtualpc/machine_events.hpp"
#include "virtualpc/task.hpp"

namespace comeback::virtualpc {
namespace {

using base::errc;

// What the pages of the members list.
constexpr errc lookup_codes[] = {errc::vm_unknown};
constexpr errc startup_codes[] = {errc::access_denied, errc::timed_out, errc::vm_running};
constexpr errc turn_off_codes[] = {errc::access_denied, errc::vm_not_running, errc::vm_unknown};
constexpr errc save_codes[] = {errc::fail, errc::access_denied, errc::vm_not_running};
constexpr com::documented lookup_pages{lookup_codes}, startup_page{startup_codes},
    turn_off_page{turn_off_codes}, save_page{save_codes};

constexpr com::dispatch_event<VMVMState> state_changed{"IVMVirtualMachineEvents::OnStateChange",
                                                       vmVirtualMachineEvent_StateChanged};
constexpr com::dispatch_event<> request_shutdown{"IVMVirtualMachineEvents::OnRequestShutdown",
                                                 vmVirtualMachineEvent_RequestShutdown};
constexpr com::dispatch_event<> was_reset{"IVMVirtualMachineEvents::OnReset", vmVirtualMachineEvent_Reset};
constexpr com::dispatch_event<> additions_available{"IVMVirtualMachineEvents::OnAdditionsAvailable",
                                                    vmVirtualMachineEvent_AdditionsAvailable};
constexpr com::dispatch_event<> guest_shutdown{"IVMVirtualMachineEvents::OnGuestShutdown",
                                               vmVirtualMachineEvent_GuestShutdown};
constexpr com::dispatch_event<VMLogoffType> guest_logged_off{"IVMVirtualMachineEvents::OnGuestLogoff",
                                                             vmVirtualMachineEvent_GuestLogoff};

}  // namespace

using com::make;

virtual_machine::virtual_machine(std::shared_ptr<const backend> on,
                                 std::shared_ptr<machine::virtual_machine> vm)
    : on_(std::move(on)), vm_(std::move(vm)) {
  events().observe_by(*this);
}

// The last Release has closed the connection point, and that has ended the feed; a call under way finds
// nobody.
virtual_machine::~virtual_machine() { self_->clear(); }

void virtual_machine::sinks_changed() noexcept { feed_.follow(events()); }

std::shared_ptr<const void> virtual_machine::feed_events() const {
  const auto raising = [self = self_](const auto& event) {
    return [self, &event](auto... values) {
      if (const auto source = self->lock()) event.raise(source->events(), values...);
    };
  };
  return virtualpc::feed_events(on_, vm_,
                                {.state_changed = raising(state_changed),
                                 .guest_logged_off = raising(guest_logged_off),
                                 .request_shutdown = raising(request_shutdown),
                                 .reset = raising(was_reset),
                                 .additions_available = raising(additions_available),
                                 .guest_shutdown = raising(guest_shutdown)});
}

HRESULT virtual_machine::get_Name(BSTR* out) noexcept {
  return boundary(
      out, [&] { return vm_->name(); }, &lookup_pages);
}
HRESULT virtual_machine::get_ConfigID(BSTR* out) noexcept {
  return boundary(
      out, [&] { return vm_->uuid(); }, &lookup_pages);
}
HRESULT virtual_machine::get_GuestOS(IVMGuestOS** out) noexcept {
  return boundary(
      out, [&] { return make<guest_os>(on_, vm_); }, &lookup_pages);
}
HRESULT virtual_machine::get_State(VMVMState* out) noexcept {
  return boundary(
      out, [&] { return vm_->state(); }, &lookup_pages);
}
HRESULT virtual_machine::Startup(IVMTask** out) noexcept {
  return boundary(
      out, [&] { return make<task>(vm_->start(*on_->tasks)); }, &startup_page);
}
HRESULT virtual_machine::TurnOff(IVMTask** out) noexcept {
  return boundary(
      out, [&] { return make<task>(vm_->stop(*on_->tasks)); }, &turn_off_page);
}
HRESULT virtual_machine::Save(IVMTask** out) noexcept {
  return boundary(
      out, [&] { return make<task>(vm_->save(*on_->tasks)); }, &save_page);
}

virtual_machine_collection::virtual_machine_collection(const std::shared_ptr<const backend>& on) {
  for (auto& vm : on->machines->machines()) items_.push_back(make<virtual_machine>(on, std::move(vm)));
}

HRESULT virtual_machine_collection::get_Count(LONG* out) noexcept {
  return boundary(out, [&] { return items_.size(); });
}
HRESULT virtual_machine_collection::get_Item(LONG index, IVMVirtualMachine** out) noexcept {
  return boundary(out, [&] { return com::item_at(items_, index); });
}
HRESULT virtual_machine_collection::get__NewEnum(IUnknown** out) noexcept {
  return boundary(out, [&] { return com::enumerate(items_); });
}

}  // namespace comeback::virtualpc
