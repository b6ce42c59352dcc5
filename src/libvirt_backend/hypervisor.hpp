// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "libvirt_backend/machine.hpp"
#include "machine/hypervisor.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace comeback::libvirt_backend {

class libvirt_hypervisor final : public machine::hypervisor {
 public:
  explicit libvirt_hypervisor(std::shared_ptr<link> with) : with_(std::move(with)) {}

  [[nodiscard]] std::string uri() const override;
  [[nodiscard]] bool read_only() const noexcept override { return with_->read_only(); }
  [[nodiscard]] std::vector<std::shared_ptr<machine::virtual_machine>> machines() const override;
  [[nodiscard]] std::vector<machine::listed_machine> machines_with_states() const override;
  std::shared_ptr<machine::virtual_machine> define(std::string_view xml) override;
  [[nodiscard]] machine::subscription subscribe(std::shared_ptr<base::courier> by,
                                                machine::listener listen) override {
    return with_->subscribe(std::move(by), std::move(listen));
  }

  [[nodiscard]] in_use<virConnect> connect() const { return with_->connect(); }

 private:
  std::shared_ptr<link> with_;
};

}  // namespace comeback::libvirt_backend
