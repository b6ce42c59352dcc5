// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace comeback::libvirt_backend {

/// While one of them lives, writing to a daemon that has gone is an error for this thread, and no SIGPIPE,
/// which would end a process that does not expect it: libvirt 9.0 writes to its sockets without a guard
/// (virNetSocketWrite). What the process has arranged for the signal stays as it is. They may overlap in any
/// order, each on the thread that made it.
class no_sigpipe {
 public:
  no_sigpipe() noexcept;
  no_sigpipe(const no_sigpipe&) = delete;
  no_sigpipe& operator=(const no_sigpipe&) = delete;
  ~no_sigpipe();
};

}  // namespace comeback::libvirt_backend
