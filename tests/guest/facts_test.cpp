// SPDX-License-Identifier: Apache-2.0
// What a real guest tells of itself: log-on service, who sits where, screen, name, heartbeat.
#include "broken_guest.hpp"
#include "guest/guest_os.hpp"
#include "libvirt_backend/snapshot.hpp"

#include <algorithm>
#include <functional>
#include <thread>

#include <gmock/gmock.h>

namespace comeback::test_guest {
namespace {

using base::errc;
using comeback::guest::heart_monitor;
using comeback::guest::log_on_place;
using comeback::guest::session;
using comeback::guest::terminal_services;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

class facts : public guest_test {
 protected:
  static constexpr terminal_services none{.initialized = false, .multiple_sessions = false};
  static constexpr terminal_services not_yet{};
  static constexpr terminal_services one{.initialized = true, .multiple_sessions = false};
  static constexpr terminal_services many{.initialized = true, .multiple_sessions = true};

  // Few tests here need the users whom the fixture would look for.
  void SetUp() override {}
  /// What a test broke and did not come to mend.
  void TearDown() override {
    if (HasFailure()) fresh();
  }
  /// With more patience than usual: what systemd is told here takes long on a busy machine.
  static std::string run(const std::string& script) { return machine().run(script, seconds(120)); }

  static errc code_of(const std::function<void()>& body) {
    try {
      body();
    } catch (const base::error& e) {
      return e.code();
    }
    return errc::ok;
  }
  /// Waits for a condition; what a guest refuses meanwhile is "not yet".
  static void wait_until(const std::function<bool()>& met) {
    const auto until = steady_clock::now() + seconds(300);
    while (!met_now(met)) {
      ASSERT_LT(steady_clock::now(), until);
      std::this_thread::sleep_for(milliseconds(100));
    }
  }
  static bool met_now(const std::function<bool()>& met) {
    try {
      return met();
    } catch (const base::error&) {
      return false;
    }
  }
  static void need_everybody() {
    if (machine().os().sessions().size() != 3) machine().log_in_again();
  }
  static std::string id_of(std::string_view user) {
    const auto all = machine().os().sessions();
    const auto at = std::ranges::find(all, user, &session::user);
    return at == all.end() ? "" : at->id;
  }
  static void bring_to_front(const std::string& id) {
    (void)run("loginctl activate " + id);
    wait_until([&] {
      const auto all = machine().os().sessions();
      return std::ranges::any_of(all, [&](const session& s) { return s.id == id && s.state == "active"; });
    });
  }
  static void lock(const std::string& id, bool locked) {
    (void)run(
        "path=$(busctl call org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager "
        "GetSession s " +
        id +
        " | cut -d'\"' -f2); busctl call org.freedesktop.login1 \"$path\" org.freedesktop.login1.Session "
        "SetLockedHint b " +
        (locked ? "true" : "false"));
  }
};

TEST_F(facts, log_ons_are_served_and_several_are_allowed) { EXPECT_EQ(machine().os().services(), many); }

TEST_F(facts, run_nologin_leaves_the_service_up_and_allows_nobody_else) {
  (void)run("touch /run/nologin");
  EXPECT_EQ(machine().os().services(), one);
  (void)run("rm /run/nologin");
  EXPECT_EQ(machine().os().services(), many);
}

TEST_F(facts, etc_nologin_is_a_setting_and_no_state) {
  (void)run("touch /etc/nologin");
  EXPECT_EQ(machine().os().services(), many);
  (void)run("rm /etc/nologin");
}

TEST_F(facts, no_answer_while_logind_is_stopped_and_asking_does_not_start_it) {
  (void)run("systemctl stop systemd-logind");
  EXPECT_EQ(machine().os().services(), not_yet);
  EXPECT_EQ(machine().os().multiple_user_sessions_allowed(), std::nullopt);
  EXPECT_EQ(machine().os().terminal_services_initialized(), std::nullopt);
  EXPECT_EQ(run("systemctl is-active systemd-logind"), "inactive\n");
  (void)run("systemctl start systemd-logind");
  EXPECT_EQ(machine().os().services(), many);
}

TEST_F(facts, a_masked_logind_is_none) {
  (void)run("systemctl mask --runtime systemd-logind");
  EXPECT_EQ(machine().os().services(), many) << "it still runs";
  (void)run("systemctl stop systemd-logind");
  EXPECT_EQ(machine().os().services(), none);
  (void)run("systemctl unmask --runtime systemd-logind; systemctl start systemd-logind");
  EXPECT_EQ(machine().os().services(), many);
}

TEST_F(facts, a_logind_that_is_not_installed_is_none) {
  (void)run(
      "systemctl stop systemd-logind; mv /lib/systemd/system/systemd-logind.service /root/; "
      "mv /lib/systemd/system/dbus-org.freedesktop.login1.service /root/; systemctl daemon-reload");
  EXPECT_EQ(machine().os().services(), none);
  (void)run(
      "mv /root/systemd-logind.service /root/dbus-org.freedesktop.login1.service /lib/systemd/system/; "
      "systemctl daemon-reload; systemctl start systemd-logind");
  EXPECT_EQ(machine().os().services(), many);
}

TEST_F(facts, one_who_is_at_the_seat) {
  need_everybody();
  EXPECT_TRUE(machine().os().user_logged_on(log_on_place::seat));
  EXPECT_FALSE(machine().os().user_logged_on(log_on_place::remote));
}

TEST_F(facts, one_who_is_far_away) {
  (void)run(
      "systemd-run --quiet --collect --unit=far /bin/sh -c "
      "'sleep 600 | script -qfc \"login -h 192.0.2.1 -f alice\" /dev/null'");
  wait_until([] { return machine().os().user_logged_on(log_on_place::remote); });
  (void)run("systemctl stop far; systemctl stop getty@tty2 getty@tty3 desktop@carol");
  wait_until([] { return !machine().os().user_logged_on(log_on_place::seat); });
  (void)run("loginctl terminate-user alice");
  wait_until([] { return machine().os().sessions().empty(); });
  EXPECT_FALSE(machine().os().user_logged_on(log_on_place::remote));
}

TEST_F(facts, a_desktop_on_no_seat_is_far_away) {
  (void)run(
      "systemd-run --quiet --collect --unit=desk --property=PAMName=login --property=User=bob "
      "--setenv=XDG_SESSION_CLASS=user --setenv=XDG_SESSION_TYPE=x11 sleep 600");
  wait_until([] { return machine().os().user_logged_on(log_on_place::remote); });
  (void)run("systemctl stop desk");
  wait_until([] { return !machine().os().user_logged_on(log_on_place::remote); });
}

TEST_F(facts, the_screen_is_locked_while_who_is_in_front_has_locked_it) {
  need_everybody();
  const std::string carol = id_of("carol"), alice = id_of("alice");
  bring_to_front(carol);
  EXPECT_FALSE(machine().os().screen_locked());
  lock(carol, true);
  EXPECT_TRUE(machine().os().screen_locked());
  bring_to_front(alice);
  EXPECT_FALSE(machine().os().screen_locked());
  bring_to_front(carol);
  EXPECT_TRUE(machine().os().screen_locked());
  lock(carol, false);
  EXPECT_FALSE(machine().os().screen_locked());
}

TEST_F(facts, its_name_is_what_it_calls_itself) {
  EXPECT_EQ(machine().os().computer_name(), "comeback-guest");
  (void)run("hostname other");
  EXPECT_EQ(machine().os().computer_name(), "other");
  (void)run("hostname comeback-guest");
}

TEST_F(facts, its_heart_stops_with_the_agent_and_goes_on_with_it) {
  heart_monitor hearts({.interval = milliseconds(500), .kept = 10, .patience = seconds(2)});
  const auto os = machine().os();
  EXPECT_TRUE(os.heartbeat(hearts).beating);
  soon(machine(),
       "systemctl kill --signal=STOP qemu-guest-agent; sleep 15; "
       "systemctl kill --signal=CONT qemu-guest-agent");
  wait_until([&] { return !os.heartbeat(hearts).beating; });
  EXPECT_LT(os.heartbeat(hearts).percent, 100);
  wait_until([&] { return os.heartbeat(hearts).beating; });
}

TEST_F(facts, paused_is_not_off) {
  heart_monitor hearts;
  const auto os = machine().os();
  libvirt_backend::pause(*machine().vm());
  EXPECT_EQ(code_of([&] { (void)os.user_logged_on(log_on_place::seat); }), errc::vm_paused);
  EXPECT_EQ(code_of([&] { (void)os.screen_locked(); }), errc::vm_not_running);
  EXPECT_EQ(code_of([&] { (void)os.computer_name(); }), errc::vm_not_running);
  EXPECT_EQ(code_of([&] { (void)os.heartbeat(hearts); }), errc::vm_not_running);
  libvirt_backend::resume(*machine().vm());
  EXPECT_TRUE(os.heartbeat(hearts).beating);
}

TEST_F(facts, no_answer_before_the_system_has_started) {
  const std::string boot_id = run("cat /proc/sys/kernel/random/boot_id");
  (void)run(
      "printf '[Service]\\nType=oneshot\\nExecStart=/bin/sh -c \"until [ -e /run/go-on ]; do sleep 0.2; "
      "done\"\\n[Install]\\nWantedBy=multi-user.target\\n' >/etc/systemd/system/slow.service; "
      "systemctl enable slow.service; sync");
  soon(machine(), "systemctl reboot");
  wait_until([&] { return run("cat /proc/sys/kernel/random/boot_id") != boot_id; });
  wait_until([] { return run("systemctl is-active systemd-logind") == "active\n"; });
  EXPECT_EQ(machine().os().services(), not_yet);
  (void)run("touch /run/go-on");
  wait_until([] { return run("systemctl is-system-running") != "starting\n"; });
  EXPECT_EQ(machine().os().services(), many);
  fresh();
}

}  // namespace
}  // namespace comeback::test_guest
