// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/dispatch/automation.hpp"
#include "com/made/imapi2.hpp"
#include "imapi2/drive.hpp"

#include <memory>
#include <mutex>

namespace comeback::imapi2 {

/// CLSID_MsftDiscRecorder2. Until InitializeDiscRecorder has chosen a device, all other members answer
/// E_FAIL.
class disc_recorder final
    : public com::automation<IDiscRecorder2, com::class_info<&CLSID_MsftDiscRecorder2>, drive_holder> {
 public:
  explicit disc_recorder(std::shared_ptr<const backend> on) : on_(std::move(on)) {}

  [[nodiscard]] std::shared_ptr<drive> chosen_drive() override;

  HRESULT EjectMedia() noexcept override;
  HRESULT CloseTray() noexcept override;
  HRESULT AcquireExclusiveAccess(VARIANT_BOOL force, BSTR client) noexcept override;
  HRESULT ReleaseExclusiveAccess() noexcept override;
  HRESULT DisableMcn() noexcept override;
  HRESULT EnableMcn() noexcept override;
  HRESULT InitializeDiscRecorder(BSTR id) noexcept override;
  HRESULT get_ActiveDiscRecorder(BSTR* out) noexcept override;
  HRESULT get_VendorId(BSTR* out) noexcept override;
  HRESULT get_ProductId(BSTR* out) noexcept override;
  HRESULT get_ProductRevision(BSTR* out) noexcept override;
  HRESULT get_VolumeName(BSTR* out) noexcept override;
  HRESULT get_VolumePathNames(SAFEARRAY** out) noexcept override;
  HRESULT get_DeviceCanLoadMedia(VARIANT_BOOL* out) noexcept override;
  HRESULT get_LegacyDeviceNumber(LONG* out) noexcept override;
  HRESULT get_SupportedFeaturePages(SAFEARRAY** out) noexcept override;
  HRESULT get_CurrentFeaturePages(SAFEARRAY** out) noexcept override;
  HRESULT get_SupportedProfiles(SAFEARRAY** out) noexcept override;
  HRESULT get_CurrentProfiles(SAFEARRAY** out) noexcept override;
  HRESULT get_SupportedModePages(SAFEARRAY** out) noexcept override;
  HRESULT get_ExclusiveAccessOwner(BSTR* out) noexcept override;

 private:
  void choose(BSTR id);
  [[nodiscard]] optical::recorder_identity identity();
  void change_notification(bool disable);

  std::shared_ptr<const backend> on_;
  std::mutex mutex_;  // of what follows
  std::shared_ptr<drive> drive_;
  unsigned notification_disabled_ = 0;  // media here never send any
};

}  // namespace comeback::imapi2
