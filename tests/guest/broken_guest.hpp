// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "guest/agent.hpp"
#include "guest_fixture.hpp"

#include <chrono>
#include <string>
#include <thread>

namespace comeback::test_guest {

/// In the guest, a moment from now, whatever its agent does then. Nobody asks how it went: on a busy machine
/// the answer would come too late.
inline void soon(const guest& in, const std::string& command) {
  (void)comeback::guest::agent(in.connection().channels(in.vm()), guest::name)
      .begin("systemd-run",
             {"--quiet", "--on-active=1.5", "--timer-property=AccuracySec=10ms", "/bin/sh", "-c", command});
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
