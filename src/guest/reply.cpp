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

base::parsed<std::string> read_text(std::string_view reply, const char* command, const char* name) {
  const auto value = returned(reply, command);
  if (!value) return tl::unexpected(value.error());
  const json* text = member(*value, name);
  if (text != nullptr && text->is_string()) return text->get<std::string>();
  return wrong(fault::bad_magic, std::string(command) + ": " + name);
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

base::parsed<bool> read_frozen(std::string_view reply) {
  const auto value = returned(reply, "guest-fsfreeze-status");
  if (!value) return tl::unexpected(value.error());
  const std::string status = text_or(&*value);
  if (status != "frozen" && status != "thawed") return wrong(fault::bad_magic, "guest-fsfreeze-status");
  return status == "frozen";
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

}  // namespace comeback::guest
