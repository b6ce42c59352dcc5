// SPDX-License-Identifier: Apache-2.0
#include "imapi2/disc_recorder.hpp"

#include "base/error.hpp"
#include "com/object/arrays.hpp"
#include "com/object/boundary.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace comeback::imapi2 {
namespace {

using base::errc;
using base::error;
using optical::recorder;

// A device whose record was removed since: what it is asked then has no code of its own below.
void require_present(const optical::recorder_registry& all, const drive& one) {
  const auto ids = all.ids();
  if (std::ranges::find(ids, one.id()) == ids.end())
    throw error(errc::device_gone, fmt::format("The recorder {} was removed.", one.id()));
}

template <class T>
com::safe_array numbers(const std::vector<T>& values) {
  return com::array_of(values, [](T value) { return com::number_variant(value, VT_I4); });
}

LONG place_of(const optical::recorder_registry& all, const std::string& id) {
  const auto ids = all.ids();
  return static_cast<LONG>(std::ranges::find(ids, id) - ids.begin());
}

void release(recorder& of) {
  if (of.acquired() == 0) throw error(errc::fail, "Exclusive access was not acquired with this object.");
  of.release();
}

std::string client_name(BSTR text) {
  auto name = com::to_utf8(text);
  if (name.empty()) throw error(errc::invalid_argument, "The name of the client is empty.");
  return name;
}

}  // namespace

std::shared_ptr<drive> disc_recorder::chosen_drive() {
  std::shared_ptr<drive> chosen;
  {
    const std::lock_guard lock(mutex_);
    chosen = drive_;
  }
  if (!chosen) throw error(errc::fail, "No device was chosen. Call InitializeDiscRecorder first.");
  require_present(*on_->recorders, *chosen);
  return chosen;
}

void disc_recorder::choose(BSTR id) {
  const auto text = com::to_utf8(id);
  const auto ids = on_->recorders->ids();
  if (std::ranges::find(ids, text) == ids.end())
    throw error(errc::invalid_argument,
                fmt::format("There is no recorder \"{}\". IDiscMaster2 lists those there are.", text));
  auto chosen = std::make_shared<drive>(on_->recorders->open(text));
  const std::lock_guard lock(mutex_);
  drive_.swap(chosen);
  notification_disabled_ = 0;
}

optical::recorder_identity disc_recorder::identity() {
  return chosen_drive()->use([](recorder& r) { return r.identity(); });
}

void disc_recorder::change_notification(bool disable) {
  (void)chosen_drive();
  const std::lock_guard lock(mutex_);
  if (disable)
    ++notification_disabled_;
  else if (notification_disabled_ > 0)
    --notification_disabled_;
}

HRESULT disc_recorder::EjectMedia() noexcept {
  return boundary([&] { chosen_drive()->move([](recorder& r) { r.eject(); }); });
}
HRESULT disc_recorder::CloseTray() noexcept {
  return boundary([&] { chosen_drive()->move([](recorder& r) { r.load(); }); });
}
// Nothing here mounts the medium, so there is nothing to force.
HRESULT disc_recorder::AcquireExclusiveAccess(VARIANT_BOOL, BSTR client) noexcept {
  return boundary(
      [&] { chosen_drive()->use([&, name = client_name(client)](recorder& r) { r.acquire(name); }); });
}
HRESULT disc_recorder::ReleaseExclusiveAccess() noexcept {
  return boundary([&] { chosen_drive()->ask(release); });
}
HRESULT disc_recorder::DisableMcn() noexcept {
  return boundary([&] { change_notification(true); });
}
HRESULT disc_recorder::EnableMcn() noexcept {
  return boundary([&] { change_notification(false); });
}
HRESULT disc_recorder::InitializeDiscRecorder(BSTR id) noexcept {
  return boundary([&] { choose(id); });
}
HRESULT disc_recorder::get_ActiveDiscRecorder(BSTR* out) noexcept {
  return boundary(out, [&] { return chosen_drive()->id(); });
}
HRESULT disc_recorder::get_VendorId(BSTR* out) noexcept {
  return boundary(out, [&] { return identity().vendor; });
}
HRESULT disc_recorder::get_ProductId(BSTR* out) noexcept {
  return boundary(out, [&] { return identity().product; });
}
HRESULT disc_recorder::get_ProductRevision(BSTR* out) noexcept {
  return boundary(out, [&] { return identity().revision; });
}
HRESULT disc_recorder::get_VolumeName(BSTR* out) noexcept {
  return boundary(out, [&] { return chosen_drive()->id(); });
}
HRESULT disc_recorder::get_VolumePathNames(SAFEARRAY** out) noexcept {
  return boundary(out, [&] {
    (void)chosen_drive();
    return com::variant_vector(0);
  });
}
HRESULT disc_recorder::get_DeviceCanLoadMedia(VARIANT_BOOL* out) noexcept {
  return boundary(out, [&] { return chosen_drive()->use([](recorder& r) { return r.can_load(); }); });
}
HRESULT disc_recorder::get_LegacyDeviceNumber(LONG* out) noexcept {
  return boundary(out, [&] { return place_of(*on_->recorders, chosen_drive()->id()); });
}
HRESULT disc_recorder::get_SupportedFeaturePages(SAFEARRAY** out) noexcept {
  return boundary(
      out, [&] { return numbers(chosen_drive()->ask([](recorder& r) { return r.supported_features(); })); });
}
HRESULT disc_recorder::get_CurrentFeaturePages(SAFEARRAY** out) noexcept {
  return boundary(
      out, [&] { return numbers(chosen_drive()->ask([](recorder& r) { return r.current_features(); })); });
}
HRESULT disc_recorder::get_SupportedProfiles(SAFEARRAY** out) noexcept {
  return boundary(
      out, [&] { return numbers(chosen_drive()->ask([](recorder& r) { return r.supported_profiles(); })); });
}
HRESULT disc_recorder::get_CurrentProfiles(SAFEARRAY** out) noexcept {
  return boundary(
      out, [&] { return numbers(chosen_drive()->ask([](recorder& r) { return r.current_profiles(); })); });
}
HRESULT disc_recorder::get_SupportedModePages(SAFEARRAY** out) noexcept {
  return boundary(out, [&] {
    return numbers(chosen_drive()->ask([](recorder& r) { return r.supported_mode_pages(); }));
  });
}
HRESULT disc_recorder::get_ExclusiveAccessOwner(BSTR* out) noexcept {
  return boundary(out, [&] { return chosen_drive()->use([](recorder& r) { return r.exclusive_owner(); }); });
}

}  // namespace comeback::imapi2
