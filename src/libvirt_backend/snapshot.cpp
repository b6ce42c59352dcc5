// SPDX-License-Identifier: Apache-2.0
#include "libvirt_backend/snapshot.hpp"

#include "libvirt_backend/errors.hpp"
#include "libvirt_backend/hypervisor.hpp"
#include "libvirt_backend/machine.hpp"

#include <fmt/format.h>

namespace comeback::libvirt_backend {

void save_to(machine::virtual_machine& vm, const std::filesystem::path& file) {
  machine::require_running(vm);
  const auto& ours = dynamic_cast<const libvirt_machine&>(vm);
  if (virDomainSave(ours.handle().get(), file.c_str()) < 0) {
    throw_last(fmt::format("Saving '{}' to '{}'", vm.name(), file.string()));
  }
}

void restore_from(const machine::hypervisor& on, const std::filesystem::path& file, const std::string& xml) {
  const auto& ours = dynamic_cast<const libvirt_hypervisor&>(on);
  if (virDomainRestoreFlags(ours.connect().get(), file.c_str(), xml.c_str(), VIR_DOMAIN_SAVE_RUNNING) < 0) {
    throw_last(fmt::format("Restoring a machine from '{}'", file.string()));
  }
}

void pause(machine::virtual_machine& vm) {
  const auto& ours = dynamic_cast<const libvirt_machine&>(vm);
  if (virDomainSuspend(ours.handle().get()) < 0) throw_last(fmt::format("Pausing '{}'", vm.name()));
}

void resume(machine::virtual_machine& vm) {
  const auto& ours = dynamic_cast<const libvirt_machine&>(vm);
  if (virDomainResume(ours.handle().get()) < 0) throw_last(fmt::format("Resuming '{}'", vm.name()));
}

void reset(machine::virtual_machine& vm) {
  const auto& ours = dynamic_cast<const libvirt_machine&>(vm);
  if (virDomainReset(ours.handle().get(), 0) < 0) throw_last(fmt::format("Resetting '{}'", vm.name()));
}

}  // namespace comeback::libvirt_backend
