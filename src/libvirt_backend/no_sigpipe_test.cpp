// SPDX-License-Identifier: Apache-2.0
#include "libvirt_backend/no_sigpipe.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <optional>

#include <gtest/gtest.h>
#include <unistd.h>

namespace comeback::libvirt_backend {
namespace {

/// What becomes of it, as the number of an error.
int write_to_nobody() {
  std::array<int, 2> ends{};
  EXPECT_EQ(pipe(ends.data()), 0);
  close(ends[0]);
  const int number = write(ends[1], "x", 1) < 0 ? errno : 0;
  close(ends[1]);
  return number;
}

bool is_blocked() {
  sigset_t now;
  pthread_sigmask(SIG_BLOCK, nullptr, &now);
  return sigismember(&now, SIGPIPE) == 1;
}

class broken_pipes : public testing::Test {
 protected:
  void SetUp() override { std::signal(SIGPIPE, SIG_DFL); }
};

TEST_F(broken_pipes, are_errors_under_a_guard) {
  {
    const no_sigpipe guard;
    EXPECT_EQ(write_to_nobody(), EPIPE);
  }
  EXPECT_FALSE(is_blocked());
}

TEST_F(broken_pipes, are_errors_until_the_last_of_several_guards_ends) {
  std::optional<no_sigpipe> first(std::in_place), second(std::in_place);
  first.reset();
  EXPECT_EQ(write_to_nobody(), EPIPE);
  second.reset();
  EXPECT_FALSE(is_blocked());
}

TEST_F(broken_pipes, that_the_host_blocks_stay_blocked) {
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  { const no_sigpipe guard; }
  EXPECT_TRUE(is_blocked());
  pthread_sigmask(SIG_UNBLOCK, &pipe, nullptr);
}

using broken_pipes_death = broken_pipes;

TEST_F(broken_pipes_death, end_the_process_without_one) {
  EXPECT_EXIT(write_to_nobody(), testing::KilledBySignal(SIGPIPE), "");
}

}  // namespace
}  // namespace comeback::libvirt_backend
