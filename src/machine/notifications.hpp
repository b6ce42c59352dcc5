// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/background.hpp"
#include "machine/state.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace comeback::machine {

/// What became of a machine.
enum class happening : std::uint8_t {
  state_changed,       ///< `notification::state` is what it is now
  restarted,           ///< its system began anew while the machine stayed on; told once for each restart
  agent_connected,     ///< a guest agent holds the other end of the channel, maybe a new one
  agent_disconnected,  ///< nobody does any more; `notification::why`
  defined,             ///< the hypervisor knows it now, or knows another description of it
  undefined,           ///< the hypervisor has forgotten it
  connection_lost,     ///< nothing can be told of any machine; `uuid` and `name` are empty
  connection_regained  ///< as before; what happened in between was not heard
};

[[nodiscard]] std::string_view name_of(happening what) noexcept;

/// Why a channel's state changed, as the hypervisor tells.
enum class agent_reason : std::uint8_t {
  unknown,
  domain_started,  ///< the machine has just been started: this is how it is at first
  channel,         ///< the agent opened or closed its end
};

struct notification {
  happening what = happening::state_changed;
  std::string uuid{}, name{};
  run_state state = run_state::invalid;      ///< with `state_changed` alone
  bool by_guest = false;                     ///< with `turning_off`: its system shut itself down
  agent_reason why = agent_reason::unknown;  ///< with the agent's two alone
};

/// Keeps somebody told; the destructor ends that: no call begins after it, one under way on another thread
/// may still go on, and nobody waits for it. So a listener owns what it uses.
class subscription {
 public:
  subscription() = default;
  explicit subscription(std::shared_ptr<const void> held) : held_(std::move(held)) {}

 private:
  std::shared_ptr<const void> held_;
};

using listener = std::function<void(const notification&)>;

/// The listeners of one hypervisor. Each is called through a courier, on that courier's thread, in the order
/// of the happenings: one that blocks or throws harms nobody who has another courier. All members may be
/// called from any thread, also from within a listener.
class listeners {
 public:
  /// `listen` is called through `by`; several subscriptions may share one, and are then called in turns.
  [[nodiscard]] subscription add(std::shared_ptr<base::courier> by, listener listen);
  /// Calls nobody itself, so that the threads of a back end can use it.
  void tell(const notification& of);
  [[nodiscard]] bool empty();

 private:
  struct entry;
  /// Held weakly both: a back end's thread never is the last to hold what a listener holds.
  struct listed {
    std::weak_ptr<entry> who;
    std::weak_ptr<base::courier> by;
  };

  std::mutex mutex_;
  std::vector<listed> entries_;
};

}  // namespace comeback::machine
