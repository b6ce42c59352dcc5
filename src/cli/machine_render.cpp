// SPDX-License-Identifier: Apache-2.0
#include "cli/machine_render.hpp"

#include "base/text.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"

#include <fmt/format.h>

namespace comeback::cli {
namespace {

// A machine that vanishes between listing and asking is a state of its own, not the end of the list.
std::string state_text(const machine::virtual_machine& vm) {
  try {
    return std::string(machine::name_of(vm.state()));
  } catch (const base::error& e) {
    if (e.code() != base::errc::vm_unknown) throw;
    return "gone";
  }
}

json brief_json(const machine::virtual_machine& vm) {
  return {{"name", base::valid_utf8(vm.name())}, {"uuid", vm.uuid()}, {"state", state_text(vm)}};
}

json session_json(const guest::session& s) {
  return {{"id", base::valid_utf8(s.id)},
          {"user", base::valid_utf8(s.user)},
          {"uid", s.uid},
          {"kind", guest::name_of(s.kind)},
          {"seat", base::valid_utf8(s.seat)},
          {"tty", base::valid_utf8(s.tty)},
          {"remote", s.remote},
          {"host", base::valid_utf8(s.host)},
          {"since", base::to_rfc3339(s.since)},
          {"state", base::valid_utf8(s.state)},
          {"class", base::valid_utf8(s.session_class)},
          {"locked", s.locked}};
}

}  // namespace

std::string machines_text(const machine_list& all) {
  std::vector<std::vector<std::string>> rows{{"NAME", "STATE", "UUID"}};
  for (const auto& vm : all) rows.push_back({vm->name(), state_text(*vm), vm->uuid()});
  return table(rows);
}

std::string machines_json(const machine_list& all) {
  auto rows = json::array();
  for (const auto& vm : all) rows.push_back(brief_json(*vm));
  return dump(rows);
}

std::string machine_text(const machine::virtual_machine& vm) {
  const auto facts = vm.details();
  std::vector<std::vector<std::string>> rows{{"name", vm.name()},
                                             {"uuid", vm.uuid()},
                                             {"state", state_text(vm)},
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
  auto object = brief_json(vm);
  object["memory_mib"] = facts.memory_mib;
  object["processors"] = facts.vcpus;
  object["guest_agent"] = machine::name_of(facts.agent);
  object["dvd_drives"] = drives;
  return dump(object);
}

std::string sessions_text(const std::vector<guest::session>& all) {
  if (all.empty()) return "Nobody is logged on.\n";
  std::vector<std::vector<std::string>> rows{
      {"SESSION", "USER", "KIND", "SEAT", "TTY", "FROM", "SINCE", "STATE"}};
  for (const auto& s : all)
    rows.push_back({s.id, s.user, std::string(guest::name_of(s.kind)), s.seat.empty() ? "-" : s.seat,
                    s.tty.empty() ? "-" : s.tty, s.host.empty() ? "-" : s.host, base::to_string(s.since),
                    s.state});
  return table(rows);
}

std::string sessions_json(const std::vector<guest::session>& all) {
  auto rows = json::array();
  for (const auto& s : all) rows.push_back(session_json(s));
  return dump(rows);
}

std::string logoff_text(const std::vector<guest::session_result>& results) {
  if (results.empty()) return {};
  std::vector<std::vector<std::string>> rows{{"SESSION", "USER", "KIND", "RESULT"}};
  for (const auto& r : results)
    rows.push_back(
        {r.who.id, r.who.user, std::string(guest::name_of(r.who.kind)), std::string(guest::name_of(r.fate))});
  return table(rows);
}

std::string logoff_json(const std::vector<guest::session_result>& results,
                        const base::task_outcome& outcome) {
  auto rows = json::array();
  for (const auto& r : results) {
    auto row = session_json(r.who);
    row["result"] = guest::name_of(r.fate);
    rows.push_back(row);
  }
  json object{{"result", base::name_of(outcome.result)}, {"sessions", rows}};
  if (outcome.error != base::errc::ok)
    object["error"] = json::parse(error_json(outcome.error, outcome.description)).at("error");
  return dump(object);
}

}  // namespace comeback::cli
