// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "guest/channel.hpp"
#include "guest/reply.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace comeback::guest {

/// How long to wait before `agent::poll` is asked again: most of what we run takes a tenth of a second, and a
/// question costs the guest 2 ms.
inline constexpr std::chrono::milliseconds first_pause{10}, longest_pause{200};
[[nodiscard]] constexpr std::chrono::milliseconds next_pause(std::chrono::milliseconds last) noexcept {
  return last * 2 < longest_pause ? last * 2 : longest_pause;
}

/// What a program in the guest left behind. Its output is the guest's: data, never to be trusted.
struct run_result {
  int exit_code = 0;  ///< 128 + signal when a signal ended it
  std::string out, err;
};

/// The guest's file systems are frozen, as for a backup: until they are thawed its agent runs nothing.
class guest_frozen : public base::error {
 public:
  explicit guest_frozen(std::string_view machine);
};

/// The guest agent of one machine: typed commands, one at a time, each with a deadline. May be used from any
/// thread. Throws `base::error`: what `channel::exchange` throws; `timed_out` when nothing answers in time,
/// and as `guest_frozen`; `additions_feature_not_available` when nothing listens or the command is not
/// allowed; `exception` when the reply makes no sense.
class agent {
 public:
  static constexpr std::chrono::seconds usual_deadline{10};

  /// No command waits beyond `limit`, whatever its own deadline (to the second: libvirt counts in seconds).
  agent(std::shared_ptr<channel> way, std::string machine_name,
        std::chrono::steady_clock::time_point limit = std::chrono::steady_clock::time_point::max());

  /// The same agent, for work that is to end within `at_most` from now, or sooner where this one's limit is.
  [[nodiscard]] agent within(std::chrono::seconds at_most) const;
  /// The limit is reached: a command would still have its second, but what needs many has to end.
  [[nodiscard]] bool time_is_up() const;

  [[nodiscard]] agent_info info(std::chrono::seconds deadline = usual_deadline) const;
  /// That the agent answers, and what it can do: one exchange, `info` at first and a ping as long as the
  /// channel's connection stays the same. A refusal is not remembered, since somebody may be about to mend
  /// it.
  [[nodiscard]] agent_info ready(std::chrono::seconds deadline = usual_deadline) const;

  /// Whether it answers one guest-ping in time; to refuse is to answer.
  [[nodiscard]] bool ping(std::chrono::seconds deadline = usual_deadline) const;
  /// Whether the guest's file systems are frozen; empty where it does not tell. Works while they are.
  [[nodiscard]] std::optional<bool> frozen(std::chrono::seconds deadline = usual_deadline) const;
  /// The guest's name for itself: data, as all of its words.
  [[nodiscard]] std::string host_name(std::chrono::seconds deadline = usual_deadline) const;
  /// What the guest calls its system; works where commands are not allowed.
  [[nodiscard]] os_info os(std::chrono::seconds deadline = usual_deadline) const;
  /// "debian", "mswindows"; empty where the agent does not tell.
  [[nodiscard]] std::string os_id(std::chrono::seconds deadline = usual_deadline) const;

  /// Runs a program to its end. `deadline` is for the whole. What may print without end is to
  /// go through `shell`.
  [[nodiscard]] run_result run(const std::string& path, const std::vector<std::string>& arguments,
                               std::chrono::seconds deadline = usual_deadline) const;
  /// What a script of ours prints under /bin/sh, cut at `output_limit`; its status is lost, so it prints what
  /// it has to tell. No word of a guest's may be in it, except session ids.
  [[nodiscard]] std::string shell(const std::string& script,
                                  std::chrono::seconds deadline = usual_deadline) const;

  /// The same for scripts that see to it themselves that they print no more: it saves starting a program.
  [[nodiscard]] std::string short_script(const std::string& script,
                                         std::chrono::seconds deadline = usual_deadline) const;

  /// Begins to run a program and does not wait; `poll` tells. Each end can be seen only once.
  [[nodiscard]] std::int64_t begin(const std::string& path, const std::vector<std::string>& arguments) const;
  [[nodiscard]] exec_status poll(std::int64_t pid) const;

 private:
  [[nodiscard]] std::string exchange(const std::string& command, std::chrono::seconds deadline) const;
  [[nodiscard]] exchange_result exchange_in_turn(const std::string& command,
                                                 std::chrono::seconds deadline) const;
  [[nodiscard]] std::chrono::seconds bounded(std::chrono::seconds deadline) const;
  [[nodiscard]] exchange_result exchange_with_repair(const std::string& command,
                                                     std::chrono::seconds deadline) const;
  [[nodiscard]] exchange_result exchange_when_back(const std::string& command,
                                                   std::chrono::seconds deadline) const;
  [[nodiscard]] exchange_result repair_and_exchange(std::chrono::milliseconds unplugged,
                                                    const std::string& command,
                                                    std::chrono::seconds deadline) const;
  [[nodiscard]] bool away(const exchange_result& result) const;
  void forget_if_lost(const exchange_result& result) const;
  [[noreturn]] void fail(const exchange_result& result) const;

  std::shared_ptr<channel> channel_;
  std::string name_;
  std::chrono::steady_clock::time_point limit_;
};

/// Longer output is cut in the guest: a reply above libvirt's limit would poison the channel for good.
inline constexpr std::size_t output_limit = 512 * 1024;

}  // namespace comeback::guest
