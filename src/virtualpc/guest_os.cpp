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
constexpr com::documented logoff_page{logoff_codes}, terminal_pages{terminal_codes};

}  // namespace

guest_os::guest_os(std::shared_ptr<const backend> on, const std::shared_ptr<machine::virtual_machine>& vm)
    : on_(std::move(on)), guest_(vm, on_->channels(vm)) {}

HRESULT guest_os::Logoff(IVMTask** out) noexcept {
  return boundary(
      out, [&] { return com::make<task>(guest_.logoff_all(*on_->tasks, on_->logoff).task()); }, &logoff_page);
}
HRESULT guest_os::get_TerminalServicesInitialized(VARIANT_BOOL* out) noexcept {
  return boundary(
      out, [&] { return guest_.terminal_services_initialized(); }, &terminal_pages);
}
HRESULT guest_os::get_MultipleUserSessionsAllowed(VARIANT_BOOL* out) noexcept {
  return boundary(
      out, [&] { return guest_.multiple_user_sessions_allowed(); }, &terminal_pages);
}

}  // namespace comeback::virtualpc
