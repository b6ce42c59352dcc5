// SPDX-License-Identifier: Apache-2.0
#include "cli/recorder_render.hpp"

#include "base/text.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"

#include <fmt/format.h>

namespace comeback::cli {
namespace {

std::string_view name_of(optical::medium_state state) {
  switch (state) {
    case optical::medium_state::blank:
      return "blank";
    case optical::medium_state::appendable:
      return "appendable";
    case optical::medium_state::closed:
      return "closed";
  }
  return "unknown";
}

std::string_view state_of(const seen_recorder& r) {
  if (r.error) return "damaged";
  if (r.medium) return name_of(r.medium->state);
  return r.kept.record.tray_open ? "tray open" : "no medium";
}

std::vector<std::string> row_of(const seen_recorder& r) {
  const auto name = base::printable(r.kept.name);
  if (r.error) return {name, "-", "damaged", "-", "-", r.error->message};
  const auto image = base::printable(r.kept.record.image.native());
  if (!r.medium) return {name, "-", std::string(state_of(r)), "-", "-", image};
  const auto& m = *r.medium;
  const bool unlimited = m.capacity.value == 0;
  return {name,
          std::string(m.facts.name),
          std::string(state_of(r)),
          std::to_string(m.sessions.size()),
          unlimited ? "-" : human_size(disk::bytes_in(m.free)),
          image};
}

json object_of(const optical::recorded_session& s) {
  return {{"first_block", s.first.value}, {"blocks", s.blocks.value}, {"closed", s.closed}};
}

json object_of(const seen_medium& m) {
  auto sessions = json::array();
  for (const auto& s : m.sessions) sessions.push_back(object_of(s));
  return {{"type", m.facts.name},
          {"profile", m.facts.profile},
          {"state", name_of(m.state)},
          {"capacity", m.capacity.value != 0 ? json(m.capacity.value) : json(nullptr)},
          {"next_writable", m.next_writable.value},
          {"free_blocks", m.free.value},
          {"write_unit", m.facts.write_unit},
          {"sessions", std::move(sessions)}};
}

json object_of(const seen_recorder& r) {
  const bool readable = r.kept.damage.empty();
  return {{"name", base::valid_utf8(r.kept.name)},
          {"id", base::valid_utf8(r.kept.id)},
          {"state", state_of(r)},
          {"image", readable ? json(base::valid_utf8(r.kept.record.image.native())) : json(nullptr)},
          {"medium", r.medium ? object_of(*r.medium) : json(nullptr)},
          {"error", r.error ? error_object(*r.error) : json(nullptr)}};
}

}  // namespace

std::string recorders_text(const std::vector<seen_recorder>& all) {
  if (all.empty()) return "There are no recorders; `comeback recorder add` makes one on an image file.\n";
  std::vector<std::vector<std::string>> rows{{"NAME", "MEDIUM", "STATE", "SESSIONS", "FREE", "IMAGE"}};
  for (const auto& r : all) rows.push_back(row_of(r));
  return table(rows);
}

std::string recorders_json(const std::vector<seen_recorder>& all) {
  auto rows = json::array();
  for (const auto& r : all) rows.push_back(object_of(r));
  return dump(rows);
}

std::string recorder_json(const seen_recorder& one) { return dump(object_of(one)); }

}  // namespace comeback::cli
