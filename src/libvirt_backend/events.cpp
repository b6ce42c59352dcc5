// SPDX-License-Identifier: Apache-2.0
#include "libvirt_backend/events.hpp"

#include <array>
#include <utility>

namespace comeback::libvirt_backend {

namespace {

using machine::agent_reason;
using machine::happening;
using machine::run_state;
using std::chrono::steady_clock;

/// libvirt 9.0 tells one restart up to three times, within a second or two: QEMU resets its devices more than
/// once. No system is up again that soon.
constexpr std::chrono::seconds one_restart{5};

agent_reason reason_of(int reason) noexcept {
  switch (reason) {
    case VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_REASON_DOMAIN_STARTED:
      return agent_reason::domain_started;
    case VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_REASON_CHANNEL:
      return agent_reason::channel;
    default:
      return agent_reason::unknown;
  }
}

// libvirt keeps the hub weakly: a registration may outlive all who listen.
using held_hub = std::weak_ptr<event_hub>;

void let_go(void* held) { delete static_cast<held_hub*>(held); }

/// Calls `body` with the hub and the machine. This is an edge: libvirt is C.
template <class Body>
void with_hub(void* held, virDomainPtr domain, Body&& body) noexcept {
  try {
    const auto hub = static_cast<held_hub*>(held)->lock();
    std::array<char, VIR_UUID_STRING_BUFLEN> uuid{};
    if (!hub || virDomainGetUUIDString(domain, uuid.data()) < 0) return;
    body(*hub, std::string(uuid.data()), std::string(virDomainGetName(domain)));
  } catch (...) {  // no memory: the event is lost
  }
}

int on_lifecycle(virConnectPtr, virDomainPtr domain, int event, int detail, void* held) noexcept {
  with_hub(held, domain, [=](event_hub& hub, std::string uuid, std::string name) {
    hub.lifecycle(std::move(uuid), std::move(name), event, detail);
  });
  return 0;
}

void on_agent(virConnectPtr, virDomainPtr domain, int state, int reason, void* held) noexcept {
  with_hub(held, domain, [=](event_hub& hub, std::string uuid, std::string name) {
    hub.agent(std::move(uuid), std::move(name), state, reason);
  });
}

void on_reboot(virConnectPtr, virDomainPtr domain, void* held) noexcept {
  with_hub(held, domain, [](event_hub& hub, std::string uuid, std::string name) {
    hub.reboot(std::move(uuid), std::move(name), steady_clock::now());
  });
}

/// Whom a connection that breaks is told to. libvirt shall hold nothing of ours for that: drivers that never
/// tell take what they are given, and never give it back (libvirt 9.0: all but the remote one).
class watched_connections {
 public:
  static watched_connections& all() {
    static auto& only = *new watched_connections;  // libvirt's thread may outlive the statics
    return only;
  }
  void add(virConnectPtr connect, held_hub to, std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    known_.insert_or_assign(connect, watch{std::move(to), number});
  }
  void remove(virConnectPtr connect) {
    const std::lock_guard lock(mutex_);
    known_.erase(connect);
  }
  void tell(virConnectPtr connect) {
    watch broken;
    {
      const std::lock_guard lock(mutex_);
      const auto at = known_.find(connect);
      if (at == known_.end()) return;
      broken = at->second;
    }
    if (const auto hub = broken.to.lock()) hub->lost(broken.number);
  }

 private:
  struct watch {
    held_hub to;
    std::uint64_t number = 0;
  };

  std::mutex mutex_;
  std::map<virConnectPtr, watch> known_;
};

void on_close(virConnectPtr connect, int, void*) noexcept {
  try {
    watched_connections::all().tell(connect);
  } catch (...) {  // no memory: whoever calls next finds out
  }
}

/// libvirt keeps callbacks of every kind as one type of function; by way of the type that stands for any.
template <class Function>
virConnectDomainEventGenericCallback generic(Function* call) noexcept {
  return reinterpret_cast<virConnectDomainEventGenericCallback>(reinterpret_cast<void (*)()>(call));
}

}  // namespace

std::optional<run_state> state_after(int event, int detail) noexcept {
  switch (event) {
    case VIR_DOMAIN_EVENT_STARTED:
    case VIR_DOMAIN_EVENT_RESUMED:
      return run_state::running;
    case VIR_DOMAIN_EVENT_SUSPENDED:
      return run_state::paused;
    case VIR_DOMAIN_EVENT_SHUTDOWN:
      return run_state::turning_off;
    case VIR_DOMAIN_EVENT_STOPPED:
      return detail == VIR_DOMAIN_EVENT_STOPPED_SAVED ? run_state::saved : run_state::turned_off;
    case VIR_DOMAIN_EVENT_CRASHED:
      return run_state::turned_off;
    default:
      return std::nullopt;
  }
}

std::shared_ptr<guest::connection_count> event_hub::connections_of(const std::string& uuid) {
  const std::lock_guard lock(mutex_);
  auto& count = connections_[uuid];
  if (!count) count = std::make_shared<guest::connection_count>();
  return count;
}

void event_hub::lifecycle(std::string uuid, std::string name, int event, int detail) {
  if (const auto state = state_after(event, detail)) {
    const bool by_guest = event == VIR_DOMAIN_EVENT_SHUTDOWN && detail == VIR_DOMAIN_EVENT_SHUTDOWN_GUEST;
    tell_state(std::move(uuid), std::move(name), *state, by_guest);
  } else if (event == VIR_DOMAIN_EVENT_DEFINED) {
    listeners_.tell({.what = happening::defined, .uuid = std::move(uuid), .name = std::move(name)});
  } else if (event == VIR_DOMAIN_EVENT_UNDEFINED) {
    listeners_.tell({.what = happening::undefined, .uuid = std::move(uuid), .name = std::move(name)});
  }
}

// A machine that is restored is told as started and as resumed.
void event_hub::tell_state(std::string uuid, std::string name, run_state now, bool by_guest) {
  {
    const std::lock_guard lock(mutex_);
    known& one = known_[uuid];
    one.rebooting.reset();
    if (std::exchange(one.state, now) == now) return;
  }
  listeners_.tell({.what = happening::state_changed,
                   .uuid = std::move(uuid),
                   .name = std::move(name),
                   .state = now,
                   .by_guest = by_guest});
}

void event_hub::agent(std::string uuid, std::string name, int state, int reason) {
  const bool connected = state == VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_CONNECTED;
  if (connected) connections_of(uuid)->raise();
  listeners_.tell({.what = connected ? happening::agent_connected : happening::agent_disconnected,
                   .uuid = std::move(uuid),
                   .name = std::move(name),
                   .why = reason_of(reason)});
}

void event_hub::reboot(std::string uuid, std::string name, steady_clock::time_point now) {
  {
    const std::lock_guard lock(mutex_);
    auto& before = known_[uuid].rebooting;
    const bool same = before && now - *before < one_restart;
    before = now;
    if (same) return;
  }
  listeners_.tell({.what = happening::restarted, .uuid = std::move(uuid), .name = std::move(name)});
}

std::uint64_t event_hub::begin_connection() {
  const std::lock_guard lock(mutex_);
  return ++connection_;
}

void event_hub::lost(std::uint64_t connection) {
  {
    const std::lock_guard lock(mutex_);
    if (connection != connection_ || std::exchange(lost_was_told_, true)) return;
  }
  listeners_.tell({.what = happening::connection_lost});
  lost_.wake();
}

void event_hub::regained() {
  std::vector<std::shared_ptr<guest::connection_count>> counts;
  bool was_told = false;
  {
    const std::lock_guard lock(mutex_);
    known_.clear();
    was_told = std::exchange(lost_was_told_, false);
    for (const auto& [uuid, count] : connections_) counts.push_back(count);
  }
  // Whether an agent restarted meanwhile nobody has heard.
  for (const auto& count : counts) count->raise();
  // A call may find the connection broken before libvirt tells.
  if (!was_told) listeners_.tell({.what = happening::connection_lost});
  listeners_.tell({.what = happening::connection_regained});
}

event_registration::event_registration(virConnectPtr connect, const std::shared_ptr<event_hub>& to)
    : connect_(connect) {
  const struct {
    int id;
    virConnectDomainEventGenericCallback call;
  } wanted[] = {{VIR_DOMAIN_EVENT_ID_LIFECYCLE, generic(&on_lifecycle)},
                {VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE, generic(&on_agent)},
                {VIR_DOMAIN_EVENT_ID_REBOOT, generic(&on_reboot)}};
  for (const auto& [id, call] : wanted) {
    auto held = std::make_unique<held_hub>(to);
    const int number = virConnectDomainEventRegisterAny(connect, nullptr, id, call, held.get(), &let_go);
    if (number < 0) continue;
    (void)held.release();  // libvirt's now
    ids_.push_back(number);
  }
}

event_registration::~event_registration() {
  for (const int id : ids_) virConnectDomainEventDeregisterAny(connect_, id);
}

void watch_connection(virConnectPtr connect, const std::shared_ptr<event_hub>& to, std::uint64_t number) {
  watched_connections::all().add(connect, to, number);
  virConnectRegisterCloseCallback(connect, &on_close, nullptr, nullptr);
  if (virConnectIsAlive(connect) == 0) to->lost(number);  // it broke before anybody watched
}

void unwatch_connection(virConnectPtr connect) {
  virConnectUnregisterCloseCallback(connect, &on_close);
  watched_connections::all().remove(connect);
}

}  // namespace comeback::libvirt_backend
