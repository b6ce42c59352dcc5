// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/temporary_folder.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace comeback::libvirt_backend {

/// A libvirt daemon without machines, on a socket, that can hang: what is sent to it then waits until it goes
/// on. It speaks as much of libvirt's protocol (rpc/virnetprotocol.x, remote/remote_protocol.x) as opening,
/// listing and closing need.
class fake_daemon {
 public:
  fake_daemon() {
    listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path().string().copy(address.sun_path, sizeof(address.sun_path) - 1);
    if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
        listen(listener_, 8) != 0)
      std::abort();
    thread_ = std::thread([this] { serve(); });
  }
  fake_daemon(const fake_daemon&) = delete;
  fake_daemon& operator=(const fake_daemon&) = delete;
  ~fake_daemon() {
    stop_ = true;
    thread_.join();
    for (const int each : clients_) close(each);
    close(listener_);
  }

  [[nodiscard]] std::string uri() const { return "qemu+unix:///session?socket=" + path().string(); }
  void hang() { hangs_ = true; }
  void go_on() { hangs_ = false; }
  /// As a daemon that is killed, and another is there at once.
  void drop_clients() {
    const std::lock_guard lock(turn_);
    for (const int each : clients_) close(each);
    clients_.clear();
  }
  /// Openings that were begun, whether or not they were answered.
  [[nodiscard]] int openings() const { return openings_; }

 private:
  enum class procedure : std::uint32_t {
    list_authentication = 66,
    list_domains = 273,
  };
  static constexpr std::size_t words_of_header = 6;

  [[nodiscard]] std::filesystem::path path() const { return folder_.path() / "s"; }

  void serve() {
    for (; !stop_; std::this_thread::sleep_for(std::chrono::milliseconds(1))) {
      const std::lock_guard lock(turn_);
      if (is_ready(listener_)) {
        clients_.push_back(accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC));
        ++openings_;
      }
      if (hangs_) continue;
      std::erase_if(clients_, [](int each) {
        if (!is_ready(each) || answer(each)) return false;
        close(each);
        return true;
      });
    }
  }

  static bool is_ready(int fd) {
    pollfd one{.fd = fd, .events = POLLIN, .revents = 0};
    return poll(&one, 1, 0) > 0;
  }
  static bool receive(int from, void* into, std::size_t size) {
    return recv(from, into, size, MSG_WAITALL) == static_cast<ssize_t>(size);
  }
  /// Everything is a 32-bit word: its own length, then the header, then what the procedure takes.
  static bool answer(int to) {
    std::uint32_t length = 0;
    if (!receive(to, &length, sizeof(length))) return false;
    std::vector<std::uint32_t> words(ntohl(length) / sizeof(length) - 1);
    if (!receive(to, words.data(), words.size() * sizeof(length))) return false;
    words.resize(words_of_header);
    words[3] = htonl(1);  // a reply, and the status is good
    for (const auto each : result_of(static_cast<procedure>(ntohl(words[2])))) words.push_back(htonl(each));
    words.insert(words.begin(), htonl(static_cast<std::uint32_t>((words.size() + 1) * sizeof(length))));
    const std::size_t size = words.size() * sizeof(length);
    return send(to, words.data(), size, MSG_NOSIGNAL) == static_cast<ssize_t>(size);
  }
  static std::vector<std::uint32_t> result_of(procedure called) {
    if (called == procedure::list_authentication) return {1, 0};  // one way: none
    if (called == procedure::list_domains) return {0, 0};
    return {0};  // a feature that it does not have, or a word too many, which libvirt does not mind
  }

  base::temporary_folder folder_;
  int listener_ = -1;
  std::mutex turn_;
  std::vector<int> clients_;
  std::atomic<bool> stop_ = false, hangs_ = false;
  std::atomic<int> openings_ = 0;
  std::thread thread_;
};

}  // namespace comeback::libvirt_backend
