// SPDX-License-Identifier: Apache-2.0
#pragma once

// The agent's words, to and from text. Nothing here talks to anybody; every reader takes hostile
// input and gives it back as data or as a fault.

#include "base/parsed.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace comeback::guest {

/// Replies above this are not looked at; ours are all far below (out-data is capped in the guest).
inline constexpr std::size_t reply_limit = 1 << 20;

/// {"execute": command} for commands without arguments.
[[nodiscard]] std::string make_command(std::string_view command);
[[nodiscard]] std::string make_exec(const std::string& path, const std::vector<std::string>& arguments);
[[nodiscard]] std::string make_exec_status(std::int64_t pid);

struct agent_info {
  std::string version;
  bool can_exec = false;  ///< guest-exec and guest-exec-status are both there and enabled
};
[[nodiscard]] base::parsed<agent_info> read_info(std::string_view reply);
/// One text of the reply to `command`, such as "host-name" of guest-get-host-name.
[[nodiscard]] base::parsed<std::string> read_text(std::string_view reply, const char* command,
                                                  const char* name);

/// guest-get-osinfo: what the guest calls its system. Each may be empty.
struct os_info {
  std::string id;           ///< "debian", "mswindows"
  std::string pretty_name;  ///< "Debian GNU/Linux 12 (bookworm)"
  std::string version;      ///< "12"
  std::string kernel;       ///< "6.1.0-56-cloud-amd64"; of Windows, the build
  std::string machine;      ///< "x86_64"
};
[[nodiscard]] base::parsed<os_info> read_os_info(std::string_view reply);
/// guest-fsfreeze-status: the guest's file systems are frozen.
[[nodiscard]] base::parsed<bool> read_frozen(std::string_view reply);
[[nodiscard]] base::parsed<std::int64_t> read_pid(std::string_view reply);

struct exec_status {
  bool exited = false;
  int exit_code = 0;  ///< 128 + signal when a signal ended it
  std::string out, err;
};
[[nodiscard]] base::parsed<exec_status> read_exec_status(std::string_view reply);

}  // namespace comeback::guest
