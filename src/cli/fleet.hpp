// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/verbs.hpp"
#include "guest/channel.hpp"
#include "machine/hypervisor.hpp"

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace comeback::cli {

/// One machine of a fleet. Where the name is unknown there is no machine, and `name` is the word as given.
struct target {
  std::string name;
  std::shared_ptr<machine::virtual_machine> vm;
  std::string unknown;  ///< the sentence that says so, where `vm` is null
};

/// The machines a verb acts on, in the order of the names (of `--all`: sorted by name), each once.
struct fleet {
  std::vector<target> machines;
  guest::channel_factory channels;
  bool all = false;  ///< nobody named them one by one: a machine without an agent is no failure
};

/// Finds the machines by exact name, UUID or name in any case. `--all` is every running machine, or with
/// `also_off` every machine. Throws what listing them throws, but not for names nobody knows.
[[nodiscard]] fleet choose(const machine::hypervisor& among, guest::channel_factory channels,
                           const machine_choice& which, bool also_off = false);

/// How one machine's part ended.
enum class ending : std::uint8_t {
  success,
  skipped,  ///< of `--all`: no agent in the guest, or the machine stopped meanwhile
  failure,
};

/// What became of one machine's part; `why` is empty when it is done.
struct verdict {
  std::string machine;
  ending how = ending::success;
  base::described_error why{base::errc::ok, {}};
};

template <class T>
struct answer : verdict {
  T value{};
};

/// The verdict on what went wrong before anything was done in the guest of `with`.
[[nodiscard]] verdict refusal(const fleet& of, const target& with, base::described_error why);
/// The same for the exception being handled.
[[nodiscard]] verdict refusal(const fleet& of, const target& with);

/// Throws `errc::vm_unknown` where the name is.
[[nodiscard]] const std::shared_ptr<machine::virtual_machine>& machine_of(const target& t);

/// 0: none failed; 1: all failed (the skipped do not count); 3: some did.
[[nodiscard]] int status_of(std::size_t failures, std::size_t successes);

template <class Verdicts>
[[nodiscard]] int status_of(const Verdicts& all) {
  std::size_t failures = 0, successes = 0;
  for (const auto& v : all) {
    failures += v.how == ending::failure ? 1U : 0U;
    successes += v.how == ending::success ? 1U : 0U;
  }
  return status_of(failures, successes);
}

}  // namespace comeback::cli
