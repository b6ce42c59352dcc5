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

/// What is wrong, and which code each of the two pages has for it.
struct fault_case {
  std::string_view title;
  std::function<void(machine::fake_machine&, guest::fake_guest&)> arrange;
  HRESULT logoff, terminal;
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

const fault_case cases[] = {
    {"machine_unknown",
     [](auto& vm, auto&) {
       vm.before = [] { throw base::error(errc::vm_unknown, "There is no machine 'web' any more."); };
     },
     hr(0xA0040207), DISP_E_EXCEPTION, "'web'"},
    {"off", [](auto& vm, auto&) { vm.now = machine::run_state::turned_off; }, hr(0xA0040206), hr(0xA0040206),
     "web"},
    {"saved", [](auto& vm, auto&) { vm.now = machine::run_state::saved; }, hr(0xA0040206), hr(0xA0040206),
     "web"},
    {"paused", [](auto& vm, auto&) { vm.now = machine::run_state::paused; }, hr(0xA0040206), hr(0xA0040206),
     "web"},
    {"no_channel", [](auto&, auto& way) { way.now = machine::agent_channel::absent; }, hr(0xA0040505),
     hr(0xA0040505), "channel"},
    {"agent_absent", [](auto&, auto& way) { way.now = machine::agent_channel::disconnected; }, hr(0xA0040505),
     hr(0xA0040505), "agent"},
    {"exec_blocked", [](auto&, auto& way) { way.exec_enabled = false; }, hr(0xA0040505), hr(0xA0040505),
     "guest-exec"},
    {"permission_refused",
     [](auto&, auto& way) { fail_with(way, errc::access_denied, "The connection is read-only."); },
     hr(0x80070005), DISP_E_EXCEPTION, "read-only"},
    {"agent_silent", [](auto&, auto& way) { answer_with(way, exchange_outcome::no_answer); }, hr(0xA0040202),
     DISP_E_EXCEPTION, "web"},
    {"back_end_fails", [](auto&, auto& way) { fail_with(way, errc::exception, "The host broke."); },
     DISP_E_EXCEPTION, DISP_E_EXCEPTION, "The host broke."},
    {"a_code_no_page_lists", [](auto&, auto& way) { fail_with(way, errc::io_error, "The disk broke."); },
     DISP_E_EXCEPTION, DISP_E_EXCEPTION, "The disk broke."},
};

class guest_faults : public facade, public testing::WithParamInterface<fault_case> {};

TEST_P(guest_faults, logoff) {
  const auto os = guest();
  GetParam().arrange(*vm, *way);
  com::ptr<IVMTask> task;
  EXPECT_EQ(os->Logoff(task.put()), GetParam().logoff);
  EXPECT_FALSE(task);
  EXPECT_TRUE(on->tasks->tasks().empty());
  EXPECT_NE(last_description().find(GetParam().words), std::string::npos);
}

TEST_P(guest_faults, multiple_user_sessions_allowed) {
  const auto os = guest();
  GetParam().arrange(*vm, *way);
  VARIANT_BOOL value = VARIANT_TRUE;
  EXPECT_EQ(os->get_MultipleUserSessionsAllowed(&value), GetParam().terminal);
  EXPECT_EQ(value, VARIANT_FALSE);
  EXPECT_NE(last_description().find(GetParam().words), std::string::npos);
}

TEST_P(guest_faults, terminal_services_initialized) {
  const auto os = guest();
  GetParam().arrange(*vm, *way);
  VARIANT_BOOL value = VARIANT_TRUE;
  EXPECT_EQ(os->get_TerminalServicesInitialized(&value), GetParam().terminal);
  EXPECT_EQ(value, VARIANT_FALSE);
  EXPECT_NE(last_description().find(GetParam().words), std::string::npos);
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
  way->service = "LoadState=not-found\nActiveState=inactive\nstatus 0\nsystem running\n";
  VARIANT_BOOL value = VARIANT_TRUE;
  EXPECT_EQ(guest()->get_MultipleUserSessionsAllowed(&value), S_OK);
  EXPECT_EQ(value, VARIANT_FALSE);
}

TEST_F(guest_answers, not_up_yet_is_s_false) {
  way->service = "LoadState=loaded\nActiveState=activating\nstatus 0\nsystem starting\n";
  VARIANT_BOOL value = VARIANT_TRUE;
  EXPECT_EQ(guest()->get_MultipleUserSessionsAllowed(&value), S_FALSE);
  EXPECT_EQ(value, VARIANT_FALSE);
  value = VARIANT_TRUE;
  EXPECT_EQ(guest()->get_TerminalServicesInitialized(&value), S_FALSE);
  EXPECT_EQ(value, VARIANT_FALSE);
}

}  // namespace
}  // namespace comeback::virtualpc
