// SPDX-License-Identifier: Apache-2.0
#include "server/settings.hpp"

namespace comeback::server {
namespace {

bool is_on(const std::string& value) { return !value.empty() && value != "0"; }

}  // namespace

std::filesystem::path state_directory(const environment& of, bool is_root) {
  if (const std::string state = of("XDG_STATE_HOME"); !state.empty() && state.front() == '/')
    return std::filesystem::path(state) / "comeback";
  if (is_root) return "/var/lib/comeback";
  return std::filesystem::path(of("HOME")) / ".local/state/comeback";
}

libvirt_backend::options settings(const environment& of, bool is_root) {
  libvirt_backend::options how;
  how.uri = of("COMEBACK_URI");
  if (how.uri.empty()) how.uri = of("LIBVIRT_DEFAULT_URI");
  how.read_only = is_on(of("COMEBACK_READ_ONLY"));
  how.is_root = is_root;
  how.state_directory = state_directory(of, is_root);
  return how;
}

bool strict_sessions(const environment& of) { return is_on(of("COMEBACK_IMAPI_STRICT_SESSIONS")); }

}  // namespace comeback::server
