// SPDX-License-Identifier: Apache-2.0
#include "guest/fates.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

namespace comeback::guest {

namespace {

/// A guest could log people on without end.
constexpr std::size_t most_kept = 1'000;
constexpr std::size_t most_named = 10, longest_name = 64;

bool same(const std::string& a, const std::string& b) { return !a.empty() && a == b; }

std::string name_in_text(const session& who) {
  std::string name = base::printable(std::string_view(who.user).substr(0, longest_name));
  if (who.user.size() > longest_name) name += "...";
  return name;
}

std::string_view remark(const session_result& r) {
  if (r.fate == session_fate::not_asked) return ", not asked";
  return r.forced && is_gone(r.fate) ? ", killed" : "";
}

std::string now_as(const session_result& r) { return r.successor.empty() ? "" : ", now " + r.successor; }

/// "12 sessions: a (session 1), b (session 2), … and 2 more"
class enumeration {
 public:
  void add(const session& who, std::string_view more) {
    if (++count_ > most_named) return;
    text_ += fmt::format("{}{} (session {}{})", count_ == 1 ? "" : ", ", name_in_text(who), who.id, more);
  }
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  [[nodiscard]] std::string text() const {
    if (count_ == 0) return "nobody";
    if (count_ <= most_named) return text_;
    return fmt::format("{} sessions: {} and {} more", count_, text_, count_ - most_named);
  }

 private:
  std::string text_;
  std::size_t count_ = 0;
};

}  // namespace

bool came_back_as(const session& before, const session& after) {
  if (before.uid != after.uid || before.user != after.user || before.id == after.id) return false;
  return same(before.tty, after.tty) || same(before.seat, after.seat) || same(before.service, after.service);
}

fates::fates(const std::vector<session>& found, const std::vector<std::string>& at_first)
    : known_(at_first.begin(), at_first.end()) {
  results_.reserve(found.size());
  for (const session& s : found) results_.push_back({.who = s});
}

void fates::all_asked() {
  for (auto& r : results_) {
    if (r.fate == session_fate::not_asked) r.fate = session_fate::remaining;
  }
}

void fates::forced(const std::vector<std::string>& ids) {
  const std::unordered_set<std::string_view> those(ids.begin(), ids.end());
  for (auto& r : results_) {
    if (those.contains(r.who.id)) r.forced = true;
  }
}

void fates::told_by_state(const std::vector<session>& there) {
  std::unordered_set<std::string_view> closing;
  for (const auto& s : there) {
    if (s.state == "closing") closing.insert(s.id);
  }
  for (auto& r : results_) {
    if (r.fate == session_fate::not_asked && closing.contains(r.who.id)) r.fate = session_fate::remaining;
  }
}

void fates::seen(const std::vector<std::string>& ids) {
  const std::unordered_set<std::string_view> there(ids.begin(), ids.end());
  for (auto& r : results_) {
    if (is_gone(r.fate) || there.contains(r.who.id)) continue;
    r.fate = r.forced ? session_fate::killed : session_fate::ended;
  }
  match();
}

void fates::recognised(const std::vector<session>& now) {
  std::unordered_map<std::string_view, const session*> by_id;
  for (const auto& s : now) by_id.emplace(s.id, &s);
  std::vector<std::string> ours;
  for (const auto& r : results_) {
    const auto there = by_id.find(r.who.id);
    if (there == by_id.end()) continue;
    const auto& [id, s] = *there;
    const bool same_one = s->since == r.who.since && s->began == r.who.began;
    if (same_one) ours.push_back(r.who.id);
    if (!same_one) known_.erase(r.who.id);
  }
  seen(ours);
}

std::vector<std::string> fates::take_strangers(const std::vector<std::string>& ids) {
  std::vector<std::string> strangers;
  for (const auto& id : ids) {
    if (known_.contains(id) || began_.size() + strangers.size() >= most_kept) continue;
    strangers.push_back(id);
  }
  known_.insert(strangers.begin(), strangers.end());
  return strangers;
}

void fates::began(std::vector<session> people) {
  std::ranges::move(people, std::back_inserter(began_));
  matched_.resize(began_.size());
  match();
}

void fates::match() {
  match_by([](const session& a, const session& b) { return came_back_as(a, b) && same(a.tty, b.tty); });
  match_by(came_back_as);
}

/// Each who came stands for one who went at most.
void fates::match_by(bool (*came_back)(const session& before, const session& after)) {
  for (auto& r : results_) {
    if (!is_gone(r.fate) || !r.successor.empty()) continue;
    for (std::size_t i = 0; i < began_.size(); ++i) {
      if (matched_[i] || !came_back(r.who, began_[i])) continue;
      matched_[i] = true;
      r.successor = began_[i].id;
      r.fate = session_fate::came_back;
      break;
    }
  }
}

std::vector<session> fates::newcomers() const {
  std::vector<session> others;
  for (std::size_t i = 0; i < began_.size(); ++i) {
    if (!matched_[i]) others.push_back(began_[i]);
  }
  return others;
}

std::vector<std::string> fates::ids_left() const {
  std::vector<std::string> ids;
  for (const auto& r : results_) {
    if (!is_gone(r.fate)) ids.push_back(r.who.id);
  }
  return ids;
}

std::size_t fates::count_gone() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(results_, [](const session_result& r) { return is_gone(r.fate); }));
}

bool fates::remarkable() const {
  return !began_.empty() ||
         std::ranges::any_of(results_, [](const session_result& r) { return r.fate != session_fate::ended; });
}

std::string fates::summary() const {
  enumeration off, on, back, more;
  for (const auto& r : results_) {
    (is_gone(r.fate) ? off : on).add(r.who, remark(r));
    if (r.fate == session_fate::came_back) back.add(r.who, now_as(r));
  }
  for (const auto& s : newcomers()) more.add(s, "");
  std::string text = fmt::format("Logged off: {}. Still logged on: {}.", off.text(), on.text());
  if (back.count() > 0) text += fmt::format(" Came back: {}.", back.text());
  if (more.count() > 0) text += fmt::format(" Logged on meanwhile: {}.", more.text());
  return text;
}

}  // namespace comeback::guest
