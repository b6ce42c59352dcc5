// SPDX-License-Identifier: Apache-2.0
#include "libvirt_backend/agent_channel.hpp"

#include "base/text.hpp"
#include "libvirt_backend/domain_xml.hpp"
#include "libvirt_backend/errors.hpp"

#include <algorithm>
#include <thread>

#include <fmt/format.h>

namespace comeback::libvirt_backend {

namespace {

using machine_agent = machine::agent_channel;
constexpr std::chrono::milliseconds between_looks{10};

}  // namespace

machine_agent agent_channel::state() const {
  for (;;) {
    const machine_agent now = vm_->details().agent;
    if (now != machine_agent::disconnected || !vm_->agents_may_still_come()) return now;
    std::this_thread::sleep_for(between_looks);
  }
}

guest::exchange_result agent_channel::exchange(const std::string& command, std::chrono::seconds deadline) {
  // Zero would ask libvirt not to wait, and negative numbers mean "for ever" or its own default.
  const int seconds = static_cast<int>(std::clamp<std::chrono::seconds::rep>(deadline.count(), 1, 3600));
  for (;;) {
    auto result = exchange_once(command, seconds);
    if (result.outcome != guest::exchange_outcome::not_connected || !vm_->agents_may_still_come())
      return result;
    std::this_thread::sleep_for(between_looks);
  }
}

guest::exchange_result agent_channel::exchange_once(const std::string& command, int seconds) {
  const c_string reply(virDomainQemuAgentCommand(vm_->handle().get(), command.c_str(), seconds, 0));
  if (reply) return {guest::exchange_outcome::answered, reply.get()};
  const failure f = last_failure();
  if (auto outcome = agent_outcome(f)) return *std::move(outcome);
  // libvirt quotes what it cannot parse: whole, and as it came.
  throw error_for({f.code, base::printable_excerpt(f.message)},
                  fmt::format("Talking to the guest agent of '{}'", vm_->name()));
}

void agent_channel::repair(std::chrono::milliseconds unplugged) {
  const std::string device = agent_channel_device(vm_->xml());
  if (device.empty()) return;
  if (virDomainDetachDeviceFlags(vm_->handle().get(), device.c_str(), VIR_DOMAIN_AFFECT_LIVE) < 0) {
    throw_last(fmt::format("Unplugging the agent's channel of '{}'", vm_->name()));
  }
  std::this_thread::sleep_for(unplugged);
  if (virDomainAttachDeviceFlags(vm_->handle().get(), device.c_str(), VIR_DOMAIN_AFFECT_LIVE) < 0) {
    throw_last(fmt::format("Plugging in the agent's channel of '{}' again", vm_->name()));
  }
}

}  // namespace comeback::libvirt_backend
