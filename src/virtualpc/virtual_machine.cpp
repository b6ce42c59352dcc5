// SPDX-License-Identifier: Apache-2.0
#include "virtualpc/virtual_machine.hpp"

#include "com/object/boundary.hpp"
#include "com/object/collection.hpp"
#include "virtualpc/guest_os.hpp"
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

}  // namespace

using com::make;

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
