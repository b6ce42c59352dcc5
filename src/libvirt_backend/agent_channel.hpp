// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "guest/channel.hpp"
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
  [[nodiscard]] machine::agent_channel state() const override;
  void repair(std::chrono::milliseconds unplugged) override;

 private:
  [[nodiscard]] guest::exchange_result exchange_once(const std::string& command, int seconds);

  std::shared_ptr<libvirt_machine> vm_;
};

}  // namespace comeback::libvirt_backend
