// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace comeback::guest {

enum class session_kind : std::uint8_t { tty, graphical, remote };

[[nodiscard]] std::string_view name_of(session_kind kind) noexcept;

/// One user logged on, as logind tells. Every text comes from the guest: print it through `base::printable`.
struct session {
  std::string id;  ///< logind's, [A-Za-z0-9]+; never used twice while the guest is up
  std::string user;
  std::uint32_t uid = 0;
  session_kind kind = session_kind::tty;
  std::string seat;  ///< "seat0"; empty for remote sessions
  std::string tty;   ///< "tty2", "pts/0"; may be empty
  bool remote = false;
  std::string host;           ///< where a remote user sits; empty otherwise
  base::timestamp since;      ///< by the guest's clock
  std::string state;          ///< "online", "active", "closing"
  std::string session_class;  ///< "user", "user-early", "user-light", "user-early-light"
  bool locked = false;        ///< as the desktop tells logind; text consoles never do
  std::string service = {};   ///< what let the user in, as PAM calls it: "login", "sshd"; may be empty
  std::uint64_t began = 0;    ///< microseconds of the guest's own clock, which nobody sets back
  bool operator==(const session&) const = default;
};

/// A person, not a service: logind also lists managers, greeters, lock screens and background sessions.
[[nodiscard]] bool is_user_class(std::string_view session_class) noexcept;

}  // namespace comeback::guest
