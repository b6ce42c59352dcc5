// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <thread>

namespace comeback::libvirt_backend {

/// libvirt's events need somebody who turns the crank: without it the embedded driver's agent never answers
/// and connections do not notice that they broke. One thread for the whole process, as long as anybody holds
/// the loop. The last to let it go may be a callback of the loop's own: the thread is then joined by whoever
/// acquires the next.
class event_loop {
 public:
  /// Must be held before the first connection opens.
  [[nodiscard]] static std::shared_ptr<event_loop> acquire();

  event_loop();
  event_loop(const event_loop&) = delete;
  event_loop& operator=(const event_loop&) = delete;
  ~event_loop();

 private:
  int timer_;
  std::shared_ptr<std::atomic<bool>> stop_ = std::make_shared<std::atomic<bool>>(false);
  std::thread thread_;
};

}  // namespace comeback::libvirt_backend
