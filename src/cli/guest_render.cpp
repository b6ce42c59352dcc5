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

constexpr std::string_view nothing_runs = "No machine is running.\n";

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
    object["forced"] = r.forced;
    object["successor"] = r.successor.empty() ? json(nullptr) : json(base::valid_utf8(r.successor));
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
std::string why_text(const verdict& v) {
  return fmt::format("{} ({})", v.why.message, code_name(v.why.code));
}

std::string sentence(const verdict& v) { return (v.how == ending::skipped ? "skipped: " : "") + why_text(v); }

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

std::string state_text(const guest_facts& f) {
  return f.state ? std::string(machine::name_of(*f.state)) : "-";
}

// What is known of a machine whose agent cannot be asked.
rows host_rows(const facts_answer& a) {
  rows lines{{"machine", a.machine}};
  if (a.value.state) lines.push_back({"state", state_text(a.value)});
  return lines;
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

json facts_object(const facts_answer& of) {
  const auto& f = of.value;
  auto object = verdict_json(of);
  if (f.state) object["state"] = machine::name_of(*f.state);
  if (of.how != ending::success) return object;
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

bool nobody_was_on(const logoff_row& r) { return r.outcome.error == errc::no_such_logon_session; }

std::string_view result_word(const logoff_row& r) {
  if (r.how == ending::skipped) return "skipped";
  if (nobody_was_on(r)) return "nobody logged on";
  return base::name_of(r.outcome.result);
}

std::string progress_text(const logoff_row& r) {
  if (r.stage == logoff_stage::waiting) return "waiting";
  return fmt::format("[{}{}] {:3}%", std::string(static_cast<std::size_t>(r.percent) / 10, '#'),
                     std::string(10 - static_cast<std::size_t>(r.percent) / 10, ' '), r.percent);
}

// Of those who came back, the fate's name does not tell how they went.
bool killed_and_back(const guest::session_result& r) {
  return r.forced && r.fate == guest::session_fate::came_back;
}

// "came back as c12, killed"
std::string fate_text(const guest::session_result& r) {
  const auto back = r.successor.empty() ? "" : " as " + r.successor;
  return fmt::format("{}{}{}", guest::name_of(r.fate), back, killed_and_back(r) ? ", killed" : "");
}

// "2 ended, 1 killed", in the order in which the fates came up.
std::string count_fates(const std::vector<guest::session_result>& results) {
  std::vector<std::pair<std::string, int>> counts;
  for (const auto& r : results) {
    auto fate = fmt::format("{}{}", guest::name_of(r.fate), killed_and_back(r) ? " after a kill" : "");
    const auto at = std::ranges::find(counts, fate, &std::pair<std::string, int>::first);
    if (at == counts.end()) {
      counts.emplace_back(std::move(fate), 1);
    } else {
      ++at->second;
    }
  }
  std::string text;
  for (const auto& [fate, count] : counts)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, fate);
  return text.empty() ? "-" : text;
}

row logoff_line(const logoff_row& r) {
  if (r.stage != logoff_stage::ended) return {r.machine, progress_text(r), count_fates(r.sessions)};
  const auto fates = count_fates(r.sessions);
  if (r.how != ending::success) {
    const auto word = r.how == ending::skipped ? "skipped" : std::string(base::name_of(r.outcome.result));
    return {r.machine, word, fates, why_text(r)};
  }
  if (nobody_was_on(r)) return {r.machine, "nobody was on", fates};
  if (r.outcome.description.empty()) return {r.machine, "logged off", fates};
  return {r.machine, "logged off", fates, r.outcome.description};
}

json logoff_object(const logoff_row& r) {
  auto object = verdict_json(r);
  object["result"] = result_word(r);
  object["hresult"] = hresult_text(r.outcome.error);
  object["description"] = base::valid_utf8(r.outcome.description);
  object["sessions"] = results_array(r.sessions);
  object["newcomers"] = sessions_array(r.newcomers);
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

std::string facts_text(const facts_answer& only) {
  const auto& f = only.value;
  if (only.how != ending::success) return table(host_rows(only));
  const auto as_it_is = [](const std::string& s) { return s; };
  return table({{"machine", f.machine},
                {"state", state_text(f)},
                {"agent", fact_text(told(f.agent, [](const auto& a) { return a.version; }))},
                {"commands", fact_text(commands_text(f))},
                {"host name", fact_text(told(f.host_name, as_it_is))},
                {"system", fact_text(told(f.system, system_text))},
                {"logged on", fact_text(told(f.logged_on, [](auto n) { return fmt::format("{}", n); }))},
                {"several users at once", fact_text(told(f.many_sessions, not_yet_or))},
                {"log-on service up", fact_text(told(f.sessions_started, not_yet_or))}});
}

std::string facts_json(const facts_answer& only) { return dump(facts_object(only)); }

std::string facts_text(const std::vector<facts_answer>& all) {
  if (all.empty()) return std::string(nothing_runs);
  std::string text;
  for (const auto& a : all) {
    if (!text.empty()) text += '\n';
    if (a.how == ending::success) {
      text += facts_text(a);
    } else {
      auto lines = host_rows(a);
      lines.push_back({a.how == ending::skipped ? "skipped" : "error", why_text(a)});
      text += table(lines);
    }
  }
  return text;
}

std::string facts_json(const std::vector<facts_answer>& all) { return array_of(all, facts_object); }

std::string sessions_text(const std::vector<guest::session>& all) {
  if (all.empty()) return "Nobody is logged on.\n";
  rows lines{row(session_columns.begin(), session_columns.end())};
  for (const auto& s : all) lines.push_back(session_row(s));
  return table(lines);
}

std::string sessions_json(const std::vector<guest::session>& all) { return dump(sessions_array(all)); }

std::string sessions_text(const std::vector<session_answer>& all) {
  if (all.empty()) return std::string(nothing_runs);
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
  return dump_line(object);
}

std::string logoff_text(const logoff_row& only) {
  if (only.sessions.empty()) return {};
  rows lines{{"SESSION", "USER", "KIND", "RESULT"}};
  for (const auto& r : only.sessions)
    lines.push_back({r.who.id, r.who.user, std::string(guest::name_of(r.who.kind)), fate_text(r)});
  if (only.how == ending::success && !only.outcome.description.empty())
    lines.push_back({only.outcome.description});
  return table(lines);
}

std::string logoff_json(const logoff_row& only) { return dump(logoff_object(only)); }

std::string logoff_text(const std::vector<logoff_row>& all) {
  if (all.empty()) return std::string(nothing_runs);
  rows lines{{"MACHINE", "RESULT", "SESSIONS", "DETAILS"}};
  for (const auto& r : all) lines.push_back(logoff_line(r));
  return table(lines);
}

std::string logoff_json(const std::vector<logoff_row>& all) { return array_of(all, logoff_object); }

std::string wait_text(const std::vector<verdict>& all, const std::string& as_awaited) {
  if (all.empty()) return std::string(nothing_runs);
  rows lines;
  for (const auto& v : all) lines.push_back({v.machine, v.how == ending::success ? as_awaited : sentence(v)});
  return table(lines);
}

std::string wait_json(const verdict& only) { return dump(wait_object(only)); }

std::string wait_json(const std::vector<verdict>& all) { return array_of(all, wait_object); }

}  // namespace comeback::cli
