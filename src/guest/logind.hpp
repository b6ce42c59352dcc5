// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "guest/agent.hpp"
#include "guest/session.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace comeback::guest::logind {

/// Who is logged on: users' sessions alone, oldest first, one exchange with the guest. Throws what `agent`
/// throws; `exception` while logind is not up; `additions_feature_not_available` where the guest has none.
[[nodiscard]] std::vector<session> sessions(const agent& with);

/// The ids of every session there is, of any class. Throws as `sessions`.
[[nodiscard]] std::vector<std::string> session_ids(const agent& with);

/// The same, but the guest itself waits first until those of `gone` are gone, or about as long as `at_most`.
/// Returns at once with what `agent::poll` takes; `ids_in` reads what came of it.
[[nodiscard]] std::int64_t begin_wait(const agent& with, const std::vector<std::string>& gone,
                                      std::chrono::milliseconds at_most);
[[nodiscard]] std::vector<std::string> ids_in(std::string_view output);

/// Asks one session to end, or kills what is in it; says nothing of success: only `session_ids` does.
/// Returns at once with what `agent::poll` takes.
[[nodiscard]] std::int64_t begin_terminate(const agent& with, const std::string& id);
[[nodiscard]] std::int64_t begin_kill(const agent& with, const std::string& id);

/// What the guest tells of its log-on service.
struct service {
  bool exists = false;         ///< logind is installed and not masked
  bool active = false;         ///< it is up
  bool starting = false;       ///< the system has not finished booting
  bool nologin = false;        ///< log-ons are refused for now (nologin(5))
  bool many_sessions = false;  ///< seat0 has text consoles, or a display manager, ssh or xrdp runs
};
[[nodiscard]] service ask_service(const agent& with);

/// The two properties of IVMGuestOS, from those facts; empty: not initialised yet.
[[nodiscard]] std::optional<bool> multiple_sessions_allowed(const service& s) noexcept;
[[nodiscard]] std::optional<bool> initialized(const service& s) noexcept;

}  // namespace comeback::guest::logind
