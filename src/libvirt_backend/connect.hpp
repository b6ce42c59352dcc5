// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "guest/channel.hpp"
#include "machine/hypervisor.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

namespace comeback::libvirt_backend {

struct options {
  /// Explicit choice, in the caller's order: `--connect`, COMEBACK_URI, LIBVIRT_DEFAULT_URI. Empty: an
  /// ordinary user gets qemu:///session; root gets qemu:///system where that daemon answers, and else the
  /// embedded driver under `state_directory`.
  std::string uri;
  bool read_only = false;
  bool is_root = false;
  /// Root: /var/lib/comeback; user: $XDG_STATE_HOME/comeback. The embedded driver lives below it, in `embed`.
  std::filesystem::path state_directory;
  /// As long a connection may take to open, the first and each later one: libvirt itself waits for a daemon
  /// that hangs for ever. Two minutes at least where libvirt may ask somebody for a password at first.
  std::chrono::milliseconds answer_within{15'000};
};

/// What the embedded driver is given: qemu:///embed?root=DIR, as `options::uri` takes it.
[[nodiscard]] std::string embedded_uri(const std::filesystem::path& root);

struct connection {
  std::shared_ptr<machine::hypervisor> machines;
  guest::channel_factory channels;  ///< takes machines of this connection only
  std::string note;                 ///< what the user should know, such as QEMU running as root; may be empty
};

/// Opens a connection. Throws `errc::access_denied`, `errc::sharing_violation` (another process holds the
/// embedded driver's directory: the sentence names the package with the daemon), `errc::invalid_argument`
/// (no such URI), `errc::exception` (also where nothing answers in time). Not to be called while another
/// thread sets environment variables.
[[nodiscard]] connection connect(const options& how);

}  // namespace comeback::libvirt_backend
