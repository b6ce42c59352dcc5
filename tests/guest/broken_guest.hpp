// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "guest_fixture.hpp"

#include <chrono>
#include <string>
#include <thread>

namespace comeback::test_guest {

/// In the guest, a moment after its agent has answered.
inline void soon(const guest& in, const std::string& command) {
  (void)in.run("systemd-run --quiet --on-active=0.3 --timer-property=AccuracySec=10ms /bin/sh -c '" +
               command + "'");
}

/// A session of alice's, the fourth, that ends by SIGKILL alone.
inline void add_stubborn_session(const guest& in) {
  (void)in.run(
      "systemd-run --quiet --property=PAMName=login --property=User=alice --setenv=XDG_SESSION_CLASS=user "
      "--property=SendSIGHUP=no /bin/sh -c 'trap \"\" TERM HUP; while :; do sleep 1; done'");
  in.wait_for_sessions(4, std::chrono::seconds(20));
}

inline void kill_all_sessions(const guest& in) {
  (void)in.run(
      "for i in $(loginctl --no-legend list-sessions | awk '{print $1}'); do "
      "loginctl kill-session --signal=SIGKILL $i; done");
}

/// Until everybody was asked to go.
inline void wait_until_asked(const comeback::guest::logoff& under_way) {
  while (under_way.task().percent() < 20) std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

}  // namespace comeback::test_guest
