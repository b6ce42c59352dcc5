// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/timed_mutex.hpp"
#include "guest/connection_count.hpp"
#include "guest/logoff_ledger.hpp"
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
    agent_lost();
    repair(unplugged);
  }
  /// Repaired so lately that an agent which is away may be on its way back.
  [[nodiscard]] bool agent_is_awaited() const noexcept {
    return std::chrono::steady_clock::now() < awaited_until_.load();
  }

  [[nodiscard]] base::timed_mutex& queue() noexcept { return queue_; }
  /// How often an agent connected, as far as the back end hears of it; `raise` is the back end's.
  [[nodiscard]] connection_count& connections() const noexcept { return *connections_; }
  /// The logoffs that went this way.
  [[nodiscard]] logoff_ledger& logoffs() noexcept { return logoffs_; }

  /// The agent behind the channel may be another than before: an exchange showed that it was lost. Any
  /// thread.
  void agent_lost() {
    const std::lock_guard lock(mutex_);
    ++losses_;
  }
  /// Another number for each agent that connected or was lost, as far as is known.
  [[nodiscard]] std::uint64_t connection() const {
    const std::lock_guard lock(mutex_);
    return connection_locked();
  }
  /// What the agent of this connection can do, if `remember` was told.
  [[nodiscard]] std::optional<agent_info> capabilities() const {
    const std::lock_guard lock(mutex_);
    return remembered_for_ == connection_locked() ? capabilities_ : std::nullopt;
  }
  /// For `connection`, taken before the agent was asked; of no effect once that is over.
  void remember(std::uint64_t connection, agent_info what) {
    const std::lock_guard lock(mutex_);
    remembered_for_ = connection;
    capabilities_ = std::move(what);
  }

 protected:
  /// For a back end that hears of connections apart from its channels.
  explicit channel(std::shared_ptr<connection_count> connections) : connections_(std::move(connections)) {}

  /// As `repair_now`; needs no help of the guest's.
  virtual void repair(std::chrono::milliseconds unplugged) = 0;

 private:
  // Both only grow, and so does their sum.
  [[nodiscard]] std::uint64_t connection_locked() const { return losses_ + connections_->now(); }

  base::timed_mutex queue_;
  logoff_ledger logoffs_;
  std::shared_ptr<connection_count> connections_ = std::make_shared<connection_count>();
  mutable std::mutex mutex_;
  std::uint64_t losses_ = 0, remembered_for_ = 0;
  std::optional<agent_info> capabilities_;
  std::atomic<std::chrono::steady_clock::time_point> awaited_until_{std::chrono::steady_clock::time_point()};
};

/// What a back end gives besides its `machine::hypervisor`: the channel of one of its machines.
using channel_factory =
    std::function<std::shared_ptr<channel>(const std::shared_ptr<machine::virtual_machine>&)>;

}  // namespace comeback::guest
