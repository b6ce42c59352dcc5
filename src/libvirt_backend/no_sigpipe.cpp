// SPDX-License-Identifier: Apache-2.0
#include "libvirt_backend/no_sigpipe.hpp"

#include <csignal>
#include <ctime>

namespace comeback::libvirt_backend {

namespace {

struct of_this_thread {
  int guards = 0;
  bool is_ours = false;  ///< neither blocked nor pending before
};

of_this_thread& state() noexcept {
  static thread_local of_this_thread mine;
  return mine;
}

sigset_t only_sigpipe() noexcept {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  return set;
}

}  // namespace

no_sigpipe::no_sigpipe() noexcept {
  if (state().guards++ > 0) return;
  const sigset_t pipe = only_sigpipe();
  sigset_t pending, before;
  sigpending(&pending);
  pthread_sigmask(SIG_BLOCK, &pipe, &before);
  state().is_ours = sigismember(&pending, SIGPIPE) == 0 && sigismember(&before, SIGPIPE) == 0;
}

no_sigpipe::~no_sigpipe() {
  if (--state().guards > 0 || !state().is_ours) return;
  const sigset_t pipe = only_sigpipe();
  constexpr timespec at_once{};
  (void)sigtimedwait(&pipe, nullptr, &at_once);
  pthread_sigmask(SIG_UNBLOCK, &pipe, nullptr);
}

}  // namespace comeback::libvirt_backend
