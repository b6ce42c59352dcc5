// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

#include <chrono>

namespace comeback::cli {

/// The command line is where clocks are read.
[[nodiscard]] inline base::timestamp now() {
  using namespace std::chrono;
  const auto since = system_clock::now().time_since_epoch();
  return {duration_cast<seconds>(since).count(), 0};
}

}  // namespace comeback::cli
