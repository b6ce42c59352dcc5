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
using std::chrono::steady_clock;
constexpr std::chrono::milliseconds between_looks{10};
/// Measured after a repair: half a second, on a busy machine more.
constexpr std::chrono::seconds agent_comes_within{5};

class libvirt_port_machine final : public port_machine {
 public:
  explicit libvirt_port_machine(libvirt_machine& vm) : vm_(vm) {}

  [[nodiscard]] std::string xml_now() const override { return vm_.xml(); }
  [[nodiscard]] std::string xml_next() const override {
    const c_string text(virDomainGetXMLDesc(vm_.handle().get(), VIR_DOMAIN_XML_INACTIVE));
    if (!text) throw_last(fmt::format("Asking for the description of '{}'", vm_.name()));
    return text.get();
  }
  void unplug(const std::string& device) override {
    if (virDomainDetachDeviceFlags(vm_.handle().get(), device.c_str(), VIR_DOMAIN_AFFECT_LIVE) < 0)
      throw_last(fmt::format("Unplugging the agent's channel of '{}'", vm_.name()));
  }
  void plug_in(const std::string& device) override {
    if (virDomainAttachDeviceFlags(vm_.handle().get(), device.c_str(), VIR_DOMAIN_AFFECT_LIVE) < 0)
      throw_last(fmt::format("Plugging in the agent's channel of '{}' again", vm_.name()));
  }

 private:
  libvirt_machine& vm_;
};

}  // namespace

machine_agent agent_channel::state() const {
  for (auto coming = steady_clock::time_point::min();;) {
    machine_agent now = vm_->details().agent;
    if (now == machine_agent::absent) {
      libvirt_port_machine machine(*vm_);
      const auto done = port_.restore(machine);
      if (done == agent_port::restored::nothing) return now;
      now = machine_agent::disconnected;
      if (done == agent_port::restored::plugged_in) coming = steady_clock::now() + agent_comes_within;
    }
    const bool may_still_come = vm_->agents_may_still_come() || steady_clock::now() < coming;
    if (now != machine_agent::disconnected || !may_still_come) return now;
    std::this_thread::sleep_for(between_looks);
  }
}

guest::exchange_result agent_channel::exchange(const std::string& command, std::chrono::seconds deadline) {
  // Zero would ask libvirt not to wait, and negative numbers mean "for ever" or its own default.
  const int seconds = static_cast<int>(std::clamp<std::chrono::seconds::rep>(deadline.count(), 1, 3600));
  for (;;) {
    auto result = exchange_once(command, seconds);
    if (result.outcome != guest::exchange_outcome::not_connected) return result;
    restore_port();
    if (!vm_->agents_may_still_come()) return result;
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

void agent_channel::restore_port() {
  if (!port_.is_missing()) return;
  libvirt_port_machine machine(*vm_);
  port_.restore(machine);
}

void agent_channel::repair(std::chrono::milliseconds unplugged) {
  libvirt_port_machine machine(*vm_);
  port_.replug(machine, unplugged);
}

}  // namespace comeback::libvirt_backend
