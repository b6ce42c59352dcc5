// SPDX-License-Identifier: Apache-2.0
// logoff_bench REPORT.json [ROUNDS]: logging three users off by us, from outside, against a script that does
// the same inside the guest: list, terminate, wait until the ids are gone. Each round does both, on the same
// machine, turn and turn about. Writes the medians: {"comeback": {"wall": s}, "script in the guest": {"wall":
// s}}.
#include "test_guest.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
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

constexpr auto until_idle =
    R"sh(while [ -n "$(systemctl list-jobs --no-legend)" ]; do sleep 0.1; done; sleep 0.5)sh";

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

double by_us(test_guest::guest& guest) {
  base::executor on;
  const auto os = guest.os();
  const auto start = clock_type::now();
  auto under_way = os.logoff_all(on);
  under_way.task().wait();
  const std::chrono::duration<double> taken = clock_type::now() - start;
  if (under_way.task().outcome().result != base::task_result::success) {
    throw std::runtime_error(under_way.task().outcome().description);
  }
  return taken.count();
}

double by_script(test_guest::guest& guest) { return std::stod(guest.run(inside)) / 1e6; }

void log_in(test_guest::guest& guest) {
  guest.log_in_again();
  (void)guest.run(until_idle);
}

nlohmann::json measure(test_guest::guest& guest, int rounds) {
  std::vector<double> ours, script;
  guest.up();
  for (int i = 0; i < rounds; ++i) {
    log_in(guest);
    ours.push_back(by_us(guest));
    log_in(guest);
    script.push_back(by_script(guest));
  }
  guest.down();
  return {{"comeback", {{"wall", median(ours)}}}, {"script in the guest", {{"wall", median(script)}}}};
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
  const auto report = measure(guest, count > 2 ? std::max(1, std::atoi(words[2])) : 7);
  std::ofstream(words[1]) << report.dump(2) << '\n';
} catch (const std::exception& e) {
  std::cerr << "logoff_bench: " << e.what() << '\n';
  return 1;
}
