// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "cli/grammar.hpp"
#include "cli/output.hpp"
#include "cli/signals.hpp"
#include "cli/task_worker.hpp"

#include <charconv>
#include <cstdlib>
#include <string>
#include <vector>

#include <unistd.h>

namespace comeback::cli {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

std::string state_directory() {
  // Relative paths are to be ignored (XDG Base Directory Specification).
  if (const auto home = environment("XDG_STATE_HOME"); home.starts_with('/')) return home + "/comeback";
  if (::geteuid() == 0) return "/var/lib/comeback";
  return environment("HOME") + "/.local/state/comeback";
}

// https://reproducible-builds.org/specs/source-date-epoch/: decimal seconds, else it is an error.
std::optional<base::timestamp> source_date_epoch() {
  const auto text = environment("SOURCE_DATE_EPOCH");
  if (text.empty()) return std::nullopt;
  std::int64_t seconds = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (fault != std::errc{} || end != text.data() + text.size())
    throw base::error(base::errc::invalid_argument,
                      "SOURCE_DATE_EPOCH is not a number of seconds: " + text + ".");
  return base::timestamp{seconds, 0};
}

void add_environment(context& settings) {
  for (const auto* name : {"COMEBACK_URI", "LIBVIRT_DEFAULT_URI"})
    if (settings.connect.empty()) settings.connect = environment(name);
  const auto read_only = environment("COMEBACK_READ_ONLY");
  settings.read_only = settings.read_only || !(read_only.empty() || read_only == "0");
  settings.state_directory = state_directory();
  settings.source_date_epoch = source_date_epoch();
}

int run(invocation& asked, const std::vector<std::string>& words) {
  try {
    if (asked.no_wait) {
      add_environment(asked.settings);
      return run_in_background(asked.settings, words, asked.run);
    }
    const stop_on_signal signals;
    add_environment(asked.settings);
    asked.settings.stop = signals.token();
    return asked.run(asked.settings);
  } catch (...) {
    print_failure(asked.settings.json, base::describe_current_exception());
    return failed;
  }
}

}  // namespace
}  // namespace comeback::cli

int main(int argc, char** argv) {
  auto asked = comeback::cli::parse(argc, argv);
  return asked.run ? comeback::cli::run(asked, {argv + 1, argv + argc}) : asked.status;
}
