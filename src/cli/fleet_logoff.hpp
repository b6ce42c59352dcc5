// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/fleet.hpp"
#include "cli/work_observer.hpp"
#include "guest/logoff.hpp"

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace comeback::cli {

enum class logoff_stage : std::uint8_t { waiting, running, ended };

/// One machine's part of a logoff: a copy of how it stands.
struct logoff_row : verdict {
  logoff_stage stage = logoff_stage::waiting;
  bool begun = false;                           ///< nothing prevented it: its guest was or is worked on
  int percent = 0;                              ///< 100 exactly when ended
  base::task_outcome outcome;                   ///< once ended
  std::vector<guest::session_result> sessions;  ///< empty until the list is in
  std::vector<guest::session> newcomers;        ///< who logged on meanwhile, and came back for nobody
};

/// The rows as one piece of work, once one of them has begun; nothing until then, and where none ever does.
/// It is as far as the mean, so that it grows with each machine. Its outcome is that of the first machine
/// that was cancelled, else that of the first that failed.
[[nodiscard]] std::optional<work_report> report_of(const std::vector<logoff_row>& rows);

/// One machine's logoff that has ended, on its own: that nobody was logged on is a failure then.
[[nodiscard]] logoff_row row_of(const std::string& machine, const guest::logoff& ended);

/// Logs everyone off many machines at once, each in a task of its own. That nobody was logged on is no
/// failure here.
class fleet_logoff {
 public:
  fleet_logoff(fleet machines, const guest::logoff_options& how);

  /// Returns when every machine's part has ended. `report` is called on this thread, soon after the
  /// beginning, ten times a second and at the end. A stop cancels each task; machines not begun with are then
  /// left alone.
  void run(base::executor& on, const std::stop_token& stop,
           const std::function<void(const std::vector<logoff_row>&)>& report);

  /// How things stand, in the order of the machines. Any thread, any time.
  [[nodiscard]] std::vector<logoff_row> rows() const;

 private:
  void log_off(std::size_t index, base::executor& on, const std::stop_token& stop);
  void follow(std::size_t index, guest::logoff work, const std::stop_token& stop);
  void end(std::size_t index, const verdict& how, const base::task_outcome& outcome);

  fleet fleet_;
  guest::logoff_options how_;
  mutable std::mutex mutex_;
  std::vector<logoff_row> rows_;
  std::vector<std::optional<guest::logoff>> under_way_;
};

}  // namespace comeback::cli
