// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/dispatch/automation.hpp"
#include "com/made/VPCCOMInterfaces.hpp"
#include "com/object/ptr.hpp"
#include "virtualpc/backend.hpp"

#include <memory>
#include <vector>

namespace comeback::virtualpc {

class virtual_machine final
    : public com::automation<IVMVirtualMachine, com::class_info<&CLSID_VMVirtualMachine>> {
 public:
  virtual_machine(std::shared_ptr<const backend> on, std::shared_ptr<machine::virtual_machine> vm)
      : on_(std::move(on)), vm_(std::move(vm)) {}

  HRESULT get_Name(BSTR* out) noexcept override;
  HRESULT get_ConfigID(BSTR* out) noexcept override;
  HRESULT get_GuestOS(IVMGuestOS** out) noexcept override;
  HRESULT get_State(VMVMState* out) noexcept override;
  HRESULT Startup(IVMTask** out) noexcept override;
  HRESULT TurnOff(IVMTask** out) noexcept override;
  HRESULT Save(IVMTask** out) noexcept override;

 private:
  std::shared_ptr<const backend> on_;
  std::shared_ptr<machine::virtual_machine> vm_;
};

/// The machines there were when it was asked for.
class virtual_machine_collection final : public com::automation<IVMVirtualMachineCollection> {
 public:
  explicit virtual_machine_collection(const std::shared_ptr<const backend>& on);

  HRESULT get_Count(LONG* out) noexcept override;
  HRESULT get_Item(LONG index, IVMVirtualMachine** out) noexcept override;
  HRESULT get__NewEnum(IUnknown** out) noexcept override;

 private:
  std::vector<com::ptr<virtual_machine>> items_;
};

}  // namespace comeback::virtualpc
