// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/dispatch/automation.hpp"
#include "com/made/VPCCOMInterfaces.hpp"
#include "guest/guest_os.hpp"
#include "virtualpc/backend.hpp"

#include <memory>

namespace comeback::virtualpc {

class guest_os final : public com::automation<IVMGuestOS, com::class_info<&CLSID_VMGuestOS>> {
 public:
  guest_os(std::shared_ptr<const backend> on, const std::shared_ptr<machine::virtual_machine>& vm);

  HRESULT Logoff(IVMTask** out) noexcept override;
  HRESULT get_HeartbeatPercentage(LONG* out) noexcept override;
  HRESULT get_IsHeartbeating(VARIANT_BOOL* out) noexcept override;
  HRESULT get_TerminalServicesInitialized(VARIANT_BOOL* out) noexcept override;
  HRESULT get_MultipleUserSessionsAllowed(VARIANT_BOOL* out) noexcept override;
  HRESULT get_ComputerName(BSTR* out) noexcept override;
  HRESULT get_ScreenLocked(VARIANT_BOOL* out) noexcept override;
  HRESULT IsUserLoggedOn(LONG kind, VARIANT_BOOL* out) noexcept override;

 private:
  std::shared_ptr<const backend> on_;
  guest::guest_os guest_;
};

}  // namespace comeback::virtualpc
