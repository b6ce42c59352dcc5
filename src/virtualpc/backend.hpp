// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/task.hpp"
#include "guest/channel.hpp"
#include "guest/heartbeat.hpp"
#include "guest/logoff.hpp"
#include "guest/session_watch.hpp"
#include "machine/hypervisor.hpp"

#include <memory>

namespace comeback::virtualpc {

/// What the facade stands on; the server injects libvirt, tests inject fakes. Shared by all objects of one
/// connection.
struct backend {
  std::shared_ptr<machine::hypervisor> machines;
  guest::channel_factory channels;
  std::shared_ptr<base::executor> tasks;
  guest::logoff_options logoff{};
  guest::watch_options session_watch{};
  std::shared_ptr<guest::heart_monitor> hearts = std::make_shared<guest::heart_monitor>();
};

}  // namespace comeback::virtualpc
