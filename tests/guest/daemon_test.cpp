// SPDX-License-Identifier: Apache-2.0
// A real libvirt daemon that is killed and started again, or hangs: an ordinary user's, with a home of its
// own, whose guest goes on meanwhile.
#include "guest/agent.hpp"
#include "libvirt_backend/snapshot.hpp"
#include "test_guest.hpp"

#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <set>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace comeback::test_guest {
namespace {

using base::errc;
using base::task_result;
using machine::happening;
using machine::notification;
using machine::run_state;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::steady_clock;
namespace fs = std::filesystem;

/// libvirt's daemon, a child of ours, which does not outlive us.
class daemon {
 public:
  daemon() = default;
  daemon(const daemon&) = delete;
  daemon& operator=(const daemon&) = delete;
  ~daemon() { end(SIGTERM); }

  void start() {
    const pid_t parent = getpid();
    pid_ = fork();
    if (pid_ != 0) return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (const int fd : {0, 1, 2}) dup2(null, fd);
    execl("/usr/sbin/libvirtd", "libvirtd", nullptr);
    _exit(127);
  }
  /// As far as it has not ended by itself.
  [[nodiscard]] bool runs() {
    if (pid_ > 0 && waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
    return pid_ > 0;
  }
  void hang() const { kill(pid_, SIGSTOP); }
  void go_on() const { kill(pid_, SIGCONT); }
  /// By force where it does not heed the signal.
  void end(int signal) {
    if (!runs()) return;
    kill(pid_, signal);
    go_on();  // what hangs heeds nothing else
    for (const auto until = steady_clock::now() + minutes(1); runs();) {
      if (steady_clock::now() > until) kill(pid_, SIGKILL);
      std::this_thread::sleep_for(milliseconds(10));
    }
  }

 private:
  pid_t pid_ = -1;
};

/// QEMU is the daemon's child and outlives it. For one that no daemon can be asked to end.
void kill_guest(const fs::path& home) {
  pid_t pid = 0;
  std::ifstream(home / "run/libvirt/qemu/run" / (std::string(guest::name) + ".pid")) >> pid;
  if (pid <= 0) return;
  std::string line;
  std::getline(std::ifstream("/proc/" + std::to_string(pid) + "/cmdline"), line);
  if (line.find(home.native()) != line.npos) kill(pid, SIGKILL);  // and not who has its number now
}

/// The whole suite: one daemon, one guest, booted once.
class daemons : public testing::Test {
 public:
  static void SetUpTestSuite() {
    service = std::make_unique<daemon>();
    service->start();
    to = std::make_unique<guest>(connect_patiently(), built_guest(), home() / "disk");
    if (!restore()) to->boot();
    wait_for(3);
  }
  static void TearDownTestSuite() {
    try {
      be_there();
      if (to) to->down();
    } catch (const base::error& e) {
      ADD_FAILURE() << e.what();
    }
    to.reset();
    service.reset();
    kill_guest(home());
  }

 protected:
  /// A test that failed may have left the daemon as it was then.
  void SetUp() override { be_there(); }
  static void be_there() {
    if (service->runs())
      service->go_on();
    else
      service->start();
    if (to) wait_until_back();
  }
  static libvirt_backend::connection connect_patiently() {
    for (const auto until = steady_clock::now() + minutes(1);;) {
      try {
        return libvirt_backend::connect(
            {.uri = "qemu:///session", .read_only = false, .is_root = false, .state_directory = {}});
      } catch (const base::error&) {
        if (steady_clock::now() > until) throw;
        std::this_thread::sleep_for(milliseconds(100));
      }
    }
  }
  static fs::path home() { return std::getenv("HOME"); }
  /// From the state that others have saved, where there is one; a boot takes ten times as long.
  static bool restore() {
    try {
      to->connection().machines->define(to->xml());
      libvirt_backend::restore_from(*to->connection().machines, home() / "disk" / "memory", to->xml());
      return true;
    } catch (const base::error&) {
      return false;
    }
  }
  /// On a busy machine a guest that has just been restored may be slower than the agent's deadlines.
  static void wait_for(std::size_t sessions) {
    for (int tries = 0;; ++tries) {
      try {
        return to->wait_for_sessions(sessions, minutes(4));
      } catch (const base::error& e) {
        if (e.code() != errc::timed_out || tries == 3) throw;
      }
    }
  }
  template <class Body>
  static std::string failure_of(Body&& body) {
    try {
      body();
    } catch (const base::error& e) {
      EXPECT_EQ(e.code(), errc::exception);
      return e.what();
    }
    return {};
  }
  /// A daemon that answers again has not yet found the channels of the machines that run.
  static bool agent_is_back() {
    try {
      (void)to->run("true");
      return true;
    } catch (const base::error&) {
      return false;
    }
  }
  static void wait_until_back() {
    for (const auto until = steady_clock::now() + minutes(1); steady_clock::now() < until;) {
      if (failure_of([] { (void)to->connection().machines->machines(); }).empty() && agent_is_back()) return;
      std::this_thread::sleep_for(milliseconds(100));
    }
    ADD_FAILURE() << "the daemon does not come back";
  }

  static inline std::unique_ptr<daemon> service;
  static inline std::unique_ptr<guest> to;
  base::executor on;
};

/// What a listener heard; his own, since a call under way may outlive the test.
class heard_happenings {
 public:
  void add(happening what) {
    const std::lock_guard lock(mutex_);
    all_.insert(what);
    more_.notify_all();
  }
  [[nodiscard]] bool wait_for(happening what) {
    std::unique_lock lock(mutex_);
    return more_.wait_for(lock, minutes(1), [&] { return all_.contains(what); });
  }

 private:
  std::mutex mutex_;
  std::condition_variable more_;
  std::set<happening> all_;
};

TEST_F(daemons, machines_known_before_a_restart_are_known_after_it) {
  const auto vm = to->vm();
  const auto os = to->os();
  EXPECT_EQ(vm->state(), run_state::running);
  service->end(SIGKILL);
  // The first may find out.
  EXPECT_THAT(failure_of([&] { (void)vm->state(); }), testing::Not(""));
  EXPECT_THAT(failure_of([&] { (void)to->connection().machines->machines(); }),
              testing::HasSubstr("qemu:///session"));
  service->start();
  wait_until_back();
  EXPECT_EQ(vm->state(), run_state::running);
  EXPECT_EQ(to->vm()->uuid(), vm->uuid());
  wait_for(3);
  EXPECT_EQ(os.sessions().size(), 3U);
}

TEST_F(daemons, who_listens_hears_again_after_a_restart) {
  const auto heard = std::make_shared<heard_happenings>();
  const auto by = std::make_shared<base::courier>();
  const auto mine =
      to->connection().machines->subscribe(by, [heard](const notification& of) { heard->add(of.what); });
  service->end(SIGKILL);
  ASSERT_TRUE(heard->wait_for(happening::connection_lost));
  service->start();
  ASSERT_TRUE(heard->wait_for(happening::connection_regained));
  wait_for(3);
  (void)comeback::guest::agent(to->connection().channels(to->vm()), guest::name)
      .begin("systemctl", {"restart", "qemu-guest-agent"});
  EXPECT_TRUE(heard->wait_for(happening::agent_connected));
}

TEST_F(daemons, a_logoff_goes_on_when_its_daemon_is_back) {
  (void)to->add_stubborn("alice");
  auto under_way = to->os().logoff_all(
      on, {.grace = seconds(15), .deadline = minutes(3), .agent_may_be_away = minutes(1)});
  while (under_way.task().percent() < 20) std::this_thread::sleep_for(milliseconds(10));
  service->end(SIGKILL);
  std::this_thread::sleep_for(seconds(3));
  EXPECT_FALSE(under_way.task().complete());
  service->start();
  under_way.task().wait();
  EXPECT_EQ(under_way.task().outcome().result, task_result::success)
      << under_way.task().outcome().description;
  EXPECT_GE(under_way.results().size(), 1U);
  EXPECT_TRUE(to->os().sessions().empty());
}

TEST_F(daemons, a_logoff_whose_daemon_stays_away_fails_and_names_it) {
  (void)to->add_stubborn("bob");
  auto under_way =
      to->os().logoff_all(on, {.grace = minutes(1), .deadline = minutes(3), .agent_may_be_away = seconds(2)});
  while (under_way.task().percent() < 20) std::this_thread::sleep_for(milliseconds(10));
  service->end(SIGKILL);
  under_way.task().wait();
  const auto outcome = under_way.task().outcome();
  EXPECT_EQ(outcome.result, task_result::unexpected_error);
  EXPECT_EQ(outcome.error, errc::exception);
  EXPECT_THAT(outcome.description, testing::HasSubstr("qemu:///session"));
  service->start();
  wait_until_back();
}

TEST_F(daemons, a_logoff_whose_daemon_hangs_ends_when_its_time_is_up) {
  (void)to->add_stubborn("carol");
  auto under_way = to->os().logoff_all(
      on, {.grace = minutes(5), .deadline = seconds(75), .agent_may_be_away = minutes(10)});
  while (under_way.task().percent() < 20) std::this_thread::sleep_for(milliseconds(10));
  service->hang();
  ASSERT_TRUE(under_way.task().wait_for(minutes(5)));
  const auto outcome = under_way.task().outcome();
  EXPECT_EQ(outcome.result, task_result::timed_out) << outcome.description;
  EXPECT_EQ(outcome.error, errc::timed_out);
  EXPECT_THAT(failure_of([] { (void)to->vm()->state(); }), testing::HasSubstr("does not answer"));
  service->go_on();
  wait_until_back();
  EXPECT_EQ(to->vm()->state(), run_state::running);
}

void give(const fs::path& path, uid_t to) {
  if (chown(path.c_str(), to, to) != 0) throw std::runtime_error("cannot give away " + path.string());
}

/// What the user will need; the saved state is root's where root made it.
void furnish(const fs::path& home, const fs::path& built) {
  fs::create_directories(home / "run");
  fs::permissions(home / "run", fs::perms::owner_all);
  fs::create_directories(home / "disk");
  // Without this the daemon begins another, for logs, that would outlive the test.
  fs::create_directories(home / ".config" / "libvirt");
  std::ofstream(home / ".config" / "libvirt" / "qemu.conf") << "stdio_handler = \"file\"\n";
  std::error_code none;
  for (const char* file : {"memory", "disk.qcow2"})
    fs::copy_file(built / "state" / file, home / "disk" / file, none);
}

/// libvirt's session daemon is a user's; root becomes nobody for all that follows.
void become_an_ordinary_user(const fs::path& home) {
  constexpr uid_t nobody = 65534;
  if (geteuid() == 0) {
    for (const auto& each : fs::recursive_directory_iterator(home)) give(each.path(), nobody);
    give(home, nobody);
    if (setgroups(0, nullptr) != 0 || setgid(nobody) != 0 || setuid(nobody) != 0)
      throw std::runtime_error("cannot become an ordinary user");
  }
  setenv("HOME", home.c_str(), 1);
  setenv("XDG_RUNTIME_DIR", (home / "run").c_str(), 1);
  for (const char* name : {"XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"})
    unsetenv(name);
  setenv("LIBVIRT_AUTOSTART", "0", 1);  // the daemon is ours to start
}

}  // namespace
}  // namespace comeback::test_guest

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  // The built guest is found by who builds it, before we become somebody else.
  const std::filesystem::path built = comeback::test_guest::built_guest();
  setenv("COMEBACK_CACHE", built.parent_path().parent_path().c_str(), 1);
  const std::filesystem::path home = "/tmp/cbd" + std::to_string(getpid());  // short: sockets lie below it
  comeback::test_guest::furnish(home, built);
  comeback::test_guest::become_an_ordinary_user(home);
  const int status = RUN_ALL_TESTS();
  std::error_code left;
  std::filesystem::remove_all(home, left);
  return status;
}
