// SPDX-License-Identifier: Apache-2.0
#include "libvirt_backend/event_loop.hpp"

#include "libvirt_backend/errors.hpp"
#include "libvirt_backend/no_sigpipe.hpp"

#include <cstdlib>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <libvirt/libvirt.h>
#include <unistd.h>

namespace comeback::libvirt_backend {

namespace {

/// An event that is due makes the loop look up; it is how another thread wakes it.
constexpr int never = -1;
constexpr int at_once = 0;

/// The one that could not be joined by itself. Never destroyed: the process may end first.
std::thread& left_thread() {
  static auto* const made = new std::thread;
  return *made;
}

/// The process's environment with one variable more, unless somebody has set it, while it lives.
///
/// The strings stay where they are and the list is exchanged whole, so that a thread which reads meanwhile
/// finds one list or the other; setenv would move and free what others look at, and stay for our host's
/// children. A variable that another thread sets meanwhile makes the list that thread's, and it is left
/// alone.
class environment_with {
 public:
  environment_with(const char* name, std::string setting) : setting_(std::move(setting)) {
    if (std::getenv(name) != nullptr) return;
    for (char** each = environ; each != nullptr && *each != nullptr; ++each) list_.push_back(*each);
    list_.push_back(setting_.data());
    list_.push_back(nullptr);
    before_ = std::exchange(environ, list_.data());
  }
  environment_with(const environment_with&) = delete;
  environment_with& operator=(const environment_with&) = delete;
  ~environment_with() {
    if (!list_.empty() && environ == list_.data()) environ = before_;
  }

 private:
  std::string setting_;
  std::vector<char*> list_;
  char** before_ = nullptr;
};

/// The embedded driver logs to the terminal, and libvirt reads only its environment to learn of another
/// place, once, in this call. Who sets the variable himself wants to see it.
bool initialize_quietly() {
  const environment_with quiet("LIBVIRT_LOG_OUTPUTS", "LIBVIRT_LOG_OUTPUTS=4:file:/dev/null");
  return virInitialize() == 0;
}

}  // namespace

std::shared_ptr<event_loop> event_loop::acquire() {
  static std::mutex mutex;
  static std::weak_ptr<event_loop> running;
  const std::lock_guard lock(mutex);
  if (auto loop = running.lock()) return loop;
  static const bool registered = [] {
    keep_libvirt_quiet();
    return initialize_quietly() && virEventRegisterDefaultImpl() == 0;
  }();
  if (!registered) throw_last("Preparing libvirt");
  if (left_thread().joinable()) left_thread().join();
  auto loop = std::make_shared<event_loop>();
  running = loop;
  return loop;
}

event_loop::event_loop()
    : timer_(virEventAddTimeout(
          never, [](int timer, void*) { virEventUpdateTimeout(timer, never); }, nullptr, nullptr)),
      thread_([stop = stop_] {
        const no_sigpipe guard;
        while (!*stop) virEventRunDefaultImpl();
      }) {}

event_loop::~event_loop() {
  *stop_ = true;
  virEventUpdateTimeout(timer_, at_once);
  if (thread_.get_id() == std::this_thread::get_id())
    left_thread() = std::move(thread_);
  else
    thread_.join();
  virEventRemoveTimeout(timer_);
}

}  // namespace comeback::libvirt_backend
