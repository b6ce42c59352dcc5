// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/timed_mutex.hpp"
#include "guest/reply.hpp"
#include "machine/virtual_machine.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace comeback::guest {

/// What came of one message to the agent. Words of the agent are data: they may be anything.
enum class exchange_outcome : std::uint8_t {
  answered,       ///< `text` is the whole reply, JSON if the agent is honest
  refused,        ///< the agent answered with an error; `text` is its sentence
  no_answer,      ///< nothing within the deadline
  not_connected,  ///< nothing in the guest listens
  poisoned,       ///< the channel no longer works until `repair`
};

struct exchange_result {
  exchange_outcome outcome;
  std::string text;
};

/// One machine's way to its guest agent. A back end hands out one object per machine, so that `queue` really
/// is one queue; `agent` holds it during each exchange, since a second command would wait for the first
/// outside its own deadline (measured: 7.0 s for a limit of 2 s).
class channel {
 public:
  channel() = default;
  channel(const channel&) = delete;
  channel& operator=(const channel&) = delete;
  virtual ~channel() = default;

  /// Sends one JSON command and waits for its reply. Throws `base::error`: `errc::vm_unknown`,
  /// `errc::vm_not_running`, `errc::access_denied`, or `errc::exception` for any other failure of the host.
  virtual exchange_result exchange(const std::string& command, std::chrono::seconds deadline) = 0;
  /// As the machine tells, without talking to the agent. Throws as `machine::virtual_machine::details`.
  [[nodiscard]] virtual machine::agent_channel state() const = 0;

  /// Cures a poisoned channel: unplugs it, for as long as `unplugged`, and plugs it in again. The agent needs
  /// about half a second to come back. To be called by who holds `queue`. Throws `base::error`.
  void repair_now(std::chrono::milliseconds unplugged) {
    constexpr std::chrono::seconds on_its_way{20};
    awaited_until_ = std::chrono::steady_clock::now() + unplugged + on_its_way;
    agent_changed();
    repair(unplugged);
  }
  /// Repaired so lately that an agent which is away may be on its way back.
  [[nodiscard]] bool agent_is_awaited() const noexcept {
    return std::chrono::steady_clock::now() < awaited_until_.load();
  }

  [[nodiscard]] base::timed_mutex& queue() noexcept { return queue_; }

  /// The agent behind the channel may be another than before: it connected, or was lost. A back end that
  /// hears of it says so; `agent` does where an exchange shows it. Any thread.
  void agent_changed() {
    const std::lock_guard lock(mutex_);
    ++connection_;
    capabilities_.reset();
  }
  /// Counts how often `agent_changed` was said.
  [[nodiscard]] std::uint64_t connection() const {
    const std::lock_guard lock(mutex_);
    return connection_;
  }
  /// What the agent of this connection can do, if `remember` was told.
  [[nodiscard]] std::optional<agent_info> capabilities() const {
    const std::lock_guard lock(mutex_);
    return capabilities_;
  }
  /// Does nothing where `connection` is not the present one: the answer is an old agent's.
  void remember(std::uint64_t connection, agent_info what) {
    const std::lock_guard lock(mutex_);
    if (connection == connection_) capabilities_ = std::move(what);
  }

 protected:
  /// As `repair_now`; needs no help of the guest's.
  virtual void repair(std::chrono::milliseconds unplugged) = 0;

 private:
  base::timed_mutex queue_;
  mutable std::mutex mutex_;
  std::uint64_t connection_ = 0;
  std::optional<agent_info> capabilities_;
  std::atomic<std::chrono::steady_clock::time_point> awaited_until_{std::chrono::steady_clock::time_point()};
};

/// What a back end gives besides its `machine::hypervisor`: the channel of one of its machines.
using channel_factory =
    std::function<std::shared_ptr<channel>(const std::shared_ptr<machine::virtual_machine>&)>;

}  // namespace comeback::guest
