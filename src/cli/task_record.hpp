// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "base/parsed.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace comeback::cli {

enum class task_state : std::uint8_t { running, success, failure, cancelled };

/// "running", "succeeded", …: in the record's file and in what is printed.
[[nodiscard]] std::string_view name_of(task_state state) noexcept;

/// What a worker says of itself, in ID.json. The number is the file's name.
struct task_record {
  task_state state = task_state::running;
  std::vector<std::string> command;  ///< the words of the command line
  std::string description;           ///< of the work; empty while the worker looks whether it can begin
  int percent = 0;                   ///< 100 exactly when it has ended
  bool cancelable = false;
  std::int64_t process = 0;
  base::timestamp started;
  std::optional<base::timestamp> ended;
  int status = 0;  ///< exit status of the verb; counts once ended
  base::errc error = base::errc::ok;
  std::string message;  ///< text for `error`
};

/// The largest record that is read, in bytes.
inline constexpr std::size_t record_limit = 256 * 1024;

[[nodiscard]] std::string write_record(const task_record& record);
/// Whatever lies in the folder: a record, or what is wrong with it. Texts are UTF-8 and may hold anything
/// else.
[[nodiscard]] base::parsed<task_record> read_record(std::string_view text);

}  // namespace comeback::cli
