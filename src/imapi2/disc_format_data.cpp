// SPDX-License-Identifier: Apache-2.0
#include "imapi2/disc_format_data.hpp"

#include "base/error.hpp"
#include "com/object/arrays.hpp"
#include "com/object/boundary.hpp"
#include "com/object/enum_variant.hpp"
#include "imapi2/media_stream.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace comeback::imapi2 {
namespace {

using base::errc;
using base::error;

bool writes(optical::media_type type) {
  const auto* const known = optical::find_media(static_cast<int>(type));
  return known && known->how != optical::writing::none;
}

bool writes(drive& one) {
  return one.use([](optical::recorder& r) {
    return std::ranges::any_of(r.supported_media(), [](auto type) { return writes(type); });
  });
}

// A plain no, whatever the reason.
bool is_supported(IDiscRecorder2& recorder, const backend& on) {
  try {
    return writes(*drive_of(recorder, on));
  } catch (const error&) {
    return false;
  }
}

std::vector<LONG> written_media() {
  std::vector<LONG> types;
  for (const auto& each : optical::all_media())
    if (each.how != optical::writing::none) types.push_back(static_cast<LONG>(each.type));
  return types;
}

chosen_recorder chosen(IDiscRecorder2* value, const backend& on) {
  if (!value) return {};
  if (!is_supported(*value, on))
    throw error(errc::data_recorder_not_supported,
                "The recorder was not initialised, or writes no media. Call InitializeDiscRecorder first.");
  return {.object = com::ptr<IDiscRecorder2>(value), .behind = drive_of(*value, on)};
}

verification level_of(IMAPI_BURN_VERIFICATION_LEVEL value) {
  if (value < IMAPI_BURN_VERIFICATION_NONE || value > IMAPI_BURN_VERIFICATION_FULL)
    throw error(errc::invalid_argument, "There is no such level of verification.");
  return static_cast<verification>(value);
}

void require_speed(LONG sectors_a_second) {
  if (sectors_a_second < -1 || sectors_a_second == 0)
    throw error(errc::invalid_argument, "A speed is a number of sectors a second, or -1 for the fastest.");
}

}  // namespace

disc_format_data::session_objects disc_format_data::sessions_on(const chosen_recorder& recorder) {
  return {.sequential = com::make<multisession_sequential>(recorder),
          .random = com::make<multisession_random_write>(recorder)};
}

disc_format_data::settings disc_format_data::current() const {
  const std::lock_guard lock(mutex_);
  return settings_;
}

void disc_format_data::require_idle() const {
  if (writing_)
    throw error(errc::data_write_in_progress, "A write is running. Wait for its end, or call CancelWrite.");
}

template <class F>
HRESULT disc_format_data::give(auto* out, F&& of) noexcept {
  return boundary(out, [&] { return of(current()); });
}

void disc_format_data::choose(IDiscRecorder2* value) {
  change([](settings&) {});
  auto recorder = chosen(value, *on_);
  auto sessions = sessions_on(recorder);
  change([&](settings& s) {
    std::swap(s.recorder, recorder);
    std::swap(s.sessions, sessions);
  });
}

// An empty drive, and one whose medium takes nothing, has both: each then says that it does not work now.
com::safe_array disc_format_data::session_array() const {
  const auto now = current();
  std::vector<IDispatch*> both{now.sessions.sequential.get(), now.sessions.random.get()};
  try {
    const auto how = look_into(now.recorder).facts.how;
    if (how == optical::writing::sequential) both.pop_back();
    if (how == optical::writing::random) both.erase(both.begin());
  } catch (const error&) {  // no recorder, no medium, or somebody else's: the members say it
  }
  return com::array_of(both, [](IDispatch* one) { return com::dispatch_variant(one); });
}

HRESULT disc_format_data::IsRecorderSupported(IDiscRecorder2* recorder, VARIANT_BOOL* out) noexcept {
  return boundary(out, [&] { return is_supported(required(recorder, "recorder"), *on_); });
}
HRESULT disc_format_data::IsCurrentMediaSupported(IDiscRecorder2* recorder, VARIANT_BOOL* out) noexcept {
  return boundary(out, [&] {
    auto& given = required(recorder, "recorder");
    return is_supported(given, *on_) && writes(look_into(*drive_of(given, *on_)).facts.type);
  });
}
HRESULT disc_format_data::get_MediaPhysicallyBlank(VARIANT_BOOL* out) noexcept {
  return boundary(out, [&] { return look().state == optical::medium_state::blank; });
}
HRESULT disc_format_data::get_MediaHeuristicallyBlank(VARIANT_BOOL* out) noexcept {
  return boundary(out, [&] { return seems_blank(look()); });
}
HRESULT disc_format_data::get_SupportedMediaTypes(SAFEARRAY** out) noexcept {
  return boundary(out, [] {
    return com::array_of(written_media(), [](LONG type) { return com::number_variant(type, VT_I4); });
  });
}
HRESULT disc_format_data::put_Recorder(IDiscRecorder2* value) noexcept {
  return boundary([&] { choose(value); });
}
HRESULT disc_format_data::get_Recorder(IDiscRecorder2** out) noexcept {
  return give(out, [](const settings& s) { return s.recorder.object; });
}
HRESULT disc_format_data::get_CurrentMediaStatus(IMAPI_FORMAT2_DATA_MEDIA_STATE* out) noexcept {
  return boundary(out, [&] { return status_of(look()); });
}
HRESULT disc_format_data::get_WriteProtectStatus(IMAPI_MEDIA_WRITE_PROTECT_STATE* out) noexcept {
  return boundary(out, [&] { return protection_of(look()); });
}
HRESULT disc_format_data::get_TotalSectorsOnMedia(LONG* out) noexcept {
  return boundary(out, [&] { return total_sectors(look()); });
}
HRESULT disc_format_data::get_FreeSectorsOnMedia(LONG* out) noexcept {
  return boundary(out, [&] { return free_sectors(look()); });
}
HRESULT disc_format_data::get_NextWritableAddress(LONG* out) noexcept {
  return boundary(out, [&] { return next_address(look()); });
}
HRESULT disc_format_data::get_StartAddressOfPreviousSession(LONG* out) noexcept {
  return boundary(out, [&] { return start_of_last_session(look()); });
}
HRESULT disc_format_data::get_LastWrittenAddressOfPreviousSession(LONG* out) noexcept {
  return boundary(out, [&] { return end_of_last_session(look()); });
}
HRESULT disc_format_data::get_CurrentPhysicalMediaType(IMAPI_MEDIA_PHYSICAL_TYPE* out) noexcept {
  return boundary(out, [&] { return look().facts.type; });
}
HRESULT disc_format_data::get_CurrentWriteSpeed(LONG* out) noexcept {
  return boundary(out, [&] { return speed().sectors_a_second; });
}
HRESULT disc_format_data::get_CurrentRotationTypeIsPureCAV(VARIANT_BOOL* out) noexcept {
  return boundary(out, [&] { return (void)look(), false; });
}
HRESULT disc_format_data::get_SupportedWriteSpeeds(SAFEARRAY** out) noexcept {
  return boundary(out, [&] {
    return com::array_of(std::vector{speed()},
                         [](write_speed one) { return com::number_variant(one.sectors_a_second, VT_UI4); });
  });
}
HRESULT disc_format_data::get_SupportedWriteSpeedDescriptors(SAFEARRAY** out) noexcept {
  return boundary(out, [&] {
    return com::array_of(std::vector{speed()}, [](write_speed one) {
      return com::dispatch_variant(com::make<write_speed_descriptor>(one).get());
    });
  });
}
HRESULT disc_format_data::get_MultisessionInterfaces(SAFEARRAY** out) noexcept {
  return boundary(out, [&] { return session_array(); });
}

HRESULT disc_format_data::put_BufferUnderrunFreeDisabled(VARIANT_BOOL value) noexcept {
  return boundary(
      [&] { change([&](settings& s) { s.buffer_underrun_free_disabled = value != VARIANT_FALSE; }); });
}
HRESULT disc_format_data::get_BufferUnderrunFreeDisabled(VARIANT_BOOL* out) noexcept {
  return give(out, [](const settings& s) { return s.buffer_underrun_free_disabled; });
}
HRESULT disc_format_data::put_PostgapAlreadyInImage(VARIANT_BOOL value) noexcept {
  return boundary([&] { change([&](settings& s) { s.how.postgap_in_image = value != VARIANT_FALSE; }); });
}
HRESULT disc_format_data::get_PostgapAlreadyInImage(VARIANT_BOOL* out) noexcept {
  return give(out, [](const settings& s) { return s.how.postgap_in_image; });
}
HRESULT disc_format_data::put_ForceMediaToBeClosed(VARIANT_BOOL value) noexcept {
  return boundary([&] { change([&](settings& s) { s.how.force_closed = value != VARIANT_FALSE; }); });
}
HRESULT disc_format_data::get_ForceMediaToBeClosed(VARIANT_BOOL* out) noexcept {
  return give(out, [](const settings& s) { return s.how.force_closed; });
}
HRESULT disc_format_data::put_DisableConsumerDvdCompatibilityMode(VARIANT_BOOL value) noexcept {
  return boundary(
      [&] { change([&](settings& s) { s.how.disable_dvd_compatibility = value != VARIANT_FALSE; }); });
}
HRESULT disc_format_data::get_DisableConsumerDvdCompatibilityMode(VARIANT_BOOL* out) noexcept {
  return give(out, [](const settings& s) { return s.how.disable_dvd_compatibility; });
}
HRESULT disc_format_data::put_ForceOverwrite(VARIANT_BOOL value) noexcept {
  return boundary([&] { change([&](settings& s) { s.how.force_overwrite = value != VARIANT_FALSE; }); });
}
HRESULT disc_format_data::get_ForceOverwrite(VARIANT_BOOL* out) noexcept {
  return give(out, [](const settings& s) { return s.how.force_overwrite; });
}
HRESULT disc_format_data::put_ClientName(BSTR value) noexcept {
  return boundary([&] {
    auto name = com::to_utf8(value);
    if (name.empty()) throw error(errc::data_client_name_invalid, "The name of the client is empty.");
    change([&](settings& s) { s.client = std::move(name); });
  });
}
HRESULT disc_format_data::get_ClientName(BSTR* out) noexcept {
  return give(out, [](const settings& s) { return s.client; });
}
HRESULT disc_format_data::get_RequestedWriteSpeed(LONG* out) noexcept {
  return give(out, [](const settings& s) { return s.speed.sectors_a_second; });
}
HRESULT disc_format_data::get_RequestedRotationTypeIsPureCAV(VARIANT_BOOL* out) noexcept {
  return give(out, [](const settings& s) { return s.speed.pure_cav; });
}
HRESULT disc_format_data::SetWriteSpeed(LONG sectors_a_second, VARIANT_BOOL pure_cav) noexcept {
  HRESULT adjusted = S_OK;
  const HRESULT answer = boundary([&] {
    require_speed(sectors_a_second);
    const wanted_speed wanted{.sectors_a_second = sectors_a_second, .pure_cav = pure_cav != VARIANT_FALSE};
    adjusted = adjustment(wanted, speed());
    change([&](settings& s) { s.speed = wanted; });
  });
  return answer == S_OK ? adjusted : answer;
}

HRESULT disc_format_data::put_BurnVerificationLevel(IMAPI_BURN_VERIFICATION_LEVEL value) noexcept {
  return boundary([&] { change([&, level = level_of(value)](settings& s) { s.verify = level; }); });
}
HRESULT disc_format_data::get_BurnVerificationLevel(IMAPI_BURN_VERIFICATION_LEVEL* out) noexcept {
  return give(out, [](const settings& s) { return s.verify; });
}

}  // namespace comeback::imapi2
