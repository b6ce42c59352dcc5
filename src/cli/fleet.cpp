// SPDX-License-Identifier: Apache-2.0
#include "cli/fleet.hpp"

#include "cli/context.hpp"

#include <algorithm>

namespace comeback::cli {
namespace {

using base::errc;

target find_target(const std::vector<std::shared_ptr<machine::virtual_machine>>& all, const std::string& name,
                   const machine::hypervisor& among) {
  if (auto vm = machine::find(all, name)) return {vm->name(), vm, {}};
  return {name, nullptr, machine::no_such_machine(among, name).what()};
}

// The same machine under its name and its UUID, or the same unknown word twice.
bool same(const target& a, const target& b) {
  if (a.vm && b.vm) return a.vm->uuid() == b.vm->uuid();
  return !a.vm && !b.vm && a.name == b.name;
}

// Without an agent, or no longer running: whoever says --all does not mean that machine.
bool nothing_to_do(const fleet& of, const target& with, errc code) {
  if (!of.all || !with.vm) return false;
  if (code == errc::vm_not_running || code == errc::vm_unknown) return true;
  if (code != errc::additions_feature_not_available) return false;
  try {
    return of.channels(with.vm)->state() != machine::agent_channel::connected;
  } catch (const base::error&) {
    return false;
  }
}

}  // namespace

fleet choose(const machine::hypervisor& among, guest::channel_factory channels, const machine_choice& which,
             bool also_off) {
  fleet chosen{{}, std::move(channels), which.all};
  if (which.all) {
    for (const auto& [vm, state] : among.machines_with_states())
      if (also_off || state == machine::run_state::running) chosen.machines.push_back({vm->name(), vm, {}});
    return chosen;
  }
  const auto known = among.machines();
  for (const auto& name : which.names) {
    auto next = find_target(known, name, among);
    if (std::ranges::none_of(chosen.machines, [&](const target& t) { return same(t, next); }))
      chosen.machines.push_back(std::move(next));
  }
  return chosen;
}

const std::shared_ptr<machine::virtual_machine>& machine_of(const target& t) {
  if (!t.vm) throw base::error(errc::vm_unknown, t.unknown);
  return t.vm;
}

verdict refusal(const fleet& of, const target& with, base::described_error why) {
  const auto how = nothing_to_do(of, with, why.code) ? ending::skipped : ending::failure;
  return {with.name, how, std::move(why)};
}

verdict refusal(const fleet& of, const target& with) {
  return refusal(of, with, base::describe_current_exception());
}

int status_of(std::size_t failures, std::size_t successes) {
  if (failures == 0) return done;
  return successes == 0 ? failed : some_failed;
}

}  // namespace comeback::cli
