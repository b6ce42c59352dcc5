// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "libvirt_backend/event_loop.hpp"
#include "libvirt_backend/events.hpp"
#include "libvirt_backend/handle.hpp"
#include "libvirt_backend/opening.hpp"

#include <chrono>
#include <memory>
#include <mutex>
#include <string>

namespace comeback::libvirt_backend {

/// The way to one libvirt, which machines, channels and their hypervisor share; it closes when the last of
/// them is gone. A connection that broke, its daemon having been restarted, is opened anew: by the next call
/// that needs it and, while somebody listens, by itself once a second. A call that was under way fails.
/// All who need it meanwhile wait for one and the same opening, and no longer than its limit; nobody waits
/// for anything that a daemon could hold up while he keeps others from it. Any thread.
class link : public std::enable_shared_from_this<link> {
 public:
  /// One connection, open or broken.
  struct opened;
  /// How another connection is opened where one broke.
  struct way {
    std::string uri;  ///< for sentences
    opening::opener open;
    std::chrono::milliseconds within;  ///< as long a call waits for it
  };

  link(std::shared_ptr<event_loop> loop, connect_handle first, way again, bool read_only);
  link(const link&) = delete;
  link& operator=(const link&) = delete;
  ~link();

  /// The connection, alive as far as is known; hold it while it is used. Throws `base::error` where it broke
  /// and cannot be opened; `errc::exception`, where libvirt does not answer in time.
  [[nodiscard]] in_use<virConnect> connect();
  [[nodiscard]] bool read_only() const noexcept { return read_only_; }

  [[nodiscard]] machine::subscription subscribe(std::shared_ptr<base::courier> by, machine::listener listen);
  /// Counts the connections of one machine's agent from now on.
  [[nodiscard]] std::shared_ptr<guest::connection_count> connections_of(const std::string& uuid);

  /// The embedded driver connects to the agents of machines that run already only after it has opened, a
  /// tenth of a second later: until then "not connected" means nothing.
  void agents_settle_within(std::chrono::milliseconds time) noexcept;
  [[nodiscard]] bool agents_may_still_come() const noexcept {
    return std::chrono::steady_clock::now() < agents_settled_;
  }

 private:
  /// The opening under way, or another; `vain` takes what it replaces, to die behind the lock.
  [[nodiscard]] std::shared_ptr<opening> opening_locked(std::shared_ptr<opening>& vain);
  /// What it opened is the connection now, unless somebody was faster.
  void take_over(const std::shared_ptr<opening>& from);
  [[nodiscard]] std::shared_ptr<opened> now() const;
  [[nodiscard]] static in_use<virConnect> use(const std::shared_ptr<opened>& what);
  void register_events();
  static void keep_open(const std::weak_ptr<link>& self, event_hub& hub, const std::stop_token& stop);
  /// False where it is broken still.
  bool try_connect() noexcept;

  std::shared_ptr<event_loop> loop_;  // dies last, and never on its own thread: the hub does not hold it
  way again_;
  bool read_only_;
  std::chrono::steady_clock::time_point agents_settled_{};
  std::shared_ptr<event_hub> hub_ = std::make_shared<event_hub>();
  mutable std::mutex mutex_;  ///< nobody asks libvirt anything that goes to a daemon while he holds it
  bool listening_ = false;
  std::shared_ptr<opened> opened_;
  std::shared_ptr<opening> opening_;
  std::chrono::milliseconds replaced_after_{};  ///< an opening that keeps silent as long
  std::unique_ptr<base::background> keeper_;
};

}  // namespace comeback::libvirt_backend
