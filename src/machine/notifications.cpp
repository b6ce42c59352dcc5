// SPDX-License-Identifier: Apache-2.0
#include "machine/notifications.hpp"

#include <utility>

namespace comeback::machine {

std::string_view name_of(happening what) noexcept {
  switch (what) {
    case happening::state_changed:
      return "state changed";
    case happening::restarted:
      return "restarted";
    case happening::agent_connected:
      return "agent connected";
    case happening::agent_disconnected:
      return "agent disconnected";
    case happening::defined:
      return "defined";
    case happening::undefined:
      return "undefined";
    case happening::connection_lost:
      return "connection lost";
    case happening::connection_regained:
      return "connection regained";
  }
  return "unknown";
}

// The subscription holds it; whoever posts holds it weakly, so that nothing waiting outlives the
// subscription.
struct listeners::entry {
  std::shared_ptr<base::courier> by;
  listener listen;
};

subscription listeners::add(std::shared_ptr<base::courier> by, listener listen) {
  const auto made = std::make_shared<entry>(entry{std::move(by), std::move(listen)});
  const std::lock_guard lock(mutex_);
  entries_.push_back({made, made->by});
  return subscription(made);
}

void listeners::tell(const notification& of) {
  const std::lock_guard lock(mutex_);
  std::erase_if(entries_, [](const listed& one) { return one.who.expired(); });
  for (const auto& [who, weak_courier] : entries_) {
    const auto by = weak_courier.lock();
    if (!by) continue;
    by->post([to = who, of] {
      if (const auto held = to.lock()) held->listen(of);
    });
  }
}

bool listeners::empty() {
  const std::lock_guard lock(mutex_);
  std::erase_if(entries_, [](const listed& one) { return one.who.expired(); });
  return entries_.empty();
}

}  // namespace comeback::machine
