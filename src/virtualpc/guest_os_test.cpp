// SPDX-License-Identifier: Apache-2.0
#include "virtualpc/guest_os.hpp"

#include "virtualpc/fixture.hpp"

#include <functional>

namespace comeback::virtualpc {
namespace {

using base::errc;
using guest::exchange_outcome;
using guest::exchange_result;

constexpr HRESULT hr(std::uint32_t code) { return static_cast<HRESULT>(code); }

/// What is wrong, and which code each page has for it. The pages of the two properties of Terminal Services
/// and of ScreenLocked list the same.
struct fault_case {
  std::string_view title;
  std::function<void(machine::fake_machine&, guest::fake_guest&)> arrange;
  HRESULT logoff, terminal, name, heartbeat, logged_on;
  std::string words;  ///< part of the error information
};

void answer_with(guest::fake_guest& way, exchange_outcome outcome) {
  way.before = [outcome](const std::string&) { return exchange_result{outcome, {}}; };
}
void fail_with(guest::fake_guest& way, errc code, const std::string& words) {
  way.before = [code, words](const std::string&) -> std::optional<exchange_result> {
    throw base::error(code, words);
  };
}

constexpr HRESULT unknown = hr(0xA0040207), off = hr(0xA0040206), paused = hr(0xA0040507),
                  feature = hr(0xA0040505), additions = hr(0xA0040504), late = hr(0xA0040202),
                  denied = hr(0x80070005), other = DISP_E_EXCEPTION;

const fault_case cases[] = {
    {"machine_unknown",
     [](auto& vm, auto&) {
       vm.before = [] { throw base::error(errc::vm_unknown, "There is no machine 'web' any more."); };
     },
     unknown, other, other, unknown, other, "'web'"},
    {"off", [](auto& vm, auto&) { vm.now = machine::run_state::turned_off; }, off, off, off, off, off, "web"},
    {"saved", [](auto& vm, auto&) { vm.now = machine::run_state::saved; }, off, off, off, off, off, "web"},
    {"paused", [](auto& vm, auto&) { vm.now = machine::run_state::paused; }, off, off, off, off, paused,
     "web"},
    {"no_channel", [](auto&, auto& way) { way.now = machine::agent_channel::absent; }, feature, feature,
     feature, additions, feature, "channel"},
    {"agent_absent", [](auto&, auto& way) { way.now = machine::agent_channel::disconnected; }, feature,
     feature, feature, additions, feature, "agent"},
    {"agent_leaves_just_now", [](auto&, auto& way) { answer_with(way, exchange_outcome::not_connected); },
     feature, feature, feature, additions, feature, "agent"},
    {"exec_blocked", [](auto&, auto& way) { way.exec_enabled = false; }, feature, feature, S_OK, S_OK,
     feature, "guest-exec"},
    {"name_blocked",
     [](auto&, auto& way) {
       way.before = [](const std::string& command) -> std::optional<exchange_result> {
         if (command.find("guest-get-host-name") == command.npos) return std::nullopt;
         return exchange_result{exchange_outcome::refused,
                                "The command guest-get-host-name has been disabled for this instance"};
       };
     },
     S_OK, S_OK, feature, S_OK, S_OK, "guest-get-host-name"},
    {"permission_refused",
     [](auto&, auto& way) { fail_with(way, errc::access_denied, "The connection is read-only."); }, denied,
     other, other, other, other, "read-only"},
    {"agent_silent", [](auto&, auto& way) { answer_with(way, exchange_outcome::no_answer); }, late, other,
     other, S_OK, late, "web"},
    {"memory_ends",
     [](auto&, auto& way) {
       way.before = [](const std::string&) -> std::optional<exchange_result> { throw std::bad_alloc(); };
     },
     other, other, other, other, hr(0x8007000E), ""},
    {"back_end_fails", [](auto&, auto& way) { fail_with(way, errc::exception, "The host broke."); }, other,
     other, other, other, other, "The host broke."},
    {"a_code_no_page_lists", [](auto&, auto& way) { fail_with(way, errc::io_error, "The disk broke."); },
     other, other, other, other, other, "The disk broke."},
};

class guest_faults : public facade, public testing::WithParamInterface<fault_case> {
 protected:
  /// The member answers as its page says, clears what it was given, and says why.
  template <class T, class Call>
  void expect(HRESULT expected, T held, Call&& call) {
    const auto os = guest();
    GetParam().arrange(*vm, *way);
    EXPECT_EQ(call(*os.get(), &held), expected);
    if (expected == S_OK) return;
    EXPECT_EQ(held, T{});
    EXPECT_NE(last_description().find(GetParam().words), std::string::npos);
  }
};

TEST_P(guest_faults, logoff) {
  const auto os = guest();
  GetParam().arrange(*vm, *way);
  com::ptr<IVMTask> task;
  EXPECT_EQ(os->Logoff(task.put()), GetParam().logoff);
  EXPECT_EQ(static_cast<bool>(task), GetParam().logoff == S_OK);
  EXPECT_EQ(on->tasks->tasks().empty(), GetParam().logoff != S_OK);
  if (GetParam().logoff == S_OK) return on->tasks->finish();
  EXPECT_NE(last_description().find(GetParam().words), std::string::npos);
}

TEST_P(guest_faults, multiple_user_sessions_allowed) {
  expect(GetParam().terminal, VARIANT_TRUE,
         [](IVMGuestOS& os, VARIANT_BOOL* out) { return os.get_MultipleUserSessionsAllowed(out); });
}
TEST_P(guest_faults, terminal_services_initialized) {
  expect(GetParam().terminal, VARIANT_TRUE,
         [](IVMGuestOS& os, VARIANT_BOOL* out) { return os.get_TerminalServicesInitialized(out); });
}
TEST_P(guest_faults, screen_locked) {
  expect(GetParam().terminal, VARIANT_TRUE,
         [](IVMGuestOS& os, VARIANT_BOOL* out) { return os.get_ScreenLocked(out); });
}
TEST_P(guest_faults, computer_name) {
  const auto os = guest();
  GetParam().arrange(*vm, *way);
  BSTR name = nullptr;
  EXPECT_EQ(os->get_ComputerName(&name), GetParam().name);
  EXPECT_EQ(name != nullptr, GetParam().name == S_OK);
  SysFreeString(name);
}
TEST_P(guest_faults, is_heartbeating) {
  expect(GetParam().heartbeat, VARIANT_TRUE,
         [](IVMGuestOS& os, VARIANT_BOOL* out) { return os.get_IsHeartbeating(out); });
}
TEST_P(guest_faults, heartbeat_percentage) {
  expect(GetParam().heartbeat, LONG{7},
         [](IVMGuestOS& os, LONG* out) { return os.get_HeartbeatPercentage(out); });
}
TEST_P(guest_faults, is_user_logged_on) {
  expect(GetParam().logged_on, VARIANT_TRUE,
         [](IVMGuestOS& os, VARIANT_BOOL* out) { return os.IsUserLoggedOn(1, out); });
}
TEST_P(guest_faults, a_place_that_is_none_comes_before_the_machine) {
  const auto os = guest();
  GetParam().arrange(*vm, *way);
  VARIANT_BOOL held = VARIANT_TRUE;
  EXPECT_EQ(os->IsUserLoggedOn(2, &held), E_INVALIDARG);
  EXPECT_EQ(held, VARIANT_FALSE);
}

INSTANTIATE_TEST_SUITE_P(pages, guest_faults, testing::ValuesIn(cases),
                         [](const auto& one) { return std::string(one.param.title); });

class guest_answers : public facade {};

TEST_F(guest_answers, a_null_pointer_comes_before_everything_else) {
  const auto os = guest();
  vm->now = machine::run_state::turned_off;
  EXPECT_EQ(os->Logoff(nullptr), E_POINTER);
  EXPECT_EQ(os->get_MultipleUserSessionsAllowed(nullptr), E_POINTER);
  EXPECT_EQ(os->get_TerminalServicesInitialized(nullptr), E_POINTER);
  EXPECT_EQ(os->get_HeartbeatPercentage(nullptr), E_POINTER);
  EXPECT_EQ(os->get_IsHeartbeating(nullptr), E_POINTER);
  EXPECT_EQ(os->get_ScreenLocked(nullptr), E_POINTER);
  EXPECT_EQ(os->IsUserLoggedOn(2, nullptr), E_POINTER);
  EXPECT_EQ(os->get_ComputerName(nullptr), E_INVALIDARG) << "as its page says";
}

TEST_F(guest_answers, several_users_may_be_on) {
  VARIANT_BOOL value = VARIANT_FALSE;
  EXPECT_EQ(guest()->get_MultipleUserSessionsAllowed(&value), S_OK);
  EXPECT_EQ(value, VARIANT_TRUE);
  value = VARIANT_FALSE;
  EXPECT_EQ(guest()->get_TerminalServicesInitialized(&value), S_OK);
  EXPECT_EQ(value, VARIANT_TRUE);
}

TEST_F(guest_answers, a_guest_without_logind_has_no_sessions_to_offer) {
  way->service = "init systemd\nLoadState=not-found\nActiveState=inactive\nsystem running\nend\n";
  VARIANT_BOOL value = VARIANT_TRUE;
  EXPECT_EQ(guest()->get_MultipleUserSessionsAllowed(&value), S_OK);
  EXPECT_EQ(value, VARIANT_FALSE);
}

TEST_F(guest_answers, not_up_yet_is_s_false) {
  way->service = "init systemd\nLoadState=loaded\nActiveState=activating\nsystem starting\nend\n";
  VARIANT_BOOL value = VARIANT_TRUE;
  EXPECT_EQ(guest()->get_MultipleUserSessionsAllowed(&value), S_FALSE);
  EXPECT_EQ(value, VARIANT_FALSE);
  value = VARIANT_TRUE;
  EXPECT_EQ(guest()->get_TerminalServicesInitialized(&value), S_FALSE);
  EXPECT_EQ(value, VARIANT_FALSE);
}

TEST_F(guest_answers, a_heart_that_stops_is_no_failure) {
  VARIANT_BOOL beating = VARIANT_FALSE;
  LONG percent = 0;
  EXPECT_EQ(guest()->get_IsHeartbeating(&beating), S_OK);
  EXPECT_EQ(beating, VARIANT_TRUE);
  EXPECT_EQ(guest()->get_HeartbeatPercentage(&percent), S_OK);
  EXPECT_EQ(percent, 100);
  EXPECT_EQ(on->hearts->watched(), 1U) << "each object of one machine asks the same";
  on->hearts->finish();
  answer_with(*way, exchange_outcome::no_answer);
  EXPECT_EQ(guest()->get_IsHeartbeating(&beating), S_OK);
  EXPECT_EQ(beating, VARIANT_FALSE);
  EXPECT_EQ(guest()->get_HeartbeatPercentage(&percent), S_OK);
  EXPECT_EQ(percent, 0);
  on->hearts->finish();
}

TEST_F(guest_answers, the_name_is_the_guests) {
  way->host_name =
      "b\xC3\xBC"
      "ro";
  BSTR name = nullptr;
  EXPECT_EQ(guest()->get_ComputerName(&name), S_OK);
  EXPECT_EQ(std::wstring(name, SysStringLen(name)), L"b\u00FCro");
  SysFreeString(name);
}

TEST_F(guest_answers, who_sits_where) {
  way->sessions = {{.id = "7", .user = "alice", .seat = "", .remote = true}};
  VARIANT_BOOL seat = VARIANT_TRUE, remote = VARIANT_FALSE;
  EXPECT_EQ(guest()->IsUserLoggedOn(0, &seat), S_OK);
  EXPECT_EQ(guest()->IsUserLoggedOn(1, &remote), S_OK);
  EXPECT_EQ(seat, VARIANT_FALSE);
  EXPECT_EQ(remote, VARIANT_TRUE);
}

TEST_F(guest_answers, the_screen_of_who_is_in_front) {
  way->sessions = {{.id = "7", .user = "alice", .state = "active", .locked = true}};
  VARIANT_BOOL locked = VARIANT_FALSE;
  EXPECT_EQ(guest()->get_ScreenLocked(&locked), S_OK);
  EXPECT_EQ(locked, VARIANT_TRUE);
  way->sessions.front().locked = false;
  EXPECT_EQ(guest()->get_ScreenLocked(&locked), S_OK);
  EXPECT_EQ(locked, VARIANT_FALSE);
}

}  // namespace
}  // namespace comeback::virtualpc
