// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "libvirt_backend/event_loop.hpp"
#include "libvirt_backend/events.hpp"
#include "libvirt_backend/handle.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>

namespace comeback::libvirt_backend {

/// The way to one libvirt, which machines, channels and their hypervisor share; it closes when the last of
/// them is gone. A connection that broke, its daemon having been restarted, is opened anew: by the next call
/// that needs it and, while somebody listens, by itself once a second. A call that was under way fails.
/// Any thread.
class link : public std::enable_shared_from_this<link> {
 public:
  /// One connection, open or broken.
  struct opened;
  using opener = std::function<connect_handle()>;

  /// `again` opens another connection where `first` broke; it may throw.
  link(std::shared_ptr<event_loop> loop, connect_handle first, opener again, bool read_only);
  link(const link&) = delete;
  link& operator=(const link&) = delete;
  ~link();

  /// The connection, alive as far as is known; hold it while it is used. Throws `base::error` where it broke
  /// and cannot be opened.
  [[nodiscard]] std::shared_ptr<virConnect> connect();
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
  void register_events();
  void register_events_locked();
  static void keep_open(const std::weak_ptr<link>& self, event_hub& hub, const std::stop_token& stop);
  /// False where it is broken still.
  bool try_connect() noexcept;

  std::shared_ptr<event_loop> loop_;  // dies last, and never on its own thread: the hub does not hold it
  opener open_again_;
  bool read_only_;
  std::chrono::steady_clock::time_point agents_settled_{};
  std::shared_ptr<event_hub> hub_ = std::make_shared<event_hub>();
  std::mutex mutex_;
  bool listening_ = false;
  std::shared_ptr<opened> opened_;
  std::unique_ptr<base::background> keeper_;
};

}  // namespace comeback::libvirt_backend
