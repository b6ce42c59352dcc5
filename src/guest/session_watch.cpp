// SPDX-License-Identifier: Apache-2.0
#include "guest/session_watch.hpp"

#include "guest/agent.hpp"
#include "guest/logind.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace comeback::guest {

std::string_view name_of(session_end end) noexcept {
  switch (end) {
    case session_end::normal:
      return "normal";
    case session_end::forced:
      return "forced";
    case session_end::external:
      return "external";
  }
  return "unknown";
}

struct session_watch::shared {
  std::shared_ptr<base::alarm_clock> bell = std::make_shared<base::alarm_clock>();
  std::atomic<bool> forget{false};
  std::set<std::string> told;  ///< when it began
};

namespace {

using base::error;
using std::chrono::milliseconds;

/// Enough for a guest's lifetime, and more than the logoffs that are remembered can have found.
constexpr std::size_t most_told = 100'000;

/// How a session ended that a logoff of ours had found, be it that its time was up before.
session_end end_by(const session_result& ours) noexcept {
  if (ours.forced) return session_end::forced;
  return ours.fate == session_fate::not_asked ? session_end::normal : session_end::external;
}

/// Who is off already when the watch begins: that is not ours to tell.
std::set<std::string> gone_in(const logoff_ledger& logoffs) {
  std::set<std::string> ids;
  for (const session_result& each : logoffs.results()) {
    if (is_gone(each.fate)) ids.insert(each.who.id);
  }
  return ids;
}

class watching {
 public:
  watching(std::shared_ptr<machine::virtual_machine> vm, std::shared_ptr<channel> way,
           session_watch::teller tell, const watch_options& how, std::set<std::string> told,
           const std::atomic<bool>& begins_anew)
      : vm_(std::move(vm)),
        way_(std::move(way)),
        agent_(way_, vm_->name()),
        tell_(std::move(tell)),
        how_(how),
        begins_anew_(begins_anew),
        told_(std::move(told)) {}

  /// One look; how long to rest until the next.
  milliseconds look(const std::stop_token& stop) {
    const bool logging_off = way_->logoffs().any_runs();
    tell_ours(stop);
    if (logging_off) return how_.while_logging_off;
    try {
      if (!answers()) return how_.rest;
      ask(stop);
      return how_.poll;
    } catch (const error&) {
      // The guest or its host: neither is ours to report. Who was on stays known.
      return how_.rest;
    }
  }

  void forget() {
    on_.clear();
    told_.clear();
    asked_ = false;
    way_->logoffs().forget();
  }

 private:
  /// What costs the guest nothing.
  [[nodiscard]] bool answers() const {
    return vm_->state() == machine::run_state::running && way_->state() == machine::agent_channel::connected;
  }

  /// Ids alone: the sessions themselves are asked for when there is one that nobody knows.
  void ask(const std::stop_token& stop) {
    const auto ids = logind::session_ids(agent_);
    // A logoff that began meanwhile does not know yet whose end it is; it wakes us.
    if (begins_anew_ || way_->logoffs().any_runs()) return;
    const std::unordered_set<std::string_view> there(ids.begin(), ids.end());
    const auto is_on = [&there](const std::string& id) { return there.contains(id); };
    std::vector<session> gone;
    std::erase_if(on_, [&](const auto& each) {
      if (is_on(each.first)) return false;
      gone.push_back(each.second);
      return true;
    });
    tell_gone(gone, stop);
    std::erase_if(others_, [&](const std::string& id) { return !is_on(id); });
    if (!asked_ || std::ranges::any_of(ids, [this](const std::string& id) { return is_new(id); })) learn(ids);
  }

  [[nodiscard]] bool is_new(const std::string& id) const {
    return !on_.contains(id) && !others_.contains(id) && !told_.contains(id);
  }

  /// Managers, greeters and the like are remembered too, lest they be asked about again and again.
  void learn(const std::vector<std::string>& ids) {
    for (session& each : logind::sessions(agent_)) {
      std::string id = each.id;
      if (!told_.contains(id)) on_.insert_or_assign(std::move(id), std::move(each));
    }
    for (const std::string& id : ids) {
      if (!on_.contains(id)) others_.insert(id);
    }
    asked_ = true;
  }

  void tell_ours(const std::stop_token& stop) {
    for (const session_result& each : way_->logoffs().results()) {
      if (!is_gone(each.fate)) continue;
      on_.erase(each.who.id);
      tell(each.who, end_by(each), stop);
    }
  }

  /// Of those that went while no logoff of ours looked: they may have been asked by one whose time was up.
  void tell_gone(const std::vector<session>& gone, const std::stop_token& stop) {
    if (gone.empty()) return;
    std::unordered_map<std::string, session_end> ours;
    for (const session_result& each : way_->logoffs().results()) {
      if (end_by(each) != session_end::normal) ours.insert_or_assign(each.who.id, end_by(each));
    }
    for (const session& each : gone) {
      const auto by_us = ours.find(each.id);
      tell(each, by_us == ours.end() ? session_end::normal : by_us->second, stop);
    }
  }

  /// An id that is dropped is one the guest has long forgotten as well, and no logoff tells of it any more.
  void make_room() {
    if (told_.size() >= most_told) told_ = gone_in(way_->logoffs());
  }

  void tell(const session& who, session_end how, const std::stop_token& stop) {
    make_room();
    if (!told_.insert(who.id).second || stop.stop_requested()) return;
    try {
      tell_(who, how);
    } catch (...) {  // the edge of the thread: what a listener throws is its own affair
    }
  }

  std::shared_ptr<machine::virtual_machine> vm_;
  std::shared_ptr<channel> way_;
  agent agent_;
  session_watch::teller tell_;
  watch_options how_;
  const std::atomic<bool>& begins_anew_;
  std::map<std::string, session> on_;
  std::set<std::string> told_, others_;
  bool asked_ = false;
};

}  // namespace

/// Before the thread, which may be late: a logoff that begins now is told whole.
std::shared_ptr<session_watch::shared> session_watch::watched_from_now(channel& way) {
  auto state = std::make_shared<shared>();
  state->told = gone_in(way.logoffs());
  way.logoffs().ring(state->bell);
  return state;
}

session_watch::session_watch(std::shared_ptr<machine::virtual_machine> vm, std::shared_ptr<channel> way,
                             teller tell, const watch_options& how)
    : state_(watched_from_now(*way)),
      thread_([state = state_, vm = std::move(vm), way = std::move(way), tell = std::move(tell),
               how](const std::stop_token& stop) {
        for (watching watch(vm, way, tell, how, state->told, state->forget); !stop.stop_requested();) {
          if (state->forget.exchange(false)) watch.forget();
          state->bell->sleep(stop, watch.look(stop));
        }
      }) {}

session_watch::~session_watch() = default;

void session_watch::look_now() { state_->bell->wake(); }

void session_watch::forget() {
  state_->forget = true;
  state_->bell->wake();
}

}  // namespace comeback::guest
