// SPDX-License-Identifier: Apache-2.0
// logoff_bench REPORT.json [ROUNDS]: logging two users off by us, from outside, against a script that does
// the same inside the guest: list, terminate, wait until the ids are gone; and our answer "nobody is logged
// on" against the same list asked for once. Each round does all four, on the same machine, turn and turn
// about. Writes the medians: {"comeback": {"wall": s}, "script in the guest": …, "nobody": …, "one list": …}.
#include "guest/agent.hpp"
#include "guest/logind.hpp"
#include "test_guest.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>

#include <nlohmann/json.hpp>
#include <unistd.h>

namespace {

using namespace comeback;
namespace fs = std::filesystem;
using clock_type = std::chrono::steady_clock;

/// It measures itself: what it costs to start a script in the guest is not its own.
constexpr auto inside = R"(
list() { busctl --json=short call org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager ListSessions; }
start=$(date +%s%N)
ids=$(list | grep -o '\["[A-Za-z0-9]*"' | tr -d '["')
loginctl terminate-session $ids
while list | grep -q '\["'; do sleep 0.1; done
echo $((($(date +%s%N) - start) / 1000)))";

/// On a busy machine a guest takes its time, and what it prepares is not measured.
constexpr std::chrono::minutes patience{3};

constexpr auto until_idle =
    R"sh(while [ -n "$(systemctl list-jobs --no-legend)" ]; do sleep 0.1; done; sleep 0.5)sh";

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

double seconds_of(const std::function<void()>& work) {
  const auto start = clock_type::now();
  work();
  return std::chrono::duration<double>(clock_type::now() - start).count();
}

base::task_outcome outcome_of_logoff(const guest::guest_os& os) {
  base::executor on;
  auto under_way = os.logoff_all(on);
  under_way.task().wait();
  return under_way.task().outcome();
}

void expect(const base::task_outcome& outcome, base::errc error) {
  if (outcome.error != error) throw std::runtime_error("Not what was measured: " + outcome.description);
}

double by_us(const test_guest::guest& guest) {
  const auto os = guest.os();
  base::task_outcome outcome;
  const double taken = seconds_of([&] { outcome = outcome_of_logoff(os); });
  expect(outcome, base::errc::ok);
  return taken;
}

double nobody(const test_guest::guest& guest) {
  const auto os = guest.os();
  base::task_outcome outcome;
  const double taken = seconds_of([&] { outcome = outcome_of_logoff(os); });
  expect(outcome, base::errc::no_such_logon_session);
  return taken;
}

double one_list(const test_guest::guest& guest) {
  const guest::agent agent(guest.connection().channels(guest.vm()), guest.name);
  return seconds_of([&] { (void)guest::logind::list(agent); });
}

double by_script(const test_guest::guest& guest) { return std::stod(guest.run(inside, patience)) / 1e6; }

void log_two_in(const test_guest::guest& guest) {
  (void)guest.run("systemctl stop desktop@carol; systemctl restart getty@tty2 getty@tty3", patience);
  guest.wait_for_sessions(2, patience);
  (void)guest.run(until_idle, patience);
}

nlohmann::json wall(std::vector<double> seconds) { return {{"wall", median(std::move(seconds))}}; }

nlohmann::json measure(test_guest::guest& guest, int rounds) {
  std::vector<double> ours, script, no_one, list;
  guest.up();
  for (int i = 0; i < rounds; ++i) {
    log_two_in(guest);
    ours.push_back(by_us(guest));
    (void)guest.run(until_idle, patience);
    no_one.push_back(nobody(guest));
    list.push_back(one_list(guest));
    log_two_in(guest);
    script.push_back(by_script(guest));
  }
  guest.down();
  return {{"comeback", wall(ours)},
          {"script in the guest", wall(script)},
          {"nobody", wall(no_one)},
          {"one list", wall(list)}};
}

}  // namespace

int main(int count, char** words) try {
  if (count < 2 || count > 3) {
    std::cerr << "usage: logoff_bench REPORT.json [ROUNDS]\n";
    return 2;
  }
  const fs::path folder = COMEBACK_BENCH_FOLDER;
  test_guest::guest guest(libvirt_backend::connect({.uri = libvirt_backend::embedded_uri(folder / "embed"),
                                                    .is_root = geteuid() == 0,
                                                    .state_directory = folder}),
                          test_guest::built_guest(), folder / "disk");
  const auto report = measure(guest, count > 2 ? std::max(1, std::atoi(words[2])) : 15);
  std::ofstream(words[1]) << report.dump(2) << '\n';
} catch (const std::exception& e) {
  std::cerr << "logoff_bench: " << e.what() << '\n';
  return 1;
}
