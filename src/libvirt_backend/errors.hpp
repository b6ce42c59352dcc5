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

/// Whether it says that the connection broke, so that nobody knows what became of the call.
[[nodiscard]] bool lost_connection(const failure& f) noexcept;

/// `base::error` for a failure: "`doing`: libvirt's words".
[[nodiscard]] base::error error_for(const failure& f, std::string_view doing);

/// Throws it for the last failure.
[[noreturn]] void throw_last(std::string_view doing);

/// What an agent command's failure says about the agent; empty when it is a failure of the host, to be
/// thrown.
[[nodiscard]] std::optional<guest::exchange_result> agent_outcome(const failure& f);

/// libvirt prints its errors unless it is told not to; the errors are ours to show.
void keep_libvirt_quiet();

}  // namespace comeback::libvirt_backend
