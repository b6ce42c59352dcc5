// SPDX-License-Identifier: Apache-2.0
#include "guest/reply.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <nlohmann/json.hpp>

namespace comeback::guest {

namespace {

using base::fault;
using base::parse_error;
using json = nlohmann::json;

tl::unexpected<parse_error> wrong(fault what, std::string field) {
  return tl::unexpected(parse_error{what, 0, std::move(field)});
}

/// Deeply nested input must not exhaust the stack: the parser itself keeps its own, but values are destroyed
/// one in another. No honest reply is deeper than this.
constexpr int depth_limit = 32;

base::parsed<json> parse(std::string_view text, const char* what) {
  if (text.size() > reply_limit) return wrong(fault::out_of_range, what);
  bool too_deep = false;
  const auto shallow = [&too_deep](int depth, json::parse_event_t, json&) {
    too_deep = too_deep || depth > depth_limit;
    return !too_deep;
  };
  json value = json::parse(text, shallow, /*allow_exceptions=*/false);
  if (too_deep || value.is_discarded()) return wrong(fault::bad_magic, what);
  return value;
}

/// The member, or null: never throws, whatever `of` is.
const json* member(const json& of, const char* name) {
  if (!of.is_object()) return nullptr;
  const auto at = of.find(name);
  return at == of.end() ? nullptr : &*at;
}

std::string text_or(const json* value) {
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

bool flag(const json* value) { return value != nullptr && value->is_boolean() && value->get<bool>(); }

template <class T>
std::optional<T> number(const json* value) {
  if (value == nullptr || !value->is_number_integer()) return std::nullopt;
  if (value->is_number_unsigned()) {
    const auto wide = value->get<std::uint64_t>();
    if (!std::in_range<T>(wide)) return std::nullopt;
    return static_cast<T>(wide);
  }
  const auto wide = value->get<std::int64_t>();
  if (!std::in_range<T>(wide)) return std::nullopt;
  return static_cast<T>(wide);
}

/// The "return" of an agent's reply.
base::parsed<json> returned(std::string_view reply, const char* what) {
  auto value = parse(reply, what);
  if (!value) return value;
  const json* inner = member(*value, "return");
  if (inner == nullptr) return wrong(fault::bad_magic, std::string(what) + ": return");
  return json(*inner);
}

constexpr int base64_digit(char c) noexcept {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

std::optional<std::string> from_base64(std::string_view text) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  unsigned held = 0, bits = 0;
  for (const char c : text) {
    const int digit = base64_digit(c);
    if (digit < 0) return std::nullopt;
    held = (held << 6 | static_cast<unsigned>(digit)) & 0xFFFFU;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<char>(held >> bits & 0xFFU));
  }
  return bytes;
}

/// D-Bus wraps every property: {"Name": {"type": "s", "data": "alice"}}.
class properties {
 public:
  explicit properties(const json& all) : all_(all) {}

  [[nodiscard]] const json* of(const char* name) const {
    const json* wrapped = member(all_, name);
    return wrapped == nullptr ? nullptr : member(*wrapped, "data");
  }
  [[nodiscard]] std::string text(const char* name) const { return text_or(of(name)); }
  [[nodiscard]] bool yes(const char* name) const { return flag(of(name)); }
  /// The n-th of a structure such as Seat (name, path) or User (uid, path).
  [[nodiscard]] const json* part(const char* name, std::size_t n) const {
    const json* all = of(name);
    return all != nullptr && all->is_array() && n < all->size() ? &(*all)[n] : nullptr;
  }

 private:
  const json& all_;
};

session_kind kind_of(std::string_view type, bool remote) {
  if (remote) return session_kind::remote;
  const bool graphical = type == "x11" || type == "wayland" || type == "mir";
  return graphical ? session_kind::graphical : session_kind::tty;
}

base::timestamp from_microseconds(std::uint64_t us) {
  return {static_cast<std::int64_t>(us / 1'000'000), static_cast<std::uint32_t>(us % 1'000'000 * 1000)};
}

/// The first element of "data" in {"type": …, "data": [x]}.
base::parsed<json> bus_value(std::string_view line, std::string_view type, const char* what) {
  auto value = parse(line, what);
  if (!value) return value;
  if (text_or(member(*value, "type")) != type) return wrong(fault::bad_magic, std::string(what) + ": type");
  const json* data = member(*value, "data");
  if (data == nullptr || !data->is_array() || data->size() != 1) {
    return wrong(fault::bad_magic, std::string(what) + ": data");
  }
  return json(data->front());
}

}  // namespace

std::string make_command(std::string_view command) { return json{{"execute", command}}.dump(); }

std::string make_exec(const std::string& path, const std::vector<std::string>& arguments) {
  const json command = {{"execute", "guest-exec"},
                        {"arguments", {{"path", path}, {"arg", arguments}, {"capture-output", true}}}};
  return command.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string make_exec_status(std::int64_t pid) {
  return json{{"execute", "guest-exec-status"}, {"arguments", {{"pid", pid}}}}.dump();
}

base::parsed<agent_info> read_info(std::string_view reply) {
  const auto value = returned(reply, "guest-info");
  if (!value) return tl::unexpected(value.error());
  const json* commands = member(*value, "supported_commands");
  if (commands == nullptr || !commands->is_array()) {
    return wrong(fault::bad_magic, "guest-info: supported_commands");
  }
  const auto enabled = [commands](const char* name) {
    return std::ranges::any_of(*commands, [name](const json& command) {
      return text_or(member(command, "name")) == name && flag(member(command, "enabled"));
    });
  };
  return agent_info{text_or(member(*value, "version")),
                    enabled("guest-exec") && enabled("guest-exec-status")};
}

base::parsed<os_info> read_os_info(std::string_view reply) {
  const auto value = returned(reply, "guest-get-osinfo");
  if (!value) return tl::unexpected(value.error());
  const auto text = [&](const char* name) { return text_or(member(*value, name)); };
  os_info os{text("id"), text("pretty-name"), text("version-id"), text("kernel-release"), text("machine")};
  // All are optional, but what has none of them is about something else.
  const auto all = {&os.id, &os.pretty_name, &os.version, &os.kernel, &os.machine};
  if (std::ranges::all_of(all, [](const std::string* t) { return t->empty(); }))
    return wrong(fault::bad_magic, "guest-get-osinfo");
  return os;
}

base::parsed<std::string> read_host_name(std::string_view reply) {
  const auto value = returned(reply, "guest-get-host-name");
  if (!value) return tl::unexpected(value.error());
  const json* name = member(*value, "host-name");
  if (name == nullptr || !name->is_string()) return wrong(fault::bad_magic, "guest-get-host-name: host-name");
  return name->get<std::string>();
}

base::parsed<std::int64_t> read_pid(std::string_view reply) {
  const auto value = returned(reply, "guest-exec");
  if (!value) return tl::unexpected(value.error());
  const auto pid = number<std::int64_t>(member(*value, "pid"));
  if (!pid) return wrong(fault::bad_magic, "guest-exec: pid");
  return *pid;
}

base::parsed<exec_status> read_exec_status(std::string_view reply) {
  const auto value = returned(reply, "guest-exec-status");
  if (!value) return tl::unexpected(value.error());
  if (member(*value, "exited") == nullptr) return wrong(fault::bad_magic, "guest-exec-status: exited");
  exec_status status;
  status.exited = flag(member(*value, "exited"));
  if (const auto signal = number<int>(member(*value, "signal"))) status.exit_code = 128 + (*signal & 0x7F);
  if (const auto code = number<int>(member(*value, "exitcode"))) status.exit_code = *code;
  auto out = from_base64(text_or(member(*value, "out-data")));
  auto err = from_base64(text_or(member(*value, "err-data")));
  if (!out || !err) return wrong(fault::bad_magic, "guest-exec-status: out-data");
  status.out = std::move(*out);
  status.err = std::move(*err);
  return status;
}

base::parsed<std::vector<std::string>> read_session_ids(std::string_view line) {
  const auto list = bus_value(line, "a(susso)", "ListSessions");
  if (!list) return tl::unexpected(list.error());
  if (!list->is_array()) return wrong(fault::bad_magic, "ListSessions: data");
  std::vector<std::string> ids;
  for (const json& row : *list) {
    const bool honest = row.is_array() && !row.empty() && row[0].is_string();
    if (!honest || !is_session_id(row[0].get_ref<const std::string&>())) {
      return wrong(fault::out_of_range, "ListSessions: id");
    }
    ids.push_back(row[0].get<std::string>());
  }
  return ids;
}

base::parsed<session> read_session(std::string_view line) {
  const auto value = bus_value(line, "a{sv}", "session");
  if (!value) return tl::unexpected(value.error());
  const properties p(*value);
  session s;
  s.id = p.text("Id");
  if (!is_session_id(s.id)) return wrong(fault::out_of_range, "session: Id");
  s.user = p.text("Name");
  s.session_class = p.text("Class");
  if (s.session_class.empty()) return wrong(fault::bad_magic, "session: Class");
  s.uid = number<std::uint32_t>(p.part("User", 0)).value_or(0);
  s.seat = text_or(p.part("Seat", 0));
  s.tty = p.text("TTY");
  s.remote = p.yes("Remote");
  s.kind = kind_of(p.text("Type"), s.remote);
  s.host = p.text("RemoteHost");
  s.since = from_microseconds(number<std::uint64_t>(p.of("Timestamp")).value_or(0));
  s.state = p.text("State");
  s.locked = p.yes("LockedHint");
  return s;
}

bool is_session_id(std::string_view id) noexcept {
  const auto fit = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  };
  return !id.empty() && id.size() <= 32 && std::ranges::all_of(id, fit);
}

}  // namespace comeback::guest
