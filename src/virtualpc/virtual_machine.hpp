// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/dispatch/automation.hpp"
#include "com/events/events.hpp"
#include "com/made/VPCCOMInterfaces.hpp"
#include "com/object/ptr.hpp"
#include "virtualpc/backend.hpp"
#include "virtualpc/event_feed.hpp"

#include <memory>
#include <vector>

namespace comeback::virtualpc {

/// Events come while sinks are connected and the object is held, on one thread of its own, one after the
/// other: a sink that blocks holds up those of this object, and nothing else.
class virtual_machine final
    : public com::automation<IVMVirtualMachine, com::class_info<&CLSID_VMVirtualMachine>,
                             com::event_source<IVMVirtualMachineEvents>>,
      private com::sink_observer {
 public:
  virtual_machine(std::shared_ptr<const backend> on, std::shared_ptr<machine::virtual_machine> vm);

  HRESULT get_Name(BSTR* out) noexcept override;
  HRESULT get_ConfigID(BSTR* out) noexcept override;
  HRESULT get_GuestOS(IVMGuestOS** out) noexcept override;
  HRESULT get_State(VMVMState* out) noexcept override;
  HRESULT Startup(IVMTask** out) noexcept override;
  HRESULT TurnOff(IVMTask** out) noexcept override;
  HRESULT Save(IVMTask** out) noexcept override;

 private:
  ~virtual_machine() override;
  void sinks_changed() noexcept override;
  [[nodiscard]] com::connection_point& events() noexcept { return point_of<IVMVirtualMachineEvents>(); }
  [[nodiscard]] std::shared_ptr<const void> feed_events() const;

  std::shared_ptr<const backend> on_;
  std::shared_ptr<machine::virtual_machine> vm_;
  std::shared_ptr<weak_source<virtual_machine>> self_ = std::make_shared<weak_source<virtual_machine>>(*this);
  event_feed feed_{[this] { return feed_events(); }};
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
