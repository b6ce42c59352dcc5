// SPDX-License-Identifier: Apache-2.0
#include "virtualpc/guest_os.hpp"

#include "com/object/boundary.hpp"
#include "virtualpc/task.hpp"

namespace comeback::virtualpc {
namespace {

using base::errc;

// What the pages of the members list; everything else is DISP_E_EXCEPTION there.
constexpr errc logoff_codes[] = {errc::access_denied, errc::timed_out, errc::additions_feature_not_available,
                                 errc::vm_not_running, errc::vm_unknown};
constexpr errc terminal_codes[] = {errc::vm_not_running, errc::additions_feature_not_available};
constexpr errc heartbeat_codes[] = {errc::vm_unknown, errc::vm_not_running, errc::additions_not_available};
constexpr errc logged_on_codes[] = {errc::invalid_argument, errc::out_of_memory,
                                    errc::timed_out,        errc::vm_not_running,
                                    errc::vm_paused,        errc::additions_feature_not_available};
constexpr com::documented logoff_page{logoff_codes}, terminal_pages{terminal_codes},
    heartbeat_pages{heartbeat_codes}, logged_on_page{logged_on_codes};
// The pages of ComputerName and ScreenLocked list the same two.
constexpr const com::documented& name_and_screen_pages = terminal_pages;

}  // namespace

guest_os::guest_os(std::shared_ptr<const backend> on, const std::shared_ptr<machine::virtual_machine>& vm)
    : on_(std::move(on)), guest_(vm, on_->channels(vm)) {}

HRESULT guest_os::Logoff(IVMTask** out) noexcept {
  return boundary(
      out, [&] { return com::make<task>(guest_.logoff_all(*on_->tasks, on_->logoff).task()); }, &logoff_page);
}
HRESULT guest_os::get_HeartbeatPercentage(LONG* out) noexcept {
  return boundary(
      out, [&] { return guest_.heartbeat(*on_->hearts).percent; }, &heartbeat_pages);
}
HRESULT guest_os::get_IsHeartbeating(VARIANT_BOOL* out) noexcept {
  return boundary(
      out, [&] { return guest_.heartbeat(*on_->hearts).beating; }, &heartbeat_pages);
}
HRESULT guest_os::get_TerminalServicesInitialized(VARIANT_BOOL* out) noexcept {
  return boundary(
      out, [&] { return guest_.terminal_services_initialized(); }, &terminal_pages);
}
HRESULT guest_os::get_MultipleUserSessionsAllowed(VARIANT_BOOL* out) noexcept {
  return boundary(
      out, [&] { return guest_.multiple_user_sessions_allowed(); }, &terminal_pages);
}
// The one page that has E_INVALIDARG for a null pointer, and no E_POINTER.
HRESULT guest_os::get_ComputerName(BSTR* out) noexcept {
  if (!out) return com::publish(E_INVALIDARG);
  return boundary(
      out, [&] { return guest_.computer_name(); }, &name_and_screen_pages);
}
HRESULT guest_os::get_ScreenLocked(VARIANT_BOOL* out) noexcept {
  return boundary(
      out, [&] { return guest_.screen_locked(); }, &name_and_screen_pages);
}
HRESULT guest_os::IsUserLoggedOn(LONG kind, VARIANT_BOOL* out) noexcept {
  return boundary(
      out, [&] { return guest_.user_logged_on(guest::log_on_place_of(kind)); }, &logged_on_page);
}

}  // namespace comeback::virtualpc
