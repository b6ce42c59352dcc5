// SPDX-License-Identifier: Apache-2.0
// The guest verbs: what they ask of a connection, in order.
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

int log_off_one(const guest::guest_os& system, const guest::logoff_options& how, const context& settings) {
  base::executor on;
  const auto work = system.logoff_all(on, how);
  {
    progress_bar bar(settings);
    bar.follow(work.task(), settings.stop);
  }
  const auto outcome = work.task().outcome();
  if (settings.json) print(logoff_json(work.results(), outcome));
  if (!settings.json && !settings.quiet) print(logoff_text(work.results()));
  if (outcome.error == base::errc::ok) return done;
  std::fputs(error_text(outcome.error, outcome.description).c_str(), stderr);
  return failed;
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

// The mean, so that it grows with each machine.
work_report report_of(const std::vector<logoff_row>& rows) {
  int sum = 0;
  for (const auto& row : rows) sum += row.percent;
  const auto count = static_cast<int>(std::max<std::size_t>(rows.size(), 1));
  return {fmt::format("Log off the users of {} machines", rows.size()), sum / count, true, {}};
}

int log_off_all(fleet machines, const guest::logoff_options& how, const context& settings) {
  base::executor on;
  fleet_logoff work(std::move(machines), how);
  {
    fleet_progress progress(settings);
    work.run(on, settings.stop, [&](const auto& rows) {
      progress.show(rows);
      if (settings.observer != nullptr) settings.observer->report(report_of(rows));
    });
  }
  const auto rows = work.rows();
  if (settings.json) print(logoff_json(rows));
  if (!settings.json && !settings.quiet) print(logoff_text(rows));
  return finish(rows);
}

// Of --all those that are off are watched too, since they may be started, but not shown.
std::vector<session_answer> to_show(const std::vector<session_answer>& all) {
  std::vector<session_answer> some;
  std::ranges::copy_if(all, std::back_inserter(some), [](const session_answer& a) {
    return !(a.how == ending::skipped && a.why.code == base::errc::vm_not_running);
  });
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

}  // namespace

int guest_info(const guest_options& o, const context& settings) {
  const auto c = open_connection(settings);
  const auto machines = choose(c, o);
  if (o.machines.single()) {
    const auto facts = ask_facts(machines.machines.front(), c.channels);
    print(settings.json ? facts_json(facts) : facts_text(facts));
    return done;
  }
  const auto all =
      ask_all(machines, settings.stop, [&](const target& t) { return ask_facts(t, c.channels); });
  print(settings.json ? facts_json(all) : facts_text(all));
  return finish(all);
}

int guest_sessions(const guest_options& o, const context& settings) {
  const auto c = open_connection(settings);
  if (o.watch) return watch(c, o, settings);
  if (o.machines.single()) {
    const auto all = only_guest(c, o).sessions();
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
