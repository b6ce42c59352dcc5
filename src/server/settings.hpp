// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "libvirt_backend/connect.hpp"

#include <filesystem>
#include <functional>
#include <string>

namespace comeback::server {

/// The value of an environment variable; empty where it is not set.
using environment = std::function<std::string(const char* name)>;

/// Where this project keeps what it must remember: $XDG_STATE_HOME/comeback, or root's /var/lib/comeback.
[[nodiscard]] std::filesystem::path state_directory(const environment& of, bool is_root);

/// Which connection a client gets: COMEBACK_URI, then LIBVIRT_DEFAULT_URI, then the rule of the back end;
/// COMEBACK_READ_ONLY for a connection that only looks, unless it is empty or "0"; XDG_STATE_HOME for the
/// place of the embedded driver, unless it is relative (XDG Base Directory Specification).
[[nodiscard]] libvirt_backend::options settings(const environment& of, bool is_root);

/// COMEBACK_IMAPI_STRICT_SESSIONS: images answer what IMAPI documents where we do more, unless it is empty or
/// "0".
[[nodiscard]] bool strict_sessions(const environment& of);

}  // namespace comeback::server
