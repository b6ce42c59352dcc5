// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "guest/agent.hpp"
#include "guest/session.hpp"

#include <chrono>
#include <cstdint>
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

}  // namespace comeback::guest::logind
