// SPDX-License-Identifier: Apache-2.0
#include "cli/task_worker.hpp"

#include "base/file.hpp"
#include "cli/clock.hpp"
#include "cli/output.hpp"
#include "cli/signals.hpp"
#include "cli/task_folder.hpp"
#include "cli/task_render.hpp"
#include "cli/work_observer.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace comeback::cli {
namespace {

using base::errc;
using base::error;
using base::unique_fd;
using clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr int begun_fd = 3;  // in the worker: where it says that its work has begun
constexpr std::byte begun{1};

/// What the starter hands over to the worker.
struct hand_over {
  int id;
  unique_fd out, err, begun;
  unique_fd begun_from;  ///< the starter's end
};

// Above the standard ones, which the starter may have been given closed.
unique_fd above_standard(unique_fd fd, std::string_view name) {
  const int high = fd ? ::fcntl(fd.get(), F_DUPFD_CLOEXEC, 10) : -1;
  if (high < 0) base::throw_errno(errno, "Cannot open", name);
  return unique_fd(high);
}

unique_fd make_file(const task_folder& folder, int id, const char* kind) {
  const auto path = folder.file(id, kind);
  return above_standard(
      unique_fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600)),
      path.native());
}

/// The verb's life as the folder shows it.
class worker final : public work_observer {
 public:
  worker(const task_folder& folder, int id, const std::vector<std::string>& command)
      : folder_(folder), id_(id), lock_(folder.lock(id)) {
    record_.command = command;
    record_.process = ::getpid();
    record_.started = now();
    folder_.write(id_, record_, /*sync=*/true);
  }

  void report(const work_report& state) override {
    outcome_ = state.outcome;
    // 100 and the end come together, when the verb has ended as well.
    const int percent = std::clamp(state.percent, record_.percent, 99);
    const bool same = begun_ && percent == record_.percent && state.cancelable == record_.cancelable &&
                      state.description == record_.description;
    if (same) return;
    record_.percent = percent;
    record_.cancelable = state.cancelable;
    record_.description = state.description;
    // A full disk must not keep the work from going on; it is the last word that counts.
    try {
      folder_.write(id_, record_, /*sync=*/!begun_);
    } catch (const error& e) {
      std::fputs(error_text(e.code(), e.what()).c_str(), stderr);
    }
    say_begun();
  }

  /// `thrown`: what left the verb, or errc::ok.
  void ended(int status, const base::described_error& thrown) {
    if (status != done) {
      record_.error = thrown.code != errc::ok ? thrown.code : outcome_.error;
      record_.message = thrown.code != errc::ok ? thrown.message : outcome_.description;
    }
    if (status != done && record_.error == errc::ok) {
      record_.error = errc::fail;
      record_.message = fmt::format("The command ended with status {}.", status);
    }
    record_.state = status == done                     ? task_state::success
                    : record_.error == errc::cancelled ? task_state::cancelled
                                                       : task_state::failure;
    record_.status = status;
    record_.percent = 100;
    record_.cancelable = false;
    record_.ended = now();
    folder_.write(id_, record_, /*sync=*/true);
  }

 private:
  void say_begun() {
    if (begun_) return;
    begun_ = true;
    // The starter may be gone; nobody is told then.
    (void)!::write(begun_fd, &begun, 1);
    ::close(begun_fd);
  }

  const task_folder& folder_;
  int id_;
  unique_fd lock_;
  task_record record_;
  base::task_outcome outcome_;
  bool begun_ = false;
};

// Nothing of the starter's stays open: not its terminal, nor a pipe that somebody reads to its end, nor a
// lock of the shell that called it.
void detach(hand_over& given) {
  ::setsid();
  const auto nothing = above_standard(unique_fd(::open("/dev/null", O_RDONLY | O_CLOEXEC)), "/dev/null");
  const bool moved =
      ::dup2(nothing.get(), STDIN_FILENO) >= 0 && ::dup2(given.out.get(), STDOUT_FILENO) >= 0 &&
      ::dup2(given.err.get(), STDERR_FILENO) >= 0 && ::dup3(given.begun.get(), begun_fd, O_CLOEXEC) >= 0;
  if (!moved) base::throw_errno(errno, "Cannot detach", "the worker");
}

int run_verb(const context& settings, const std::function<int(const context&)>& verb, worker& told) {
  base::described_error thrown{errc::ok, {}};
  int status = failed;
  try {
    status = verb(settings);
  } catch (...) {
    thrown = base::describe_current_exception();
    print_failure(settings.json, thrown);
  }
  told.ended(status, thrown);
  return status;
}

int be_worker(context settings, hand_over given, const std::vector<std::string>& command,
              const std::function<int(const context&)>& verb) {
  try {
    detach(given);
    for (auto* fd : {&given.out, &given.err, &given.begun}) fd->release();
    ::closefrom(begun_fd + 1);
    const stop_on_signal signals(stop_on_signal::later::ignored);
    const task_folder folder(settings.state_directory);
    worker self(folder, given.id, command);
    settings.stop = signals.token();
    settings.progress = progress_mode::never;
    settings.observer = &self;
    return run_verb(settings, verb, self);
  } catch (...) {
    print_failure(settings.json, base::describe_current_exception());
    return failed;
  }
}

/// Makes a worker end that has not begun: politely, then not.
class patience {
 public:
  explicit patience(pid_t worker) : worker_(worker) {}

  void check(const std::stop_token& stop) {
    const auto at = clock::now();
    if (!asked_ && (stop.stop_requested() || at > asks_at_)) {
      asked_ = true;
      kills_at_ = at + 10s;
      ::kill(worker_, SIGTERM);  // our child, and not waited for: the number is its own
    }
    if (asked_ && at > kills_at_) ::kill(worker_, SIGKILL);
  }

 private:
  pid_t worker_;
  bool asked_ = false;
  clock::time_point asks_at_ = clock::now() + 120s, kills_at_{};
};

// True once the work has begun, false when the worker ended before.
bool wait_until_begun(pid_t worker, int from, const std::stop_token& stop) {
  patience with(worker);
  pollfd readable{from, POLLIN, 0};
  while (::poll(&readable, 1, 50) <= 0) with.check(stop);
  std::byte word{};
  return ::read(from, &word, 1) == 1;
}

int status_of(pid_t worker, const context& settings) {
  int how = 0;
  while (::waitpid(worker, &how, 0) < 0)
    if (errno != EINTR) base::throw_errno(errno, "Cannot wait for", "the worker");
  if (WIFEXITED(how)) return WEXITSTATUS(how);
  print_failure(settings.json, {errc::exception, "The worker was killed before its work had begun."});
  return failed;
}

// There is no task: the failure is this command's own.
int end_as_worker(const task_folder& folder, int id, pid_t worker, const context& settings) {
  const int status = status_of(worker, settings);
  const auto output = folder.output(id, "out"), messages = folder.output(id, "err");
  folder.forget(id);
  std::fputs(messages.c_str(), stderr);
  print(output);
  if (status != done && output.empty() && messages.empty())
    print_failure(settings.json, {errc::fail, "The worker ended before its work had begun."});
  return status;
}

int be_starter(const context& settings, const task_folder& folder, int id, pid_t worker, int begun_from) {
  const stop_on_signal signals;
  if (!wait_until_begun(worker, begun_from, signals.token()))
    return end_as_worker(folder, id, worker, settings);
  const auto begun_task = folder.task(id);
  print(settings.json ? task_json(begun_task) : fmt::format("Task {}: {}\n", id, title_of(begun_task)));
  return done;
}

hand_over prepare(const task_folder& folder) {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) base::throw_errno(errno, "Cannot make", "a pipe");
  hand_over made{0, {}, {}, unique_fd(ends[1]), unique_fd(ends[0])};
  made.begun = above_standard(std::move(made.begun), "a pipe");
  made.id = folder.claim();
  try {
    made.out = make_file(folder, made.id, "out");
    made.err = make_file(folder, made.id, "err");
  } catch (const error&) {
    folder.forget(made.id);
    throw;
  }
  return made;
}

}  // namespace

int run_in_background(const context& settings, const std::vector<std::string>& command,
                      const std::function<int(const context&)>& verb) {
  ignore_signals_of_write();
  const task_folder folder(settings.state_directory);
  auto given = prepare(folder);
  const int id = given.id;
  auto reading = std::move(given.begun_from);
  const pid_t worker = ::fork();
  if (worker < 0) {
    const int why = errno;
    folder.forget(id);
    base::throw_errno(why, "Cannot start", "a worker");
  }
  if (worker == 0) {
    reading.release();  // closed with all the others
    return be_worker(settings, std::move(given), command, verb);
  }
  given = {};
  return be_starter(settings, folder, id, worker, reading.get());
}

}  // namespace comeback::cli
