// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "guest/channel.hpp"
#include "libvirt_backend/handle.hpp"
#include "machine/notifications.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace comeback::libvirt_backend {

/// What libvirt tells of the machines, on its way to those who listen. libvirt calls it on the event loop's
/// thread: nothing here waits, asks libvirt, or holds what ends the event loop. Outlives each connection.
class event_hub {
 public:
  [[nodiscard]] machine::listeners& listeners() noexcept { return listeners_; }
  /// Counts the agent's connections to one machine's channel.
  [[nodiscard]] std::shared_ptr<guest::connection_count> connections_of(const std::string& uuid);
  /// Rings when the connection is lost.
  [[nodiscard]] base::alarm_clock& lost_bell() noexcept { return lost_; }

  /// One event each, with libvirt's numbers.
  void lifecycle(std::string uuid, std::string name, int event, int detail);
  void agent(std::string uuid, std::string name, int state, int reason);
  void reboot(std::string uuid, std::string name, std::chrono::steady_clock::time_point now);
  /// A connection begins; what comes of older ones does not count from here on.
  [[nodiscard]] std::uint64_t begin_connection();
  /// The connection of that number broke.
  void lost(std::uint64_t connection);
  /// Another one is open instead.
  void regained();

 private:
  /// What was told last of a machine, so that it is not told twice.
  struct known {
    machine::run_state state = machine::run_state::invalid;
    std::optional<std::chrono::steady_clock::time_point> rebooting;
  };
  void tell_state(std::string uuid, std::string name, machine::run_state now, bool by_guest);

  machine::listeners listeners_;
  base::alarm_clock lost_;
  std::mutex mutex_;
  std::uint64_t connection_ = 0;
  bool lost_was_told_ = false;
  std::map<std::string, known> known_;
  std::map<std::string, std::shared_ptr<guest::connection_count>> connections_;
};

/// The state after a lifecycle event; empty where it does not change.
[[nodiscard]] std::optional<machine::run_state> state_after(int event, int detail) noexcept;

/// The hub's registrations with one connection; the destructor ends them. A connection that does not know an
/// event is asked for the others all the same.
class event_registration {
 public:
  event_registration(virConnectPtr connect, const std::shared_ptr<event_hub>& to);
  event_registration(const event_registration&) = delete;
  event_registration& operator=(const event_registration&) = delete;
  ~event_registration();

 private:
  virConnectPtr connect_;
  std::vector<int> ids_;
};

/// Tells the hub when the connection of that number breaks, until it is closed.
void watch_connection(virConnectPtr connect, const std::shared_ptr<event_hub>& to, std::uint64_t number);
void unwatch_connection(virConnectPtr connect);

}  // namespace comeback::libvirt_backend
