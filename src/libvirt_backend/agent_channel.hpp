// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "guest/channel.hpp"
#include "libvirt_backend/agent_port.hpp"
#include "libvirt_backend/machine.hpp"

#include <memory>
#include <string>

namespace comeback::libvirt_backend {

/// The QEMU guest agent of one machine, by way of libvirt.
class agent_channel final : public guest::channel {
 public:
  explicit agent_channel(std::shared_ptr<libvirt_machine> vm)
      : channel(vm->agent_connections()), vm_(std::move(vm)) {}

  guest::exchange_result exchange(const std::string& command, std::chrono::seconds deadline) override;
  /// Plugs in a port that is missing, and gives its agent a moment to come back.
  [[nodiscard]] machine::agent_channel state() const override;
  void repair(std::chrono::milliseconds unplugged) override;

 private:
  [[nodiscard]] guest::exchange_result exchange_once(const std::string& command, int seconds);
  /// For who finds nobody: a repair of ours may have been cut short.
  void restore_port();

  std::shared_ptr<libvirt_machine> vm_;
  mutable agent_port port_;
};

}  // namespace comeback::libvirt_backend
