// SPDX-License-Identifier: Apache-2.0
#include "cli/machine_render.hpp"

#include "base/text.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"

#include <fmt/format.h>

namespace comeback::cli {
namespace {

// A machine that vanishes between listing and asking is a state of its own, not the end of the list.
std::string state_text(const machine::listed_machine& listed) {
  return listed.state ? std::string(machine::name_of(*listed.state)) : "gone";
}

json brief_json(const machine::virtual_machine& vm, std::string_view state) {
  return {{"name", base::valid_utf8(vm.name())}, {"uuid", vm.uuid()}, {"state", state}};
}

}  // namespace

std::string machines_text(const machine_list& all) {
  std::vector<std::vector<std::string>> rows{{"NAME", "STATE", "UUID"}};
  for (const auto& listed : all) rows.push_back({listed.vm->name(), state_text(listed), listed.vm->uuid()});
  return table(rows);
}

std::string machines_json(const machine_list& all) {
  auto rows = json::array();
  for (const auto& listed : all) rows.push_back(brief_json(*listed.vm, state_text(listed)));
  return dump(rows);
}

std::string machine_text(const machine::virtual_machine& vm) {
  const auto facts = vm.details();
  std::vector<std::vector<std::string>> rows{{"name", vm.name()},
                                             {"uuid", vm.uuid()},
                                             {"state", std::string(machine::name_of(vm.state()))},
                                             {"memory", fmt::format("{} MiB", facts.memory_mib)},
                                             {"processors", fmt::format("{}", facts.vcpus)},
                                             {"guest agent", std::string(machine::name_of(facts.agent))}};
  for (const auto& drive : facts.dvd_drives)
    rows.push_back({fmt::format("dvd drive {} ({})", drive.target, drive.bus),
                    drive.image ? drive.image->string() : "empty"});
  return table(rows);
}

std::string machine_json(const machine::virtual_machine& vm) {
  const auto facts = vm.details();
  auto drives = json::array();
  for (const auto& drive : facts.dvd_drives)
    drives.push_back(
        {{"target", base::valid_utf8(drive.target)},
         {"bus", base::valid_utf8(drive.bus)},
         {"image", drive.image ? json(base::valid_utf8(drive.image->string())) : json(nullptr)}});
  auto object = brief_json(vm, machine::name_of(vm.state()));
  object["memory_mib"] = facts.memory_mib;
  object["processors"] = facts.vcpus;
  object["guest_agent"] = machine::name_of(facts.agent);
  object["dvd_drives"] = drives;
  return dump(object);
}

}  // namespace comeback::cli
