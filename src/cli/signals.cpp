// SPDX-License-Identifier: Apache-2.0
#include "cli/signals.hpp"

#include <pthread.h>

namespace comeback::cli {
namespace {

constexpr int leave = SIGUSR2;  // tells the waiting thread to end

}  // namespace

void ignore_signals_of_write() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

stop_on_signal::stop_on_signal(later second) : second_(second) {
  ignore_signals_of_write();
  sigemptyset(&waited_);
  for (const int s : {SIGINT, SIGTERM, SIGHUP, leave}) sigaddset(&waited_, s);
  pthread_sigmask(SIG_BLOCK, &waited_, nullptr);
  thread_ = std::thread([this] { wait(); });
}

stop_on_signal::~stop_on_signal() {
  pthread_kill(thread_.native_handle(), leave);
  thread_.join();
}

void stop_on_signal::wait() {
  int got = 0;
  if (sigwait(&waited_, &got) != 0 || got == leave) return;
  stop_.request_stop();
  while (second_ == later::ignored)
    if (sigwait(&waited_, &got) != 0 || got == leave) return;
  if (sigwait(&waited_, &got) != 0 || got == leave) return;
  std::signal(got, SIG_DFL);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, got);
  pthread_sigmask(SIG_UNBLOCK, &only, nullptr);
  raise(got);
}

}  // namespace comeback::cli
