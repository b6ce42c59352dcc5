// SPDX-License-Identifier: Apache-2.0
#include "cli/fleet_logoff.hpp"

#include "base/progress.hpp"
#include "cli/crew.hpp"
#include "guest/guest_os.hpp"

#include <condition_variable>
#include <thread>

namespace comeback::cli {
namespace {

constexpr std::chrono::milliseconds report_every{100};

verdict verdict_on(const target& with, const base::task_outcome& outcome) {
  const bool fine = outcome.error == base::errc::ok || outcome.error == base::errc::no_such_logon_session;
  return {with.name, fine ? ending::success : ending::failure, {outcome.error, outcome.description}};
}

}  // namespace

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
    under_way_[index] = work;
  }
  const std::stop_callback cancel(stop, [task = work.task()]() mutable { task.cancel(); });
  work.task().wait();
  const auto outcome = work.task().outcome();
  end(index, verdict_on(fleet_.machines[index], outcome), outcome);
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
  under_way_[index].reset();
}

std::vector<logoff_row> fleet_logoff::rows() const {
  const std::lock_guard lock(mutex_);
  auto copy = rows_;
  for (std::size_t i = 0; i < copy.size(); ++i) {
    if (!under_way_[i]) continue;
    copy[i].percent = std::min(under_way_[i]->task().percent(), 99);
    copy[i].sessions = under_way_[i]->results();
  }
  return copy;
}

}  // namespace comeback::cli
