// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace comeback::guest {

/// How often an agent has connected to one channel, as far as the back end heard; what somebody learnt of the
/// agent holds while the number stays. It also rises where a connection may have been missed. Starts at 0,
/// with or without an agent. Any thread.
class connection_count {
 public:
  [[nodiscard]] std::uint64_t now() const {
    const std::lock_guard lock(mutex_);
    return count_;
  }
  void raise() {
    const std::lock_guard lock(mutex_);
    ++count_;
    risen_.notify_all();
  }
  /// Waits for an agent instead of asking again and again: true when the number is not `seen` any more.
  bool wait_beyond(std::uint64_t seen, std::chrono::milliseconds at_most) const {
    std::unique_lock lock(mutex_);
    return risen_.wait_for(lock, at_most, [&] { return count_ != seen; });
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable risen_;
  std::uint64_t count_ = 0;
};

}  // namespace comeback::guest
