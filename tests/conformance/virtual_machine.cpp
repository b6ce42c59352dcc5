// SPDX-License-Identifier: Apache-2.0
#include "virtual_machine.hpp"

#include "corpus.hpp"

#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <regex>
#include <stdexcept>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace comeback::conformance {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds patience{60};

std::vector<std::string> command_line(firmware with, drive as, const fs::path& image,
                                      const fs::path& serial) {
  std::vector<std::string> words{"qemu-system-x86_64",
                                 "-accel",
                                 "tcg",
                                 "-nodefaults",
                                 "-display",
                                 "none",
                                 "-machine",
                                 "graphics=off",
                                 "-vga",
                                 "std",
                                 "-m",
                                 "128",
                                 "-no-reboot",
                                 "-net",
                                 "none",
                                 "-serial",
                                 "file:" + serial.native(),
                                 "-drive",
                                 "if=none,id=d,format=raw,readonly=on,file=" + image.native()};
  const auto add = [&words](std::initializer_list<std::string> more) { words.insert(words.end(), more); };
  if (with == firmware::uefi) add({"-bios", "/usr/share/ovmf/OVMF.fd"});
  if (as == drive::cd)
    add({"-device", "ide-cd,drive=d,bootindex=0"});
  else
    add({"-device", "qemu-xhci", "-device", "usb-storage,drive=d,removable=on,bootindex=0"});
  return words;
}

class process {
 public:
  explicit process(std::vector<std::string> words) {
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    id_ = ::fork();
    if (id_ < 0) throw std::runtime_error("cannot fork");
    if (id_ == 0) run(arguments.data());
  }
  process(const process&) = delete;
  process& operator=(const process&) = delete;
  ~process() {
    if (ended_) return;
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
  }

  [[nodiscard]] bool ended() {
    if (!ended_) ended_ = ::waitpid(id_, nullptr, WNOHANG) == id_;
    return ended_;
  }

 private:
  [[noreturn]] static void run(char* const* arguments) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that is killed leaves no machine behind
    const int nothing = ::open("/dev/null", O_RDONLY);
    ::dup2(nothing, STDIN_FILENO);
    ::execvp(arguments[0], arguments);
    ::_exit(127);
  }

  pid_t id_;
  bool ended_ = false;
};

// What was said there without the terminal's control sequences: a firmware moves the cursor as it pleases,
// even within a word.
std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string said(std::istreambuf_iterator<char>(in), {});
  static const std::regex control("\x1b(\\[[0-9;?]*[@-~]|[^\\[])");
  return std::regex_replace(said, control, "");
}

}  // namespace

std::string boot(firmware with, drive as, const fs::path& image, const std::string& marker) {
  const auto serial = work_folder() / "serial";
  fs::remove(serial);
  process machine(command_line(with, as, image, serial));
  const auto until = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < until) {
    if (text_of(serial).find(marker) != std::string::npos || machine.ended()) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return text_of(serial);
}

}  // namespace comeback::conformance
