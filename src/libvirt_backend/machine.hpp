// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "libvirt_backend/handle.hpp"
#include "libvirt_backend/link.hpp"
#include "machine/virtual_machine.hpp"

#include <memory>
#include <mutex>
#include <string>

namespace comeback::libvirt_backend {

/// The states in which libvirt holds a machine that is on. "blocked" and "pmsuspended" machines run as far as
/// Virtual PC's states go; one that crashed is off. Whether one that is off is saved, libvirt tells
/// elsewhere.
[[nodiscard]] machine::run_state running_state(int state, int reason) noexcept;

class libvirt_machine final : public machine::virtual_machine,
                              public std::enable_shared_from_this<libvirt_machine> {
 public:
  /// `domain` is one of `connect`'s.
  libvirt_machine(std::shared_ptr<link> with, const std::shared_ptr<virConnect>& connect,
                  domain_handle domain);

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

  [[nodiscard]] bool agents_may_still_come() const noexcept { return with_->agents_may_still_come(); }
  [[nodiscard]] std::shared_ptr<guest::connection_count> agent_connections() const {
    return with_->connections_of(uuid_);
  }
  /// The machine in the connection of now: one that was opened anew is asked for it by its UUID. Throws
  /// `errc::vm_unknown` where it is not there any more, and what `link::connect` throws.
  [[nodiscard]] in_use<virDomain> handle() const;

 private:
  base::task begin(base::executor& on, std::string_view verb, void (libvirt_machine::*work)());
  void start_now();
  void stop_now();
  void save_now();
  void change_media(std::string_view drive, const std::filesystem::path& image);

  std::shared_ptr<link> with_;
  std::string name_, uuid_;
  mutable std::mutex mutex_;
  mutable std::weak_ptr<virConnect> of_;
  mutable std::shared_ptr<virDomain> domain_;
};

}  // namespace comeback::libvirt_backend
