// SPDX-License-Identifier: Apache-2.0
#include "guest/logind.hpp"

#include "base/text.hpp"
#include "guest/lines.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace comeback::guest::logind {

namespace {

using base::errc;
using base::error;

// busctl, not loginctl: its JSON is the same from systemd 239 on, while loginctl's tables and its meaning of
// -o json changed between 252 and 257. Without --auto-start=no the question itself would start a logind that
// somebody stopped.
constexpr std::string_view list_script =
    "list=$(busctl --auto-start=no --json=short call org.freedesktop.login1 /org/freedesktop/login1 "
    "org.freedesktop.login1.Manager ListSessions); echo \"status $?\"; printf '%s\\n' \"$list\"";

// The ids are picked out by their alphabet, so that no other word of the guest's becomes an argument.
// Starting a program is what takes time, above all under emulation: the shell cuts the list up itself, and
// eight sessions are asked for at once, each waiting in its pipe until those behind it have spoken.
constexpr std::string_view details_script = R"(
ask() { busctl --auto-start=no --json=short call org.freedesktop.login1 "/org/freedesktop/login1/session/$1" org.freedesktop.DBus.Properties GetAll s org.freedesktop.login1.Session; }
all() { [ $# = 0 ] || { one=$1; shift; ask "$one" | { all "$@"; read -r line && printf '%s\n' "$line"; }; }; }
set --
while :; do
  case $list in */login1/session/*) ;; *) break ;; esac
  list=${list#*/login1/session/}
  case ${list%%\"*} in ''|*[!A-Za-z0-9_]*) ;; *) set -- "$@" "${list%%\"*}" ;; esac
  [ $# -lt 8 ] || { all "$@"; set --; }
done
all "$@")";

/// A server with hundreds of sessions takes its time: a tenth of a second each under emulation.
constexpr std::chrono::seconds list_deadline{30};

/// What a guest waits between two looks.
constexpr std::chrono::milliseconds between_looks{50};

/// Takes "status N" off the front of a script's output and throws unless N is 0.
void take_status(std::string_view& output) {
  const std::string_view line = next_line(output);
  if (line == "status 0") return;
  if (line == "status 127") {  // sh: not found
    throw error(errc::additions_feature_not_available,
                "The guest has no busctl: who is logged on cannot be told without systemd's logind.");
  }
  throw error(errc::exception, "The guest's log-on service (systemd-logind) does not answer.");
}

template <class T>
T sense_of(base::parsed<T>&& read) {
  if (read) return std::move(*read);
  throw error(errc::exception,
              fmt::format("The guest's list of sessions makes no sense: {}.", base::to_string(read.error())));
}

}  // namespace

std::vector<session> sessions(const agent& with) {
  const std::string output =
      with.shell(std::string(list_script) + std::string(details_script), list_deadline);
  std::string_view rest = output;
  take_status(rest);
  const auto ids = sense_of(read_session_ids(next_line(rest)));
  std::vector<session> found;
  while (!rest.empty()) {
    session s = sense_of(read_session(next_line(rest)));
    if (is_user_class(s.session_class) && std::ranges::count(ids, s.id) == 1) found.push_back(std::move(s));
  }
  std::ranges::stable_sort(found, {}, &session::since);
  return found;
}

std::vector<std::string> session_ids(const agent& with) {
  return ids_in(with.shell(std::string(list_script)));
}

std::int64_t begin_wait(const agent& with, const std::vector<std::string>& gone,
                        std::chrono::milliseconds at_most) {
  // A hint that costs the guest nothing to look at; whoever is gone, the list alone tells. logind keeps it
  // below libvirt's limit (SessionsMax is 8192), so that nothing has to cut it.
  std::string script =
      fmt::format("left={}; for id in {}; do ", at_most / between_looks, fmt::join(gone, " "));
  script += "while [ -e \"/run/systemd/sessions/$id\" ] && [ \"$left\" -gt 0 ]; do ";
  script += fmt::format("sleep {:.3f}; left=$((left - 1)); done; done; ",
                        std::chrono::duration<double>(between_looks).count());
  return with.begin("/bin/sh", {"-c", script + std::string(list_script)});
}

std::vector<std::string> ids_in(std::string_view output) {
  take_status(output);
  return sense_of(read_session_ids(next_line(output)));
}

std::int64_t begin_terminate(const agent& with, const std::string& id) {
  return with.begin("loginctl", {"terminate-session", id});
}

std::int64_t begin_kill(const agent& with, const std::string& id) {
  return with.begin("loginctl", {"kill-session", "--signal=SIGKILL", id});
}

}  // namespace comeback::guest::logind
