// SPDX-License-Identifier: Apache-2.0
#include "kernel.hpp"

#include "corpus.hpp"
#include "programs.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include <fmt/format.h>
#include <unistd.h>

namespace comeback::conformance {
namespace {

namespace fs = std::filesystem;

// A PC of QEMU's has 32 slots, of which chips take two, with eight functions each.
constexpr std::size_t first_slot = 2, functions = 8, disks_a_boot = 30 * functions - 1;
constexpr std::uintmax_t answer_size = 256U << 20U;

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string debugfs(const fs::path& disk, const std::string& request) {
  const auto result = run({"debugfs", "-R", request, disk});
  if (result.status != 0) throw std::runtime_error(result.output);
  return result.output;
}

// The kernel's modules, in an order in which they can be loaded.
const std::vector<std::string>& modules() {
  static const std::vector<std::string> all{"drivers/virtio/virtio_ring.ko",
                                            "drivers/virtio/virtio.ko",
                                            "drivers/virtio/virtio_pci_legacy_dev.ko",
                                            "drivers/virtio/virtio_pci_modern_dev.ko",
                                            "drivers/virtio/virtio_pci.ko",
                                            "drivers/block/virtio_blk.ko",
                                            "drivers/cdrom/cdrom.ko",
                                            "fs/isofs/isofs.ko",
                                            "lib/crc-itu-t.ko",
                                            "fs/udf/udf.ko",
                                            "fs/nls/nls_utf8.ko"};
  return all;
}

std::string kernel_release(const fs::path& disk) {
  std::istringstream lines(debugfs(disk, "ls -p /lib/modules"));  // "/inode/mode/uid/gid/name/size/"
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string name;
    for (int i = 0; i < 6; ++i) std::getline(fields, name, '/');
    if (line.starts_with('/') && name.find_first_not_of('.') != std::string::npos) return name;
  }
  throw std::runtime_error("no kernel modules in " + disk.native());
}

// An archive as the kernel unpacks it: cpio's "new ASCII" format.
class archive {
 public:
  void add(const std::string& name, unsigned mode, const std::string& bytes) {
    char head[111];
    std::snprintf(head, sizeof head, "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X", ++inode_,
                  mode, 0U, 0U, 1U, 0U, static_cast<unsigned>(bytes.size()), 0U, 0U, 0U, 0U,
                  static_cast<unsigned>(name.size() + 1), 0U);
    bytes_ += head + name + '\0';
    pad();
    bytes_ += bytes;
    pad();
  }
  void save(const fs::path& path) {
    add("TRAILER!!!", 0, "");
    std::ofstream(path, std::ios::binary) << bytes_;
  }

 private:
  void pad() { bytes_.resize((bytes_.size() + 3) / 4 * 4); }
  std::string bytes_;
  unsigned inode_ = 0;
};

const std::vector<std::string>& module_bytes(const fs::path& built) {
  static const std::vector<std::string> all = [&] {
    const auto disk = built / "root.img", copy = work_folder() / "module.ko";
    const auto folder = "/lib/modules/" + kernel_release(disk) + "/kernel/";
    std::vector<std::string> out;
    for (const auto& name : modules()) {
      fs::remove(copy);
      debugfs(disk, fmt::format("dump {}{} {}", folder, name, copy.native()));
      out.push_back(read(copy));
      if (out.back().empty()) throw std::runtime_error("no module " + name + " in " + disk.native());
    }
    return out;
  }();
  return all;
}

void write_initrd(const fs::path& path, const std::string& mounts, const fs::path& built) {
  archive a;
  a.add("modules", 0040755, "");
  int number = 10;
  for (const auto& bytes : module_bytes(built))
    a.add("modules/" + std::to_string(number++) + ".ko", 0100644, bytes);
  a.add("init", 0100755, read(COMEBACK_KERNEL_LISTER));
  a.add("mounts", 0100644, mounts);
  a.save(path);
}

void add_disk(std::vector<std::string>& command, std::size_t number, const std::string& serial,
              const fs::path& file, bool image) {
  const auto where =
      fmt::format(",multifunction=on,addr={:x}.{}", first_slot + number / functions, number % functions);
  command.insert(command.end(), {"-drive",
                                 "if=none,format=raw,id=" + serial + ",file=" + file.native() +
                                     (image ? ",readonly=on" : ",cache=unsafe"),
                                 "-device",
                                 "virtio-blk-pci,drive=" + serial + ",serial=" + serial + where +
                                     (image ? ",logical_block_size=2048,physical_block_size=2048" : "")});
}

std::string unescaped(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size()) {
      out += static_cast<char>(std::stoi(text.substr(i + 1, 3), nullptr, 8));
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> out;
  std::size_t at = 0;
  for (auto end = line.find('\t'); end != std::string::npos; end = line.find('\t', at)) {
    out.push_back(line.substr(at, end - at));
    at = end + 1;
  }
  out.push_back(line.substr(at));
  return out;
}

kernel_entry entry_of(const std::vector<std::string>& f) {
  kernel_entry e;
  e.kind = f.at(2).at(0);
  e.mode = static_cast<unsigned>(std::stoul(f.at(3)));
  if (e.kind == '?') return e;
  e.user = static_cast<unsigned>(std::stoul(f.at(4)));
  e.group = static_cast<unsigned>(std::stoul(f.at(5)));
  e.links = std::stoull(f.at(6));
  e.size = std::stoull(f.at(7));
  e.modified = std::stoll(f.at(8));
  e.modified_ns = std::stoll(f.at(8).substr(f.at(8).find('.') + 1));
  e.accessed = f.at(9);
  e.changed = f.at(10);
  e.device = f.at(11);
  e.inode = std::stoull(f.at(12));
  e.target = unescaped(f.at(13));
  e.sha256 = f.at(14);
  return e;
}

void parse(const std::string& answer, std::vector<kernel_view>& into) {
  std::istringstream lines(answer);
  for (std::string line; std::getline(lines, line);) {
    const auto f = fields_of(line);
    if (f[0] == "M") into.emplace_back().error = std::stoi(f.at(1));
    if (f[0] == "E") into.back().entries[unescaped(f.at(1))] = entry_of(f);
    if (f[0] == "K") into.back().messages.push_back(unescaped(f.at(1)));
  }
}

// The mounts of one boot.
void boot(const std::vector<kernel_mount>& mounts, const fs::path& built, std::vector<kernel_view>& into) {
  const auto initrd = work_folder() / "initrd", answer = work_folder() / "answer";
  std::vector<std::string> command{"timeout",
                                   "300",
                                   "qemu-system-x86_64",
                                   "-accel",
                                   "tcg",
                                   "-cpu",
                                   "max",
                                   "-m",
                                   "512",
                                   "-nodefaults",
                                   "-display",
                                   "none",
                                   "-serial",
                                   "stdio",
                                   "-no-reboot",
                                   "-kernel",
                                   built / "vmlinuz",
                                   "-initrd",
                                   initrd,
                                   "-append",
                                   "console=ttyS0 quiet loglevel=3 panic=-1 rdinit=/init"};
  std::vector<fs::path> images;
  std::string lines;
  for (const auto& m : mounts) {
    const auto at = std::ranges::find(images, m.image);
    const auto serial = "d" + std::to_string(at - images.begin());
    if (at == images.end()) {
      add_disk(command, images.size(), serial, m.image, true);
      images.push_back(m.image);
    }
    lines += serial + " " + m.type + " " + m.options + "\n";
  }
  std::ofstream(answer, std::ios::trunc).flush();
  fs::resize_file(answer, answer_size);
  add_disk(command, images.size(), "out", answer, false);
  write_initrd(initrd, lines, built);
  const auto result = run(command);
  std::ifstream in(answer, std::ios::binary);
  std::size_t size = 0;
  in >> size;
  in.get();
  std::string text(std::min<std::size_t>(size, answer_size), '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  const auto before = into.size();
  parse(text, into);
  if (into.size() != before + mounts.size())
    throw std::runtime_error("The kernel's guest gave no answer: " + result.output);
}

}  // namespace

std::vector<kernel_view> ask_kernel(const std::vector<kernel_mount>& mounts, const fs::path& built) {
  std::vector<kernel_view> out;
  std::vector<kernel_mount> batch;
  std::vector<fs::path> images;
  for (const auto& m : mounts) {
    if (std::ranges::find(images, m.image) == images.end()) images.push_back(m.image);
    if (images.size() > disks_a_boot) {
      boot(batch, built, out);
      batch.clear();
      images = {m.image};
    }
    batch.push_back(m);
  }
  if (!batch.empty()) boot(batch, built, out);
  return out;
}

fs::path built_guest() {
  auto result = run({COMEBACK_BUILD_GUEST, "--check"});
  if (result.status != 0) throw std::runtime_error("Build the test guest first: tools/guest/build.sh");
  return result.output.substr(0, result.output.find('\n'));
}

}  // namespace comeback::conformance
