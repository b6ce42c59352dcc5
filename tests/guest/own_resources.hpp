// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

namespace comeback::test_guest {

/// What this process holds that a task could leave behind.
struct own_resources {
  std::ptrdiff_t threads = 0, files = 0;
};

/// Threads by name: those of ours have the program's; libvirt names its own, which come and go with its
/// machines.
inline own_resources count_own_resources() {
  namespace fs = std::filesystem;
  const auto name_of = [](const fs::path& thread) {
    std::string name;
    std::getline(std::ifstream(thread / "comm"), name);  // a thread that has just ended has none
    return name;
  };
  const std::string program = name_of("/proc/self");
  own_resources now;
  for (const auto& thread : fs::directory_iterator("/proc/self/task")) {
    if (name_of(thread.path()) == program) ++now.threads;
  }
  now.files = std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator());
  return now;
}

/// True as soon as there is no more than `before`; the kernel takes a moment for a thread that was joined.
inline bool nothing_left_beyond(const own_resources& before) {
  for (int i = 0; i < 200; ++i) {
    const own_resources now = count_own_resources();
    if (now.threads <= before.threads && now.files <= before.files) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

/// The most memory this process has had since `forget_peak`, in KiB.
inline std::size_t peak_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stoul(line.substr(6));
  }
  return 0;
}

inline void forget_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }

}  // namespace comeback::test_guest
