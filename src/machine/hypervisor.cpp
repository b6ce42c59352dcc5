// SPDX-License-Identifier: Apache-2.0
#include "machine/hypervisor.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace comeback::machine {

namespace {

std::optional<run_state> state_of(const virtual_machine& vm) {
  try {
    return vm.state();
  } catch (const base::error& e) {
    if (e.code() != base::errc::vm_unknown) throw;
    return std::nullopt;
  }
}

}  // namespace

std::vector<listed_machine> hypervisor::machines_with_states() const {
  std::vector<listed_machine> all;
  for (auto& vm : machines()) {
    const auto state = state_of(*vm);
    all.push_back({std::move(vm), state});
  }
  return all;
}

std::shared_ptr<virtual_machine> find(const hypervisor& in, std::string_view name_or_uuid) {
  return find(in.machines(), name_or_uuid);
}

std::shared_ptr<virtual_machine> find(const std::vector<std::shared_ptr<virtual_machine>>& machines,
                                      std::string_view name_or_uuid) {
  const std::string folded = base::fold_case(name_or_uuid);
  const auto first = [&machines](const auto& matches) {
    const auto at = std::ranges::find_if(machines, matches);
    return at == machines.end() ? nullptr : *at;
  };
  // An exact name wins: libvirt lets "web" and "Web" be two machines, and a name may look like a UUID.
  if (auto vm = first([&](const auto& m) { return m->name() == name_or_uuid; })) return vm;
  if (auto vm = first([&](const auto& m) { return m->uuid() == folded; })) return vm;
  return first([&](const auto& m) { return base::fold_case(m->name()) == folded; });
}

base::error no_such_machine(const hypervisor& in, std::string_view name_or_uuid) {
  return {base::errc::vm_unknown, fmt::format("There is no machine '{}' on {}.", name_or_uuid, in.uri())};
}

std::shared_ptr<virtual_machine> get(const hypervisor& in, std::string_view name_or_uuid) {
  if (auto vm = find(in, name_or_uuid)) return vm;
  throw no_such_machine(in, name_or_uuid);
}

}  // namespace comeback::machine
