// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/fleet.hpp"
#include "guest/reply.hpp"

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace comeback::cli {

/// A fact, or why it is not known.
template <class T>
struct known {
  std::optional<T> value;
  base::described_error why{base::errc::ok, {}};
};

/// What a guest tells of itself. An empty optional inside a fact is the guest's own "no answer yet".
struct guest_facts {
  std::string machine;
  std::optional<machine::run_state> state;  ///< empty where there is no such machine
  known<guest::agent_info> agent;
  known<std::string> host_name;
  known<guest::os_info> system;
  known<std::size_t> logged_on;
  known<std::optional<bool>> many_sessions;     ///< MultipleUserSessionsAllowed
  known<std::optional<bool>> sessions_started;  ///< TerminalServicesInitialized
};

using facts_answer = answer<guest_facts>;

/// Asks every guest of the fleet everything, all at once, in the order of the machines. Where the agent does
/// not answer the first question, that machine has failed, or of --all was skipped, and only what the host
/// knows is in its facts. A stop ends it between two questions.
[[nodiscard]] std::vector<facts_answer> ask_facts(const fleet& of, const std::stop_token& stop);

}  // namespace comeback::cli
