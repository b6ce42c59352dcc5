// SPDX-License-Identifier: Apache-2.0
#include "guest/logoff_ledger.hpp"

#include <algorithm>
#include <iterator>

namespace comeback::guest {

void logoff_ledger::add(const logoff& begun) {
  const std::lock_guard lock(mutex_);
  logoffs_.push_back(begun);
  if (logoffs_.size() > remembered) logoffs_.pop_front();
  for (const auto& each : bells_) {
    if (const auto bell = each.lock()) bell->wake();
  }
}

bool logoff_ledger::any_runs() const {
  const std::lock_guard lock(mutex_);
  return std::ranges::any_of(logoffs_, [](const logoff& each) { return !each.task().complete(); });
}

std::vector<session_result> logoff_ledger::results() const {
  std::vector<session_result> all;
  const std::lock_guard lock(mutex_);
  for (const logoff& each : logoffs_) {
    auto found = each.results();
    all.insert(all.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
  }
  return all;
}

void logoff_ledger::forget() {
  const std::lock_guard lock(mutex_);
  std::erase_if(logoffs_, [](const logoff& each) { return each.task().complete(); });
}

void logoff_ledger::ring(const std::shared_ptr<base::alarm_clock>& bell) {
  const std::lock_guard lock(mutex_);
  std::erase_if(bells_, [](const auto& each) { return each.expired(); });
  bells_.push_back(bell);
}

}  // namespace comeback::guest
