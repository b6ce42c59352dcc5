// SPDX-License-Identifier: Apache-2.0
#include "test_guest.hpp"

#include "base/file.hpp"
#include "guest/agent.hpp"
#include "libvirt_backend/snapshot.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace comeback::test_guest {

namespace {

using base::errc;
using base::error;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
namespace fs = std::filesystem;

/// A boot takes 10 s alone, twice that beside a compiler, minutes on a machine that a dozen share.
constexpr seconds boot_deadline{600};
/// Beyond that it is broken, and made anew.
constexpr seconds restore_deadline{180};

std::string shell_word(std::string_view word) {
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

std::string output_of(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) base::throw_errno(errno, "running", command);
  std::string text;
  std::array<char, 4096> buffer{};
  while (const std::size_t n = fread(buffer.data(), 1, buffer.size(), pipe)) text.append(buffer.data(), n);
  if (pclose(pipe) != 0) throw error(errc::exception, fmt::format("'{}' failed.", command));
  return text;
}

void finish(const base::task& task) {
  task.wait();
  const auto outcome = task.outcome();
  if (outcome.result != base::task_result::success) throw error(outcome.error, outcome.description);
}

std::string description(const fs::path& built, const fs::path& disk, std::string_view kernel_words) {
  return output_of(fmt::format(
      "sh {} {} {} {} {}", shell_word((fs::path(COMEBACK_TOOLS_GUEST) / "domain.sh").native()), guest::name,
      shell_word(built.native()), shell_word(disk.native()), shell_word(kernel_words)));
}

/// A saved state goes on only with the emulator and the description that it was made with, wherever the disk
/// is.
std::string made_with(const fs::path& built, std::string_view kernel_words) {
  return output_of("qemu-system-x86_64 --version") + description(built, "disk", kernel_words);
}

/// Of what other processes may save or restore at the same time.
base::unique_fd lock(const fs::path& file, int how) {
  base::unique_fd held(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!held) base::throw_errno(errno, "Cannot open", file.native());
  const auto until = steady_clock::now() + 2 * boot_deadline;
  while (flock(held.get(), how | LOCK_NB) != 0) {
    if (steady_clock::now() > until) throw error(errc::timed_out, "The saved test guest stays locked.");
    std::this_thread::sleep_for(milliseconds(100));
  }
  return held;
}

/// While it boots, or its agent restarts, there is no agent, and then no logind: a condition that throws is
/// one that is not met yet.
template <class Condition>
void wait_until(const Condition& met, seconds deadline, std::string_view what) {
  const auto until = steady_clock::now() + deadline;
  std::string last;
  // A question costs the guest a tenth of a second: one that boots has better things to do.
  for (milliseconds pause(50);; pause = std::min(2 * pause, milliseconds(1000))) {
    try {
      if (met()) return;
      last.clear();
    } catch (const error& e) {
      if (e.code() != errc::additions_feature_not_available && e.code() != errc::exception &&
          e.code() != errc::timed_out)
        throw;
      last = e.what();
    }
    if (steady_clock::now() > until) {
      throw error(errc::timed_out, fmt::format("The test guest does not come to {}. {}", what, last));
    }
    std::this_thread::sleep_for(pause);
  }
}

void write_text(const fs::path& path, const std::string& text) {
  base::new_file file(path);
  base::write_all(file.fd(), std::as_bytes(std::span(text)), path.string());
  file.commit(false);
}

}  // namespace

guest::guest(libvirt_backend::connection to, fs::path built, const fs::path& folder)
    : to_(std::move(to)), built_(std::move(built)), folder_(fs::absolute(folder)) {
  fs::create_directories(folder_);
}

std::string guest::xml() const { return description(built_, disk(), own().kernel_words); }

fs::path guest::state() const {
  return built_ / (own().kernel_words.empty() ? std::string("state") : fmt::format("state-{}", own().name));
}

std::shared_ptr<machine::virtual_machine> guest::vm() const { return machine::get(*to_.machines, name); }

comeback::guest::guest_os guest::os() const {
  auto machine = vm();
  return {machine, to_.channels(machine)};
}

std::string guest::run(const std::string& script, seconds deadline) const {
  return comeback::guest::agent(to_.channels(vm()), name).shell(script, deadline);
}

void guest::wait_for_sessions(std::size_t count, seconds deadline) const {
  const auto system = os();
  // Who is told to go while he still logs on may have to be killed (decision 143).
  const auto all_are_open = [&] {
    const auto there = system.sessions();
    return there.size() == count &&
           std::ranges::count(there, "opening", &comeback::guest::session::state) == 0;
  };
  wait_until(all_are_open, deadline, fmt::format("{} sessions", count));
}

void guest::wait_until_ready(seconds deadline) const {
  const std::string script(own().ready);
  const auto system = os();
  wait_until(
      [&] {
        system.check();
        return run(script) == "ready\n";
      },
      deadline, fmt::format("be '{}'", own().name));
  if (own().sessions != 0) wait_for_sessions(own().sessions, deadline);
}

void guest::make_disk() const {
  output_of(fmt::format("qemu-img create -q -f qcow2 -F raw -b {} {}",
                        shell_word((built_ / "root.img").native()), shell_word(disk().native())));
}

void guest::boot(variant what) {
  down();
  what_ = what;
  make_disk();
  finish(to_.machines->define(xml())->start(tasks_));
}

void guest::up(variant what) {
  down();
  what_ = what;
  restore_or_make_anew();
  change();
}

void guest::restore_or_make_anew() {
  make_saved_state();
  try {
    restore();
  } catch (const error&) {
    // Made by another version, or cut short: a boot mends it, once.
    down();
    {
      const auto alone = lock(built_ / "state.lock", LOCK_EX);
      fs::remove_all(state());
    }
    make_saved_state();
    restore();
  }
}

bool guest::saved_state_fits() const {
  const fs::path note = state() / "made-with";
  return fs::exists(note) && base::read_text(note) == made_with(built_, own().kernel_words);
}

void guest::make_saved_state() {
  const auto alone = lock(built_ / "state.lock", LOCK_EX);
  if (saved_state_fits()) return;
  boot(what_);
  wait_until_ready(boot_deadline);
  const fs::path beside = built_ / "state.new";
  fs::remove_all(beside);
  fs::create_directories(beside);
  libvirt_backend::save_to(*vm(), beside / "memory");
  fs::copy_file(disk(), beside / "disk.qcow2");
  write_text(beside / "made-with", made_with(built_, own().kernel_words));
  fs::remove_all(state());
  fs::rename(beside, state());
}

void guest::restore() {
  const auto together = lock(built_ / "state.lock", LOCK_SH);
  fs::copy_file(state() / "disk.qcow2", disk(), fs::copy_options::overwrite_existing);
  to_.machines->define(xml());
  libvirt_backend::restore_from(*to_.machines, state() / "memory", xml());
  // Restored is not yet awake: the agent's channel opens a moment later.
  wait_until_ready(restore_deadline);
}

void guest::change() const {
  if (own().change.empty()) return;
  (void)run(std::string(own().change));
  const auto machine = vm();
  const comeback::guest::agent agent(to_.channels(machine), name);
  if (what_ == variant::exec_blocked) {
    wait_until([&] { return !agent.info().can_exec; }, boot_deadline, "an agent that blocks guest-exec");
  } else if (what_ == variant::no_agent) {
    wait_until([&] { return machine->details().agent == machine::agent_channel::disconnected; }, seconds(30),
               "a channel without an agent");
  }
}

void guest::log_in_again() const {
  (void)run("systemctl restart getty@tty2 getty@tty3 desktop@carol");
  wait_for_sessions(recipe_of(variant::whole).sessions, boot_deadline);
}

comeback::guest::session guest::add_stubborn(const std::string& user) const {
  const auto before = os().sessions().size();
  (void)run("systemd-run --quiet --collect --property=PAMName=login --property=User=" + user +
            " --setenv=XDG_SESSION_CLASS=user --setenv=XDG_SESSION_TYPE=tty --property=SendSIGHUP=no "
            "/bin/sh -c 'trap \"\" TERM HUP; while :; do sleep 1; done'");
  wait_for_sessions(before + 1, seconds(120));
  return os().sessions().back();
}

void guest::down() {
  if (auto machine = machine::find(*to_.machines, name)) {
    const auto now = machine->state();
    if (now != machine::run_state::turned_off && now != machine::run_state::saved)
      finish(machine->stop(tasks_));
    machine->undefine();
  }
  fs::remove(disk());
}

fs::path built_guest(const std::string& system) {
  std::string text = output_of(fmt::format("{} --check --system {}",
                                           shell_word((fs::path(COMEBACK_TOOLS_GUEST) / "build.sh").native()),
                                           shell_word(system)));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace comeback::test_guest
