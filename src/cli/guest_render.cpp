// SPDX-License-Identifier: Apache-2.0
#include "cli/guest_render.hpp"

#include "base/text.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace comeback::cli {
namespace {

using base::errc;
using row = std::vector<std::string>;
using rows = std::vector<row>;

constexpr std::array session_columns{"SESSION", "USER", "KIND", "SEAT", "TTY", "FROM", "SINCE", "STATE"};

json error_object(const base::described_error& e) {
  return json::parse(error_json(e.code, e.message)).at("error");
}

json session_json(const guest::session& s) {
  return {{"id", base::valid_utf8(s.id)},
          {"user", base::valid_utf8(s.user)},
          {"uid", s.uid},
          {"kind", guest::name_of(s.kind)},
          {"seat", base::valid_utf8(s.seat)},
          {"tty", base::valid_utf8(s.tty)},
          {"remote", s.remote},
          {"host", base::valid_utf8(s.host)},
          {"since", base::to_rfc3339(s.since)},
          {"state", base::valid_utf8(s.state)},
          {"class", base::valid_utf8(s.session_class)},
          {"locked", s.locked}};
}

json sessions_array(const std::vector<guest::session>& all) {
  auto list = json::array();
  for (const auto& s : all) list.push_back(session_json(s));
  return list;
}

json results_array(const std::vector<guest::session_result>& results) {
  auto list = json::array();
  for (const auto& r : results) {
    auto object = session_json(r.who);
    object["result"] = guest::name_of(r.fate);
    list.push_back(object);
  }
  return list;
}

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

row session_row(const guest::session& s) {
  return {s.id,
          s.user,
          std::string(guest::name_of(s.kind)),
          or_dash(s.seat),
          or_dash(s.tty),
          or_dash(s.host),
          base::to_string(s.since),
          s.state};
}

row with_machine(const std::string& machine, row cells) {
  cells.insert(cells.begin(), machine);
  return cells;
}

// "There is no machine 'lab9' … (VM_E_VM_UNKNOWN)"
std::string sentence(const verdict& v) {
  return fmt::format("{}{} ({})", v.how == ending::skipped ? "skipped: " : "", v.why.message,
                     code_name(v.why.code));
}

json verdict_json(const verdict& v) {
  json object{{"machine", base::valid_utf8(v.machine)}};
  if (v.how == ending::skipped) object["skipped"] = true;
  if (v.why.code != errc::ok) object["error"] = error_object(v.why);
  return object;
}

// What the guest verbs know, or why not.
std::string fact_text(const known<std::string>& fact) {
  return fact.value ? *fact.value : "unknown: " + fact.why.message;
}

std::string yes_or_no(bool value) { return value ? "yes" : "no"; }

template <class T, class Text>
known<std::string> told(const known<T>& fact, const Text& text) {
  if (!fact.value) return {std::nullopt, fact.why};
  return {text(*fact.value), {}};
}

std::string not_yet_or(const std::optional<bool>& value) {
  return value ? yes_or_no(*value) : "no answer yet: the guest's log-on service is not up";
}

std::string system_text(const guest::os_info& os) {
  return fmt::format("{} ({}, {})", os.pretty_name.empty() ? or_dash(os.id) : os.pretty_name,
                     or_dash(os.kernel), or_dash(os.machine));
}

// Who may not run commands reads which option to change: the checks' own words, which the first fact has that
// needs a command.
known<std::string> commands_text(const guest_facts& f) {
  return told(f.agent, [&](const auto& agent) {
    return agent.can_exec ? std::string("allowed") : "not allowed. " + f.logged_on.why.message;
  });
}

template <class T, class Value>
void put(json& into, json& unknown, const char* key, const known<T>& fact, const Value& value) {
  into[key] = fact.value ? json(value(*fact.value)) : json(nullptr);
  if (!fact.value) unknown[key] = error_object(fact.why);
}

json system_json(const guest::os_info& os) {
  return {{"id", base::valid_utf8(os.id)},
          {"name", base::valid_utf8(os.pretty_name)},
          {"version", base::valid_utf8(os.version)},
          {"kernel", base::valid_utf8(os.kernel)},
          {"architecture", base::valid_utf8(os.machine)}};
}

json facts_object(const guest_facts& f) {
  json object{{"machine", base::valid_utf8(f.machine)}, {"state", machine::name_of(f.state)}};
  auto unknown = json::object();
  const auto flag = [](const std::optional<bool>& v) { return v ? json(*v) : json(nullptr); };
  const auto number = [](std::size_t n) { return n; };
  put(object, unknown, "agent_version", f.agent, [](const auto& a) { return base::valid_utf8(a.version); });
  put(object, unknown, "commands_allowed", f.agent, [](const auto& a) { return a.can_exec; });
  put(object, unknown, "host_name", f.host_name, [](const auto& n) { return base::valid_utf8(n); });
  put(object, unknown, "system", f.system, system_json);
  put(object, unknown, "logged_on", f.logged_on, number);
  put(object, unknown, "multiple_user_sessions_allowed", f.many_sessions, flag);
  put(object, unknown, "terminal_services_initialized", f.sessions_started, flag);
  if (!unknown.empty()) object["unknown"] = unknown;
  return object;
}

json change_object(const session_change& change) {
  json object{{"event", name_of(change.what)}};
  if (change.what == session_event::unreachable) {
    object["error"] = error_object(change.why);
  } else if (change.what != session_event::reachable) {
    object["session"] = session_json(change.who);
  }
  return object;
}

std::string_view result_of(const logoff_row& r) {
  if (r.how == ending::skipped) return "skipped";
  if (r.outcome.error == errc::no_such_logon_session) return "nobody logged on";
  return base::name_of(r.outcome.result);
}

std::string progress_text(const logoff_row& r) {
  if (r.stage == logoff_stage::waiting) return "waiting";
  return fmt::format("[{}{}] {:3}%", std::string(static_cast<std::size_t>(r.percent) / 10, '#'),
                     std::string(10 - static_cast<std::size_t>(r.percent) / 10, ' '), r.percent);
}

// "2 ended, 1 killed", in the order in which the fates came up.
std::string count_fates(const std::vector<guest::session_result>& results) {
  std::vector<std::pair<guest::session_fate, int>> counts;
  for (const auto& r : results) {
    const auto at = std::ranges::find(counts, r.fate, &std::pair<guest::session_fate, int>::first);
    if (at == counts.end()) {
      counts.emplace_back(r.fate, 1);
    } else {
      ++at->second;
    }
  }
  std::string text;
  for (const auto& [fate, count] : counts)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, guest::name_of(fate));
  return text.empty() ? "-" : text;
}

row logoff_line(const logoff_row& r) {
  if (r.stage != logoff_stage::ended) return {r.machine, progress_text(r), count_fates(r.sessions)};
  if (r.how == ending::success) {
    const bool nobody = r.outcome.error == errc::no_such_logon_session;
    return {r.machine, nobody ? "nobody was on" : "logged off", count_fates(r.sessions)};
  }
  const auto word = r.how == ending::skipped ? "skipped" : std::string(base::name_of(r.outcome.result));
  return {r.machine, word, count_fates(r.sessions),
          fmt::format("{} ({})", r.why.message, code_name(r.why.code))};
}

json logoff_object(const logoff_row& r) {
  json object{{"machine", base::valid_utf8(r.machine)},
              {"result", result_of(r)},
              {"hresult", hresult_text(r.outcome.error)},
              {"sessions", results_array(r.sessions)}};
  if (r.outcome.error != errc::ok) object["error"] = error_object({r.outcome.error, r.outcome.description});
  return object;
}

json wait_object(const verdict& v) {
  auto object = verdict_json(v);
  object["done"] = v.how == ending::success;
  return object;
}

template <class All, class Object>
std::string array_of(const All& all, const Object& object) {
  auto list = json::array();
  for (const auto& one : all) list.push_back(object(one));
  return dump(list);
}

}  // namespace

std::string facts_text(const guest_facts& f) {
  const auto as_it_is = [](const std::string& s) { return s; };
  return table({{"machine", f.machine},
                {"state", std::string(machine::name_of(f.state))},
                {"agent", fact_text(told(f.agent, [](const auto& a) { return a.version; }))},
                {"commands", fact_text(commands_text(f))},
                {"host name", fact_text(told(f.host_name, as_it_is))},
                {"system", fact_text(told(f.system, system_text))},
                {"logged on", fact_text(told(f.logged_on, [](auto n) { return fmt::format("{}", n); }))},
                {"several users at once", fact_text(told(f.many_sessions, not_yet_or))},
                {"log-on service up", fact_text(told(f.sessions_started, not_yet_or))}});
}

std::string facts_json(const guest_facts& facts) { return dump(facts_object(facts)); }

std::string facts_text(const std::vector<answer<guest_facts>>& all) {
  std::string text;
  for (const auto& a : all) {
    if (!text.empty()) text += '\n';
    text += a.how == ending::success ? facts_text(a.value)
                                     : table({{"machine", a.machine}, {"error", sentence(a)}});
  }
  return text;
}

std::string facts_json(const std::vector<answer<guest_facts>>& all) {
  return array_of(
      all, [](const auto& a) { return a.how == ending::success ? facts_object(a.value) : verdict_json(a); });
}

std::string sessions_text(const std::vector<guest::session>& all) {
  if (all.empty()) return "Nobody is logged on.\n";
  rows lines{row(session_columns.begin(), session_columns.end())};
  for (const auto& s : all) lines.push_back(session_row(s));
  return table(lines);
}

std::string sessions_json(const std::vector<guest::session>& all) { return dump(sessions_array(all)); }

std::string sessions_text(const std::vector<session_answer>& all) {
  rows lines{with_machine("MACHINE", row(session_columns.begin(), session_columns.end()))};
  for (const auto& a : all) {
    if (a.machine.empty()) continue;
    if (a.how != ending::success) {
      lines.push_back({a.machine, sentence(a)});
    } else if (a.value.empty()) {
      lines.push_back({a.machine, "nobody is logged on"});
    } else {
      for (const auto& s : a.value) lines.push_back(with_machine(a.machine, session_row(s)));
    }
  }
  return table(lines);
}

std::string sessions_json(const std::vector<session_answer>& all) {
  return array_of(all, [](const auto& a) {
    auto object = verdict_json(a);
    if (a.how == ending::success) object["sessions"] = sessions_array(a.value);
    return object;
  });
}

std::string change_text(base::timestamp when, const std::string& machine, const session_change& change) {
  row cells{base::to_string(when), machine, std::string(name_of(change.what))};
  if (change.what == session_event::unreachable) {
    cells.push_back(fmt::format("{} ({})", change.why.message, code_name(change.why.code)));
  } else if (change.what != session_event::reachable) {
    const auto more = session_row(change.who);
    cells.insert(cells.end(), more.begin(), more.end());
  }
  return table({cells});
}

std::string change_json(base::timestamp when, const std::string& machine, const session_change& change) {
  json object{{"time", base::to_rfc3339(when)}, {"machine", base::valid_utf8(machine)}};
  object.update(change_object(change));
  return object.dump() + "\n";
}

std::string logoff_text(const std::vector<guest::session_result>& results) {
  if (results.empty()) return {};
  rows lines{{"SESSION", "USER", "KIND", "RESULT"}};
  for (const auto& r : results)
    lines.push_back(
        {r.who.id, r.who.user, std::string(guest::name_of(r.who.kind)), std::string(guest::name_of(r.fate))});
  return table(lines);
}

std::string logoff_json(const std::vector<guest::session_result>& results,
                        const base::task_outcome& outcome) {
  json object{{"result", base::name_of(outcome.result)}, {"sessions", results_array(results)}};
  if (outcome.error != errc::ok) object["error"] = error_object({outcome.error, outcome.description});
  return dump(object);
}

std::string logoff_text(const std::vector<logoff_row>& all) {
  if (all.empty()) return "No machine is running.\n";
  rows lines{{"MACHINE", "RESULT", "SESSIONS", "WHY"}};
  for (const auto& r : all) lines.push_back(logoff_line(r));
  return table(lines);
}

std::string logoff_json(const std::vector<logoff_row>& all) { return array_of(all, logoff_object); }

std::string wait_text(const std::vector<verdict>& all, const std::string& as_awaited) {
  rows lines;
  for (const auto& v : all) lines.push_back({v.machine, v.how == ending::success ? as_awaited : sentence(v)});
  return table(lines);
}

std::string wait_json(const verdict& only) { return dump(wait_object(only)); }

std::string wait_json(const std::vector<verdict>& all) { return array_of(all, wait_object); }

}  // namespace comeback::cli
