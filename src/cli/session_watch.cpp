// SPDX-License-Identifier: Apache-2.0
#include "cli/session_watch.hpp"

#include "cli/crew.hpp"
#include "guest/guest_os.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace comeback::cli {
namespace {

const guest::session* with_id(const std::vector<guest::session>& all, const std::string& id) {
  const auto at = std::ranges::find(all, id, &guest::session::id);
  return at == all.end() ? nullptr : &*at;
}

bool same_reason(const base::described_error& a, const base::described_error& b) {
  return a.code == b.code && a.message == b.message;
}

session_answer look(const fleet& of, const target& at) {
  session_answer now;
  now.machine = at.name;
  try {
    const auto& vm = machine_of(at);
    now.value = guest::guest_os(vm, of.channels(vm)).sessions();
  } catch (...) {
    static_cast<verdict&>(now) = refusal(of, at);
  }
  return now;
}

/// From the threads that look to the one that reports.
class inbox {
 public:
  struct letter {
    std::size_t from;
    session_answer what;
  };

  void put(letter l) {
    {
      const std::lock_guard lock(mutex_);
      letters_.push_back(std::move(l));
    }
    arrived_.notify_one();
  }
  // Nothing once a stop is requested.
  std::optional<letter> take(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    if (!arrived_.wait(lock, stop, [this] { return !letters_.empty(); }) || stop.stop_requested())
      return std::nullopt;
    auto first = std::move(letters_.front());
    letters_.pop_front();
    return first;
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any arrived_;
  std::deque<letter> letters_;
};

}  // namespace

std::string_view name_of(session_event event) noexcept {
  switch (event) {
    case session_event::on:
      return "on";
    case session_event::off:
      return "off";
    case session_event::changed:
      return "changed";
    case session_event::unreachable:
      return "unreachable";
    case session_event::reachable:
      return "reachable";
  }
  return "unknown";
}

bool is_shown(const session_answer& a) noexcept {
  return !(a.how == ending::skipped && a.why.code == base::errc::vm_not_running);
}

std::vector<session_change> changes_between(const session_answer& before, const session_answer& now) {
  std::vector<session_change> all;
  const bool first = before.machine.empty();
  if (!is_shown(now) && (first || !is_shown(before))) return all;
  if (now.how != ending::success) {
    if (before.how == ending::success || !same_reason(before.why, now.why))
      all.push_back({session_event::unreachable, {}, now.why});
    return all;
  }
  if (before.how != ending::success) all.push_back({session_event::reachable, {}, {base::errc::ok, {}}});
  for (const auto& s : before.value)
    if (with_id(now.value, s.id) == nullptr) all.push_back({session_event::off, s, {base::errc::ok, {}}});
  for (const auto& s : now.value) {
    const auto* was = with_id(before.value, s.id);
    if (was != nullptr && *was == s) continue;
    all.push_back({was == nullptr ? session_event::on : session_event::changed, s, {base::errc::ok, {}}});
  }
  return all;
}

void watch_sessions(const fleet& machines, std::chrono::milliseconds interval, const std::stop_token& stop,
                    const watch_report& report) {
  std::vector<session_answer> all(machines.machines.size());
  inbox letters;
  std::stop_source over;
  const std::stop_callback pass_on(stop, [&] { over.request_stop(); });
  const std::jthread lookers([&, token = over.get_token()] {
    work_on_all(all.size(), token, [&](std::size_t i) -> std::optional<std::chrono::milliseconds> {
      if (token.stop_requested()) return std::nullopt;
      letters.put({i, look(machines, machines.machines[i])});
      return interval;
    });
  });
  // Also when a report throws.
  const auto end = [&](void*) { over.request_stop(); };
  const std::unique_ptr<void, decltype(end)> at_the_end(&over, end);
  while (auto next = letters.take(over.get_token())) {
    auto& mine = all[next->from];
    const bool first = mine.machine.empty();
    const auto changes = changes_between(mine, next->what);
    if (next->what.how != ending::success) next->what.value = std::move(mine.value);
    mine = std::move(next->what);
    if (first || !changes.empty()) report(all, next->from, changes);
  }
}

}  // namespace comeback::cli
