// SPDX-License-Identifier: Apache-2.0
// fleet_bench REPORT.json [ROUNDS]: everyone logged off 200 machines at once, against the slowest of them
// alone. The agents are fakes behind sockets, whose guests take from a fifth of a second to one second until
// their users are gone. Writes the medians: {"200 machines": {"wall": s, "threads": n}, "the slowest alone":
// …}.
#include "cli/fleet_logoff.hpp"
#include "guest/fake_guest.hpp"
#include "machine/fake_machine.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace comeback;
using clock_type = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t fleet_size = 200;
constexpr milliseconds slowest{1000}, quickest{200};

/// One end of a socket pair; closes it.
class socket_end {
 public:
  explicit socket_end(int fd) : fd_(fd) {}
  socket_end(const socket_end&) = delete;
  socket_end& operator=(const socket_end&) = delete;
  ~socket_end() { ::close(fd_); }

  [[nodiscard]] int fd() const { return fd_; }
  void send_line(std::string text) const {
    text += '\n';
    for (std::string_view left = text; !left.empty();) {
      const auto sent = ::send(fd_, left.data(), left.size(), MSG_NOSIGNAL);
      if (sent <= 0) throw std::runtime_error("a fake agent's socket is closed");
      left.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  /// Adds what has come; false at the end of the stream.
  [[nodiscard]] bool receive(std::string& into) const {
    std::array<char, 65536> buffer{};
    const auto got = ::recv(fd_, buffer.data(), buffer.size(), 0);
    if (got > 0) into.append(buffer.data(), static_cast<std::size_t>(got));
    return got > 0;
  }

 private:
  int fd_;
};

/// Messages are lines: the agent's JSON holds no line feed outside its texts, and there they are escaped.
class socket_channel : public guest::channel {
 public:
  explicit socket_channel(int fd) : socket_(fd) {}
  guest::exchange_result exchange(const std::string& command, std::chrono::seconds deadline) override {
    socket_.send_line(command);
    std::string reply;
    while (!reply.ends_with('\n')) {
      pollfd wait{socket_.fd(), POLLIN, 0};
      if (::poll(&wait, 1, static_cast<int>(milliseconds(deadline).count())) != 1)
        return {guest::exchange_outcome::no_answer, {}};
      if (!socket_.receive(reply)) return {guest::exchange_outcome::not_connected, {}};
    }
    reply.pop_back();
    return {guest::exchange_outcome::answered, std::move(reply)};
  }
  [[nodiscard]] machine::agent_channel state() const override { return machine::agent_channel::connected; }
  void repair(milliseconds) override {}

 private:
  socket_end socket_;
};

/// A guest whose two users are gone some time after they were told to go.
class slow_guest {
 public:
  slow_guest(int fd, milliseconds takes) : socket_(fd), takes_(takes) {
    guest_.sessions = {{.id = "1", .user = "alice", .immortal = true},
                       {.id = "2", .user = "bob", .immortal = true}};
  }
  [[nodiscard]] int fd() const { return socket_.fd(); }
  [[nodiscard]] bool serve() {
    if (!socket_.receive(heard_)) return false;
    if (!heard_.ends_with('\n')) return true;
    const auto now = clock_type::now();
    if (now >= gone_at_) guest_.sessions.clear();
    if (heard_.find("terminate") != std::string::npos) gone_at_ = std::min(gone_at_, now + takes_);
    socket_.send_line(guest_.exchange(heard_, {}).text);
    guest_.commands.clear();
    heard_.clear();
    return true;
  }

 private:
  socket_end socket_;
  milliseconds takes_;
  guest::fake_guest guest_;
  std::string heard_;
  clock_type::time_point gone_at_ = clock_type::time_point::max();
};

/// All guests of a run, served by one thread until the other ends are closed.
class guests {
 public:
  int add(milliseconds takes) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
      throw std::runtime_error("no socket pair");
    all_.push_back(std::make_unique<slow_guest>(ends[0], takes));
    return ends[1];
  }
  void begin() {
    thread_ = std::jthread([this] {
      while (!all_.empty()) serve_those_who_ask();
    });
  }

 private:
  void serve_those_who_ask() {
    std::vector<pollfd> waits;
    for (const auto& g : all_) waits.push_back({g->fd(), POLLIN, 0});
    if (::poll(waits.data(), waits.size(), -1) < 0) return;
    for (std::size_t i = waits.size(); i-- > 0;)
      if (waits[i].revents != 0 && !all_[i]->serve())
        all_.erase(all_.begin() + static_cast<std::ptrdiff_t>(i));
  }

  std::vector<std::unique_ptr<slow_guest>> all_;
  std::jthread thread_;
};

struct figures {
  std::vector<double> wall, threads;
};

double threads_now() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("Threads:")) return std::stod(line.substr(8));
  return 0;
}

void log_off(const std::vector<milliseconds>& each_takes, figures& into) {
  guests inside;
  std::map<std::string, std::shared_ptr<guest::channel>> ways;
  machine::fake_hypervisor host;
  for (std::size_t i = 0; i < each_takes.size(); ++i) {
    const auto uuid = fmt::format("00000000-0000-0000-0000-{:012}", i);
    host.all.push_back(std::make_shared<machine::fake_machine>(fmt::format("lab{}", i), uuid));
    ways[uuid] = std::make_shared<socket_channel>(inside.add(each_takes[i]));
  }
  inside.begin();
  base::executor on;
  double threads = 0;
  const auto start = clock_type::now();
  auto machines = cli::choose(host, [&](const auto& vm) { return ways.at(vm->uuid()); }, {{}, true});
  cli::fleet_logoff work(std::move(machines), {});
  work.run(on, {}, [&](const auto&) { threads = std::max(threads, threads_now()); });
  into.wall.push_back(std::chrono::duration<double>(clock_type::now() - start).count());
  into.threads.push_back(threads);
  for (const auto& row : work.rows())
    if (row.outcome.error != base::errc::ok) throw std::runtime_error(row.outcome.description);
  on.finish();
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

nlohmann::json report_on(const figures& f) {
  return {{"wall", median(f.wall)}, {"threads", median(f.threads)}};
}

nlohmann::json measure(int rounds) {
  std::vector<milliseconds> all;
  for (std::size_t i = 0; i < fleet_size; ++i)
    all.push_back(quickest + (slowest - quickest) * (i + 1) / fleet_size);
  figures many, alone;
  for (int i = 0; i < rounds; ++i) {
    log_off({slowest}, alone);
    log_off(all, many);
  }
  return {{fmt::format("{} machines", fleet_size), report_on(many)}, {"the slowest alone", report_on(alone)}};
}

}  // namespace

int main(int count, char** words) try {
  if (count < 2 || count > 3) {
    std::cerr << "usage: fleet_bench REPORT.json [ROUNDS]\n";
    return 2;
  }
  const auto report = measure(count > 2 ? std::max(1, std::atoi(words[2])) : 5);
  std::ofstream(words[1]) << report.dump(2) << '\n';
} catch (const std::exception& e) {
  std::cerr << "fleet_bench: " << e.what() << '\n';
  return 1;
}
