// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "optical/recorder.hpp"

#include <chrono>
#include <functional>
#include <memory>

namespace comeback::imapi2 {

/// Time since some fixed moment: what intervals are measured with.
using stop_clock = std::function<std::chrono::milliseconds()>;

/// What the facade stands on; the server injects the recorders of this machine and its clock, tests inject
/// their own. Shared by all objects.
struct backend {
  std::shared_ptr<const optical::recorder_registry> recorders;
  stop_clock now;
};

}  // namespace comeback::imapi2
