// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/task.hpp"

#include <string>

namespace comeback::cli {

/// How far the work of a verb has come. A verb that works on several tasks at once reports them as one.
struct work_report {
  std::string description;
  int percent = 0;
  bool cancelable = false;
  base::task_outcome outcome;  ///< so far: while running, `success` with no error
};

/// Is told how a verb's work goes on; the first report says that it has begun. Called from one thread, as
/// often as the verb likes.
class work_observer {
 public:
  work_observer() = default;
  work_observer(const work_observer&) = delete;
  work_observer& operator=(const work_observer&) = delete;
  virtual ~work_observer() = default;

  virtual void report(const work_report& now) = 0;
};

[[nodiscard]] inline work_report report_of(const base::task& task) {
  return {task.description(), task.percent(), task.cancelable(), task.outcome()};
}

}  // namespace comeback::cli
