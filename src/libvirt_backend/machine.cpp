// SPDX-License-Identifier: Apache-2.0
#include "libvirt_backend/machine.hpp"

#include "libvirt_backend/domain_xml.hpp"
#include "libvirt_backend/errors.hpp"

#include <array>
#include <filesystem>

#include <fmt/format.h>

namespace comeback::libvirt_backend {

namespace {

using base::errc;
using base::error;
using machine::run_state;

std::string uuid_of(virDomainPtr domain) {
  std::array<char, VIR_UUID_STRING_BUFLEN> text{};
  if (virDomainGetUUIDString(domain, text.data()) < 0) throw_last("Asking for a machine's UUID");
  return text.data();
}

}  // namespace

run_state running_state(int state, int reason) noexcept {
  switch (state) {
    case VIR_DOMAIN_PAUSED:
      if (reason == VIR_DOMAIN_PAUSED_SAVE) return run_state::saving;
      return reason == VIR_DOMAIN_PAUSED_STARTING_UP ? run_state::turning_on : run_state::paused;
    case VIR_DOMAIN_SHUTDOWN:
      return run_state::turning_off;
    case VIR_DOMAIN_SHUTOFF:
    case VIR_DOMAIN_CRASHED:
      return run_state::turned_off;
    default:
      return run_state::running;
  }
}

libvirt_machine::libvirt_machine(std::shared_ptr<link> with, const std::shared_ptr<virConnect>& connect,
                                 domain_handle domain)
    : with_(std::move(with)),
      name_(virDomainGetName(domain.get())),
      uuid_(uuid_of(domain.get())),
      of_(connect),
      domain_(std::move(domain)) {}

in_use<virDomain> libvirt_machine::handle() const {
  const auto connect = with_->connect();
  const std::lock_guard lock(mutex_);
  if (of_.lock() != connect.shared()) {
    domain_handle found(virDomainLookupByUUIDString(connect.get(), uuid_.c_str()));
    if (!found) throw_last(fmt::format("Looking for '{}' again", name_));
    of_ = connect.shared();
    domain_ = std::move(found);
  }
  return in_use<virDomain>(domain_);
}

run_state libvirt_machine::state() const {
  int state = 0, reason = 0;
  if (virDomainGetState(handle().get(), &state, &reason, 0) < 0) {
    throw_last(fmt::format("Asking for the state of '{}'", name_));
  }
  const run_state now = running_state(state, reason);
  if (now != run_state::turned_off) return now;
  return virDomainHasManagedSaveImage(handle().get(), 0) == 1 ? run_state::saved : run_state::turned_off;
}

std::string libvirt_machine::xml() const {
  const c_string text(virDomainGetXMLDesc(handle().get(), 0));
  if (!text) throw_last(fmt::format("Asking for the description of '{}'", name_));
  return text.get();
}

machine::details libvirt_machine::details() const { return read_details(xml()); }

base::task libvirt_machine::begin(base::executor& on, std::string_view verb,
                                  void (libvirt_machine::*work)()) {
  return on.start(fmt::format("{} '{}'", verb, name_), false,
                  [self = shared_from_this(), work](base::task_context&) {
                    (self.get()->*work)();
                    return base::task_outcome{};
                  });
}

base::task libvirt_machine::start(base::executor& on) {
  require_off(*this);
  return begin(on, "Start", &libvirt_machine::start_now);
}

base::task libvirt_machine::stop(base::executor& on) {
  // A machine whose start was cut short, its process having died, stays "turning on" for ever.
  const run_state now = state();
  if (now == run_state::turned_off || now == run_state::saved) require_running(*this);
  return begin(on, "Stop", &libvirt_machine::stop_now);
}

base::task libvirt_machine::save(base::executor& on) {
  require_running(*this);
  return begin(on, "Save", &libvirt_machine::save_now);
}

void libvirt_machine::start_now() {
  if (virDomainCreateWithFlags(handle().get(), 0) < 0) throw_last(fmt::format("Starting '{}'", name_));
}

void libvirt_machine::stop_now() {
  if (virDomainDestroyFlags(handle().get(), 0) == 0) return;
  const failure f = last_failure();
  // Right after the embedded driver opened, libvirt 9.0 answers "not running" for what it has just stopped.
  if (state() == run_state::turned_off) return;
  throw error(code_for(f), fmt::format("Stopping '{}': {}.", name_, f.message));
}

void libvirt_machine::save_now() {
  if (virDomainManagedSave(handle().get(), 0) < 0) throw_last(fmt::format("Saving '{}'", name_));
}

void libvirt_machine::insert_dvd(const std::filesystem::path& image, std::string_view drive) {
  const auto chosen = choose_drive(*this, drive);
  std::error_code none;
  const auto where = std::filesystem::absolute(image);  // libvirt's folder is not the caller's
  const auto status = std::filesystem::status(where, none);
  if (!std::filesystem::exists(status)) {
    throw error(errc::file_not_found, fmt::format("There is no disc image '{}'.", where.string()));
  }
  if (!std::filesystem::is_regular_file(status) && !std::filesystem::is_block_file(status)) {
    throw error(errc::file_not_found, fmt::format("'{}' is not a disc image.", where.string()));
  }
  change_media(chosen.target, where);
}

void libvirt_machine::eject_dvd(std::string_view drive) {
  const auto chosen = choose_drive(*this, drive);
  if (!chosen.image) {
    throw error(errc::no_media_captured,
                fmt::format("The drive '{}' of '{}' is empty.", chosen.target, name_));
  }
  change_media(chosen.target, {});
}

void libvirt_machine::change_media(std::string_view drive, const std::filesystem::path& image) {
  const bool on = virDomainIsActive(handle().get()) == 1;
  const std::string device = drive_with(xml(), drive, image);
  // A persistent machine remembers its disc; a transient one has only the present.
  unsigned flags = on ? VIR_DOMAIN_AFFECT_LIVE : VIR_DOMAIN_AFFECT_CONFIG;
  if (on && virDomainIsPersistent(handle().get()) == 1) flags |= VIR_DOMAIN_AFFECT_CONFIG;
  if (virDomainUpdateDeviceFlags(handle().get(), device.c_str(), flags) == 0) return;
  const failure f = last_failure();
  const bool held = f.message.find("locked") != f.message.npos || f.message.find("tray") != f.message.npos;
  const errc code = held ? errc::media_unmount_failed : code_for(f);
  throw error(code, fmt::format("Changing the disc in drive '{}' of '{}': {}.", drive, name_, f.message));
}

void libvirt_machine::undefine() {
  require_off(*this);
  if (virDomainUndefineFlags(handle().get(), VIR_DOMAIN_UNDEFINE_MANAGED_SAVE) < 0) {
    throw_last(fmt::format("Forgetting '{}'", name_));
  }
}

}  // namespace comeback::libvirt_backend
