// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "guest/channel.hpp"
#include "guest/logoff.hpp"

namespace comeback::guest {

/// The task behind `guest_os::logoff_all`; the checks are the caller's.
[[nodiscard]] logoff start_logoff(base::executor& on, std::shared_ptr<machine::virtual_machine> vm,
                                  std::shared_ptr<channel> way, const logoff_options& options);

}  // namespace comeback::guest
