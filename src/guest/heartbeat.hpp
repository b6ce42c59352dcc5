// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "guest/channel.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace comeback::guest {

/// How often a guest is felt for a beat. The usual values are those of ivmguestos-isheartbeating.md: ten
/// beats in a block of sixty seconds.
struct heartbeat_rate {
  std::chrono::milliseconds interval{6000};  ///< from one beat to the next
  std::size_t kept = 10;                     ///< beats in a block
  std::chrono::seconds patience{5};          ///< what a beat may take
};

/// What was felt. `percent` is of the beats that were due in the last block, or since the first question.
struct pulse {
  bool beating = false;  ///< the last beat that was due came
  int percent = 0;       ///< 0 to 100
};

/// Feels the pulses of guests by guest-ping, while somebody asks for them: the first question about a machine
/// begins, on a thread of the machine's own, and a block of time without a question ends it. All members may
/// be called from any thread; none may be called from a thread that `finish` waits for.
class heart_monitor {
 public:
  explicit heart_monitor(heartbeat_rate rate = {}) : rate_(rate) {}
  heart_monitor(const heart_monitor&) = delete;
  heart_monitor& operator=(const heart_monitor&) = delete;
  ~heart_monitor() { finish(); }

  /// The pulse of a machine. The first question waits for the first beat. Throws what `agent::ping` throws.
  [[nodiscard]] pulse ask(const machine::virtual_machine& vm, const std::shared_ptr<channel>& way);
  /// How many threads there are.
  [[nodiscard]] std::size_t watched() const;
  /// Ends all threads and waits for them, at most as long as one beat may take; forgets what was felt. Later
  /// questions begin anew.
  void finish() noexcept;

 private:
  class watch;
  [[nodiscard]] std::shared_ptr<watch> watch_of(const machine::virtual_machine& vm,
                                                const std::shared_ptr<channel>& way);
  void drop_ended_locked();

  const heartbeat_rate rate_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<watch>> watches_;  // by the machine's UUID
};

}  // namespace comeback::guest
