// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "libvirt_backend/event_loop.hpp"
#include "libvirt_backend/handle.hpp"
#include "machine/virtual_machine.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace comeback::libvirt_backend {

/// What machines and their hypervisor share: the connection closes when the last of them is gone.
struct session_with_libvirt {
  std::shared_ptr<event_loop> loop;
  connect_handle connect;
  bool read_only = false;
  /// The embedded driver connects to the agents of machines that run already only after it has opened, a
  /// tenth of a second later: until then "not connected" means nothing.
  std::chrono::steady_clock::time_point agents_settled{};
};

/// The states in which libvirt holds a machine that is on. "blocked" and "pmsuspended" machines run as far as
/// Virtual PC's states go; one that crashed is off. Whether one that is off is saved, libvirt tells
/// elsewhere.
[[nodiscard]] machine::run_state running_state(int state, int reason) noexcept;

class libvirt_machine final : public machine::virtual_machine,
                              public std::enable_shared_from_this<libvirt_machine> {
 public:
  libvirt_machine(std::shared_ptr<session_with_libvirt> with, domain_handle domain);

  [[nodiscard]] const std::string& name() const noexcept override { return name_; }
  [[nodiscard]] const std::string& uuid() const noexcept override { return uuid_; }
  [[nodiscard]] machine::run_state state() const override;
  [[nodiscard]] machine::details details() const override;
  [[nodiscard]] std::string xml() const override;
  base::task start(base::executor& on) override;
  base::task stop(base::executor& on) override;
  base::task save(base::executor& on) override;
  void insert_dvd(const std::filesystem::path& image, std::string_view drive) override;
  void eject_dvd(std::string_view drive) override;
  void undefine() override;

  [[nodiscard]] bool agents_may_still_come() const noexcept {
    return std::chrono::steady_clock::now() < with_->agents_settled;
  }
  [[nodiscard]] virDomainPtr handle() const noexcept { return domain_.get(); }

 private:
  base::task begin(base::executor& on, std::string_view verb, void (libvirt_machine::*work)());
  void start_now();
  void stop_now();
  void save_now();
  void change_media(std::string_view drive, const std::filesystem::path& image);

  std::shared_ptr<session_with_libvirt> with_;
  domain_handle domain_;
  std::string name_, uuid_;
};

}  // namespace comeback::libvirt_backend
