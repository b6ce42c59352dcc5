// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/dispatch/automation.hpp"
#include "com/events/events.hpp"
#include "com/made/VPCCOMInterfaces.hpp"
#include "virtualpc/backend.hpp"
#include "virtualpc/event_feed.hpp"

#include <memory>

namespace comeback::virtualpc {

/// The application object, CLSID_VMVirtualPC. Its events come as those of a machine do.
class virtual_pc final : public com::automation<IVMVirtualPC, com::class_info<&CLSID_VMVirtualPC>,
                                                com::event_source<IVMVirtualPCEvents>>,
                         private com::sink_observer {
 public:
  explicit virtual_pc(std::shared_ptr<const backend> on);

  HRESULT FindVirtualMachine(BSTR name, IVMVirtualMachine** out) noexcept override;
  HRESULT get_VirtualMachines(IVMVirtualMachineCollection** out) noexcept override;
  HRESULT get_Tasks(IVMTaskCollection** out) noexcept override;

 private:
  ~virtual_pc() override;
  void sinks_changed() noexcept override;
  [[nodiscard]] com::connection_point& events() noexcept { return point_of<IVMVirtualPCEvents>(); }
  [[nodiscard]] std::shared_ptr<const void> feed_events() const;

  std::shared_ptr<const backend> on_;
  std::shared_ptr<weak_source<virtual_pc>> self_ = std::make_shared<weak_source<virtual_pc>>(*this);
  event_feed feed_{[this] { return feed_events(); }};
};

}  // namespace comeback::virtualpc
