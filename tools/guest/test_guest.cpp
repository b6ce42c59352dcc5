// SPDX-License-Identifier: Apache-2.0
#include "test_guest.hpp"

#include "base/file.hpp"
#include "guest/agent.hpp"
#include "libvirt_backend/snapshot.hpp"

#include <array>
#include <cstdio>
#include <thread>

#include <fmt/format.h>
#include <sys/stat.h>

namespace comeback::test_guest {

namespace {

using base::errc;
using base::error;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
namespace fs = std::filesystem;

constexpr std::size_t users = 3;
/// A boot takes 10 s alone, and twice that beside a compiler.
constexpr seconds boot_deadline{120};

std::string quoted(const fs::path& path) {
  std::string text = "'";
  for (const char c : path.string()) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
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

std::string description(const fs::path& built, const fs::path& disk) {
  return output_of(fmt::format("sh {} {} {} {}", quoted(fs::path(COMEBACK_TOOLS_GUEST) / "domain.sh"),
                               guest::name, quoted(built), quoted(disk)));
}

/// A saved state goes on only with the emulator and the description that it was made with, wherever the disk
/// is.
std::string made_with(const fs::path& built) {
  return output_of("qemu-system-x86_64 --version") + description(built, "disk");
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

std::string guest::xml() const { return description(built_, disk()); }

std::shared_ptr<machine::virtual_machine> guest::vm() const { return machine::get(*to_.machines, name); }

comeback::guest::guest_os guest::os() const {
  auto machine = vm();
  return {machine, to_.channels(machine)};
}

std::string guest::run(const std::string& script, seconds deadline) const {
  return comeback::guest::agent(to_.channels(vm()), name).shell(script, deadline);
}

void guest::wait_for_sessions(std::size_t count, seconds deadline) const {
  const auto until = steady_clock::now() + deadline;
  const auto system = os();
  for (;;) {
    try {
      if (system.sessions().size() == count) return;
    } catch (const error& e) {
      // While it boots there is no agent, and then no logind.
      if (e.code() != errc::additions_feature_not_available && e.code() != errc::exception) throw;
    }
    if (steady_clock::now() > until) {
      throw error(errc::timed_out, fmt::format("The test guest does not come to {} sessions.", count));
    }
    std::this_thread::sleep_for(milliseconds(100));
  }
}

void guest::make_disk() const {
  output_of(fmt::format("qemu-img create -q -f qcow2 -F raw -b {} {}", quoted(built_ / "root.img"),
                        quoted(disk())));
}

void guest::boot() {
  down();
  make_disk();
  finish(to_.machines->define(xml())->start(tasks_));
}

void guest::up() {
  down();
  if (!saved_state_fits()) make_saved_state();
  try {
    restore();
  } catch (const error&) {
    // Made by another version, or cut short: a boot mends it, once.
    down();
    fs::remove_all(state());
    make_saved_state();
    restore();
  }
}

bool guest::saved_state_fits() const {
  const fs::path note = state() / "made-with";
  return fs::exists(note) && base::read_text(note) == made_with(built_);
}

void guest::make_saved_state() {
  boot();
  wait_for_sessions(users, boot_deadline);
  const fs::path beside = built_ / "state.new";
  fs::remove_all(beside);
  fs::create_directories(beside);
  libvirt_backend::save_to(*vm(), beside / "memory");
  fs::copy_file(disk(), beside / "disk.qcow2");
  write_text(beside / "made-with", made_with(built_));
  fs::remove_all(state());
  fs::rename(beside, state());
}

void guest::restore() {
  fs::copy_file(state() / "disk.qcow2", disk(), fs::copy_options::overwrite_existing);
  to_.machines->define(xml());
  libvirt_backend::restore_from(*to_.machines, state() / "memory", xml());
  // Restored is not yet awake: the agent's channel opens a moment later.
  wait_for_sessions(users, seconds(30));
}

void guest::log_in_again() const {
  (void)run("systemctl restart getty@tty2 getty@tty3 desktop@carol");
  wait_for_sessions(users, seconds(30));
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

fs::path built_guest() {
  std::string text =
      output_of(fmt::format("{} --check", quoted(fs::path(COMEBACK_TOOLS_GUEST) / "build.sh")));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace comeback::test_guest
