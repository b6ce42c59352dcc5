// SPDX-License-Identifier: Apache-2.0
#pragma once

// For tests of the scripts themselves: the guest is this machine's /bin/sh, which finds the test's programs
// before all others. Only for scripts of ours that change nothing by themselves.

#include "base/temporary_folder.hpp"
#include "guest/base64.hpp"
#include "guest/channel.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <spawn.h>
#include <sys/types.h>
#include <sys/wait.h>

namespace comeback::guest {

class fake_shell_guest : public channel {
 public:
  fake_shell_guest() { std::filesystem::create_directory(folder_ / "bin"); }
  fake_shell_guest(const fake_shell_guest&) = delete;
  fake_shell_guest& operator=(const fake_shell_guest&) = delete;
  ~fake_shell_guest() override {
    for (const pid_t pid : running_) {
      ::kill(pid, SIGKILL);
      ::waitpid(pid, nullptr, 0);
    }
  }

  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }
  /// A program that the scripts find; $FOLDER is what `folder` is.
  void add_program(const std::string& name, const std::string& script) {
    const auto path = folder_ / "bin" / name;
    std::ofstream(path) << "#!/bin/sh\n" << script;
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  }
  [[nodiscard]] std::string text_of(const std::string& file) const {
    std::ifstream in(folder_ / file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  int executed = 0;  ///< how many programs

  exchange_result exchange(const std::string& command, std::chrono::seconds) override {
    reap();
    const auto message = nlohmann::json::parse(command);
    const std::string execute = message["execute"];
    if (execute == "guest-exec") return begin(message["arguments"]);
    if (execute == "guest-exec-status") return status(message["arguments"]["pid"]);
    return {exchange_outcome::answered,
            R"({"return":{"version":"7.2.22","supported_commands":[{"enabled":true,"name":"guest-exec"},)"
            R"({"enabled":true,"name":"guest-exec-status"}]}})"};
  }
  [[nodiscard]] machine::agent_channel state() const override { return machine::agent_channel::connected; }

 private:
  void repair(std::chrono::milliseconds) override {}

  [[nodiscard]] std::string output_of(pid_t number) const { return "out" + std::to_string(number); }

  /// This machine's own sessions are nobody's business.
  [[nodiscard]] std::string with_own_sessions(std::string script) const {
    constexpr std::string_view theirs = "/run/systemd/sessions";
    const std::string ours = folder_ / "run";
    for (auto at = script.find(theirs); at != script.npos; at = script.find(theirs, at + ours.size()))
      script.replace(at, theirs.size(), ours);
    return script;
  }

  /// The output goes to a file, since a pipe that nobody empties holds its writer up.
  exchange_result begin(const nlohmann::json& what) {
    ++executed;
    std::string path = what["path"];
    if (!path.starts_with('/')) path = folder_ / "bin" / path;
    std::vector<std::string> words{path};
    for (std::string word : what["arg"]) words.push_back(with_own_sessions(std::move(word)));
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const std::string out = folder_ / "out";
    std::string search = "PATH=" + (folder_ / "bin").native() + ":/usr/bin:/bin";
    std::string home = "FOLDER=" + folder_.native();
    const std::array<char*, 3> environment{search.data(), home.data(), nullptr};
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, out.c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                       0600);
    pid_t pid = 0;
    const int failure =
        ::posix_spawn(&pid, path.c_str(), &files, nullptr, arguments.data(), environment.data());
    ::posix_spawn_file_actions_destroy(&files);
    if (failure != 0) return {exchange_outcome::refused, "Failed to execute child process"};
    std::filesystem::rename(out, folder_ / output_of(pid));
    running_.insert(pid);
    return {exchange_outcome::answered, nlohmann::json{{"return", {{"pid", pid}}}}.dump()};
  }

  /// The agent does not leave an ended program on the table until somebody asks.
  void reap() {
    std::erase_if(running_, [this](pid_t pid) {
      int ended = 0;
      if (::waitpid(pid, &ended, WNOHANG) == 0) return false;
      ended_[pid] = ended;
      return true;
    });
  }

  exchange_result status(pid_t number) {
    if (running_.contains(number)) return {exchange_outcome::answered, R"({"return":{"exited":false}})"};
    const auto at = ended_.find(number);
    if (at == ended_.end()) return {exchange_outcome::refused, "Invalid parameter 'pid'"};
    const int ended = at->second;
    ended_.erase(at);
    const nlohmann::json told = {{"exited", true},
                                 {WIFSIGNALED(ended) ? "signal" : "exitcode",
                                  WIFSIGNALED(ended) ? WTERMSIG(ended) : WEXITSTATUS(ended)},
                                 {"out-data", to_base64(text_of(output_of(number)))}};
    return {exchange_outcome::answered, nlohmann::json{{"return", told}}.dump()};
  }

  base::temporary_folder own_;
  const std::filesystem::path folder_ = own_.path();
  std::set<pid_t> running_;
  std::map<pid_t, int> ended_;
};

}  // namespace comeback::guest
