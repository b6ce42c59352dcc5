// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/dispatch/automation.hpp"
#include "com/made/VPCCOMInterfaces.hpp"
#include "virtualpc/backend.hpp"

#include <memory>

namespace comeback::virtualpc {

/// The application object, CLSID_VMVirtualPC.
class virtual_pc final : public com::automation<IVMVirtualPC, com::class_info<&CLSID_VMVirtualPC>> {
 public:
  explicit virtual_pc(std::shared_ptr<const backend> on) : on_(std::move(on)) {}

  HRESULT FindVirtualMachine(BSTR name, IVMVirtualMachine** out) noexcept override;
  HRESULT get_VirtualMachines(IVMVirtualMachineCollection** out) noexcept override;
  HRESULT get_Tasks(IVMTaskCollection** out) noexcept override;

 private:
  std::shared_ptr<const backend> on_;
};

}  // namespace comeback::virtualpc
