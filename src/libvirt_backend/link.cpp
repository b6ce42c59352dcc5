// SPDX-License-Identifier: Apache-2.0
#include "libvirt_backend/link.hpp"

#include "base/error.hpp"

#include <optional>
#include <utility>

namespace comeback::libvirt_backend {

namespace {

constexpr std::chrono::milliseconds between_tries{1000};
constexpr std::chrono::hours unless_rung{24};
/// A daemon that is stopped answers the opening that waits when it goes on. A host that has vanished never
/// does, so another is begun in time: after four limits, and then after twice as long each time, since each
/// leaves a thread behind.
constexpr int limits_of_silence = 4;

}  // namespace

struct link::opened {
  explicit opened(connect_handle with) : connect(std::move(with)) {}
  opened(const opened&) = delete;
  opened& operator=(const opened&) = delete;
  ~opened() {
    const no_sigpipe guard;
    events.reset();
    unwatch_connection(connect.get());
  }
  void listen(const std::shared_ptr<event_hub>& hub) {
    const no_sigpipe guard;
    const std::lock_guard lock(mutex);
    if (!events) events.emplace(connect.get(), hub);
  }

  connect_handle connect;
  std::mutex mutex;
  std::optional<event_registration> events;
};

link::link(std::shared_ptr<event_loop> loop, connect_handle first, way again, bool read_only)
    : loop_(std::move(loop)),
      again_(std::move(again)),
      read_only_(read_only),
      opened_(std::make_shared<opened>(std::move(first))) {
  const no_sigpipe guard;
  watch_connection(opened_->connect.get(), hub_, hub_->begin_connection());
}

link::~link() = default;

in_use<virConnect> link::use(const std::shared_ptr<opened>& what) {
  return in_use<virConnect>({what, what->connect.get()});
}

in_use<virConnect> link::connect() {
  std::shared_ptr<opening> from, vain;
  {
    const std::lock_guard lock(mutex_);
    if (virConnectIsAlive(opened_->connect.get()) != 0) return use(opened_);
    from = opening_locked(vain);
  }
  from->wait();
  take_over(from);
  return use(now());
}

std::shared_ptr<opening> link::opening_locked(std::shared_ptr<opening>& vain) {
  const bool silent = opening_ && opening_->silent_for(replaced_after_);
  if (opening_ && !silent && !opening_->in_vain()) return opening_;
  replaced_after_ = silent ? 2 * replaced_after_ : limits_of_silence * again_.within;
  // The loop turns for as long as libvirt is at it, whatever becomes of us.
  auto open = [loop = loop_, open = again_.open] { return open(); };
  vain = std::exchange(opening_, std::make_shared<opening>(again_.uri, std::move(open), again_.within));
  return opening_;
}

void link::take_over(const std::shared_ptr<opening>& from) {
  std::shared_ptr<opened> broken, open;
  std::uint64_t number = 0;
  bool listening = false;
  {
    const std::lock_guard lock(mutex_);
    if (opening_ != from) return;
    opening_.reset();
    open = std::make_shared<opened>(from->take());
    broken = std::exchange(opened_, open);
    number = hub_->begin_connection();
    listening = listening_;
  }
  const no_sigpipe guard;
  watch_connection(open->connect.get(), hub_, number);
  if (listening) open->listen(hub_);
  hub_->regained();
}

std::shared_ptr<link::opened> link::now() const {
  const std::lock_guard lock(mutex_);
  return opened_;
}

void link::register_events() {
  {
    const std::lock_guard lock(mutex_);
    listening_ = true;
  }
  now()->listen(hub_);
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
