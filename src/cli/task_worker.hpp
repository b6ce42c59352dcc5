// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/context.hpp"

#include <functional>
#include <string>
#include <vector>

namespace comeback::cli {

/// Runs a verb in a process of its own, a worker, which outlives this one: in a session of its own, its
/// output in files, its state in the folder of tasks. Waits until the verb's work has begun, prints the
/// task's number, and returns. Where the verb ends before it begins anything (no such machine, not running),
/// there is no task: what it printed is printed here, and its status is this one's.
///
/// To be called before any thread is made, since it forks; it returns in both processes, with the exit status
/// that the process shall have. `command` is what the task is listed with: the words of the command line.
[[nodiscard]] int run_in_background(const context& settings, const std::vector<std::string>& command,
                                    const std::function<int(const context&)>& verb);

}  // namespace comeback::cli
