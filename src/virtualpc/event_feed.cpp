// SPDX-License-Identifier: Apache-2.0
#include "virtualpc/event_feed.hpp"

#include <set>
#include <utility>

namespace comeback::virtualpc {
namespace {

// Never destroyed: clients may release objects after main.
struct all_feeds {
  std::mutex mutex;
  std::set<event_feed*> feeds;
};

all_feeds& all() {
  static auto* const made = new all_feeds;
  return *made;
}

}  // namespace

event_feed::event_feed(starter start) : start_(std::move(start)) {
  const std::lock_guard lock(all().mutex);
  all().feeds.insert(this);
}

event_feed::~event_feed() {
  const std::lock_guard lock(all().mutex);
  all().feeds.erase(this);
}

void event_feed::follow(const com::connection_point& point) noexcept {
  std::shared_ptr<const void> ended;  // ends behind the lock
  try {
    const std::lock_guard lock(mutex_);
    if (!point.has_sinks())
      ended = std::exchange(work_, nullptr);
    else if (!work_)
      work_ = start_();
  } catch (...) {  // an edge: the caller is Advise or Release, and its error information stays as it is
  }
}

void event_feed::end() noexcept {
  std::shared_ptr<const void> ended;
  const std::lock_guard lock(mutex_);
  ended = std::exchange(work_, nullptr);
}

void event_feed::end_all() noexcept {
  const std::lock_guard lock(all().mutex);
  for (event_feed* const each : all().feeds) each->end();
}

}  // namespace comeback::virtualpc
