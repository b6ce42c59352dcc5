// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/task_folder.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace comeback::cli {

/// What the task verbs print. Texts end with a line feed; everything that a record holds is made printable.

/// "Log off 'lab1'"; before the work has begun, the words of the command.
[[nodiscard]] std::string title_of(const listed_task& task);

[[nodiscard]] std::string tasks_text(const std::vector<listed_task>& all);
[[nodiscard]] std::string tasks_json(const std::vector<listed_task>& all);

/// `output` and `messages`: what the verb printed on standard output and standard error.
[[nodiscard]] std::string task_text(const listed_task& task, std::string_view output,
                                    std::string_view messages);
[[nodiscard]] std::string task_json(const listed_task& task, std::string_view output = {},
                                    std::string_view messages = {});

/// Line by line.
[[nodiscard]] std::string printable_lines(std::string_view text, std::string_view indent = {});

}  // namespace comeback::cli
