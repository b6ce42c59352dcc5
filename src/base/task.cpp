// SPDX-License-Identifier: Apache-2.0
#include "base/task.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <utility>

namespace comeback::base {

namespace detail {

std::atomic<std::uint64_t> tasks_ended{0};

struct task_state {
  task_state(int number, std::string text, bool can_cancel)
      : id(number), description(std::move(text)), cancelable(can_cancel) {}

  const int id;
  const std::string description;
  std::stop_source stop;

  std::mutex mutex;
  std::condition_variable_any changed;
  int percent = 0;
  bool cancelable;
  bool complete = false;
  std::uint64_t ended = 0;  // the how-manieth to end, from 1; 0 while it runs
  task_outcome outcome;

  void finish(task_outcome value) {
    {
      const std::lock_guard lock(mutex);
      outcome = std::move(value);
      percent = 100;
      cancelable = false;
      complete = true;
      ended = ++tasks_ended;
    }
    changed.notify_all();
  }
};

}  // namespace detail

namespace {

std::atomic<int> next_task_id{1};
constexpr std::size_t ended_tasks_kept = 100;

task_outcome run(const executor::body& work, task_context& context) noexcept {
  try {
    return work(context);
  } catch (...) {
    return outcome_of(describe_current_exception());
  }
}

}  // namespace

std::string_view name_of(task_result result) noexcept {
  switch (result) {
    case task_result::success:
      return "success";
    case task_result::cancelled:
      return "cancelled";
    case task_result::unexpected_error:
      return "unexpected error";
    case task_result::out_of_memory:
      return "out of memory";
    case task_result::disk_related_error:
      return "disk error";
    case task_result::incompatible_saved_state:
      return "incompatible saved state";
    case task_result::timed_out:
      return "timed out";
    case task_result::illegal_value:
      return "illegal value";
    case task_result::thread_crash:
      return "thread crash";
    case task_result::shutdown_aborted:
      return "shutdown aborted";
  }
  return "unknown";
}

task_outcome outcome_of(const described_error& e) {
  const auto result = [&] {
    switch (e.code) {
      case errc::ok:
        return task_result::success;
      case errc::cancelled:
        return task_result::cancelled;
      case errc::timed_out:
        return task_result::timed_out;
      case errc::out_of_memory:
        return task_result::out_of_memory;
      case errc::disk_full:
        return task_result::disk_related_error;
      default:
        return task_result::unexpected_error;
    }
  }();
  return {result, e.code, e.message};
}

void task_context::percent(int value) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->percent = std::max(state_->percent, std::min(value, 99));
  }
  state_->changed.notify_all();
}

void task_context::cancelable(bool value) {
  const std::lock_guard lock(state_->mutex);
  state_->cancelable = value;
}

std::stop_token task_context::stop() const { return state_->stop.get_token(); }

bool task_context::sleep(std::chrono::milliseconds duration) const {
  std::unique_lock lock(state_->mutex);
  state_->changed.wait_for(lock, stop(), duration, [] { return false; });
  return state_->stop.stop_requested();
}

int task::id() const { return state_->id; }
std::string task::description() const { return state_->description; }

int task::percent() const {
  const std::lock_guard lock(state_->mutex);
  return state_->percent;
}

bool task::cancelable() const {
  const std::lock_guard lock(state_->mutex);
  return state_->cancelable;
}

bool task::complete() const {
  const std::lock_guard lock(state_->mutex);
  return state_->complete;
}

bool task::cancel() {
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->complete || !state_->cancelable) return false;
  }
  state_->stop.request_stop();
  return true;
}

bool task::wait_for(std::chrono::milliseconds duration) const {
  std::unique_lock lock(state_->mutex);
  return state_->changed.wait_for(lock, duration, [&] { return state_->complete; });
}

void task::wait() const {
  std::unique_lock lock(state_->mutex);
  state_->changed.wait(lock, [&] { return state_->complete; });
}

std::uint64_t task::ended() const {
  const std::lock_guard lock(state_->mutex);
  return state_->ended;
}

task_outcome task::outcome() const {
  const std::lock_guard lock(state_->mutex);
  return state_->outcome;
}

executor::executor() = default;

executor::~executor() { finish(); }

task executor::start(std::string description, bool cancelable, body work) {
  auto state = std::make_shared<detail::task_state>(next_task_id++, std::move(description), cancelable);
  const std::lock_guard lock(mutex_);
  forget_old_locked();
  entries_.push_back({task(state), std::jthread([state, work = std::move(work)]() mutable {
                        task_context context(state);
                        auto outcome = run(work, context);
                        work = nullptr;  // what the body owns is gone before anybody sees the end
                        state->finish(std::move(outcome));
                      })});
  return entries_.back().handle;
}

std::vector<task> executor::tasks() const {
  const std::lock_guard lock(mutex_);
  const auto forgotten = last_forgotten_locked();
  std::vector<task> all;
  all.reserve(entries_.size());
  for (const auto& e : entries_)
    if (const auto ended = e.handle.ended(); ended == 0 || ended > forgotten) all.push_back(e.handle);
  return all;
}

void executor::finish() {
  // Again, since one may have begun another.
  for (auto all = tasks(); !std::ranges::all_of(all, &task::complete); all = tasks())
    for (const auto& t : all) t.wait();
  // Their threads end as well, but for the one that may have come here itself.
  const std::lock_guard lock(mutex_);
  for (auto& e : entries_)
    if (e.handle.complete() && e.thread.joinable() && e.thread.get_id() != std::this_thread::get_id())
      e.thread.join();
}

std::uint64_t executor::last_forgotten_locked() const {
  std::vector<std::uint64_t> ends;
  for (const auto& e : entries_)
    if (const auto ended = e.handle.ended(); ended != 0) ends.push_back(ended);
  if (ends.size() <= ended_tasks_kept) return 0;
  const auto last = ends.end() - static_cast<std::ptrdiff_t>(ended_tasks_kept) - 1;
  std::ranges::nth_element(ends, last);
  return *last;
}

void executor::forget_old_locked() {
  const auto forgotten = last_forgotten_locked();
  // What ends from here on has a higher number. Erasing waits for the thread, which has nothing left to do.
  std::erase_if(entries_, [&](const entry& e) {
    const auto ended = e.handle.ended();
    return ended != 0 && ended <= forgotten;
  });
}

}  // namespace comeback::base
