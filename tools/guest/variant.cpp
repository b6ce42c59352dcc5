// SPDX-License-Identifier: Apache-2.0
#include "variant.hpp"

#include <algorithm>
#include <array>

namespace comeback::test_guest {

namespace {

constexpr std::string_view booted =
    R"(case $(systemctl is-system-running) in running | degraded) echo ready ;; esac)";
// Without logind nobody lists the users: their programs tell.
constexpr std::string_view programs_of_all =
    "for user in alice bob carol; do find /proc -maxdepth 1 -user $user | grep -q . || exit; done; "
    R"(case $(systemctl is-system-running) in running | degraded) echo ready ;; esac)";
constexpr std::string_view boot_is_held =
    "[ \"$(systemctl is-system-running)\" = starting ] && "
    "systemctl is-active 'hold-*' | grep -qx activating && echo ready";

// The key's name changed with QEMU 8. The agent restarts a moment after it has answered this.
constexpr std::string_view block_exec = R"(
if qemu-ga --help | grep -q -e --block-rpcs; then key=block-rpcs; else key=blacklist; fi
mkdir -p /etc/qemu
printf '[general]\n%s=guest-exec\n' $key >/etc/qemu/qemu-ga.conf
systemd-run --quiet --on-active=0.3 --timer-property=AccuracySec=10ms systemctl restart qemu-guest-agent)";
constexpr std::string_view stop_agent =
    "systemctl mask --quiet qemu-guest-agent; "
    "systemd-run --quiet --on-active=0.3 --timer-property=AccuracySec=10ms systemctl stop qemu-guest-agent";

constexpr std::array all{
    recipe{variant::whole, "whole", "", booted, 3, ""},
    recipe{variant::exec_blocked, "exec-blocked", "", booted, 3, block_exec},
    recipe{variant::no_agent, "no-agent", "", booted, 3, stop_agent},
    recipe{variant::logind_masked, "logind-masked", "systemd.mask=systemd-logind.service", programs_of_all, 0,
           ""},
    recipe{variant::no_logind, "no-logind", "init=/usr/local/sbin/other-guest comeback.guest=no-logind",
           programs_of_all, 0, ""},
    recipe{variant::no_systemd, "no-systemd", "init=/usr/local/sbin/other-guest comeback.guest=no-systemd",
           "echo ready", 0, ""},
    recipe{variant::booting, "booting", "systemd.wants=hold-before-logins.service", boot_is_held, 0, ""},
    recipe{variant::booting_with_users, "booting-with-users", "systemd.wants=hold-after-logins.service",
           boot_is_held, 3, ""},
    recipe{variant::nologin, "nologin", "", booted, 3, "touch /run/nologin"},
};

}  // namespace

std::span<const recipe> recipes() noexcept { return all; }

const recipe& recipe_of(variant what) noexcept { return *std::ranges::find(all, what, &recipe::what); }

std::optional<variant> variant_named(std::string_view name) noexcept {
  const auto at = std::ranges::find(all, name, &recipe::name);
  return at == all.end() ? std::nullopt : std::optional(at->what);
}

}  // namespace comeback::test_guest
