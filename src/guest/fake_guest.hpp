// SPDX-License-Identifier: Apache-2.0
#pragma once

// A guest for tests that need none: it answers the agent's messages the way Debian 12 does, and has users
// whose sessions end, or do not, as the test likes.

#include "guest/channel.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace comeback::guest {

inline std::string to_base64(std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned held = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      held = held << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      text += i + k > bytes.size() ? '=' : digits[held >> (18 - 6 * k) & 63U];
    }
  }
  return text;
}

struct fake_session {
  std::string id, user;
  std::string type = "tty";
  std::string session_class = "user";
  bool stubborn = false;    ///< ends by SIGKILL alone
  bool immortal = false;    ///< ends by nothing
  std::uint64_t since = 0;  ///< microseconds
};

class fake_guest : public channel {
 public:
  std::vector<fake_session> sessions;
  machine::agent_channel now = machine::agent_channel::connected;
  bool exec_enabled = true;
  std::string service = "LoadState=loaded\nActiveState=active\nstatus 0\nsystem running\ntty v b true\n";
  int list_status = 0;
  /// Called with every command, before it is answered: throw, or return an outcome, to fail.
  std::function<std::optional<exchange_result>(const std::string&)> before = [](const std::string&) {
    return std::nullopt;
  };
  std::vector<std::string> commands;  ///< what was sent
  int repairs = 0;
  bool repaired_in_turn = true;  ///< nobody else could have sent anything meanwhile

  exchange_result exchange(const std::string& command, std::chrono::seconds) override {
    commands.push_back(command);
    if (auto instead = before(command)) return *instead;
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

 private:
  static bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

  std::string answer(const std::string& command) {
    if (has(command, "guest-info")) return info();
    if (has(command, "guest-exec-status")) return status(command);
    const int pid = next_pid_++;
    outputs_[pid] = run(command);
    return R"({"return":{"pid":)" + std::to_string(pid) + "}}";
  }
  [[nodiscard]] std::string info() const {
    const std::string enabled = exec_enabled ? "true" : "false";
    return R"({"return":{"version":"7.2.22","supported_commands":[{"enabled":true,"name":"guest-ping"},)"
           R"({"enabled":)" +
           enabled + R"(,"name":"guest-exec"},{"enabled":)" + enabled + R"(,"name":"guest-exec-status"}]}})";
  }
  std::string status(const std::string& command) {
    const int pid = std::stoi(command.substr(command.find("\"pid\":") + 6));
    const std::string out = outputs_[pid];
    return R"({"return":{"exited":true,"exitcode":0,"out-data":")" + to_base64(out) + "\"}}";
  }
  std::string run(const std::string& command) {
    if (has(command, "terminate-session"))
      end_if(command, [](const auto& s) { return !s.stubborn && !s.immortal; });
    if (has(command, "kill-session")) end_if(command, [](const auto& s) { return !s.immortal; });
    if (has(command, "systemctl show")) return service;
    if (!has(command, "ListSessions")) return {};
    if (list_status != 0) return "status " + std::to_string(list_status) + "\n\n";
    return list(has(command, "GetAll"));
  }
  template <class May>
  void end_if(const std::string& command, May may) {
    std::erase_if(sessions,
                  [&](const fake_session& s) { return has(command, "\"" + s.id + "\"") && may(s); });
  }
  [[nodiscard]] std::string list(bool details) const {
    std::string rows, properties;
    for (const auto& s : sessions) {
      rows += (rows.empty() ? "" : ",") + ("[\"" + s.id) + R"(",1000,")" + s.user + R"(","seat0","/x"])";
      properties += R"({"type":"a{sv}","data":[{"Id":{"type":"s","data":")" + s.id +
                    R"("},"Name":{"type":"s","data":")" + s.user + R"("},"Type":{"type":"s","data":")" +
                    s.type + R"("},"Class":{"type":"s","data":")" + s.session_class +
                    R"("},"Timestamp":{"type":"t","data":)" + std::to_string(s.since) + "}}]}\n";
    }
    return "status 0\n{\"type\":\"a(susso)\",\"data\":[[" + rows + "]]}\n" + (details ? properties : "");
  }

  int next_pid_ = 100;
  std::map<int, std::string> outputs_;
};

}  // namespace comeback::guest
