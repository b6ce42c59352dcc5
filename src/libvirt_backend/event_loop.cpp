// SPDX-License-Identifier: Apache-2.0
#include "libvirt_backend/event_loop.hpp"

#include "libvirt_backend/errors.hpp"

#include <cstdlib>
#include <mutex>

#include <libvirt/libvirt.h>

namespace comeback::libvirt_backend {

namespace {

/// An event that is due makes the loop look up; it is how another thread wakes it.
constexpr int never = -1;
constexpr int at_once = 0;

}  // namespace

std::shared_ptr<event_loop> event_loop::acquire() {
  static std::mutex mutex;
  static std::weak_ptr<event_loop> running;
  const std::lock_guard lock(mutex);
  if (auto loop = running.lock()) return loop;
  static const bool registered = [] {
    keep_libvirt_quiet();
    // The embedded driver logs to the terminal, and only the environment can tell it not to. Who sets the
    // variable himself wants to see it.
    setenv("LIBVIRT_LOG_OUTPUTS", "4:file:/dev/null", /*replace=*/0);
    return virInitialize() == 0 && virEventRegisterDefaultImpl() == 0;
  }();
  if (!registered) throw_last("Preparing libvirt");
  auto loop = std::make_shared<event_loop>();
  running = loop;
  return loop;
}

event_loop::event_loop()
    : timer_(virEventAddTimeout(
          never, [](int timer, void*) { virEventUpdateTimeout(timer, never); }, nullptr, nullptr)),
      thread_([this] {
        while (!stop_) virEventRunDefaultImpl();
      }) {}

event_loop::~event_loop() {
  stop_ = true;
  virEventUpdateTimeout(timer_, at_once);
  thread_.join();
  virEventRemoveTimeout(timer_);
}

}  // namespace comeback::libvirt_backend
