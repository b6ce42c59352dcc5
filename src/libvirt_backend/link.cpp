// SPDX-License-Identifier: Apache-2.0
#include "libvirt_backend/link.hpp"

#include "base/error.hpp"

#include <optional>
#include <utility>

namespace comeback::libvirt_backend {

namespace {

constexpr std::chrono::milliseconds between_tries{1000};
constexpr std::chrono::hours unless_rung{24};

}  // namespace

struct link::opened {
  opened(connect_handle with, const std::shared_ptr<event_hub>& hub) : connect(std::move(with)) {
    watch_connection(connect.get(), hub);
  }
  opened(const opened&) = delete;
  opened& operator=(const opened&) = delete;
  ~opened() {
    events.reset();
    unwatch_connection(connect.get());
  }

  connect_handle connect;
  std::optional<event_registration> events;
};

link::link(std::shared_ptr<event_loop> loop, connect_handle first, opener again, bool read_only)
    : loop_(std::move(loop)),
      open_again_(std::move(again)),
      read_only_(read_only),
      opened_(std::make_shared<opened>(std::move(first), hub_)) {}

link::~link() = default;

std::shared_ptr<virConnect> link::connect() {
  std::shared_ptr<opened> broken;  // closed behind the lock
  const std::lock_guard lock(mutex_);
  if (virConnectIsAlive(opened_->connect.get()) == 0) {
    broken = std::exchange(opened_, std::make_shared<opened>(open_again_(), hub_));
    register_events_locked();
    hub_->regained();
  }
  return {opened_, opened_->connect.get()};
}

void link::register_events_locked() {
  if (listening_ && !opened_->events) opened_->events.emplace(opened_->connect.get(), hub_);
}

void link::register_events() {
  const std::lock_guard lock(mutex_);
  listening_ = true;
  register_events_locked();
}

machine::subscription link::subscribe(std::shared_ptr<base::courier> by, machine::listener listen) {
  register_events();
  auto made = hub_->listeners().add(std::move(by), std::move(listen));
  const std::lock_guard lock(mutex_);
  if (!keeper_) {
    keeper_ = std::make_unique<base::background>(
        [self = weak_from_this(), hub = hub_](const std::stop_token& stop) { keep_open(self, *hub, stop); });
  }
  return made;
}

std::shared_ptr<guest::connection_count> link::connections_of(const std::string& uuid) {
  register_events();
  return hub_->connections_of(uuid);
}

void link::keep_open(const std::weak_ptr<link>& self, event_hub& hub, const std::stop_token& stop) {
  for (bool well = true; !stop.stop_requested();) {
    hub.lost_bell().sleep(stop, well ? std::chrono::milliseconds(unless_rung) : between_tries);
    if (stop.stop_requested()) return;
    const auto held = self.lock();
    if (!held) return;
    // Nobody would hear of it: whoever comes next opens it.
    well = hub.listeners().empty() || held->try_connect();
  }
}

bool link::try_connect() noexcept {
  try {
    (void)connect();
    return true;
  } catch (const std::exception&) {  // the edge of a thread; the next try, or the next call, tells
    return false;
  }
}

void link::agents_settle_within(std::chrono::milliseconds time) noexcept {
  agents_settled_ = std::chrono::steady_clock::now() + time;
}

}  // namespace comeback::libvirt_backend
