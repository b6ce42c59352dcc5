// SPDX-License-Identifier: Apache-2.0
#include "cli/task_record.hpp"

#include "base/text.hpp"
#include "cli/json.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace comeback::cli {
namespace {

using base::fault;

constexpr std::array states{task_state::running, task_state::success, task_state::failure,
                            task_state::cancelled};

// The member of a record that is being read. The first that is missing or wrong is remembered.
class reader {
 public:
  explicit reader(const json& object) : object_(object) {}

  std::int64_t number(const char* name, std::int64_t least, std::int64_t most) {
    const auto* value = member(name, &json::is_number_integer);
    if (value == nullptr) return least;
    // Above the range of int64, the number would come out negative.
    const bool too_large =
        value->is_number_unsigned() &&
        value->get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()};
    const auto n = value->get<std::int64_t>();
    if (too_large || n < least || n > most) fail(fault::out_of_range, name);
    return std::clamp(n, least, most);
  }
  base::timestamp time(const char* name) {
    constexpr std::int64_t last = 253402300799;  // the end of the year 9999
    return {number(name, 0, last), 0};
  }
  std::string text(const char* name) {
    const auto* value = member(name, &json::is_string);
    return value != nullptr ? value->get<std::string>() : std::string();
  }
  bool flag(const char* name) {
    const auto* value = member(name, &json::is_boolean);
    return value != nullptr && value->get<bool>();
  }
  std::vector<std::string> texts(const char* name) {
    std::vector<std::string> all;
    const auto* value = member(name, &json::is_array);
    if (value == nullptr) return all;
    for (const auto& each : *value) {
      if (!each.is_string()) return fail(fault::unsupported, name), all;
      all.push_back(each.get<std::string>());
    }
    return all;
  }
  task_state state(const char* name) {
    const auto word = text(name);
    const auto* const at = std::ranges::find(states, word, [](task_state s) { return name_of(s); });
    if (at == states.end()) return fail(fault::unsupported, name), task_state::failure;
    return *at;
  }
  [[nodiscard]] bool has(const char* name) const { return object_.contains(name); }
  [[nodiscard]] const std::optional<base::parse_error>& failure() const { return failure_; }

 private:
  const json* member(const char* name, bool (json::*is)() const noexcept) {
    const auto at = object_.find(name);
    if (at == object_.end()) return fail(fault::truncated, name), nullptr;
    if (!((*at).*is)()) return fail(fault::unsupported, name), nullptr;
    return &*at;
  }
  void fail(fault what, const char* name) {
    if (!failure_) failure_ = base::parse_error{what, 0, std::string("task record: ") + name};
  }

  const json& object_;
  std::optional<base::parse_error> failure_;
};

task_record read_members(reader& from) {
  task_record r;
  r.state = from.state("state");
  r.command = from.texts("command");
  r.description = from.text("description");
  r.percent = static_cast<int>(from.number("percent", 0, 100));
  r.cancelable = from.flag("cancelable");
  r.process = from.number("process", 0, std::numeric_limits<int>::max());
  r.started = from.time("started");
  if (from.has("ended")) r.ended = from.time("ended");
  r.status = static_cast<int>(from.number("status", 0, 255));
  r.error = base::errc{
      static_cast<std::uint32_t>(from.number("error", 0, std::numeric_limits<std::uint32_t>::max()))};
  r.message = from.text("message");
  return r;
}

}  // namespace

std::string_view name_of(task_state state) noexcept {
  switch (state) {
    case task_state::running:
      return "running";
    case task_state::success:
      return "succeeded";
    case task_state::failure:
      return "failed";
    case task_state::cancelled:
      return "cancelled";
  }
  return "unknown";
}

std::string write_record(const task_record& r) {
  auto command = json::array();
  for (const auto& word : r.command) command.push_back(base::valid_utf8(word));
  json object{{"state", name_of(r.state)},
              {"command", command},
              {"description", base::valid_utf8(r.description)},
              {"percent", r.percent},
              {"cancelable", r.cancelable},
              {"process", r.process},
              {"started", r.started.seconds}};
  if (r.ended) object["ended"] = r.ended->seconds;
  object["status"] = r.status;
  object["error"] = static_cast<std::uint32_t>(r.error);
  object["message"] = base::valid_utf8(r.message);
  return dump(object);
}

base::parsed<task_record> read_record(std::string_view text) {
  if (text.size() > record_limit)
    return tl::unexpected(base::parse_error{fault::out_of_range, 0, "task record"});
  const auto object = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return tl::unexpected(base::parse_error{fault::bad_magic, 0, "task record"});
  reader from(object);
  auto record = read_members(from);
  if (from.failure()) return tl::unexpected(*from.failure());
  return record;
}

}  // namespace comeback::cli
