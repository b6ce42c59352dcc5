// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/progress.hpp"
#include "cli/fleet.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

namespace comeback::cli {

/// How many machines are asked at the same time. Each holds a thread while its guest keeps it waiting, and
/// one more while a task of its own runs; a thread that waits costs some ten KiB.
inline constexpr std::size_t machines_at_once = 256;

/// A piece of work on machine `index`. Returns after how long it wants to be called again, or nothing when it
/// has ended. It must not throw.
using piece = std::function<std::optional<std::chrono::milliseconds>(std::size_t index)>;

/// Calls `work` for each index below `count`, on at most `at_once` threads, until each has ended: no machine
/// waits for another one as long as there are threads. Whoever wants a pause holds no thread meanwhile. Once
/// a stop is requested, each that has not ended is called one last time, at once. Returns when no thread is
/// left.
void work_on_all(std::size_t count, const std::stop_token& stop, const piece& work,
                 std::size_t at_once = machines_at_once);

/// Asks every machine of the fleet the same, all at once; answers in the order of the machines.
template <class Ask>
auto ask_all(const fleet& of, const std::stop_token& stop, const Ask& ask) {
  using value = decltype(ask(std::declval<const target&>()));
  std::vector<answer<value>> answers(of.machines.size());
  work_on_all(of.machines.size(), stop, [&](std::size_t i) -> std::optional<std::chrono::milliseconds> {
    answers[i].machine = of.machines[i].name;
    try {
      base::check(stop);
      answers[i].value = ask(of.machines[i]);
    } catch (...) {
      static_cast<verdict&>(answers[i]) = refusal(of, of.machines[i]);
    }
    return std::nullopt;
  });
  return answers;
}

}  // namespace comeback::cli
