// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "guest_fixture.hpp"

#include <fstream>
#include <iterator>
#include <thread>

#include <fmt/format.h>

namespace comeback::test_guest {

/// What fake_agent.pl shall do from now on.
struct lie {
  std::string what, about;
  int nth = 1, times = 1'000'000;
  int silence = 0;  ///< honest again after so many seconds without a command; 0: never
};

inline bool fake_agent_answers(const guest& in) {
  try {
    return in.run("echo \"${FAKE_AGENT:-real}\"") == "fake\n";
  } catch (const base::error&) {
    return false;  // one agent has left, the other has yet to come
  }
}

/// Puts the fake in the place of the guest's agent: for good, as long as the machine is not restored.
inline void install_fake_agent(const guest& in) {
  std::ifstream file(COMEBACK_FAKE_AGENT);
  const std::string program{std::istreambuf_iterator<char>(file), {}};
  (void)in.run("cat >/run/fake_agent.pl <<'END_OF_AGENT'\n" + program +
               "\nEND_OF_AGENT\nsystemd-run --quiet --unit=fake-agent perl /run/fake_agent.pl");
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  while (!fake_agent_answers(in)) {
    if (std::chrono::steady_clock::now() > until) throw std::runtime_error("the fake agent does not come up");
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

inline void order(const guest& in, const lie& l) {
  (void)in.run(fmt::format(": comeback-lie {} {} {} {} {}", l.what, l.about, l.nth, l.times, l.silence));
  if (l.about != "guest-sync") return;
  std::this_thread::sleep_for(std::chrono::seconds(3));  // it hangs up, so that it is greeted again
  while (in.vm()->details().agent != machine::agent_channel::connected) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  std::this_thread::sleep_for(std::chrono::seconds(1));  // "connected" comes a moment too soon
}

}  // namespace comeback::test_guest
