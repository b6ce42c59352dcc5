// SPDX-License-Identifier: Apache-2.0
#pragma once

// A guest for tests that need none: it answers the agent's messages the way Debian 12 does, and has users
// whose sessions end, or do not, as the test likes.

#include "guest/base64.hpp"
#include "guest/channel.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace comeback::guest {

struct fake_session {
  std::string id, user;
  std::string type = "tty";
  std::string session_class = "user";
  std::string seat = "seat0";
  bool remote = false;
  std::string state = "active";
  bool locked = false;
  bool stubborn = false;  ///< ends by SIGKILL alone
  bool immortal = false;  ///< ends by nothing
  std::string tty = {}, service = {}, host = {};
  int uid = 1000;
  int began = 0;
};

class fake_guest : public channel {
 public:
  std::vector<fake_session> sessions;
  machine::agent_channel now = machine::agent_channel::connected;
  bool exec_enabled = true;
  bool frozen = false;  ///< its file systems, and the agent runs nothing
  /// What the script about its log-ons prints.
  std::string service =
      "init systemd\nLoadState=loaded\nActiveState=active\nsystem running\ntty v b true\nend\n";
  std::string windows_service;  ///< the same of a Windows guest
  std::string host_name = "guest1", os_id = "debian";
  int list_status = 0;
  /// Called with every command, before it is answered: throw, or return an outcome, to fail.
  std::function<std::optional<exchange_result>(const std::string&)> before = [](const std::string&) {
    return std::nullopt;
  };
  std::optional<std::string> printed;  ///< by every script that lists, instead of the truth
  std::vector<std::string> vanishing;  ///< listed, and gone when they are to be shown
  /// How many sessions are told to go between two commands; 0: all, before the command is answered.
  std::size_t told_at_once = 0;
  std::vector<std::string> commands;  ///< what was sent
  int repairs = 0;
  bool repaired_in_turn = true;  ///< nobody else could have sent anything meanwhile

  exchange_result exchange(const std::string& command, std::chrono::seconds) override {
    commands.push_back(command);
    if (auto instead = before(command)) return *instead;
    tell_next(told_at_once);
    if (has(command, "guest-exec-status") && !outputs_.contains(pid_of(command)))
      return {exchange_outcome::refused, "Invalid parameter 'pid'"};
    if (frozen && has(command, "guest-exec"))
      return {exchange_outcome::refused,
              "Command guest-exec has been disabled: the agent is in frozen state"};
    if (!exec_enabled && has(command, "guest-exec"))
      return {exchange_outcome::refused, "Command guest-exec has been disabled"};
    return {exchange_outcome::answered, answer(command)};
  }
  [[nodiscard]] machine::agent_channel state() const override { return now; }
  void repair(std::chrono::milliseconds) override {
    ++repairs;
    // From another thread, since a thread must not ask for what it holds.
    repaired_in_turn &= std::async(std::launch::async, [this] {
                          const std::unique_lock other(queue(), std::try_to_lock);
                          return !other.owns_lock();
                        }).get();
  }

  /// As an agent that was restarted: what it ran is gone, and it knows none of it.
  void forget_programs() {
    telling_.clear();
    outputs_.clear();
  }

 private:
  static bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

  std::string answer(const std::string& command) {
    if (has(command, "guest-info")) return info();
    if (has(command, "guest-ping")) return R"({"return":{}})";
    if (has(command, "guest-fsfreeze-status"))
      return frozen ? R"({"return":"frozen"})" : R"({"return":"thawed"})";
    if (has(command, "guest-get-host-name")) return R"({"return":{"host-name":")" + host_name + "\"}}";
    if (has(command, "guest-get-osinfo")) return os_info();
    if (has(command, "guest-exec-status")) return status(command);
    const int pid = next_pid_++;
    outputs_[pid] = run(command, pid);
    return R"({"return":{"pid":)" + std::to_string(pid) + "}}";
  }
  [[nodiscard]] std::string os_info() const {
    return R"({"return":{"id":")" + os_id +
           R"j(","pretty-name":"Debian GNU/Linux 12 (bookworm)","version-id":"12",)j"
           R"j("kernel-release":"6.1.0-56-cloud-amd64","machine":"x86_64"}})j";
  }
  [[nodiscard]] std::string info() const {
    const std::string enabled = exec_enabled && !frozen ? "true" : "false";
    return R"({"return":{"version":"7.2.22","supported_commands":[{"enabled":true,"name":"guest-ping"},)"
           R"({"enabled":)" +
           enabled + R"(,"name":"guest-exec"},{"enabled":)" + enabled + R"(,"name":"guest-exec-status"}]}})";
  }
  static int pid_of(const std::string& command) { return std::stoi(after(command, "\"pid\":")); }
  std::string status(const std::string& command) {
    const int pid = pid_of(command);
    if (telling_.contains(pid)) return R"({"return":{"exited":false}})";
    const std::string code = stopped_.contains(pid) ? "1" : "0";
    return R"({"return":{"exited":true,"exitcode":)" + code + R"(,"out-data":")" + to_base64(outputs_[pid]) +
           "\"}}";
  }
  std::string run(const std::string& command, int pid) {
    if (has(command, "[\"terminate-session"))
      return begin_telling(pid, {those_before_one_gone(command, pid), false});
    if (has(command, "terminate-session")) return begin_telling(pid, {ids_of(command), false});
    if (has(command, "kill-session")) return begin_telling(pid, {ids_of(command), true});
    if (has(command, "kill -TERM")) return stop(std::stoi(after(command, "kill -TERM ")));
    if (has(command, "ListSessions")) return printed ? *printed : list(count_shown(command));
    if (has(command, "show-session")) return printed ? *printed : show(ids_of(command));
    if (has(command, "powershell.exe")) return windows_service;
    return has(command, "systemctl show") ? service : std::string();
  }

  /// Of a list, how many are shown; of mere ids, none.
  static std::size_t count_shown(const std::string& command) {
    return has(command, "first=") ? std::stoul(after(command, "first=")) : 0;
  }

  struct telling {
    std::vector<std::string> ids;
    bool force;
  };
  std::string begin_telling(int pid, telling whom) {
    telling_[pid] = std::move(whom);
    if (told_at_once == 0) tell_next(SIZE_MAX);
    return {};
  }
  void tell_next(std::size_t how_many) {
    for (auto& [pid, whom] : telling_) {
      for (; how_many > 0 && !whom.ids.empty(); --how_many) {
        tell(whom.ids.front(), whom.force);
        whom.ids.erase(whom.ids.begin());
      }
    }
    std::erase_if(telling_, [](const auto& entry) { return entry.second.ids.empty(); });
  }
  void tell(const std::string& id, bool force) {
    std::erase_if(sessions,
                  [&](const fake_session& s) { return s.id == id && !s.immortal && (force || !s.stubborn); });
    for (auto& s : sessions) {
      if (s.id == id) s.state = "closing";
    }
  }
  std::string stop(int pid) {
    if (telling_.erase(pid) > 0) stopped_.insert(pid);
    return {};
  }

  static std::string after(const std::string& command, std::string_view part) {
    return command.substr(command.find(part) + part.size());
  }
  /// Those in "terminate-session","1","2" up to the first that is gone: there loginctl stops.
  std::vector<std::string> those_before_one_gone(const std::string& command, int pid) {
    std::vector<std::string> ids = nlohmann::json::parse(command)["arguments"]["arg"];
    ids.erase(ids.begin());
    const auto gone = std::ranges::find_if(ids, [this](const std::string& id) {
      return std::ranges::find(sessions, id, &fake_session::id) == sessions.end();
    });
    if (gone != ids.end()) stopped_.insert(pid);
    ids.erase(gone, ids.end());
    return ids;
  }
  /// Those in ids='1 2'.
  static std::vector<std::string> ids_of(const std::string& command) {
    const std::string from = after(command, "ids='");
    std::istringstream words(from.substr(0, from.find('\'')));
    return {std::istream_iterator<std::string>(words), {}};
  }
  std::string list(std::size_t shown) {
    if (list_status != 0) return "status " + std::to_string(list_status) + "\n" + service;
    std::string text = "status 0\nids";
    std::vector<std::string> first = vanishing;
    for (const auto& s : sessions) first.push_back(s.id);
    for (const auto& id : first) text += " " + id;
    first.resize(std::min(first.size(), shown));
    return text + "\n" + show(first);
  }
  /// loginctl stops at the first that is gone.
  std::string show(const std::vector<std::string>& ids) {
    std::string text;
    for (const auto& id : ids) {
      const auto s = std::ranges::find(sessions, id, &fake_session::id);
      if (s == sessions.end()) {
        vanishing.clear();
        return text + "end 1\n";
      }
      text += properties(*s);
    }
    return text + "end 0\n";
  }
  static std::string properties(const fake_session& s) {
    const std::string remote = s.remote ? "yes" : "no", locked = s.locked ? "yes" : "no";
    return "Id=" + s.id + "\nUser=" + std::to_string(s.uid) + "\nName=" + s.user +
           "\nTimestamp=Sat 2026-11-21 10:51:59 UTC\nTimestampMonotonic=" + std::to_string(s.began) +
           "\nSeat=" + s.seat + "\nTTY=" + s.tty + "\nRemote=" + remote + "\nRemoteHost=" + s.host +
           "\nService=" + s.service + "\nType=" + s.type + "\nClass=" + s.session_class +
           "\nState=" + s.state + "\nLockedHint=" + locked + "\n\n";
  }

  int next_pid_ = 100;
  std::map<int, std::string> outputs_;
  std::map<int, telling> telling_;
  std::set<int> stopped_;
};

}  // namespace comeback::guest
