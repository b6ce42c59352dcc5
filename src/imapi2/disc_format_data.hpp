// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/dispatch/automation.hpp"
#include "com/events/events.hpp"
#include "com/made/imapi2.hpp"
#include "imapi2/burn.hpp"
#include "imapi2/data_event_args.hpp"
#include "imapi2/multisession.hpp"
#include "imapi2/write_speeds.hpp"

#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>

namespace comeback::imapi2 {

/// CLSID_MsftDiscFormat2Data. Write returns when all is on the medium; events come on its thread, and sinks
/// may call the object. Any thread may call CancelWrite.
class disc_format_data final
    : public com::automation<IDiscFormat2Data, com::class_info<&CLSID_MsftDiscFormat2Data>, IBurnVerification,
                             com::event_source<DDiscFormat2DataEvents>> {
 public:
  explicit disc_format_data(std::shared_ptr<const backend> on) : on_(std::move(on)) {}

  HRESULT IsRecorderSupported(IDiscRecorder2* recorder, VARIANT_BOOL* out) noexcept override;
  HRESULT IsCurrentMediaSupported(IDiscRecorder2* recorder, VARIANT_BOOL* out) noexcept override;
  HRESULT get_MediaPhysicallyBlank(VARIANT_BOOL* out) noexcept override;
  HRESULT get_MediaHeuristicallyBlank(VARIANT_BOOL* out) noexcept override;
  HRESULT get_SupportedMediaTypes(SAFEARRAY** out) noexcept override;
  HRESULT put_Recorder(IDiscRecorder2* value) noexcept override;
  HRESULT get_Recorder(IDiscRecorder2** out) noexcept override;
  HRESULT put_BufferUnderrunFreeDisabled(VARIANT_BOOL value) noexcept override;
  HRESULT get_BufferUnderrunFreeDisabled(VARIANT_BOOL* out) noexcept override;
  HRESULT put_PostgapAlreadyInImage(VARIANT_BOOL value) noexcept override;
  HRESULT get_PostgapAlreadyInImage(VARIANT_BOOL* out) noexcept override;
  HRESULT get_CurrentMediaStatus(IMAPI_FORMAT2_DATA_MEDIA_STATE* out) noexcept override;
  HRESULT get_WriteProtectStatus(IMAPI_MEDIA_WRITE_PROTECT_STATE* out) noexcept override;
  HRESULT get_TotalSectorsOnMedia(LONG* out) noexcept override;
  HRESULT get_FreeSectorsOnMedia(LONG* out) noexcept override;
  HRESULT get_NextWritableAddress(LONG* out) noexcept override;
  HRESULT get_StartAddressOfPreviousSession(LONG* out) noexcept override;
  HRESULT get_LastWrittenAddressOfPreviousSession(LONG* out) noexcept override;
  HRESULT put_ForceMediaToBeClosed(VARIANT_BOOL value) noexcept override;
  HRESULT get_ForceMediaToBeClosed(VARIANT_BOOL* out) noexcept override;
  HRESULT put_DisableConsumerDvdCompatibilityMode(VARIANT_BOOL value) noexcept override;
  HRESULT get_DisableConsumerDvdCompatibilityMode(VARIANT_BOOL* out) noexcept override;
  HRESULT get_CurrentPhysicalMediaType(IMAPI_MEDIA_PHYSICAL_TYPE* out) noexcept override;
  HRESULT put_ClientName(BSTR value) noexcept override;
  HRESULT get_ClientName(BSTR* out) noexcept override;
  HRESULT get_RequestedWriteSpeed(LONG* out) noexcept override;
  HRESULT get_RequestedRotationTypeIsPureCAV(VARIANT_BOOL* out) noexcept override;
  HRESULT get_CurrentWriteSpeed(LONG* out) noexcept override;
  HRESULT get_CurrentRotationTypeIsPureCAV(VARIANT_BOOL* out) noexcept override;
  HRESULT get_SupportedWriteSpeeds(SAFEARRAY** out) noexcept override;
  HRESULT get_SupportedWriteSpeedDescriptors(SAFEARRAY** out) noexcept override;
  HRESULT put_ForceOverwrite(VARIANT_BOOL value) noexcept override;
  HRESULT get_ForceOverwrite(VARIANT_BOOL* out) noexcept override;
  HRESULT get_MultisessionInterfaces(SAFEARRAY** out) noexcept override;
  HRESULT Write(IStream* data) noexcept override;
  HRESULT CancelWrite() noexcept override;
  HRESULT SetWriteSpeed(LONG sectors_a_second, VARIANT_BOOL pure_cav) noexcept override;

  HRESULT put_BurnVerificationLevel(IMAPI_BURN_VERIFICATION_LEVEL value) noexcept override;
  HRESULT get_BurnVerificationLevel(IMAPI_BURN_VERIFICATION_LEVEL* out) noexcept override;

 private:
  /// The two kinds of sessions on the recorder; made with it, so that InUse lasts.
  struct session_objects {
    com::ptr<multisession_sequential> sequential;
    com::ptr<multisession_random_write> random;
  };
  struct settings {
    chosen_recorder recorder;
    session_objects sessions;
    burn_options how;
    bool buffer_underrun_free_disabled = false;
    std::string client;
    wanted_speed speed;
    verification verify = verification::none;
  };
  class running;  // marks that a write runs

  [[nodiscard]] settings current() const;
  /// `errc::data_write_in_progress` while a write runs.
  template <class F>
  void change(F&& how) {
    const std::lock_guard lock(mutex_);
    require_idle();
    std::forward<F>(how)(settings_);
  }
  void require_idle() const;
  template <class F>
  HRESULT give(auto* out, F&& of) noexcept;
  [[nodiscard]] media_look look() const { return look_into(current().recorder); }
  [[nodiscard]] write_speed speed() const { return speed_for(look().facts.type); }
  [[nodiscard]] static session_objects sessions_on(const chosen_recorder& recorder);
  [[nodiscard]] com::safe_array session_array() const;
  void choose(IDiscRecorder2* value);
  /// S_OK, or what had to be adjusted.
  [[nodiscard]] HRESULT write(IStream& data);
  void tell(const write_moment& at) noexcept;

  std::shared_ptr<const backend> on_;
  mutable std::mutex mutex_;  // of what follows
  settings settings_{.recorder = {}, .sessions = sessions_on({}), .how = {}, .client = {}, .speed = {}};
  bool writing_ = false;
  std::stop_source stop_;
};

}  // namespace comeback::imapi2
