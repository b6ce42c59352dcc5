// SPDX-License-Identifier: Apache-2.0
// The guest verbs: what they ask of a connection, in order.
#include "base/progress.hpp"
#include "cli/clock.hpp"
#include "cli/connection.hpp"
#include "cli/crew.hpp"
#include "cli/fleet_logoff.hpp"
#include "cli/guest_info.hpp"
#include "cli/guest_render.hpp"
#include "cli/guest_wait.hpp"
#include "cli/live_block.hpp"
#include "cli/output.hpp"
#include "cli/progress_bar.hpp"
#include "cli/session_watch.hpp"
#include "cli/verbs.hpp"
#include "cli/work_observer.hpp"
#include "guest/guest_os.hpp"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

namespace comeback::cli {
namespace {

using libvirt_backend::connection;

fleet choose(const connection& c, const guest_options& o, bool also_off = false) {
  return choose(*c.machines, c.channels, o.machines, also_off);
}

guest::guest_os only_guest(const connection& c, const guest_options& o) {
  auto vm = machine::get(*c.machines, o.machines.names.front());
  return {vm, c.channels(vm)};
}

// Whoever reads standard output alone sees the rows; whoever reads standard error alone, that some failed.
template <class Verdicts>
int finish(const Verdicts& all) {
  const auto failures = std::ranges::count(all, ending::failure, &verdict::how);
  if (failures > 0)
    std::fputs(fmt::format("comeback: {} of {} machines failed.\n", failures, all.size()).c_str(), stderr);
  return status_of(all);
}

int fail(const base::described_error& why) {
  std::fputs(error_text(why.code, why.message).c_str(), stderr);
  return failed;
}

int log_off_one(const guest::guest_os& system, const guest::logoff_options& how, const context& settings) {
  base::executor on;
  const auto work = system.logoff_all(on, how);
  {
    progress_bar bar(settings);
    bar.follow(work.task(), settings.stop);
  }
  const auto row = row_of(system.vm().name(), work);
  if (settings.json) print(logoff_json(row));
  if (!settings.json && !settings.quiet) print(logoff_text(row));
  return row.how == ending::success ? done : fail(row.why);
}

/// A row for each machine on a terminal; elsewhere, if progress is wanted there, the count of those that
/// ended, or with --json an event for each machine that got on.
class fleet_progress {
 public:
  explicit fleet_progress(const context& settings) : json_(settings.json), bar_(settings) {
    const bool terminal = !settings.json && ::isatty(STDERR_FILENO) == 1;
    if (terminal && !settings.quiet && settings.progress != progress_mode::never)
      rows_.emplace(STDERR_FILENO);
  }
  void show(const std::vector<logoff_row>& rows) {
    if (rows_) return rows_->show(logoff_text(rows));
    if (json_) return show_changes(rows);
    const auto ended =
        static_cast<std::uint64_t>(std::ranges::count(rows, logoff_stage::ended, &logoff_row::stage));
    if (!rows.empty()) bar_.show({"Logging off", ended, rows.size(), {}});
  }

 private:
  void show_changes(const std::vector<logoff_row>& rows) {
    shown_.resize(rows.size(), -1);
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (std::exchange(shown_[i], rows[i].percent) != rows[i].percent)
        bar_.show("Logging off " + rows[i].machine, rows[i].percent);
  }

  bool json_;
  progress_bar bar_;
  std::vector<int> shown_;
  std::optional<live_block> rows_;
};

int log_off_all(fleet machines, const guest::logoff_options& how, const context& settings) {
  base::executor on;
  fleet_logoff work(std::move(machines), how);
  {
    fleet_progress progress(settings);
    work.run(on, settings.stop, [&](const auto& rows) {
      progress.show(rows);
      const auto so_far = report_of(rows);
      if (so_far && settings.observer != nullptr) settings.observer->report(*so_far);
    });
  }
  const auto rows = work.rows();
  if (settings.json) print(logoff_json(rows));
  if (!settings.json && !settings.quiet) print(logoff_text(rows));
  return finish(rows);
}

std::vector<session_answer> to_show(const std::vector<session_answer>& all) {
  std::vector<session_answer> some;
  std::ranges::copy_if(all, std::back_inserter(some), is_shown);
  return some;
}

std::string watched_text(const std::vector<session_answer>& all, const guest_options& o) {
  if (!o.machines.single()) return sessions_text(to_show(all));
  const auto& only = all.front();
  return only.how == ending::success ? sessions_text(only.value)
                                     : error_text(only.why.code, only.why.message);
}

void print_changes(const session_answer& of, const std::vector<session_change>& changes, bool json) {
  const auto when = now();
  for (const auto& c : changes)
    print(json ? change_json(when, of.machine, c) : change_text(when, of.machine, c));
}

int watch(const connection& c, const guest_options& o, const context& settings) {
  if (o.machines.single()) (void)machine::get(*c.machines, o.machines.names.front());
  const auto machines = choose(c, o, /*also_off=*/true);
  const bool on_terminal = !settings.json && ::isatty(STDOUT_FILENO) == 1;
  live_block block(STDOUT_FILENO);
  watch_sessions(machines, *o.watch, settings.stop,
                 [&](const auto& all, std::size_t which, const auto& changes) {
                   if (on_terminal) return block.show(watched_text(all, o));
                   print_changes(all[which], changes, settings.json);
                 });
  return done;
}

// Where the machine itself cannot be asked, there is nothing to show but the error.
int tell_facts(const facts_answer& only, const context& settings) {
  if (!only.value.state) throw base::error(only.why.code, only.why.message);
  print(settings.json ? facts_json(only) : facts_text(only));
  return only.how == ending::success ? done : fail(only.why);
}

}  // namespace

int guest_info(const guest_options& o, const context& settings) {
  const auto c = open_connection(settings);
  const auto all = ask_facts(choose(c, o), settings.stop);
  if (o.machines.single()) return tell_facts(all.front(), settings);
  print(settings.json ? facts_json(all) : facts_text(all));
  return finish(all);
}

int guest_sessions(const guest_options& o, const context& settings) {
  const auto c = open_connection(settings);
  if (o.watch) return watch(c, o, settings);
  if (o.machines.single()) {
    base::check(settings.stop);
    const auto all = only_guest(c, o).sessions();
    base::check(settings.stop);
    print(settings.json ? sessions_json(all) : sessions_text(all));
    return done;
  }
  const auto all = ask_all(choose(c, o), settings.stop, [&](const target& t) {
    const auto& vm = machine_of(t);
    return guest::guest_os(vm, c.channels(vm)).sessions();
  });
  print(settings.json ? sessions_json(all) : sessions_text(all));
  return finish(all);
}

int guest_logoff(const guest_options& o, const context& settings) {
  const auto c = open_connection(settings);
  guest::logoff_options how;
  how.deadline = o.timeout;
  // The stubborn are killed before time is up, unless somebody says otherwise.
  how.grace = o.grace ? *o.grace : std::min(how.grace, how.deadline / 2);
  if (o.machines.single()) return log_off_one(only_guest(c, o), how, settings);
  return log_off_all(choose(c, o), how, settings);
}

int guest_wait(const guest_options& o, const context& settings) {
  const auto c = open_connection(settings);
  const auto all =
      wait_for(choose(c, o), o.for_agent ? awaited::agent : awaited::logged_off, o.timeout, settings.stop);
  if (o.machines.single() && all.front().how != ending::success)
    throw base::error(all.front().why.code, all.front().why.message);
  if (settings.json) print(o.machines.single() ? wait_json(all.front()) : wait_json(all));
  if (!settings.json && !settings.quiet)
    print(wait_text(all, o.for_agent ? "the guest agent answers" : "nobody is logged on"));
  return finish(all);
}

}  // namespace comeback::cli
