// SPDX-License-Identifier: Apache-2.0
// A verb that works as long as a test likes, in a worker as `comeback` makes them. For task_test.py.
//   slow_task STATE_FOLDER WORDS…   with the words json | fixed | refuse | fail | grow | linger in any order
// The work goes on until a file of the name `go` lies in the current folder; with `linger`, the process stays
// after that as long as there is one of the name `stay`, and only then flushes what the C library holds back.
#include "base/error.hpp"
#include "base/task.hpp"
#include "cli/output.hpp"
#include "cli/progress_bar.hpp"
#include "cli/task_worker.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace comeback;

base::task_outcome work(base::task_context& self, bool listens) {
  for (int percent = 1; !std::filesystem::exists("go"); percent = std::min(percent + 1, 90)) {
    self.percent(percent);
    const bool stopped = self.sleep(std::chrono::milliseconds(20));
    if (stopped && listens) throw base::error(base::errc::cancelled, "The work was cancelled.");
  }
  return {};
}

void stay() {
  while (std::filesystem::exists("stay")) std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

int verb(const std::vector<std::string>& words, const cli::context& settings) {
  const auto has = [&](const char* word) { return std::ranges::find(words, word) != words.end(); };
  std::fputs("looking\n", stderr);
  if (has("linger")) std::atexit(stay);
  if (has("refuse")) throw base::error(base::errc::vm_not_running, "The machine 'x' is off.");
  base::executor on;
  const auto task = on.start("Slow work", !has("fixed"),
                             [&](base::task_context& self) { return work(self, !has("fixed")); });
  cli::progress_bar(settings).follow(task, settings.stop);
  if (task.outcome().error != base::errc::ok)
    throw base::error(task.outcome().error, task.outcome().description);
  if (has("grow")) cli::print(std::string(1 << 20, 'x') + "\n");
  if (has("fail")) throw base::error(base::errc::timed_out, "It took too long.");
  cli::print("all done\n");
  return cli::done;
}

}  // namespace

int main(int argc, char** argv) {
  cli::context settings;
  const std::vector<std::string> words(argv + 2, argv + argc);
  settings.state_directory = argv[1];
  settings.json = std::ranges::find(words, "json") != words.end();
  try {
    return cli::run_in_background(settings, words, [&](const cli::context& s) { return verb(words, s); });
  } catch (...) {
    cli::print_failure(settings.json, base::describe_current_exception());
    return cli::failed;
  }
}
