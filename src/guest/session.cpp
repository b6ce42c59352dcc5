// SPDX-License-Identifier: Apache-2.0
#include "guest/session.hpp"

namespace comeback::guest {

std::string_view name_of(session_kind kind) noexcept {
  switch (kind) {
    case session_kind::tty:
      return "tty";
    case session_kind::graphical:
      return "graphical";
    case session_kind::remote:
      return "remote";
  }
  return "unknown";
}

bool is_user_class(std::string_view session_class) noexcept {
  return session_class == "user" || session_class == "user-early" || session_class == "user-light" ||
         session_class == "user-early-light";
}

}  // namespace comeback::guest
