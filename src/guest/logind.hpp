// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "guest/agent.hpp"
#include "guest/session.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace comeback::guest::logind {

/// How many sessions the guest shows at once: far below `output_limit`, whatever is in them.
inline constexpr std::size_t page_size = 250;

/// The sessions there are.
struct listing {
  std::vector<std::string> ids;  ///< of every class
  std::vector<session> people;   ///< users' sessions alone, oldest first
};
/// One exchange with the guest for up to `page_size` sessions, one more for each further page, all within a
/// minute. Throws what `agent` throws; `exception` while logind is not up, or where the list is cut, forged
/// or of more than `most_sessions`; and `additions_feature_not_available` where the guest has no logind.
[[nodiscard]] listing list(const agent& with);
[[nodiscard]] std::vector<session> sessions(const agent& with);

/// The ids of every session there is, of any class. Throws as `list`.
[[nodiscard]] std::vector<std::string> session_ids(const agent& with);
/// Those of `ids` that are users' and still there, oldest first. Throws as `list`.
[[nodiscard]] std::vector<session> people_among(const agent& with, const std::vector<std::string>& ids);

/// The ids, but the guest itself waits first until those of `gone` are gone, or about as long as `at_most`.
/// Returns at once with what `agent::poll` takes; `ids_in` reads what came of it.
[[nodiscard]] std::int64_t begin_wait(const agent& with, const std::vector<std::string>& gone,
                                      std::chrono::milliseconds at_most);
[[nodiscard]] std::vector<std::string> ids_in(std::string_view output);

/// How many `begin_terminate` takes.
inline constexpr std::size_t group_size = 16;
/// Asks up to `group_size` sessions to end, in turn, with one program; says nothing of success: only the list
/// does. Returns at once with what `agent::poll` takes. Exit code 0 tells that all were asked; any other,
/// that one was gone already, and who comes behind it was not.
[[nodiscard]] std::int64_t begin_terminate(const agent& with, std::span<const std::string> ids);
/// Any number; those that are gone already hinder nobody. A shell more.
[[nodiscard]] std::int64_t begin_terminate_each(const agent& with, std::span<const std::string> ids);
/// As `begin_terminate_each`, but kills what is in the sessions.
[[nodiscard]] std::int64_t begin_kill(const agent& with, std::span<const std::string> ids);
/// Stops one of the three between two sessions, and waits until it has stopped. Does nothing to any other
/// program.
void stop(const agent& with, std::int64_t pid);

}  // namespace comeback::guest::logind
