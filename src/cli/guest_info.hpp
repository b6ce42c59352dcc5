// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/fleet.hpp"
#include "guest/reply.hpp"

#include <cstddef>
#include <optional>
#include <string>

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
  machine::run_state state = machine::run_state::invalid;
  known<guest::agent_info> agent;
  known<std::string> host_name;
  known<guest::os_info> system;
  known<std::size_t> logged_on;
  known<std::optional<bool>> many_sessions;     ///< MultipleUserSessionsAllowed
  known<std::optional<bool>> sessions_started;  ///< TerminalServicesInitialized
};

/// Asks one guest everything. Where the agent does not answer the first question it is not asked the others.
/// Throws only where the machine itself cannot be asked.
[[nodiscard]] guest_facts ask_facts(const target& of, const guest::channel_factory& channels);

}  // namespace comeback::cli
