// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/background.hpp"
#include "guest/channel.hpp"
#include "guest/session.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string_view>

namespace comeback::guest {

/// How a session ended. The values are those of VMLogoffType (vmlogofftype.md).
enum class session_end : std::uint8_t {
  normal = 0,    ///< its user left, or somebody in the guest saw to it
  forced = 1,    ///< a logoff of this process sent it SIGKILL
  external = 2,  ///< a logoff of this process asked it to end
};

[[nodiscard]] std::string_view name_of(session_end end) noexcept;

struct watch_options {
  /// Between two questions to the guest, each a guest-exec of a tenth of a second.
  std::chrono::milliseconds poll = std::chrono::seconds(5);
  /// While a logoff of ours runs its own findings are looked at this often, at no cost to the guest.
  std::chrono::milliseconds while_logging_off = std::chrono::milliseconds(250);
  /// Where the guest cannot be asked: the machine is off, no agent is there, or it failed to answer.
  std::chrono::milliseconds rest = std::chrono::seconds(30);
};

/// Sees sessions of a machine's users end, and tells each once, as long as it lives. What a logoff of this
/// process ends is told when that logoff has seen it, also of a user who is on again; the rest is found by
/// asking who is on, so that a session which comes and goes between two questions stays unseen. The guest is
/// asked through the agent's queue like by anybody else. A machine that stops or starts anew ends all
/// sessions at once: that is nobody's logoff, and not told.
class session_watch {
 public:
  /// Called on the watch's own thread; it may block or throw, and let the watch go.
  using teller = std::function<void(const session&, session_end)>;

  session_watch(std::shared_ptr<machine::virtual_machine> vm, std::shared_ptr<channel> way, teller tell,
                const watch_options& how = {});
  session_watch(const session_watch&) = delete;
  session_watch& operator=(const session_watch&) = delete;
  /// Waits for nothing: nothing is told that was not begun.
  ~session_watch();

  /// Asks at once: an agent has come, or the machine goes on.
  void look_now();
  /// The machine stopped or began anew: whoever was on is not any more, and ids begin again.
  void forget();

 private:
  struct shared;
  static std::shared_ptr<shared> watched_from_now(channel& way);

  std::shared_ptr<shared> state_;
  base::background thread_;
};

}  // namespace comeback::guest
