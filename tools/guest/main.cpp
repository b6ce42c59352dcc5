// SPDX-License-Identifier: Apache-2.0
// The test guest by hand, for the demo, the benchmarks and whoever wants to look at it.
#include "base/text.hpp"
#include "recording_channel.hpp"
#include "test_guest.hpp"

#include <cstdlib>
#include <iostream>
#include <span>
#include <string_view>

#include <unistd.h>

namespace {

using namespace std::string_view_literals;
namespace fs = std::filesystem;

constexpr auto usage = R"(comeback-test-guest GUEST FOLDER VERB
  GUEST   what tools/guest/build.sh printed
  FOLDER  where the machine's throw-away disk lies
  up [VARIANT]   run the machine 'comeback-guest', alice, bob and carol logged on: restored from the state
                 saved in GUEST, which is made by a boot the first time; VARIANT is one of tools/guest/variant.cpp
  log-in         log alice, bob and carol in again
  run SCRIPT     print what a shell script prints in the guest, within ten minutes
  transcript     log everyone off, and print every message to and from the agent as Markdown
  xml            print the machine's description
  down           stop it, forget it, remove its disk
The connection is that of `comeback`: COMEBACK_URI, LIBVIRT_DEFAULT_URI, or the usual one.
)"sv;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

comeback::libvirt_backend::options usual_connection() {
  comeback::libvirt_backend::options how;
  how.is_root = geteuid() == 0;
  how.uri = variable("COMEBACK_URI");
  if (how.uri.empty()) how.uri = variable("LIBVIRT_DEFAULT_URI");
  const std::string state = variable("XDG_STATE_HOME");
  how.state_directory = how.is_root     ? fs::path("/var/lib/comeback")
                        : state.empty() ? fs::path(variable("HOME")) / ".local/state/comeback"
                                        : fs::path(state) / "comeback";
  return how;
}

/// As `comeback guest logoff` does it.
void print_transcript(const comeback::test_guest::guest& machine) {
  using namespace comeback;
  const auto vm = machine.vm();
  const auto way = std::make_shared<test_guest::recording_channel>(machine.connection().channels(vm));
  base::executor on;
  const auto done = guest::guest_os(vm, way).logoff_all(on);
  done.task().wait();
  const auto outcome = done.task().outcome();
  if (outcome.result != base::task_result::success) throw base::error(outcome.error, outcome.description);
  std::cout << test_guest::transcript(way->messages()) << "\n## What came of it\n\n";
  for (const auto& result : done.results()) {
    std::cout << "- " << base::printable(result.who.user) << ", session " << result.who.id << ": "
              << guest::name_of(result.fate) << '\n';
  }
}

int act(comeback::test_guest::guest& guest, std::span<char*> words) {
  const std::string_view verb = words[0];
  if (verb == "up" && words.size() <= 2) {
    const auto what = comeback::test_guest::variant_named(words.size() == 2 ? words[1] : "whole");
    if (!what) throw std::runtime_error("there is no such variant");
    guest.up(*what);
  } else if (verb == "log-in") {
    guest.log_in_again();
  } else if (verb == "run" && words.size() == 2) {
    std::cout << guest.run(words[1], std::chrono::minutes(10));
  } else if (verb == "transcript") {
    print_transcript(guest);
  } else if (verb == "xml") {
    std::cout << guest.xml();
  } else if (verb == "down") {
    guest.down();
  } else {
    std::cerr << usage;
    return 2;
  }
  return 0;
}

}  // namespace

int main(int count, char** words) try {
  const std::span<char*> all(words, static_cast<std::size_t>(count));
  if (all.size() < 4) {
    std::cerr << usage;
    return 2;
  }
  comeback::test_guest::guest guest(comeback::libvirt_backend::connect(usual_connection()), all[1], all[2]);
  return act(guest, all.subspan(3));
} catch (const std::exception& e) {
  std::cerr << "comeback-test-guest: " << comeback::base::printable(e.what()) << '\n';
  return 1;
}
