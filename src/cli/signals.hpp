// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>
#include <cstdint>
#include <stop_token>
#include <thread>

namespace comeback::cli {

/// A closed pipe, or a file that may not grow, is an error of write(2), with a message, not a silent death.
void ignore_signals_of_write();

/// Turns the first SIGINT, SIGTERM or SIGHUP into a stop request, so that work ends in good order; the second
/// one ends the process as usual. Make it before any other thread: they inherit its signal mask.
class stop_on_signal {
 public:
  /// What the second signal does: a worker that was asked twice to stop is stopping all the same.
  enum class later : std::uint8_t { ends_the_process, ignored };

  explicit stop_on_signal(later second = later::ends_the_process);
  stop_on_signal(const stop_on_signal&) = delete;
  stop_on_signal& operator=(const stop_on_signal&) = delete;
  ~stop_on_signal();

  [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }

 private:
  void wait();

  later second_;
  sigset_t waited_{};
  std::stop_source stop_;
  std::thread thread_;
};

}  // namespace comeback::cli
