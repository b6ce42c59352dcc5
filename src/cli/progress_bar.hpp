// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/progress.hpp"
#include "base/task.hpp"
#include "cli/context.hpp"

#include <chrono>
#include <mutex>
#include <string>

namespace comeback::cli {

/// Progress on stderr: a bar that redraws itself, or, with --json, one JSON object a line. Shown on a
/// terminal unless told otherwise. Thread-safe; at most ten times a second.
class progress_bar {
 public:
  explicit progress_bar(const context& settings);
  progress_bar(const progress_bar&) = delete;
  progress_bar& operator=(const progress_bar&) = delete;
  ~progress_bar();  ///< wipes the bar

  void show(const base::progress_report& report);
  void show(std::string_view phase, int percent);
  /// A `base::progress` that shows here; must not outlive this object.
  [[nodiscard]] base::progress sink();
  /// Shows the task until it is complete, and tells the observer; cancels it once `stop` is requested.
  void follow(base::task task, const std::stop_token& stop);

 private:
  void draw(std::string_view phase, std::uint64_t done, std::uint64_t total, std::string_view item);
  void print_event(std::string_view phase, std::uint64_t done, std::uint64_t total,
                   std::string_view item) const;

  bool active_, json_;
  work_observer* observer_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point drawn_{};
  std::string phase_;
  bool dirty_ = false;
};

}  // namespace comeback::cli
