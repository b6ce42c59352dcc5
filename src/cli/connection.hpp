// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/context.hpp"
#include "libvirt_backend/connect.hpp"

#include <unistd.h>

namespace comeback::cli {

/// The connection that the global options ask for.
[[nodiscard]] inline libvirt_backend::connection open_connection(const context& settings) {
  return libvirt_backend::connect(
      {settings.connect, settings.read_only, ::geteuid() == 0, settings.state_directory});
}

}  // namespace comeback::cli
