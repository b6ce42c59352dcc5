// SPDX-License-Identifier: Apache-2.0
#include "machine/fake_machine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comeback::machine {
namespace {

using base::errc;

template <class Body>
errc code_of(Body&& body) {
  try {
    body();
  } catch (const base::error& e) {
    return e.code();
  }
  return errc::ok;
}

constexpr auto lower_uuid = "6f1a8a30-0d4b-4e4f-9d4e-4b9fd4c7a001";

class finding : public testing::Test {
 protected:
  fake_hypervisor host;
  void SetUp() override {
    host.all = {std::make_shared<fake_machine>("Web", "11111111-1111-1111-1111-111111111111"),
                std::make_shared<fake_machine>("web", lower_uuid),
                std::make_shared<fake_machine>("Bücher", "22222222-2222-2222-2222-222222222222")};
  }
};

TEST_F(finding, exact_name_wins_over_case) { EXPECT_EQ(find(host, "web"), host.all[1]); }

TEST_F(finding, case_does_not_matter_otherwise) {
  EXPECT_EQ(find(host, "WEB"), host.all[0]);
  EXPECT_EQ(find(host, "BÜCHER"), host.all[2]);
}

TEST_F(finding, uuid_in_any_case) {
  EXPECT_EQ(find(host, lower_uuid), host.all[1]);
  EXPECT_EQ(find(host, "6F1A8A30-0D4B-4E4F-9D4E-4B9FD4C7A001"), host.all[1]);
}

TEST_F(finding, a_name_that_looks_like_a_uuid_comes_first) {
  host.all.push_back(std::make_shared<fake_machine>(lower_uuid, "33333333-3333-3333-3333-333333333333"));
  EXPECT_EQ(find(host, lower_uuid), host.all[3]);
}

TEST_F(finding, a_list_with_states_tells_who_went_away) {
  auto gone = std::make_shared<fake_machine>("gone");
  gone->before = [] { throw base::error(errc::vm_unknown, "gone"); };
  host.all = {std::make_shared<fake_machine>("web"), gone};
  const auto all = host.machines_with_states();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].state, run_state::running);
  EXPECT_EQ(all[1].vm, gone);
  EXPECT_FALSE(all[1].state);
  gone->before = [] { throw base::error(errc::access_denied, "no"); };
  EXPECT_EQ(code_of([&] { (void)host.machines_with_states(); }), errc::access_denied);
}

TEST_F(finding, nobody) {
  EXPECT_EQ(find(host, "mail"), nullptr);
  EXPECT_EQ(find(host, ""), nullptr);
  EXPECT_EQ(code_of([&] { (void)get(host, "mail"); }), errc::vm_unknown);
}

struct state_case {
  run_state now;
  errc to_start, to_use;
};

class states : public testing::TestWithParam<state_case> {};

TEST_P(states, decide_what_is_allowed) {
  fake_machine vm("web");
  vm.now = GetParam().now;
  EXPECT_EQ(code_of([&] { require_off(vm); }), GetParam().to_start);
  EXPECT_EQ(code_of([&] { require_running(vm); }), GetParam().to_use);
}

INSTANTIATE_TEST_SUITE_P(
    every, states,
    testing::Values(state_case{run_state::turned_off, errc::ok, errc::vm_not_running},
                    state_case{run_state::saved, errc::ok, errc::vm_not_running},
                    state_case{run_state::running, errc::vm_running, errc::ok},
                    state_case{run_state::paused, errc::vm_running, errc::vm_not_running},
                    state_case{run_state::saving, errc::vm_running, errc::vm_not_running}),
    [](const auto& p) {
      std::string title(name_of(p.param.now));
      std::ranges::replace(title, ' ', '_');
      return title;
    });

TEST(states, have_the_documented_values) {
  EXPECT_EQ(static_cast<int>(run_state::turned_off), 1);
  EXPECT_EQ(static_cast<int>(run_state::saved), 2);
  EXPECT_EQ(static_cast<int>(run_state::running), 5);
  EXPECT_EQ(static_cast<int>(run_state::paused), 6);
  EXPECT_EQ(static_cast<int>(run_state::deleting), 10);
}

TEST(drives, first_by_default_and_by_name) {
  fake_machine vm("web");
  EXPECT_EQ(code_of([&] { (void)choose_drive(vm, ""); }), errc::drive_invalid);
  vm.facts.dvd_drives = {{.bus = "scsi", .target = "sda", .image = {}},
                         {.bus = "scsi", .target = "sdb", .image = {}}};
  EXPECT_EQ(choose_drive(vm, "").target, "sda");
  EXPECT_EQ(choose_drive(vm, "sdb").target, "sdb");
  EXPECT_EQ(code_of([&] { (void)choose_drive(vm, "sdc"); }), errc::drive_invalid);
}

}  // namespace
}  // namespace comeback::machine
