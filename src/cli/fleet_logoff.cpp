// SPDX-License-Identifier: Apache-2.0
#include "cli/fleet_logoff.hpp"

#include "base/progress.hpp"
#include "cli/crew.hpp"
#include "guest/guest_os.hpp"

#include <algorithm>
#include <condition_variable>
#include <thread>

#include <fmt/format.h>

namespace comeback::cli {
namespace {

using base::errc;

constexpr std::chrono::milliseconds report_every{100};

verdict verdict_on(const std::string& machine, const base::task_outcome& outcome, bool nobody_is_fine) {
  const bool nobody = outcome.error == errc::no_such_logon_session;
  if (outcome.error == errc::ok || (nobody && nobody_is_fine))
    return {machine, ending::success, {errc::ok, {}}};
  return {machine, ending::failure, {outcome.error, outcome.description}};
}

// What became of all of them, as far as it is known.
base::task_outcome sum_of(const std::vector<logoff_row>& rows) {
  const auto failed = [](const logoff_row& r) { return r.how == ending::failure; };
  const auto cancelled = [&](const logoff_row& r) { return failed(r) && r.why.code == errc::cancelled; };
  auto first = std::ranges::find_if(rows, cancelled);
  if (first == rows.end()) first = std::ranges::find_if(rows, failed);
  return first == rows.end() ? base::task_outcome() : base::outcome_of(first->why);
}

}  // namespace

std::optional<work_report> report_of(const std::vector<logoff_row>& rows) {
  if (std::ranges::none_of(rows, &logoff_row::begun)) return std::nullopt;
  int sum = 0;
  for (const auto& row : rows) sum += row.percent;
  return work_report{fmt::format("Log off the users of {} machines", rows.size()),
                     sum / static_cast<int>(rows.size()), true, sum_of(rows)};
}

logoff_row row_of(const std::string& machine, const guest::logoff& ended) {
  logoff_row row;
  row.outcome = ended.task().outcome();
  static_cast<verdict&>(row) = verdict_on(machine, row.outcome, /*nobody_is_fine=*/false);
  row.stage = logoff_stage::ended;
  row.begun = true;
  row.percent = 100;
  row.sessions = ended.results();
  row.newcomers = ended.newcomers();
  return row;
}

fleet_logoff::fleet_logoff(fleet machines, const guest::logoff_options& how)
    : fleet_(std::move(machines)),
      how_(how),
      rows_(fleet_.machines.size()),
      under_way_(fleet_.machines.size()) {
  for (std::size_t i = 0; i < rows_.size(); ++i) rows_[i].machine = fleet_.machines[i].name;
}

void fleet_logoff::run(base::executor& on, const std::stop_token& stop,
                       const std::function<void(const std::vector<logoff_row>&)>& report) {
  std::mutex mutex;
  std::condition_variable changed;
  bool all_ended = false;
  std::jthread crew([&] {
    work_on_all(rows_.size(), stop, [&](std::size_t i) -> std::optional<std::chrono::milliseconds> {
      log_off(i, on, stop);
      return std::nullopt;
    });
    const std::lock_guard lock(mutex);
    all_ended = true;
    changed.notify_one();
  });
  for (std::unique_lock lock(mutex); !changed.wait_for(lock, report_every, [&] { return all_ended; });) {
    lock.unlock();
    report(rows());
    lock.lock();
  }
  report(rows());
}

void fleet_logoff::log_off(std::size_t index, base::executor& on, const std::stop_token& stop) {
  const auto& machine = fleet_.machines[index];
  try {
    base::check(stop);
    const auto& vm = machine_of(machine);
    follow(index, guest::guest_os(vm, fleet_.channels(vm)).logoff_all(on, how_), stop);
  } catch (...) {
    const auto how = refusal(fleet_, machine);
    end(index, how, base::outcome_of(how.why));
  }
}

void fleet_logoff::follow(std::size_t index, guest::logoff work, const std::stop_token& stop) {
  {
    const std::lock_guard lock(mutex_);
    rows_[index].stage = logoff_stage::running;
    rows_[index].begun = true;
    under_way_[index] = work;
  }
  const std::stop_callback cancel(stop, [task = work.task()]() mutable { task.cancel(); });
  work.task().wait();
  const auto outcome = work.task().outcome();
  end(index, verdict_on(fleet_.machines[index].name, outcome, /*nobody_is_fine=*/true), outcome);
}

void fleet_logoff::end(std::size_t index, const verdict& how, const base::task_outcome& outcome) {
  const std::lock_guard lock(mutex_);
  auto& row = rows_[index];
  static_cast<verdict&>(row) = how;
  row.stage = logoff_stage::ended;
  row.percent = 100;
  row.outcome = outcome;
  if (!under_way_[index]) return;
  row.sessions = under_way_[index]->results();
  row.newcomers = under_way_[index]->newcomers();
  under_way_[index].reset();
}

std::vector<logoff_row> fleet_logoff::rows() const {
  const std::lock_guard lock(mutex_);
  auto copy = rows_;
  for (std::size_t i = 0; i < copy.size(); ++i) {
    if (!under_way_[i]) continue;
    copy[i].percent = std::min(under_way_[i]->task().percent(), 99);
    copy[i].sessions = under_way_[i]->results();
    copy[i].newcomers = under_way_[i]->newcomers();
  }
  return copy;
}

}  // namespace comeback::cli
