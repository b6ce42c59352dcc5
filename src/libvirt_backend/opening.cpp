// SPDX-License-Identifier: Apache-2.0
#include "libvirt_backend/opening.hpp"

#include "base/error.hpp"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace comeback::libvirt_backend {

using base::errc;
using base::error;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

struct opening::shared {
  std::mutex mutex;
  std::condition_variable came;
  bool over = false;
  connect_handle connect;
  std::optional<error> failed;

  /// The edge of the thread.
  void run(const opener& open) noexcept {
    connect_handle made;
    std::optional<error> thrown;
    try {
      const no_sigpipe guard;
      made = open();
    } catch (...) {
      auto what = base::describe_current_exception();
      thrown.emplace(what.code, std::move(what.message));
    }
    const std::lock_guard lock(mutex);
    connect = std::move(made);
    failed = std::move(thrown);
    over = true;
    came.notify_all();
  }
};

opening::opening(std::string uri, opener open, milliseconds within)
    : uri_(std::move(uri)),
      within_(within),
      state_(std::make_shared<shared>()),
      thread_([state = state_, open = std::move(open)](const std::stop_token&) { state->run(open); }) {}

opening::~opening() = default;

void opening::wait() const {
  std::unique_lock lock(state_->mutex);
  if (!state_->came.wait_until(lock, begun_ + within_, [this] { return state_->over; })) {
    throw error(errc::exception, fmt::format("Connecting to '{}': libvirt does not answer ({} s).", uri_,
                                             std::chrono::ceil<std::chrono::seconds>(within_).count()));
  }
  // A copy: an exception that threads share is a race between them.
  if (state_->failed) throw error(*state_->failed);
}

connect_handle opening::take() {
  const std::lock_guard lock(state_->mutex);
  return std::move(state_->connect);
}

bool opening::in_vain() const {
  const std::lock_guard lock(state_->mutex);
  return state_->over && (state_->failed || virConnectIsAlive(state_->connect.get()) == 0);
}

bool opening::silent_for(milliseconds time) const {
  const std::lock_guard lock(state_->mutex);
  return !state_->over && steady_clock::now() >= begun_ + time;
}

}  // namespace comeback::libvirt_backend
