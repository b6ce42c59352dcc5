// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/file.hpp"
#include "cli/task_record.hpp"

#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

namespace comeback::cli {

/// One row of the folder: what a worker said of itself last, and what became of it since.
struct listed_task {
  int id = 0;
  task_record record;
  std::string damage;  ///< why the record cannot be read, if so; the rest does not count then
};

/// Where the workers of `--no-wait` say what they do: $XDG_STATE_HOME/comeback/tasks, for the user alone
/// (0700, files 0600). A task has four files: ID.json (its record, replaced as a whole at each change),
/// ID.lock (locked by the worker while it lives), ID.out and ID.err (what its verb prints).
///
/// The lock is a POSIX record lock: the kernel drops it with the process, however that ends, no child
/// inherits it, and the kernel tells who holds it, so that no number of a process is ever trusted that may be
/// another's by now (fcntl(2), F_GETLK).
class task_folder {
 public:
  explicit task_folder(const std::filesystem::path& state_directory) : path_(state_directory / "tasks") {}

  [[nodiscard]] std::filesystem::path file(int id, const char* kind) const;

  /// A number that no other task in the folder has, and that is above all of them; makes the folder and the
  /// lock file. Forgets old tasks. Throws where the folder cannot be made or written to, or is somebody
  /// else's.
  [[nodiscard]] int claim() const;
  /// Holds the lock until the process ends or the file is closed; once a process and task.
  [[nodiscard]] base::unique_fd lock(int id) const;
  void write(int id, const task_record& record, bool sync) const;
  /// Removes what there is of a task.
  void forget(int id) const;

  /// All tasks, oldest first. Readers change nothing.
  [[nodiscard]] std::vector<listed_task> tasks() const;
  /// Throws `errc::invalid_argument` where there is no such task.
  [[nodiscard]] listed_task task(int id) const;
  /// The same, of a record that can be read; throws `errc::exception` for a damaged one.
  [[nodiscard]] task_record record(int id) const;
  /// What the verb printed, the first MiB of it; empty where there is nothing.
  [[nodiscard]] std::string output(int id, const char* kind) const;
  /// Sends SIGTERM to the worker, and to nobody else; false when it has ended.
  [[nodiscard]] bool terminate(int id) const;

 private:
  [[nodiscard]] std::vector<int> ids(std::string_view kind) const;
  [[nodiscard]] pid_t holder(int id) const;
  [[nodiscard]] listed_task read(int id) const;
  void make() const;
  void forget_old() const;

  std::filesystem::path path_;
};

}  // namespace comeback::cli
