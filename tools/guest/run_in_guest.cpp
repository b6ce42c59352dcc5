// SPDX-License-Identifier: Apache-2.0
// run_in_guest NAME SCRIPT [SECONDS]: runs a shell script inside a machine's guest through its agent, for the
// demo and the benchmarks. Prints what it prints, ends with its status. Not installed: it is root's shell in
// the guest.
#include "base/error.hpp"
#include "guest/agent.hpp"
#include "libvirt_backend/connect.hpp"

#include <cstdio>
#include <cstdlib>

#include <unistd.h>

namespace {

int run(const char* name, const char* script, std::chrono::seconds deadline) {
  using namespace comeback;
  const char* uri = std::getenv("COMEBACK_URI");
  const auto connection =
      libvirt_backend::connect({uri != nullptr ? uri : "", false, ::geteuid() == 0, "/var/lib/comeback"});
  const auto vm = machine::get(*connection.machines, name);
  const auto result = guest::agent(connection.channels(vm), name).run("/bin/sh", {"-c", script}, deadline);
  std::fputs(result.out.c_str(), stdout);
  std::fputs(result.err.c_str(), stderr);
  return result.exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3 || argc > 4) {
    std::fputs("usage: run_in_guest NAME SCRIPT [SECONDS]\n", stderr);
    return 2;
  }
  try {
    return run(argv[1], argv[2], std::chrono::seconds(argc == 4 ? std::atoi(argv[3]) : 60));
  } catch (...) {
    std::fprintf(stderr, "run_in_guest: %s\n", comeback::base::describe_current_exception().message.c_str());
    return 1;
  }
}
