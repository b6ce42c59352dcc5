// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>
#include <stop_token>
#include <thread>

namespace comeback::cli {

/// Turns the first SIGINT, SIGTERM or SIGHUP into a stop request, so that work ends in good order; the second
/// one ends the process as usual. Make it before any other thread: they inherit its signal mask.
class stop_on_signal {
 public:
  stop_on_signal();
  stop_on_signal(const stop_on_signal&) = delete;
  stop_on_signal& operator=(const stop_on_signal&) = delete;
  ~stop_on_signal();

  [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }

 private:
  void wait();

  sigset_t waited_{};
  std::stop_source stop_;
  std::thread thread_;
};

}  // namespace comeback::cli
