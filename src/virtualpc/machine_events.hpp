// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "guest/session_watch.hpp"
#include "virtualpc/backend.hpp"

#include <functional>
#include <memory>

#include <VPCCOMInterfaces.h>

namespace comeback::virtualpc {

/// What is to be raised, below COM's counting: each is called on one thread of the feed's own, in the order
/// of what happened.
struct machine_sinks {
  std::function<void(VMVMState)> state_changed;
  std::function<void(VMLogoffType)> guest_logged_off;
  std::function<void()> request_shutdown, reset, additions_available, guest_shutdown;
};

/// Finds the events of one machine out, until the last reference to what is returned is gone.
[[nodiscard]] std::shared_ptr<const void> feed_events(const std::shared_ptr<const backend>& on,
                                                      const std::shared_ptr<machine::virtual_machine>& vm,
                                                      machine_sinks to);

}  // namespace comeback::virtualpc
