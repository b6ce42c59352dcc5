// SPDX-License-Identifier: Apache-2.0
#include "guest/logind.hpp"

#include "guest/lines.hpp"
#include "guest/session_list.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <span>
#include <string_view>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace comeback::guest::logind {

namespace {

using base::errc;
using base::error;

/// What each script begins with. Nothing above `output_limit` is printed.
constexpr std::string_view prologue = R"(export LC_ALL=C TZ=UTC
short() { if [ "${#1}" -le 500000 ]; then printf '%s\n' "$1"; else echo 'too long'; fi; }
)";

// The ids come from busctl, whose JSON is the same from systemd 239 on, while loginctl's tables and its
// meaning of -o json changed between 252 and 257. They are picked out of the object paths by their alphabet
// (a first digit d is written _3d there), so that no other word of the guest's becomes an argument. Without
// --auto-start=no the question itself would start a logind that somebody stopped.
// Starting a program is what takes time, above all under emulation: the shell does what it can by itself.
constexpr std::string_view ask_functions = R"(ask() {
  list=$(busctl --auto-start=no --json=short call org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager ListSessions 2>/dev/null); s=$?
  set -f; IFS='"'; ids= count=0
  for w in $list; do
    case $w in /org/freedesktop/login1/session/*) w=${w##*/}; w=${w#_3} ;; *) continue ;; esac
    case $w in ''|*[!A-Za-z0-9]*) continue ;; esac
    ids="$ids $w" count=$((count + 1))
  done
  unset IFS
}
answer() {
  echo "status $s"
  [ $s = 0 ] || { systemctl show systemd-logind.service --property=LoadState 2>/dev/null || echo LoadState=none; exit; }
  short "ids$ids"
}
)";

constexpr std::string_view ids_script = "answer; echo 'end 0'";

// One loginctl for many sessions; it stops at the first that is gone.
constexpr std::string_view show_functions =
    R"(show() { loginctl show-session -p Id -p User -p Name -p Timestamp -p TimestampMonotonic -p Seat -p TTY -p Type -p Class -p State -p Remote -p RemoteHost -p Service -p LockedHint "$@" 2>/dev/null; }
show_all() {
  if [ $# = 0 ]; then echo 'end 0'; exit; fi
  shown=$(show "$@"); s=$?
  short "$shown"
  echo "end $s"
}
)";

// Both programs at once: logind's files, one of the name of each session, most probably tell whom to show.
// Where the list does not say the same, what was shown is not looked at.
constexpr std::string_view list_script = R"(tell() {
  ask
  same=$count; [ $# = $count ] || same=-1
  for id; do case "$ids " in *" $id "*) same=$((same - 1)) ;; esac; done
  if [ $# != 0 ] && [ $same = 0 ]; then
    ids=" $*"; answer; left=500000
    while IFS= read -r line && [ $left -gt 0 ]; do printf '%s\n' "$line"; left=$((left - ${#line})); done
    exit
  fi
  answer
  set --; for id in $ids; do [ $# = $first ] || set -- "$@" "$id"; done
  show_all "$@"
}
set --
for file in /run/systemd/sessions/*; do
  file=${file##*/}
  case $file in *[!A-Za-z0-9]*) ;; *) set -- "$@" "$file" ;; esac
  [ $# -le $first ] || { set --; break; }
done
if [ $# = 0 ]; then tell; else { show "$@"; echo "end $?"; } | tell "$@"; fi)";

// Each session is asked for by itself as soon as one of its group is gone, since loginctl stops there.
// Killing this shell (`stop`) stops it between two sessions.
constexpr std::string_view tell_script = R"(
p=
trap '[ -z "$p" ] || kill "$p"; exit 1' TERM
ask() { loginctl $how "$@" >/dev/null 2>&1 & p=$!; wait "$p"; r=$?; p=; return "$r"; }
tell() { ask "$@" || [ $# = 1 ] || for i; do ask "$i"; done; }
tell_all() {
  set --
  for id in $ids; do
    set -- "$@" "$id"
    [ $# -lt 16 ] || { tell "$@"; set --; }
  done
  [ $# = 0 ] || tell "$@"
}
)";

constexpr std::array<std::string_view, 1> terminate{"terminate-session"};

// A session that was told to go while it began may have lost its scope, and nobody who is told through that
// hears it (seen on systemd 257): who leads it is not in there. --kill-who is the word of all versions.
constexpr std::array<std::string_view, 2> kills{"kill-session --signal=SIGKILL --kill-who=all",
                                                "kill-session --signal=SIGKILL --kill-who=leader"};

// logind keeps a file of the name of each session, which goes when the session does: that directory is what
// sd_get_sessions(3) lists, and looking at it starts no program. An id whose file was never seen is not known
// to be gone when there is none: then, and where somebody stays, logind itself tells. Time is counted by the
// guest's clock and not by sleeps, each of which takes a second where the machine is busy. The first is long:
// loginctl has to do its work meanwhile.
constexpr std::string_view wait_script = R"(now() { read -r t rest </proc/uptime; t=${t%.*}${t#*.}; }
waits() { now && [ "$t" -lt "$until_cs" ]; }
all_gone() { for id in $gone; do [ ! -e "/run/systemd/sessions/$id" ] || return 1; done; }
now; until_cs=$((t + until_cs)) seen=1 pause=0.2
for id in $gone; do [ -e "/run/systemd/sessions/$id" ] || seen=0; done
until all_gone || ! waits; do sleep $pause; pause=0.05; done
if [ $seen = 1 ] && all_gone; then
  s=0 ids=
  for file in /run/systemd/sessions/*; do
    file=${file##*/}
    case $file in *[!A-Za-z0-9]*) ;; *) ids="$ids $file" ;; esac
  done
else ask; fi
)";

/// A server with hundreds of sessions takes its time under emulation. This is for all of its pages: a guest
/// says itself how many there are.
constexpr std::chrono::seconds list_limit{60};

/// How often the guest may fail to tell more than it told before.
constexpr int attempts = 10;

/// By this a shell of ours is known again in the guest's table of processes.
constexpr std::string_view told_by_us = ": comeback-logoff";

using centiseconds = std::chrono::duration<std::int64_t, std::centi>;

[[noreturn]] void no_session_manager() {
  throw error(errc::additions_feature_not_available,
              "There is no session manager in the guest: who is logged on cannot be told without systemd's "
              "logind, busctl and loginctl.");
}

/// Takes "status N" off the front of a script's output and throws unless N is 0.
void take_status(std::string_view& output) {
  const std::string_view line = next_line(output);
  if (line == "status 0") return;
  const bool absent = line == "status 127" ||  // sh: not found
                      output.starts_with("LoadState=not-found") || output.starts_with("LoadState=masked") ||
                      output.starts_with("LoadState=none");
  if (absent) no_session_manager();
  throw error(errc::exception, "The guest's log-on service (systemd-logind) does not answer.");
}

template <class T>
T sense_of(base::parsed<T>&& read) {
  if (read) return std::move(*read);
  throw error(errc::exception,
              fmt::format("The guest's list of sessions makes no sense: {}.", base::to_string(read.error())));
}

std::string ids_variable(std::span<const std::string> ids) {
  return fmt::format("ids='{}'\n", fmt::join(ids, " "));
}

std::span<const std::string> first_page(const std::vector<std::string>& ids) {
  return std::span(ids).first(std::min(ids.size(), page_size));
}

/// Puts what was shown of the ids asked for into `found`, and takes them off `pending`.
void absorb(session_list& list, std::vector<std::string>& pending, std::vector<session>& found) {
  if (list.status == 127) no_session_manager();
  const auto asked = first_page(pending);
  const std::size_t count = list.shown.size();
  const bool in_turn =
      count <= asked.size() && (list.status != 0 || count == asked.size()) &&
      std::ranges::equal(list.shown, asked.first(std::min(count, asked.size())), {}, &session::id);
  if (!in_turn) throw error(errc::exception, "The guest's list of sessions is not what was asked for.");
  std::ranges::move(list.shown, std::back_inserter(found));
  pending.erase(pending.begin(), pending.begin() + static_cast<std::ptrdiff_t>(count));
}

session_list show(const agent& with, const std::vector<std::string>& pending) {
  const std::string script =
      fmt::format("{}{}{}show_all $ids", prologue, show_functions, ids_variable(first_page(pending)));
  return sense_of(read_session_list(with.short_script(script, list_limit)));
}

void drop_those_gone(const agent& with, std::vector<std::string>& pending) {
  const auto there = session_ids(with);
  const std::unordered_set<std::string_view> left(there.begin(), there.end());
  std::erase_if(pending, [&](const std::string& id) { return !left.contains(id); });
}

/// Properties of all of `pending` that are not gone meanwhile; `list` is what is known of the first of them.
/// Sessions come and go while it is read, hundreds of them where all are logged off: that is no failure.
std::vector<session> all_of(const agent& with, session_list list, std::vector<std::string> pending) {
  std::vector<session> found;
  for (int failures = 0;;) {
    const std::size_t before = pending.size();
    absorb(list, pending, found);
    if (list.status != 0) drop_those_gone(with, pending);
    if (pending.empty()) return found;
    failures = pending.size() < before ? 0 : failures + 1;
    if (failures == attempts) throw error(errc::exception, "The guest does not tell what its sessions are.");
    if (with.time_is_up())
      throw error(errc::timed_out, "The guest does not tell all of its sessions in time.");
    list = show(with, pending);
  }
}

std::vector<session> people_of(std::vector<session> all) {
  std::erase_if(all, [](const session& s) { return !is_user_class(s.session_class); });
  std::ranges::stable_sort(all, {}, &session::began);
  return all;
}

/// The ids of all sessions, and the properties of the first of them.
std::string listing_script() {
  return fmt::format("{}{}{}first={}\n{}", prologue, ask_functions, show_functions, page_size, list_script);
}

/// Asks all of them one way after the other.
std::string tell(std::span<const std::string_view> ways, std::span<const std::string> ids) {
  std::string script = fmt::format("{}\n{}{}", told_by_us, ids_variable(ids), tell_script);
  for (const auto how : ways) script += fmt::format("how='{}'; tell_all\n", how);
  return script + "exit 0";
}

}  // namespace

listing list(const agent& with) {
  const agent hurried = with.within(list_limit);
  const std::string output = hurried.short_script(listing_script(), list_limit);
  std::string_view rest = output;
  take_status(rest);
  auto first = sense_of(read_session_list(rest));
  listing all{first.ids, {}};
  all.people = people_of(all_of(hurried, std::move(first), all.ids));
  return all;
}

std::vector<session> sessions(const agent& with) { return list(with).people; }

std::vector<session> people_among(const agent& with, const std::vector<std::string>& ids) {
  if (ids.empty()) return {};
  const agent hurried = with.within(list_limit);
  return people_of(all_of(hurried, show(hurried, ids), ids));
}

std::vector<std::string> session_ids(const agent& with) {
  return ids_in(with.short_script(fmt::format("{}{}ask\n{}", prologue, ask_functions, ids_script)));
}

std::int64_t begin_wait(const agent& with, const std::vector<std::string>& gone,
                        std::chrono::milliseconds at_most) {
  const auto limit = std::chrono::ceil<centiseconds>(at_most).count();
  const std::string script = fmt::format("{}{}gone='{}'\nuntil_cs={}\n{}{}", prologue, ask_functions,
                                         fmt::join(gone, " "), limit, wait_script, ids_script);
  return with.begin("/bin/sh", {"-c", script});
}

std::vector<std::string> ids_in(std::string_view output) {
  take_status(output);
  return sense_of(read_session_list(output)).ids;
}

std::int64_t begin_terminate(const agent& with, std::span<const std::string> ids) {
  std::vector<std::string> words{"terminate-session"};
  words.insert(words.end(), ids.begin(), ids.end());
  return with.begin("loginctl", words);
}

std::int64_t begin_terminate_each(const agent& with, std::span<const std::string> ids) {
  return with.begin("/bin/sh", {"-c", tell(terminate, ids)});
}

std::int64_t begin_kill(const agent& with, std::span<const std::string> ids) {
  return with.begin("/bin/sh", {"-c", tell(kills, ids)});
}

void stop(const agent& with, std::int64_t pid) {
  // The agent takes an ended program off the table at once, so the number may be somebody else's by now.
  (void)with.short_script(fmt::format(R"(read -r line </proc/{0}/cmdline
case $line in *'{1}'*|*loginctl*terminate-*) kill -TERM {0} ;; *) exit ;; esac
left=20; while [ -e /proc/{0} ] && [ $left -gt 0 ]; do sleep 0.05; left=$((left - 1)); done)",
                                      pid, told_by_us));
}

}  // namespace comeback::guest::logind
