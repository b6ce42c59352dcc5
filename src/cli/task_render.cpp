// SPDX-License-Identifier: Apache-2.0
#include "cli/task_render.hpp"

#include "base/text.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace comeback::cli {
namespace {

std::string state_of(const listed_task& t) {
  return std::string(t.damage.empty() ? name_of(t.record.state) : "damaged");
}

json error_of(const listed_task& t) {
  const bool damaged = !t.damage.empty();
  const auto code = damaged ? base::errc::exception : t.record.error;
  if (code == base::errc::ok) return nullptr;
  return error_object({code, damaged ? t.damage : t.record.message});
}

json object_of(const listed_task& t) {
  json object{{"id", t.id}, {"state", state_of(t)}};
  if (t.damage.empty()) {
    const auto& r = t.record;
    object["description"] = base::valid_utf8(title_of(t));
    object["percent"] = r.percent;
    object["cancelable"] = r.cancelable;
    object["command"] = r.command;
    object["process"] = r.process;
    object["started"] = base::to_rfc3339(r.started);
    object["ended"] = r.ended ? json(base::to_rfc3339(*r.ended)) : json(nullptr);
    object["status"] = r.state == task_state::running ? json(nullptr) : json(r.status);
  }
  object["error"] = error_of(t);
  return object;
}

std::vector<std::string> row_of(const listed_task& t) {
  if (!t.damage.empty()) return {std::to_string(t.id), "damaged", "-", "-", t.damage};
  const auto& r = t.record;
  auto what = title_of(t);
  if (r.error != base::errc::ok) what += fmt::format(": {}", code_name(r.error));
  return {std::to_string(t.id), state_of(t), fmt::format("{} %", r.percent), base::to_string(r.started),
          what};
}

}  // namespace

std::string title_of(const listed_task& t) {
  return base::printable(t.record.description.empty() ? fmt::format("{}", fmt::join(t.record.command, " "))
                                                      : t.record.description);
}

std::string tasks_text(const std::vector<listed_task>& all) {
  if (all.empty()) return "There are no tasks.\n";
  std::vector<std::vector<std::string>> rows{{"TASK", "STATE", "DONE", "STARTED", "WHAT"}};
  for (const auto& t : all) rows.push_back(row_of(t));
  return table(rows);
}

std::string tasks_json(const std::vector<listed_task>& all) {
  auto rows = json::array();
  for (const auto& t : all) rows.push_back(object_of(t));
  return dump(rows);
}

std::string printable_lines(std::string_view text, std::string_view indent) {
  std::string out;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    out.append(indent).append(base::printable(line)).append("\n");
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return out;
}

std::string task_text(const listed_task& t, std::string_view output, std::string_view messages) {
  if (!t.damage.empty())
    return table({{"task", std::to_string(t.id)}, {"state", "damaged"}, {"why", t.damage}});
  const auto& r = t.record;
  std::vector<std::vector<std::string>> rows{
      {"task", std::to_string(t.id)},
      {"what", title_of(t)},
      {"state", fmt::format("{}, {} %", state_of(t), r.percent)},
      {"command", fmt::format("comeback {}", fmt::join(r.command, " "))},
      {"started", base::to_string(r.started)}};
  if (r.ended) rows.push_back({"ended", base::to_string(*r.ended)});
  if (r.state == task_state::running) {
    rows.push_back({"process", std::to_string(r.process)});
    rows.push_back({"can be cancelled", r.cancelable ? "yes" : "no"});
  }
  if (r.error != base::errc::ok)
    rows.push_back({"error", fmt::format("{} ({})", r.message, code_name(r.error))});
  auto text = table(rows);
  if (!output.empty()) text += "output\n" + printable_lines(output, "  ");
  if (!messages.empty()) text += "messages\n" + printable_lines(messages, "  ");
  return text;
}

std::string task_json(const listed_task& t, std::string_view output, std::string_view messages) {
  auto object = object_of(t);
  object["output"] = base::valid_utf8(output);
  object["messages"] = base::valid_utf8(messages);
  return dump(object);
}

}  // namespace comeback::cli
