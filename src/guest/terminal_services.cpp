// SPDX-License-Identifier: Apache-2.0
#include "guest/terminal_services.hpp"

#include "guest/lines.hpp"
#include "guest/windows_services.hpp"

#include <array>
#include <chrono>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace comeback::guest {

namespace {

using base::fault;
using base::parse_error;

// Whether systemd runs the system, /run/systemd/system tells (sd_booted(3)); its tools are also on systems
// that something else runs, and answer nothing there. Elsewhere elogind may answer on logind's name, and is
// installed where the bus knows how to start it: what systemd's package leaves there starts nothing.
// busctl's "get-property" has no ear for --auto-start, so it is "call". The first unit must be logind.
constexpr std::string_view linux_script = R"script(
cantty() {
  busctl --auto-start=no call org.freedesktop.login1 /org/freedesktop/login1/seat/seat0 org.freedesktop.DBus.Properties Get ss org.freedesktop.login1.Seat CanTTY
}
owned() {
  busctl call org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus NameHasOwner s org.freedesktop.login1 ||
    dbus-send --system --print-reply --dest=org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus.NameHasOwner string:org.freedesktop.login1
}
if [ -d /run/systemd/system ]; then
  echo 'init systemd'
  systemctl show --property=LoadState,ActiveState systemd-logind.service display-manager.service ssh.service sshd.service ssh.socket sshd.socket xrdp.service
  echo "system $(systemctl is-system-running)"
  echo "tty $(cantty)"
else
  echo 'init other'
  if case $(owned) in *true) ;; *) false ;; esac; then
    echo 'elogind active'
    echo "tty $(cantty || loginctl show-seat seat0 --property=CanTTY)"
    for comm in /proc/[0-9]*/comm; do
      read -r name <"$comm" || continue
      case $name in
        sshd|xrdp|gdm|gdm3|greetd|kdm|lightdm|lxdm|ly-dm|nodm|sddm|slim|wdm|xdm) echo remote; break ;;
      esac
    done
  elif grep -q elogind /usr/share/dbus-1/system-services/org.freedesktop.login1.service; then
    echo 'elogind installed'
  fi
fi
if [ -e /run/nologin ]; then echo nologin; fi
echo end
)script";

tl::unexpected<parse_error> wrong(fault what, const char* field) {
  return tl::unexpected(parse_error{what, 0, field});
}

/// What systemctl says of one unit.
struct unit {
  std::string_view load, activity;

  [[nodiscard]] bool up() const noexcept { return activity == "active" || activity == "reloading"; }
  /// A masked unit is there, but nothing can start it.
  [[nodiscard]] service_state state() const noexcept {
    if (up()) return service_state::up;
    return load == "not-found" || load == "masked" ? service_state::absent : service_state::not_up;
  }
};

/// Units come one after another, an empty line between two; logind's is the first.
class units {
 public:
  void take(std::string_view line) noexcept {
    if (line.empty()) {
      finish();
    } else if (const auto load = after(line, "LoadState=")) {
      now_.load = *load;
    } else if (const auto activity = after(line, "ActiveState=")) {
      now_.activity = *activity;
    }
  }
  void finish() noexcept {
    if (now_.load.empty()) return;
    if (!logind) {
      logind = now_.state();
    } else if (now_.up()) {
      others = true;
    }
    now_ = {};
  }

  std::optional<service_state> logind;
  bool others = false;

 private:
  unit now_;
};

bool says_true(std::string_view tty) noexcept { return tty == "v b true" || tty == "CanTTY=yes"; }

void take_fact(linux_services& told, std::string_view line) noexcept {
  if (line == "system initializing" || line == "system starting") told.booting = true;
  if (line == "elogind active") told.logind = service_state::up;
  if (line == "elogind installed") told.logind = service_state::not_up;
  if (line == "nologin") told.nologin = true;
  if (line == "remote") told.other_ways = true;
  if (const auto tty = after(line, "tty ")) told.consoles = says_true(*tty);
}

template <class T>
terminal_services decided(const base::parsed<T>& told) {
  if (told) return decide(*told);
  throw base::error(
      base::errc::exception,
      fmt::format("What the guest tells of its log-ons makes no sense: {}.", base::to_string(told.error())));
}

/// A guest on a busy machine takes its time to start half a dozen programs, and PowerShell always does.
constexpr std::chrono::seconds service_deadline{60};

}  // namespace

base::parsed<linux_services> read_linux_services(std::string_view output) {
  linux_services told;
  units seen;
  const bool systemd = next_line(output) == "init systemd";
  bool whole = false;
  while (!output.empty()) {
    const std::string_view line = next_line(output);
    whole = line == "end";
    seen.take(line);
    take_fact(told, line);
  }
  seen.finish();
  if (!whole) return wrong(fault::truncated, "log-on services");
  if (!systemd) return told;
  if (!seen.logind) return wrong(fault::bad_magic, "log-on services: systemd-logind");
  told.logind = *seen.logind;
  told.other_ways = seen.others;
  return told;
}

terminal_services decide(const linux_services& told) noexcept {
  if (told.logind == service_state::absent) return {.initialized = false, .multiple_sessions = false};
  if (told.logind == service_state::not_up || told.booting) return {};
  return {.initialized = true, .multiple_sessions = !told.nologin && (told.consoles || told.other_ways)};
}

terminal_services ask_terminal_services(const agent& with) {
  if (with.os_id() != windows_id)
    return decided(read_linux_services(with.shell(std::string(linux_script), service_deadline)));
  return decided(read_windows_services(
      with.run("powershell.exe", powershell_arguments(windows_script), service_deadline).out));
}

}  // namespace comeback::guest
