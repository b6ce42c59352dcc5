// SPDX-License-Identifier: Apache-2.0
#pragma once

// Machines with guests for tests that need none: name them, then change what is in them.

#include "cli/fleet.hpp"
#include "guest/fake_guest.hpp"
#include "machine/fake_machine.hpp"

#include <map>
#include <memory>
#include <string>

#include <fmt/format.h>

namespace comeback::cli {

class test_fleet {
 public:
  machine::fake_hypervisor machines;

  struct pair {
    std::shared_ptr<machine::fake_machine> vm;
    std::shared_ptr<guest::fake_guest> way;
  };

  pair& add(const std::string& name) {
    const auto uuid = fmt::format("00000000-0000-0000-0000-{:012}", machines.all.size() + 1);
    auto& added = by_uuid_[uuid];
    added = {std::make_shared<machine::fake_machine>(name, uuid), std::make_shared<guest::fake_guest>()};
    machines.all.push_back(added.vm);
    return added;
  }
  /// An agent that is not there, as machine and channel tell.
  void without_agent(pair& of) { of.way->now = of.vm->facts.agent = machine::agent_channel::disconnected; }
  [[nodiscard]] guest::channel_factory channels() {
    return
        [this](const std::shared_ptr<machine::virtual_machine>& vm) { return by_uuid_.at(vm->uuid()).way; };
  }
  [[nodiscard]] fleet chosen(std::vector<std::string> names) {
    return choose(machines, channels(), {std::move(names), false});
  }
  [[nodiscard]] fleet all_running() { return choose(machines, channels(), {{}, true}); }

 private:
  std::map<std::string, pair> by_uuid_;
};

}  // namespace comeback::cli
