// SPDX-License-Identifier: Apache-2.0
// The test guest by hand, for the demo, the benchmarks and whoever wants to look at it.
#include "base/text.hpp"
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
  up             run the machine 'comeback-guest', alice, bob and carol logged on: restored from the state
                 saved in GUEST, which is made by a boot the first time
  log-in         log alice, bob and carol in again
  run SCRIPT     print what a shell script prints in the guest, within ten minutes
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

int act(comeback::test_guest::guest& guest, std::span<char*> words) {
  const std::string_view verb = words[0];
  if (verb == "up") {
    guest.up();
  } else if (verb == "log-in") {
    guest.log_in_again();
  } else if (verb == "run" && words.size() == 2) {
    std::cout << guest.run(words[1], std::chrono::minutes(10));
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
