// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/background.hpp"
#include "guest/logoff.hpp"

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace comeback::guest {

/// The logoffs of one machine that this process began, so that whoever sees a session end can tell whether it
/// was ours. Remembers the last few. Any thread.
class logoff_ledger {
 public:
  void add(const logoff& begun);
  /// One that is not over yet.
  [[nodiscard]] bool any_runs() const;
  /// Every session that those remembered found, oldest logoff first.
  [[nodiscard]] std::vector<session_result> results() const;
  /// Drops those that are over: the guest has begun anew, and its ids with it.
  void forget();
  /// Rings it whenever a logoff begins, as long as it lives.
  void ring(const std::shared_ptr<base::alarm_clock>& bell);

 private:
  static constexpr std::size_t remembered = 8;

  mutable std::mutex mutex_;
  std::deque<logoff> logoffs_;
  std::vector<std::weak_ptr<base::alarm_clock>> bells_;
};

}  // namespace comeback::guest
