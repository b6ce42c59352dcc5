// SPDX-License-Identifier: Apache-2.0
// The task verbs: what workers left in the folder, and a word to those that live. Nothing here asks libvirt,
// so that it works beside a worker that holds the machines.
#include "base/error.hpp"
#include "cli/output.hpp"
#include "cli/progress_bar.hpp"
#include "cli/task_folder.hpp"
#include "cli/task_render.hpp"
#include "cli/verbs.hpp"

#include <cstdio>
#include <thread>

#include <fmt/format.h>

namespace comeback::cli {
namespace {

using base::errc;
using base::error;
using clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds look_every{100};

void show(const task_folder& folder, int id, const context& settings) {
  const auto task = folder.task(id);
  const auto output = folder.output(id, "out"), messages = folder.output(id, "err");
  print(settings.json ? task_json(task, output, messages) : task_text(task, output, messages));
}

// Waits for the end, showing how far it is.
task_record wait_for_end(const task_folder& folder, const task_wait_options& o, const context& settings) {
  progress_bar bar(settings);
  const auto until = clock::now() + o.timeout.value_or(std::chrono::hours(24 * 365));
  for (;;) {
    auto record = folder.record(o.id);
    bar.show(title_of({o.id, record, {}}), record.percent);
    if (record.state != task_state::running) return record;
    if (settings.stop.stop_requested())
      throw error(errc::cancelled, fmt::format("The wait was interrupted; task {} goes on.", o.id));
    if (clock::now() >= until)
      throw error(errc::timed_out, fmt::format("Task {} has not ended yet; it goes on.", o.id));
    std::this_thread::sleep_for(look_every);
  }
}

}  // namespace

int task_list(const context& settings) {
  const auto all = task_folder(settings.state_directory).tasks();
  print(settings.json ? tasks_json(all) : tasks_text(all));
  return done;
}

int task_show(const task_options& o, const context& settings) {
  show(task_folder(settings.state_directory), o.id, settings);
  return done;
}

int task_cancel(const task_options& o, const context& settings) {
  const task_folder folder(settings.state_directory);
  const auto record = folder.record(o.id);
  const auto refuse = [&](const char* why) {
    throw error(errc::fail, fmt::format("Task {} ('{}') {}.", o.id, title_of({o.id, record, {}}), why));
  };
  if (record.state != task_state::running) refuse("has ended already");
  if (!record.cancelable) refuse("cannot be cancelled");
  if (!folder.terminate(o.id)) refuse("has ended already");
  if (settings.json) print(task_json({o.id, record, {}}));
  if (!settings.json && !settings.quiet) print(fmt::format("Task {} was asked to stop.\n", o.id));
  return done;
}

int task_wait(const task_wait_options& o, const context& settings) {
  const task_folder folder(settings.state_directory);
  const auto record = wait_for_end(folder, o, settings);
  if (settings.json) {
    show(folder, o.id, settings);
  } else {
    std::fputs(printable_lines(folder.output(o.id, "err")).c_str(), stderr);
    print(printable_lines(folder.output(o.id, "out")));
  }
  return record.status;
}

}  // namespace comeback::cli
