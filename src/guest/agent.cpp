// SPDX-License-Identifier: Apache-2.0
#include "guest/agent.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include <fmt/format.h>

namespace comeback::guest {

namespace {

using base::errc;
using base::error;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

/// How long an agent may take to find its channel again, on a busy machine.
constexpr seconds patience{4};

/// What the agent says when a command is switched off or unknown to it. libvirt hands its sentence on, inside
/// one of its own; both words have been stable since QEMU 2.
bool says_no_program(std::string_view sentence) {
  return sentence.find("Failed to execute child process") != sentence.npos;
}

bool says_not_allowed(std::string_view sentence) {
  return sentence.find("has been disabled") != sentence.npos ||
         sentence.find("has not been found") != sentence.npos ||
         sentence.find("not allowed") != sentence.npos;
}

/// QEMU 7.2 gives this reason also for a command that is blocked anyway, from the first freeze on.
bool says_frozen(std::string_view sentence) {
  return sentence.find("agent is in frozen state") != sentence.npos;
}

std::string capped(const std::string& script) {
  return fmt::format("{{ {}\n}} 2>/dev/null | head -c {}", script, output_limit);
}

template <class T>
T sense_of(base::parsed<T>&& reply, const std::string& machine) {
  if (reply) return std::move(*reply);
  throw error(errc::exception, fmt::format("The guest agent of '{}' gave a reply that makes no sense: {}.",
                                           machine, base::to_string(reply.error())));
}

}  // namespace

guest_frozen::guest_frozen(std::string_view machine)
    : error(
          errc::timed_out,
          fmt::format("The file systems of the guest of '{}' are frozen, as for a backup, and its agent runs "
                      "no commands until they are thawed (guest-fsfreeze-thaw). Try again then.",
                      machine)) {}

agent::agent(std::shared_ptr<channel> way, std::string machine_name, steady_clock::time_point limit)
    : channel_(std::move(way)), name_(std::move(machine_name)), limit_(limit) {}

void agent::fail(const exchange_result& result) const {
  const std::string words = base::printable_excerpt(result.text);
  switch (result.outcome) {
    case exchange_outcome::refused:
      if (says_frozen(result.text) && frozen().value_or(true)) throw guest_frozen(name_);
      if (says_not_allowed(result.text)) {
        throw error(
            errc::additions_feature_not_available,
            fmt::format("The guest agent of '{}' does not allow a command that is needed ({}). In the guest, "
                        "take it (and guest-exec, guest-exec-status) out of the agent's list of blocked "
                        "commands (--block-rpcs, or BLACKLIST_RPC in /etc/sysconfig/qemu-ga; with an allow "
                        "list, --allow-rpcs, put them in) and restart qemu-guest-agent.",
                        name_, words));
      }
      if (says_no_program(result.text)) {
        throw error(
            errc::additions_feature_not_available,
            fmt::format("The guest of '{}' has no program that is needed ({}): a shell, busctl and loginctl, "
                        "as systems with systemd have.",
                        name_, words));
      }
      throw error(errc::exception, fmt::format("The guest agent of '{}' refused: {}", name_, words));
    case exchange_outcome::no_answer:
      throw error(errc::timed_out, fmt::format("The guest agent of '{}' does not answer in time.", name_));
    case exchange_outcome::not_connected:
      throw error(errc::additions_feature_not_available,
                  fmt::format("The guest agent of '{}' is not running. In the guest, install and start "
                              "qemu-guest-agent.",
                              name_));
    default:
      throw error(errc::additions_feature_not_available,
                  fmt::format("The channel to the guest agent of '{}' is broken: {}", name_, words));
  }
}

seconds agent::bounded(seconds deadline) const {
  if (limit_ == steady_clock::time_point::max()) return deadline;
  return std::clamp(std::chrono::ceil<seconds>(limit_ - steady_clock::now()), seconds(1), deadline);
}

agent agent::within(seconds at_most) const {
  return {channel_, name_, std::min(limit_, steady_clock::now() + at_most)};
}

bool agent::time_is_up() const { return steady_clock::now() >= limit_; }

bool agent::away(const exchange_result& result) const {
  return result.outcome == exchange_outcome::not_connected && channel_->agent_is_awaited();
}

exchange_result agent::exchange_when_back(const std::string& command, seconds deadline) const {
  const auto until = std::min(limit_, steady_clock::now() + patience);
  for (;;) {
    exchange_result result = channel_->exchange(command, bounded(deadline));
    if (!away(result) || steady_clock::now() >= until) return result;
    std::this_thread::sleep_for(milliseconds(20));
  }
}

exchange_result agent::repair_and_exchange(milliseconds unplugged, const std::string& command,
                                           seconds deadline) const {
  const auto left = std::chrono::ceil<milliseconds>(limit_ - steady_clock::now());
  channel_->repair_now(std::clamp(left, milliseconds(0), unplugged));
  return exchange_when_back(command, deadline);
}

exchange_result agent::exchange_with_repair(const std::string& command, seconds deadline) const {
  exchange_result result = exchange_when_back(command, deadline);
  if (result.outcome == exchange_outcome::poisoned) {
    result = repair_and_exchange(milliseconds(500), command, deadline);
  }
  // Once is not always enough (measured on a busy machine with an agent in the midst of writing, 1 in 3 when
  // plugged in again at once). systemd, which binds the agent to its channel, may see the channel go so late
  // that it stops the agent which has just found it again; and libvirt 9.0 may take the end of the old
  // connection for that of the new one. So each further repair leaves them more time.
  for (const auto longer : {milliseconds(2000), milliseconds(5000)}) {
    if (!away(result) || steady_clock::now() >= limit_) break;
    result = repair_and_exchange(longer, command, deadline);
  }
  return result;
}

exchange_result agent::exchange_in_turn(const std::string& command, seconds deadline) const {
  // Kept over the repair too: nobody else may find the channel unplugged.
  const std::unique_lock turn(channel_->queue(), bounded(deadline));
  if (!turn) return {exchange_outcome::no_answer, {}};
  exchange_result result = exchange_with_repair(command, deadline);
  forget_if_lost(result);
  return result;
}

void agent::forget_if_lost(const exchange_result& result) const {
  const bool blocked = result.outcome == exchange_outcome::refused && says_not_allowed(result.text);
  if (blocked ||
      (result.outcome != exchange_outcome::answered && result.outcome != exchange_outcome::refused))
    channel_->agent_lost();
}

std::string agent::exchange(const std::string& command, seconds deadline) const {
  exchange_result result = exchange_in_turn(command, deadline);
  if (result.outcome != exchange_outcome::answered) fail(result);
  return std::move(result.text);
}

agent_info agent::info(seconds deadline) const {
  return sense_of(read_info(exchange(make_command("guest-info"), deadline)), name_);
}

agent_info agent::ready(seconds deadline) const {
  if (auto known = channel_->capabilities()) {
    const exchange_result pong = exchange_in_turn(make_command("guest-ping"), deadline);
    const bool answers =
        pong.outcome == exchange_outcome::answered || pong.outcome == exchange_outcome::refused;
    if (!answers) fail(pong);
    if (channel_->capabilities()) return *std::move(known);
  }
  const std::uint64_t connection = channel_->connection();
  agent_info said = info(deadline);
  if (said.can_exec) channel_->remember(connection, said);
  return said;
}

bool agent::ping(seconds deadline) const {
  const exchange_result result = exchange_in_turn(make_command("guest-ping"), deadline);
  if (result.outcome == exchange_outcome::no_answer) return false;
  if (result.outcome != exchange_outcome::answered && result.outcome != exchange_outcome::refused)
    fail(result);
  return true;
}

std::optional<bool> agent::frozen(seconds deadline) const {
  const exchange_result result = exchange_in_turn(make_command("guest-fsfreeze-status"), deadline);
  if (result.outcome != exchange_outcome::answered) return std::nullopt;
  const auto told = read_frozen(result.text);
  return told ? std::optional(*told) : std::nullopt;
}

std::string agent::host_name(seconds deadline) const {
  constexpr const char* command = "guest-get-host-name";
  return sense_of(read_text(exchange(make_command(command), deadline), command, "host-name"), name_);
}

std::string agent::os_id(seconds deadline) const {
  constexpr const char* command = "guest-get-osinfo";
  const exchange_result result = exchange_in_turn(make_command(command), deadline);
  if (result.outcome == exchange_outcome::refused) return {};
  if (result.outcome != exchange_outcome::answered) fail(result);
  return read_text(result.text, command, "id").value_or(std::string());
}

os_info agent::os(seconds deadline) const {
  return sense_of(read_os_info(exchange(make_command("guest-get-osinfo"), deadline)), name_);
}

std::int64_t agent::begin(const std::string& path, const std::vector<std::string>& arguments) const {
  return sense_of(read_pid(exchange(make_exec(path, arguments), usual_deadline)), name_);
}

exec_status agent::poll(std::int64_t pid) const {
  return sense_of(read_exec_status(exchange(make_exec_status(pid), usual_deadline)), name_);
}

run_result agent::run(const std::string& path, const std::vector<std::string>& arguments,
                      seconds deadline) const {
  const auto until = std::min(limit_, steady_clock::now() + deadline);
  const std::int64_t pid = begin(path, arguments);
  for (milliseconds pause = first_pause;; pause = next_pause(pause)) {
    std::this_thread::sleep_for(pause);
    exec_status status = poll(pid);
    if (status.exited) return {status.exit_code, std::move(status.out), std::move(status.err)};
    if (steady_clock::now() >= until) {
      throw error(errc::timed_out, fmt::format("'{}' in the guest of '{}' does not end.", path, name_));
    }
  }
}

std::string agent::short_script(const std::string& script, seconds deadline) const {
  return run("/bin/sh", {"-c", script}, deadline).out;
}

std::string agent::shell(const std::string& script, seconds deadline) const {
  return run("/bin/sh", {"-c", capped(script)}, deadline).out;
}

}  // namespace comeback::guest
