// SPDX-License-Identifier: Apache-2.0
#include "base/background.hpp"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>
#include <vector>

namespace comeback::base {

struct detail::background_thread {
  std::shared_ptr<std::atomic<bool>> ended = std::make_shared<std::atomic<bool>>(false);
  std::jthread thread;
};

namespace {

using thread_list = std::vector<std::unique_ptr<detail::background_thread>>;

// Never destroyed: threads may end after main, and one that blocks is nobody's to wait for then.
struct left_threads {
  std::mutex mutex;
  std::condition_variable one_ended;
  thread_list all;
};

left_threads& left() {
  static auto* const made = new left_threads;
  return *made;
}

bool is_here(const detail::background_thread& one) {
  return one.thread.get_id() == std::this_thread::get_id();
}

/// Joins, behind the lock, those that have nothing left to do but to return.
void join_ended() {
  thread_list ended;
  const std::lock_guard lock(left().mutex);
  std::erase_if(left().all, [&ended](auto& one) {
    if (!*one->ended || is_here(*one)) return false;
    ended.push_back(std::move(one));
    return true;
  });
}

void tell_end(std::atomic<bool>& ended) {
  const std::lock_guard lock(left().mutex);
  ended = true;
  left().one_ended.notify_all();
}

}  // namespace

background::background(std::function<void(std::stop_token)> body)
    : thread_(std::make_unique<detail::background_thread>()) {
  join_ended();
  auto run = [body = std::move(body), ended = thread_->ended](const std::stop_token& stop) mutable {
    try {
      std::exchange(body, nullptr)(stop);
    } catch (...) {  // the edge of the thread: there is nobody to tell
    }
    tell_end(*ended);
  };
  thread_->thread = std::jthread(std::move(run));
}

background::~background() {
  thread_->thread.request_stop();
  join_ended();
  const std::lock_guard lock(left().mutex);
  left().all.push_back(std::move(thread_));
}

bool background::finish(std::chrono::milliseconds within) {
  const auto none_works = [] {
    return std::ranges::all_of(left().all, [](const auto& one) { return one->ended->load(); });
  };
  bool all = false;
  {
    std::unique_lock lock(left().mutex);
    all = left().one_ended.wait_for(lock, within, none_works);
  }
  join_ended();
  return all;
}

void alarm_clock::wake() {
  const std::lock_guard lock(mutex_);
  rung_ = true;
  woken_.notify_all();
}

bool alarm_clock::sleep(const std::stop_token& stop, std::chrono::milliseconds at_most) {
  std::unique_lock lock(mutex_);
  woken_.wait_for(lock, stop, at_most, [this] { return rung_; });
  return std::exchange(rung_, false);
}

struct courier::shared {
  std::mutex mutex;
  std::condition_variable_any posted;
  std::deque<std::function<void()>> jobs;
  bool begun = false;
};

courier::courier() : state_(std::make_shared<shared>()) {}

courier::~courier() {
  std::deque<std::function<void()>> dropped;  // die behind the lock: they may hold anything
  const std::lock_guard lock(state_->mutex);
  dropped.swap(state_->jobs);
}

void courier::post(std::function<void()> job) {
  std::function<void()> lost;  // dies behind the lock
  const std::lock_guard lock(state_->mutex);
  if (!std::exchange(state_->begun, true)) {
    thread_ = std::make_unique<background>(
        [state = state_](const std::stop_token& stop) { deliver(*state, stop); });
  }
  if (state_->jobs.size() >= most_waiting) {
    lost = std::move(state_->jobs.front());
    state_->jobs.pop_front();
  }
  state_->jobs.push_back(std::move(job));
  state_->posted.notify_one();
}

void courier::deliver(shared& state, const std::stop_token& stop) {
  for (;;) {
    std::function<void()> job;
    {
      std::unique_lock lock(state.mutex);
      if (!state.posted.wait(lock, stop, [&state] { return !state.jobs.empty(); }) || stop.stop_requested())
        return;
      job = std::move(state.jobs.front());
      state.jobs.pop_front();
    }
    try {
      job();
    } catch (...) {  // the edge of the thread: a job's failure is its own affair
    }
  }
}

}  // namespace comeback::base
