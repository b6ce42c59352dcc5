// SPDX-License-Identifier: Apache-2.0
#include "libvirt_backend/agent_port.hpp"

#include "base/error.hpp"

#include <functional>
#include <future>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comeback::libvirt_backend {
namespace {

using base::errc;
using base::error;
using restored = agent_port::restored;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* port =
    "<channel type=\"unix\"><target type=\"virtio\" name=\"org.qemu.guest_agent.0\"/></channel>";

std::string machine_with(const std::string& id, bool has_port) {
  return "<domain" + (id.empty() ? "" : " id='" + id + "'") + "><devices>" + (has_port ? port : "") +
         "</devices></domain>";
}

class fake_machine : public port_machine {
 public:
  bool now = true, next = true;
  std::string id = "1";
  std::vector<std::string> done;
  /// Called before each change: throw, to fail.
  std::function<void()> before_unplug = [] {}, before_plug_in = [] {};

  [[nodiscard]] std::string xml_now() const override { return machine_with(id, now); }
  [[nodiscard]] std::string xml_next() const override { return machine_with("", next); }
  void unplug(const std::string&) override {
    before_unplug();
    now = false;
    done.emplace_back("unplug");
  }
  void plug_in(const std::string& device) override {
    before_plug_in();
    EXPECT_THAT(device, HasSubstr("org.qemu.guest_agent.0"));
    EXPECT_FALSE(now);
    now = true;
    done.emplace_back("plug in");
  }
};

[[noreturn]] void no_daemon() { throw error(errc::exception, "Connecting: no daemon."); }
/// As many times, then it is there.
std::function<void()> no_daemon_for(int times) {
  return [times]() mutable {
    if (times-- > 0) no_daemon();
  };
}

class ports : public testing::Test {
 protected:
  void replug() { port.replug(vm, milliseconds(1)); }
  errc code_of_replug() {
    try {
      replug();
    } catch (const error& e) {
      return e.code();
    }
    return errc::ok;
  }

  fake_machine vm;
  agent_port port{milliseconds(500)};
};

TEST_F(ports, are_unplugged_and_plugged_in) {
  replug();
  replug();
  EXPECT_THAT(vm.done, ElementsAre("unplug", "plug in", "unplug", "plug in"));
}

TEST_F(ports, that_are_not_there_stay_so) {
  vm.now = vm.next = false;
  replug();
  EXPECT_EQ(port.restore(vm), restored::nothing);
  EXPECT_THAT(vm.done, IsEmpty());
}

TEST_F(ports, are_plugged_in_when_a_daemon_is_back_in_time) {
  vm.before_plug_in = no_daemon_for(2);
  replug();
  EXPECT_THAT(vm.done, ElementsAre("unplug", "plug in"));
}

TEST_F(ports, that_a_daemon_left_unplugged_are_plugged_in_by_the_next_repair) {
  vm.next = false;  // a machine without another description
  vm.before_plug_in = no_daemon;
  EXPECT_EQ(code_of_replug(), errc::exception);
  EXPECT_FALSE(vm.now);
  EXPECT_TRUE(port.is_missing());
  vm.before_plug_in = [] {};
  replug();
  EXPECT_FALSE(port.is_missing());
  EXPECT_THAT(vm.done, ElementsAre("unplug", "plug in"));
}

TEST_F(ports, that_a_daemon_left_unplugged_are_restored) {
  vm.next = false;
  vm.before_plug_in = no_daemon;
  EXPECT_EQ(code_of_replug(), errc::exception);
  EXPECT_EQ(port.restore(vm), restored::nothing);
  vm.before_plug_in = [] {};
  EXPECT_EQ(port.restore(vm), restored::plugged_in);
  EXPECT_TRUE(vm.now);
}

TEST_F(ports, that_were_unplugged_when_the_daemon_went_are_plugged_in_too) {
  vm.next = false;
  vm.before_unplug = [this] {
    vm.now = false;
    no_daemon();
  };
  EXPECT_EQ(code_of_replug(), errc::exception);
  replug();
  EXPECT_TRUE(vm.now);
}

TEST_F(ports, that_could_not_be_unplugged_are_not_plugged_in_twice) {
  vm.before_unplug = no_daemon;
  EXPECT_EQ(code_of_replug(), errc::exception);
  EXPECT_EQ(port.restore(vm), restored::nothing);
  EXPECT_THAT(vm.done, IsEmpty());
}

TEST_F(ports, whose_process_died_are_found_in_the_description) {
  vm.now = false;
  replug();
  EXPECT_TRUE(vm.now);
  vm.now = false;
  EXPECT_EQ(port.restore(vm), restored::plugged_in);
  EXPECT_TRUE(vm.now);
}

TEST_F(ports, that_somebody_else_plugged_in_are_there) {
  vm.before_plug_in = [this] {
    vm.now = true;
    throw error(errc::exception, "There is such a device.");
  };
  replug();
  EXPECT_FALSE(port.is_missing());
}

TEST_F(ports, of_a_machine_that_is_gone_are_not_waited_for) {
  int tries = 0;
  vm.before_plug_in = [&tries] {
    ++tries;
    throw error(errc::vm_unknown, "There is no such machine.");
  };
  EXPECT_EQ(code_of_replug(), errc::vm_unknown);
  EXPECT_EQ(tries, 1);
}

TEST_F(ports, of_an_earlier_run_are_forgotten) {
  vm.next = false;
  vm.before_plug_in = no_daemon;
  EXPECT_EQ(code_of_replug(), errc::exception);
  vm.before_plug_in = [] {};
  vm.id = "2";
  EXPECT_EQ(port.restore(vm), restored::nothing);
  EXPECT_FALSE(vm.now);
}

TEST_F(ports, of_machines_that_are_off_are_left_alone) {
  vm.now = false;
  vm.id = "";
  EXPECT_EQ(port.restore(vm), restored::nothing);
  EXPECT_THAT(vm.done, IsEmpty());
}

TEST_F(ports, that_are_being_repaired_are_left_to_it) {
  restored meanwhile = restored::nothing;
  vm.before_plug_in = [&] {
    meanwhile = std::async(std::launch::async, [this] { return port.restore(vm); }).get();
  };
  replug();
  EXPECT_EQ(meanwhile, restored::under_way);
}

}  // namespace
}  // namespace comeback::libvirt_backend
