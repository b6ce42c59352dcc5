// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/background.hpp"
#include "libvirt_backend/handle.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace comeback::libvirt_backend {

/// A connection on its way. libvirt opens it for as long as the other side keeps silent: it takes no limit
/// there, keepalive begins afterwards, and nothing cancels it. So it does that on a thread of its own, which
/// owns what it uses: who gives up leaves the thread behind, and a connection that comes later is closed on
/// it. The thread ends when the other side answers or its socket closes; the end of the process does not wait
/// for it. Any thread.
class opening {
 public:
  using opener = std::function<connect_handle()>;

  /// Begins. `open` may throw; `uri` is for the sentence of `wait`.
  opening(std::string uri, opener open, std::chrono::milliseconds within);
  opening(const opening&) = delete;
  opening& operator=(const opening&) = delete;
  ~opening();

  /// Returns when it is open. Throws what `open` threw as `base::error`, and `errc::exception` where nothing
  /// has come `within` that time of the beginning: who comes later than that does not wait.
  void wait() const;
  /// The connection, once.
  [[nodiscard]] connect_handle take();

  /// Failed, or open once and broken since.
  [[nodiscard]] bool in_vain() const;
  /// Silent since it began, and that is as long ago.
  [[nodiscard]] bool silent_for(std::chrono::milliseconds time) const;

 private:
  struct shared;

  std::string uri_;
  std::chrono::milliseconds within_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::shared_ptr<shared> state_;
  base::background thread_;
};

}  // namespace comeback::libvirt_backend
