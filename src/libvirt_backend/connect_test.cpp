// SPDX-License-Identifier: Apache-2.0
// Against libvirt's own test driver, which lives in memory and needs nothing; real machines are in
// tests/guest.
#include "libvirt_backend/connect.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comeback::libvirt_backend {
namespace {

using base::errc;
using machine::run_state;

template <class Body>
errc code_of(Body&& body) {
  try {
    body();
  } catch (const base::error& e) {
    return e.code();
  }
  return errc::ok;
}

constexpr auto new_machine = R"(<domain type='test'>
  <name>New</name><memory unit='MiB'>64</memory><vcpu>1</vcpu><os><type>hvm</type></os>
</domain>)";

class test_driver : public testing::Test {
 protected:
  base::executor on;
  connection to =
      connect({.uri = "test:///default", .read_only = false, .is_root = false, .state_directory = {}});
  machine::hypervisor& host = *to.machines;
};

TEST_F(test_driver, has_one_machine) {
  EXPECT_EQ(host.uri(), "test:///default");
  ASSERT_EQ(host.machines().size(), 1U);
  const auto vm = machine::get(host, "TEST");
  EXPECT_EQ(vm->name(), "test");
  EXPECT_EQ(vm->uuid(), "6695eb01-f6a4-8304-79aa-97f2502e193f");
  EXPECT_EQ(vm->state(), run_state::running);
  EXPECT_EQ(vm->details().memory_mib, 8192U);
  EXPECT_THAT(vm->xml(), testing::HasSubstr("<name>test</name>"));
  EXPECT_EQ(machine::find(host, vm->uuid())->name(), "test");
}

TEST_F(test_driver, lists_the_states_that_each_machine_tells_by_itself) {
  const auto off = host.define(new_machine);
  const auto expect_the_same = [&] {
    const auto all = host.machines_with_states();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].vm->name(), "New");
    for (const auto& [vm, state] : all) EXPECT_EQ(state, vm->state()) << vm->name();
  };
  expect_the_same();
  machine::get(host, "test")->save(on).wait();
  expect_the_same();
  EXPECT_EQ(host.machines_with_states()[1].state, run_state::saved);
}

TEST_F(test_driver, stop_and_start) {
  const auto vm = machine::get(host, "test");
  EXPECT_EQ(code_of([&] { (void)vm->start(on); }), errc::vm_running);
  auto stopping = vm->stop(on);
  stopping.wait();
  EXPECT_EQ(stopping.outcome().error, errc::ok) << stopping.outcome().description;
  EXPECT_EQ(vm->state(), run_state::turned_off);
  EXPECT_EQ(code_of([&] { (void)vm->stop(on); }), errc::vm_not_running);
  EXPECT_EQ(code_of([&] { (void)vm->save(on); }), errc::vm_not_running);
  auto starting = vm->start(on);
  starting.wait();
  EXPECT_EQ(starting.outcome().error, errc::ok) << starting.outcome().description;
  EXPECT_EQ(vm->state(), run_state::running);
}

TEST_F(test_driver, save_and_go_on) {
  const auto vm = machine::get(host, "test");
  vm->save(on).wait();
  EXPECT_EQ(vm->state(), run_state::saved);
  vm->start(on).wait();
  EXPECT_EQ(vm->state(), run_state::running);
}

TEST_F(test_driver, define_and_forget) {
  const auto vm = host.define(new_machine);
  EXPECT_EQ(vm->state(), run_state::turned_off);
  EXPECT_EQ(host.machines().size(), 2U);
  EXPECT_EQ(host.machines().front()->name(), "New");
  vm->undefine();
  EXPECT_EQ(code_of([&] { (void)vm->state(); }), errc::vm_unknown);
  EXPECT_EQ(code_of([&] { (void)vm->details(); }), errc::vm_unknown);
  EXPECT_EQ(vm->name(), "New");
}

TEST_F(test_driver, running_machines_are_not_forgotten) {
  EXPECT_EQ(code_of([&] { machine::get(host, "test")->undefine(); }), errc::vm_running);
}

TEST_F(test_driver, what_is_no_description) {
  EXPECT_EQ(code_of([&] { host.define("<domain"); }), errc::invalid_argument);
  EXPECT_EQ(code_of([&] { host.define("<network/>"); }), errc::invalid_argument);
  EXPECT_EQ(code_of([&] { host.define(""); }), errc::invalid_argument);
}

TEST_F(test_driver, discs_need_a_drive_and_an_image) {
  const auto vm = machine::get(host, "test");
  EXPECT_EQ(code_of([&] { vm->insert_dvd("/etc/hostname", ""); }), errc::drive_invalid);
  EXPECT_EQ(code_of([&] { vm->eject_dvd(""); }), errc::drive_invalid);
}

TEST_F(test_driver, channels_are_one_a_machine) {
  const auto one = to.channels(machine::get(host, "test"));
  EXPECT_EQ(to.channels(machine::get(host, "test")), one);
  EXPECT_EQ(one->state(), machine::agent_channel::absent);
}

TEST_F(test_driver, machines_outlive_the_connection) {
  auto vm = machine::get(host, "test");
  to = {};
  EXPECT_EQ(vm->state(), run_state::running);
}

TEST(connecting, read_only_changes_nothing) {
  const auto to =
      connect({.uri = "test:///default", .read_only = true, .is_root = false, .state_directory = {}});
  base::executor on;
  EXPECT_TRUE(to.machines->read_only());
  const auto vm = machine::get(*to.machines, "test");
  EXPECT_EQ(vm->state(), run_state::running);
  auto stopping = vm->stop(on);
  stopping.wait();
  EXPECT_EQ(stopping.outcome().error, errc::access_denied);
  EXPECT_EQ(code_of([&] { to.machines->define(new_machine); }), errc::access_denied);
}

TEST(connecting, to_what_is_not_there) {
  EXPECT_NE(
      code_of([&] {
        (void)connect({.uri = "nonsense:///", .read_only = false, .is_root = false, .state_directory = {}});
      }),
      errc::ok);
}

TEST(connecting, embedded_uri_is_absolute) { EXPECT_EQ(embedded_uri("/a/b"), "qemu:///embed?root=/a/b"); }

}  // namespace
}  // namespace comeback::libvirt_backend
