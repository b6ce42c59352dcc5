// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "guest/channel.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace comeback::libvirt_backend {

/// libvirt's last error on this thread.
struct failure {
  int code = 0;
  std::string message;
};
[[nodiscard]] failure last_failure();

/// The one table from libvirt's codes to ours.
[[nodiscard]] base::errc code_for(const failure& f) noexcept;

/// Throws `base::error` for the last failure: "`doing`: libvirt's words".
[[noreturn]] void throw_last(std::string_view doing);

/// What an agent command's failure says about the agent; empty when it is a failure of the host, to be
/// thrown.
[[nodiscard]] std::optional<guest::exchange_result> agent_outcome(const failure& f);

/// libvirt prints its errors unless it is told not to; the errors are ours to show.
void keep_libvirt_quiet();

}  // namespace comeback::libvirt_backend
