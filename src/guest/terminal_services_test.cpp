// SPDX-License-Identifier: Apache-2.0
#include "guest/terminal_services.hpp"

#include "guest/fake_guest.hpp"
#include "guest/windows_services.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comeback::guest {

void PrintTo(const terminal_services& all, std::ostream* out) {
  const auto text = [](const std::optional<bool>& one) {
    return !one ? "no answer" : *one ? "TRUE" : "FALSE";
  };
  *out << "initialized " << text(all.initialized) << ", multiple " << text(all.multiple_sessions);
}

namespace {

using base::errc;

constexpr terminal_services none{.initialized = false, .multiple_sessions = false};
constexpr terminal_services many_without_service{.initialized = false, .multiple_sessions = true};
constexpr terminal_services not_yet{};
constexpr terminal_services one{.initialized = true, .multiple_sessions = false};
constexpr terminal_services many{.initialized = true, .multiple_sessions = true};

/// The rule for Linux as a table: every combination of what a guest can tell is met by exactly one row.
struct linux_rule {
  std::string_view title;
  std::optional<service_state> logind;
  std::optional<bool> booting, nologin, ways;  ///< empty: whichever
  terminal_services expected;
};
constexpr bool yes = true, no = false;
const linux_rule linux_rules[] = {
    {"not_installed", service_state::absent, {}, {}, {}, none},
    {"not_yet_active", service_state::not_up, {}, {}, {}, not_yet},
    {"boot_not_finished", service_state::up, yes, {}, {}, not_yet},
    {"log_ons_refused", service_state::up, no, yes, {}, one},
    {"several_ways_in", service_state::up, no, no, yes, many},
    {"one_way_in", service_state::up, no, no, no, one},
};

bool fits(const std::optional<bool>& wanted, bool is) { return !wanted || *wanted == is; }
bool meets(const linux_rule& rule, const linux_services& told) {
  return rule.logind == told.logind && fits(rule.booting, told.booting) && fits(rule.nologin, told.nologin) &&
         fits(rule.ways, told.consoles || told.other_ways);
}

TEST(terminal_services_rule, holds_for_every_combination_of_a_linux_guest) {
  for (const auto logind : {service_state::absent, service_state::not_up, service_state::up}) {
    for (unsigned bits = 0; bits < 16; ++bits) {
      const linux_services told{.logind = logind,
                                .booting = (bits & 1U) != 0,
                                .nologin = (bits & 2U) != 0,
                                .consoles = (bits & 4U) != 0,
                                .other_ways = (bits & 8U) != 0};
      int rows = 0;
      for (const auto& rule : linux_rules) {
        if (!meets(rule, told)) continue;
        ++rows;
        EXPECT_EQ(decide(told), rule.expected) << rule.title << ", bits " << bits;
      }
      EXPECT_EQ(rows, 1) << "bits " << bits;
    }
  }
}

struct words_case {
  std::string title, words;
  terminal_services expected;
};

std::string title_of(const testing::TestParamInfo<words_case>& info) { return info.param.title; }

/// What the script prints under systemd: logind, one of the other units, the rest.
std::string systemd(const std::string& logind, const std::string& other, const std::string& rest) {
  return "init systemd\n" + logind + "\n" + other + rest + "end\n";
}
const std::string up = "LoadState=loaded\nActiveState=active\n";
const std::string down = "LoadState=loaded\nActiveState=inactive\n";
const std::string absent = "LoadState=not-found\nActiveState=inactive\n";
const std::string masked = "LoadState=masked\nActiveState=inactive\n";

class linux_words : public testing::TestWithParam<words_case> {};

TEST_P(linux_words, decide) {
  const auto told = read_linux_services(GetParam().words);
  ASSERT_TRUE(told) << base::to_string(told.error());
  EXPECT_EQ(decide(*told), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    systemd, linux_words,
    testing::Values(
        words_case{"consoles", systemd(up, absent, "system running\ntty v b true\n"), many},
        words_case{"degraded_is_up", systemd(up, absent, "system degraded\ntty v b true\n"), many},
        words_case{"going_down_is_up", systemd(up, absent, "system stopping\ntty v b true\n"), many},
        words_case{"ssh_alone", systemd(up, up, "system running\ntty v b false\n"), many},
        words_case{"no_seat", systemd(up, absent, "system running\ntty \n"), one},
        words_case{"ssh_is_installed_but_down", systemd(up, down, "system running\ntty v b false\n"), one},
        words_case{"refused", systemd(up, up, "system running\ntty v b true\nnologin\n"), one},
        words_case{"initializing", systemd(up, up, "system initializing\ntty v b true\n"), not_yet},
        words_case{"starting", systemd(up, up, "system starting\ntty v b true\n"), not_yet},
        words_case{"starting_and_refused", systemd(up, up, "system starting\ntty v b true\nnologin\n"),
                   not_yet},
        words_case{"logind_stopped", systemd(down, up, "system running\ntty \n"), not_yet},
        words_case{"logind_activating",
                   systemd("LoadState=loaded\nActiveState=activating\n", up, "system running\n"), not_yet},
        words_case{"logind_failed",
                   systemd("LoadState=loaded\nActiveState=failed\n", up, "system degraded\n"), not_yet},
        words_case{"logind_has_a_bad_setting",
                   systemd("LoadState=bad-setting\nActiveState=inactive\n", up, "system degraded\n"),
                   not_yet},
        words_case{"logind_reloading",
                   systemd("LoadState=loaded\nActiveState=reloading\n", up, "system running\n"), many},
        words_case{"masked", systemd(masked, up, "system running\ntty \n"), none},
        words_case{"masked_while_up",
                   systemd("LoadState=masked\nActiveState=active\n", up, "system running\n"), many},
        words_case{"not_installed", systemd(absent, up, "system running\ntty \n"), none},
        words_case{"not_installed_and_starting", systemd(absent, up, "system starting\ntty \n"), none}),
    title_of);

INSTANTIATE_TEST_SUITE_P(
    without_systemd, linux_words,
    testing::Values(
        words_case{"busybox_alone", "init other\nend\n", none},
        words_case{"busybox_refused", "init other\nnologin\nend\n", none},
        words_case{"elogind_not_asked_yet", "init other\nelogind installed\nend\n", not_yet},
        words_case{"elogind_with_consoles", "init other\nelogind active\ntty v b true\nend\n", many},
        words_case{"elogind_by_loginctl", "init other\nelogind active\ntty CanTTY=yes\nend\n", many},
        words_case{"elogind_without_consoles", "init other\nelogind active\ntty CanTTY=no\nend\n", one},
        words_case{"elogind_with_sshd", "init other\nelogind active\ntty \nremote\nend\n", many},
        words_case{"elogind_refused", "init other\nelogind active\ntty v b true\nremote\nnologin\nend\n",
                   one}),
    title_of);

TEST(linux_words_that_make_no_sense, are_faults) {
  for (const std::string& words :
       {std::string(), std::string("end\n").substr(0, 2), systemd("", "", "system running\n"),
        "init systemd\n" + up + "system running\n", std::string("init other\nelogind active\n"),
        std::string("init systemd\nend\n")}) {
    EXPECT_FALSE(read_linux_services(words)) << words;
  }
}

/// What editions of Windows tell, by the documentation.
std::string windows(const std::string& facts, const std::string& service = "Running Manual") {
  return facts + "service " + service + "\nend\n";
}
const std::string client = "product 1\nswitching 1\nhidden 0\nmode 0\nallow 0\n";
const std::string starter = "product 1\nswitching 0\nhidden 0\nmode 0\nallow 0\n";
const std::string hidden = "product 1\nswitching 1\nhidden 1\nmode 0\nallow 1\n";
const std::string server = "product 3\nswitching 0\nhidden 0\nmode 0\nallow 1\n";
const std::string session_host = "product 3\nswitching 0\nhidden 0\nmode 1\nallow 1\n";
const std::string closed_host = "product 3\nswitching 1\nhidden 0\nmode 1\nallow 0\n";
const std::string controller = "product 2\nswitching 1\nhidden 0\nmode 0\nallow 1\n";
const std::string host_and_controller = "product 2\nswitching 0\nhidden 1\nmode 1\nallow 1\n";

class windows_words : public testing::TestWithParam<words_case> {};

TEST_P(windows_words, decide) {
  const auto told = read_windows_services(GetParam().words);
  ASSERT_TRUE(told) << base::to_string(told.error());
  EXPECT_EQ(decide(*told), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    editions, windows_words,
    testing::Values(words_case{"home", windows(client), many},
                    words_case{"professional", windows(client), many},
                    words_case{"professional_in_a_domain_that_hides_it", windows(hidden), one},
                    words_case{"starter", windows(starter), one},
                    words_case{"client_remote_desktop_changes_nothing",
                               windows("product 1\nswitching 0\nhidden 0\nmode 1\nallow 1\n"), one},
                    words_case{"server_as_installed", windows(server), one},
                    words_case{"server_remote_desktop_session_host", windows(session_host), many},
                    words_case{"session_host_that_takes_nobody", windows(closed_host), one},
                    words_case{"domain_controller", windows(controller), one},
                    words_case{"domain_controller_and_session_host", windows(host_and_controller), many},
                    words_case{"enterprise_multi_session", windows(session_host), many}),
    title_of);

INSTANTIATE_TEST_SUITE_P(
    service, windows_words,
    testing::Values(words_case{"client_stopped", windows(client, "Stopped Manual"), not_yet},
                    words_case{"client_starting", windows(client, "Start Pending Auto"), not_yet},
                    words_case{"server_stopped", windows(session_host, "Stopped Auto"), not_yet},
                    words_case{"server_as_installed_stopped", windows(server, "Stopped Auto"), not_yet},
                    words_case{"client_disabled", windows(client, "Stopped Disabled"), many_without_service},
                    words_case{"client_disabled_and_hidden", windows(hidden, "Stopped Disabled"), none},
                    words_case{"client_disabled_starter", windows(starter, "Stopped Disabled"), none},
                    words_case{"client_not_there", windows(client, "absent"), many_without_service},
                    words_case{"server_disabled", windows(session_host, "Stopped Disabled"), none},
                    words_case{"disabled_while_up", windows(session_host, "Running Disabled"), many},
                    words_case{"server_not_there", windows(session_host, "absent"), none}),
    title_of);

TEST(windows_words_with_carriage_returns, are_the_same) {
  std::string words;
  for (const char c : windows(session_host)) words.append(c == '\n' ? "\r\n" : std::string(1, c));
  const auto told = read_windows_services(words);
  ASSERT_TRUE(told);
  EXPECT_EQ(decide(*told), many);
}

TEST(windows_words_that_make_no_sense, are_faults) {
  for (const std::string words :
       {"", "end\n", "product 4\nend\n", "product \nend\n", "product 1\nswitching 1\n"}) {
    EXPECT_FALSE(read_windows_services(words)) << words;
  }
}

TEST(powershell, takes_scripts_as_base64_of_utf_16) {
  EXPECT_THAT(powershell_arguments("'end'"),
              testing::ElementsAre("-NoProfile", "-NonInteractive", "-EncodedCommand", "JwBlAG4AZAAnAA=="));
  EXPECT_TRUE(
      std::ranges::all_of(windows_script, [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
}

class asking : public testing::Test {
 protected:
  std::shared_ptr<fake_guest> way = std::make_shared<fake_guest>();
  agent with{way, "web"};

  [[nodiscard]] bool sent(std::string_view part) const {
    return std::ranges::any_of(way->commands, [part](const auto& c) { return c.find(part) != c.npos; });
  }
};

TEST_F(asking, a_linux_guest_is_asked_by_its_shell) {
  EXPECT_EQ(ask_terminal_services(with), many);
  EXPECT_TRUE(sent("/bin/sh"));
  EXPECT_FALSE(sent("powershell"));
}

TEST_F(asking, a_windows_guest_is_asked_by_powershell) {
  way->os_id = "mswindows";
  way->windows_service = windows(session_host);
  EXPECT_EQ(ask_terminal_services(with), many);
  EXPECT_TRUE(sent("-EncodedCommand"));
  EXPECT_FALSE(sent("/bin/sh"));
}

TEST_F(asking, an_agent_that_does_not_name_its_system_has_a_shell) {
  way->before = [](const std::string& command) -> std::optional<exchange_result> {
    if (command.find("guest-get-osinfo") == command.npos) return std::nullopt;
    return exchange_result{exchange_outcome::refused, "The command guest-get-osinfo has not been found"};
  };
  EXPECT_EQ(ask_terminal_services(with), many);
}

TEST_F(asking, nonsense_is_an_error) {
  way->service = "\x1b[2J";
  try {
    (void)ask_terminal_services(with);
    FAIL();
  } catch (const base::error& e) {
    EXPECT_EQ(e.code(), errc::exception);
  }
}

}  // namespace
}  // namespace comeback::guest
