// SPDX-License-Identifier: Apache-2.0
#pragma once

// Machines for tests that need none: whatever is set is what is told.

#include "machine/hypervisor.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace comeback::machine {

class fake_machine : public virtual_machine {
 public:
  explicit fake_machine(std::string name, std::string uuid = "00000000-0000-0000-0000-000000000001")
      : name_(std::move(name)), uuid_(std::move(uuid)) {}

  run_state now = run_state::running;
  machine::details facts{
      .memory_mib = 512, .vcpus = 2, .os_type = "hvm", .dvd_drives = {}, .agent = agent_channel::connected};
  /// Called before anything is answered: throw from here to fail.
  std::function<void()> before = [] {};

  [[nodiscard]] const std::string& name() const noexcept override { return name_; }
  [[nodiscard]] const std::string& uuid() const noexcept override { return uuid_; }
  [[nodiscard]] run_state state() const override { return before(), now; }
  [[nodiscard]] machine::details details() const override { return before(), facts; }
  [[nodiscard]] std::string xml() const override { return "<domain/>"; }
  base::task start(base::executor& on) override {
    require_off(*this);
    return become(on, "Start", run_state::running);
  }
  base::task stop(base::executor& on) override {
    if (now != run_state::paused) require_running(*this);
    return become(on, "Stop", run_state::turned_off);
  }
  base::task save(base::executor& on) override {
    require_running(*this);
    return become(on, "Save", run_state::saved);
  }
  void insert_dvd(const std::filesystem::path& image, std::string_view drive) override {
    drive_of(drive).image = image;
  }
  void eject_dvd(std::string_view drive) override { drive_of(drive).image.reset(); }
  void undefine() override { require_off(*this); }

 private:
  base::task become(base::executor& on, std::string_view what, run_state then) {
    return on.start(std::string(what) + " " + name_, false, [this, then](base::task_context&) {
      now = then;
      return base::task_outcome{};
    });
  }
  dvd_drive& drive_of(std::string_view drive) {
    const std::string target = choose_drive(*this, drive).target;
    return *std::ranges::find(facts.dvd_drives, target, &dvd_drive::target);
  }

  std::string name_, uuid_;
};

class fake_hypervisor : public hypervisor {
 public:
  std::vector<std::shared_ptr<virtual_machine>> all;

  [[nodiscard]] std::string uri() const override { return "fake:///"; }
  [[nodiscard]] bool read_only() const noexcept override { return false; }
  [[nodiscard]] std::vector<std::shared_ptr<virtual_machine>> machines() const override { return all; }
  std::shared_ptr<virtual_machine> define(std::string_view name) override {
    return all.emplace_back(std::make_shared<fake_machine>(std::string(name)));
  }
  [[nodiscard]] subscription subscribe(std::shared_ptr<base::courier> by, listener listen) override {
    return told.add(std::move(by), std::move(listen));
  }

  listeners told;  ///< `told.tell(…)` is what happens
};

}  // namespace comeback::machine
