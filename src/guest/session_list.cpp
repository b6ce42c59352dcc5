// SPDX-License-Identifier: Apache-2.0
#include "guest/session_list.hpp"

#include "guest/lines.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <optional>
#include <unordered_set>
#include <utility>

namespace comeback::guest {

namespace {

using base::fault;
using base::parse_error;

tl::unexpected<parse_error> wrong(fault what, std::string_view field) {
  return tl::unexpected(parse_error{what, 0, "session: " + std::string(field)});
}

template <class T>
std::optional<T> number(std::string_view text) {
  T value{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

constexpr std::array names{"Id",    "User",       "Name",    "Timestamp", "TimestampMonotonic",
                           "Seat",  "TTY",        "Type",    "Class",     "Remote",
                           "State", "RemoteHost", "Service", "LockedHint"};

/// The lines of one block. A newline in a value would forge a line: loginctl prints "[unprintable]" instead
/// (bus_print_property; seen with systemd 252 and a user named so, the same in the source since), and a name
/// that comes twice is a fault all the same.
class properties {
 public:
  [[nodiscard]] bool add(std::string_view line) {
    const auto equals = line.find('=');
    if (equals == line.npos) return false;
    const auto at = std::ranges::find(names, line.substr(0, equals));
    if (at == names.end()) return true;  // not asked for, not ours
    auto& value = values_[static_cast<std::size_t>(at - names.begin())];
    if (value) return false;
    value = line.substr(equals + 1);
    empty_ = false;
    return true;
  }
  [[nodiscard]] bool empty() const noexcept { return empty_; }
  [[nodiscard]] std::string_view of(std::string_view name) const {
    const auto at = std::ranges::find(names, name) - names.begin();
    return values_[static_cast<std::size_t>(at)].value_or(std::string_view());
  }
  [[nodiscard]] std::string text(std::string_view name) const { return std::string(of(name)); }
  [[nodiscard]] bool yes(std::string_view name) const { return of(name) == "yes"; }

 private:
  std::array<std::optional<std::string_view>, names.size()> values_;
  bool empty_ = true;
};

session_kind kind_of(std::string_view type, bool remote) {
  if (remote) return session_kind::remote;
  const bool graphical = type == "x11" || type == "wayland" || type == "mir";
  return graphical ? session_kind::graphical : session_kind::tty;
}

base::parsed<session> read_session(const properties& p) {
  if (!is_session_id(p.of("Id"))) return wrong(fault::out_of_range, "Id");
  if (p.of("Class").empty()) return wrong(fault::bad_magic, "Class");
  const auto uid = number<std::uint32_t>(p.of("User"));
  if (!uid) return wrong(fault::out_of_range, "User");
  const auto since = read_instant(p.of("Timestamp"));
  if (!since) return tl::unexpected(since.error());
  session s;
  s.id = p.text("Id");
  s.user = p.text("Name");
  s.uid = *uid;
  s.remote = p.yes("Remote");
  s.kind = kind_of(p.of("Type"), s.remote);
  s.seat = p.text("Seat");
  s.tty = p.text("TTY");
  s.host = p.text("RemoteHost");
  s.since = *since;
  s.state = p.text("State");
  s.session_class = p.text("Class");
  s.locked = p.yes("LockedHint");
  s.service = p.text("Service");
  s.began = number<std::uint64_t>(p.of("TimestampMonotonic")).value_or(0);
  return s;
}

/// "1 2 c3", none of them twice.
base::parsed<std::vector<std::string>> read_ids(std::string_view text) {
  std::vector<std::string> ids;
  std::unordered_set<std::string_view> seen;
  while (!text.empty()) {
    const std::string_view id = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), id.size() + 1));
    if (!is_session_id(id)) return wrong(fault::out_of_range, "id in the list");
    if (!seen.insert(id).second) return wrong(fault::disagrees, "id in the list");
    if (ids.size() == most_sessions) return wrong(fault::out_of_range, "more than 10,000 ids");
    ids.emplace_back(id);
  }
  return ids;
}

/// Collects blocks as their lines come.
class reader {
 public:
  base::parsed<void> line(std::string_view text) {
    if (text.empty()) return end_block();
    if (!block_.add(text)) return wrong(fault::disagrees, "property");
    return {};
  }
  base::parsed<void> end_block() {
    if (block_.empty()) return {};
    auto s = read_session(std::exchange(block_, {}));
    if (!s) return tl::unexpected(s.error());
    if (!seen_.insert(s->id).second) return wrong(fault::disagrees, "Id");
    shown_.push_back(std::move(*s));
    return {};
  }
  [[nodiscard]] std::vector<session> take() { return std::move(shown_); }

 private:
  properties block_;
  std::vector<session> shown_;
  std::unordered_set<std::string> seen_;
};

}  // namespace

base::parsed<session_list> read_session_list(std::string_view output) {
  constexpr std::string_view ids = "ids", end = "end ";
  session_list list;
  if (output.starts_with(ids)) {
    std::string_view line = next_line(output).substr(ids.size());
    if (line.starts_with(' ')) line.remove_prefix(1);
    auto read = read_ids(line);
    if (!read) return tl::unexpected(read.error());
    list.ids = std::move(*read);
  }
  for (reader blocks; !output.empty();) {
    const bool cut = output.find('\n') == output.npos;
    const std::string_view line = next_line(output);
    const bool last = line.starts_with(end) && output.empty();
    if (last && cut) break;
    const auto read = last ? blocks.end_block() : blocks.line(line);
    if (!read) return tl::unexpected(read.error());
    if (!last) continue;
    const auto status = number<int>(line.substr(end.size()));
    if (!status) return wrong(fault::bad_magic, "end of the list");
    list.status = *status;
    list.shown = blocks.take();
    return list;
  }
  return wrong(fault::truncated, "end of the list");
}

base::parsed<base::timestamp> read_instant(std::string_view text) {
  if (text.empty() || text == "n/a") return base::timestamp{};
  // "Sat 2026-11-21 10:51:59 UTC"
  constexpr std::string_view pattern = "... ....-..-.. ..:..:.. UTC";
  const bool fits = text.size() == pattern.size() &&
                    std::ranges::equal(text, pattern, [](char c, char p) { return p == '.' || p == c; });
  if (!fits) return wrong(fault::bad_magic, "Timestamp");
  const auto year = number<std::int64_t>(text.substr(4, 4));
  const auto part = [text](std::size_t at) { return number<unsigned>(text.substr(at, 2)); };
  const auto month = part(9), day = part(12), hour = part(15), minute = part(18), second = part(21);
  if (!year || !month || !day || !hour || !minute || !second) return wrong(fault::bad_magic, "Timestamp");
  if (*month < 1 || *month > 12) return wrong(fault::out_of_range, "Timestamp");
  const base::civil_time time{*year, *month, *day, *hour, *minute, *second};
  const base::timestamp instant = base::from_civil(time);
  if (base::to_civil(instant) != time) return wrong(fault::out_of_range, "Timestamp");
  return instant;
}

bool is_session_id(std::string_view id) noexcept {
  const auto fit = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  };
  return !id.empty() && id.size() <= 32 && std::ranges::all_of(id, fit);
}

}  // namespace comeback::guest
