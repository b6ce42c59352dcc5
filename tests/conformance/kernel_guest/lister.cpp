// SPDX-License-Identifier: Apache-2.0
// The only program of the kernel judge's guest (/init): mounts what /mounts names and tells what Linux shows.
// It is linked statically, stands alone, and ends by a reboot, which QEMU takes for the end.
//
// /mounts has a line a mount: serial of the disk, type, options. The answer goes to the disk "out": a line
// with its size, then lines of fields that are divided by tabs, bytes outside of printable ASCII as \OOO:
//   M error              a mount begins; error is a number, 0 where it succeeded
//   E path kind mode uid gid links size mtime atime ctime device inode target sha256-or-error
//   K message            what the kernel said meanwhile
// Deprecated by OpenSSL 3, but free of everything that a static program has no use for.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <openssl/sha.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_entries = 200'000;

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    std::array<char, 8> code;
    std::snprintf(code.data(), code.size(), "\\%03o", byte);
    if (byte > 0x20 && byte < 0x7F && c != '\\')
      out += c;
    else
      out += code.data();
  }
  return out;
}

std::string number(long long value) { return std::to_string(value); }

std::string time_text(const timespec& t) { return number(t.tv_sec) + "." + number(t.tv_nsec); }

char kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return 'd';
  if (S_ISREG(mode)) return 'f';
  if (S_ISLNK(mode)) return 'l';
  if (S_ISCHR(mode)) return 'c';
  if (S_ISBLK(mode)) return 'b';
  return S_ISFIFO(mode) ? 'p' : 's';
}

std::string sha256_of(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY);
  if (file < 0) return "error " + number(errno);
  SHA256_CTX hash;
  SHA256_Init(&hash);
  static std::array<char, 1 << 18> buffer;
  ssize_t n = 0;
  while ((n = ::read(file, buffer.data(), buffer.size())) > 0)
    SHA256_Update(&hash, buffer.data(), static_cast<std::size_t>(n));
  const int error = errno;
  ::close(file);
  if (n < 0) return "error " + number(error);
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256_Final(digest.data(), &hash);
  std::string out;
  for (const auto byte : digest) {
    std::array<char, 4> code;
    std::snprintf(code.data(), code.size(), "%02x", byte);
    out += code.data();
  }
  return out;
}

std::string target_of(const std::string& path) {
  std::array<char, 8192> buffer;
  const auto n = ::readlink(path.c_str(), buffer.data(), buffer.size());
  return n < 0 ? "error " + number(errno) : std::string(buffer.data(), static_cast<std::size_t>(n));
}

struct walker {
  std::string out;
  std::size_t entries = 0;

  void entry(const std::string& path, const std::string& shown) {
    struct stat s {};
    if (::lstat(path.c_str(), &s) != 0) {
      out += "E\t" + escaped(shown) + "\t?\t" + number(errno) + "\n";
      return;
    }
    const char kind = kind_of(s.st_mode);
    const auto device = number(major(s.st_rdev)) + ":" + number(minor(s.st_rdev));
    const std::vector<std::string> fields{"E",
                                          escaped(shown),
                                          std::string(1, kind),
                                          number(s.st_mode & 07777),
                                          number(s.st_uid),
                                          number(s.st_gid),
                                          number(static_cast<long long>(s.st_nlink)),
                                          number(s.st_size),
                                          time_text(s.st_mtim),
                                          time_text(s.st_atim),
                                          time_text(s.st_ctim),
                                          device,
                                          number(static_cast<long long>(s.st_ino)),
                                          kind == 'l' ? escaped(target_of(path)) : "",
                                          kind == 'f' ? sha256_of(path) : ""};
    for (std::size_t i = 0; i < fields.size(); ++i) out += (i > 0 ? "\t" : "") + fields[i];
    out += '\n';
    if (kind == 'd') directory(path, shown);
  }

  // Loops are cut: a path cannot be longer than this.
  void directory(const std::string& path, const std::string& shown) {
    if (shown.size() > 4000) return;
    std::error_code error;
    for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
      if (++entries > most_entries) return;
      const auto name = it->path().filename().native();
      const auto part = "/" + name;
      entry(path + part, shown == "/" ? part : shown + part);
    }
    if (error) out += "E\t" + escaped(shown) + "\t?\t" + number(error.value()) + "\n";
  }
};

// What the kernel has said since it was last asked.
std::string kernel_messages(int log) {
  std::string out;
  std::array<char, 8192> buffer;
  for (ssize_t n = 0; (n = ::read(log, buffer.data(), buffer.size())) > 0;) {
    const std::string record(buffer.data(), static_cast<std::size_t>(n));
    const auto text = record.find(';');
    out += "K\t" + escaped(record.substr(text + 1, record.find('\n') - text - 1)) + "\n";
  }
  return out;
}

std::string device_of(const std::string& serial) {
  for (const auto& disk : fs::directory_iterator("/sys/block")) {
    std::string line;
    std::ifstream(disk.path() / "serial") >> line;
    if (line == serial) return "/dev/" + disk.path().filename().native();
  }
  return {};
}

void load_modules() {
  std::vector<std::string> names;
  for (const auto& one : fs::directory_iterator("/modules")) names.push_back(one.path().native());
  std::ranges::sort(names);
  for (const auto& name : names) {
    const int file = ::open(name.c_str(), O_RDONLY);
    if (::syscall(SYS_finit_module, file, "", 0) != 0) std::perror(name.c_str());
    ::close(file);
  }
}

std::string run(const std::string& line, int log) {
  std::istringstream words(line);
  std::string serial, type, options;
  words >> serial >> type >> options;
  const auto device = device_of(serial);
  const bool mounted = ::mount(device.c_str(), "/mnt", type.c_str(), MS_RDONLY, options.c_str()) == 0;
  std::string out = "M\t" + number(mounted ? 0 : errno) + "\n";
  if (mounted) {
    walker w;
    w.entry("/mnt", "/");
    out += w.out;
    if (::umount("/mnt") != 0) std::perror("umount");
  }
  return out + kernel_messages(log);
}

void write_answer(const std::string& text) {
  const int out = ::open(device_of("out").c_str(), O_WRONLY);
  const auto whole = number(static_cast<long long>(text.size())) + "\n" + text;
  for (std::size_t done = 0; done < whole.size();) {
    const auto n = ::write(out, whole.data() + done, whole.size() - done);
    if (n <= 0) break;
    done += static_cast<std::size_t>(n);
  }
  ::fsync(out);
  ::close(out);
}

}  // namespace

int main() {
  for (const auto* folder : {"/dev", "/sys", "/mnt"}) ::mkdir(folder, 0755);
  ::mount("devtmpfs", "/dev", "devtmpfs", 0, "");
  ::mount("sysfs", "/sys", "sysfs", 0, "");
  load_modules();
  const int log = ::open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
  ::lseek(log, 0, SEEK_END);
  std::ifstream mounts("/mounts");
  std::string answer;
  for (std::string line; std::getline(mounts, line);) answer += run(line, log);
  write_answer(answer);
  ::reboot(RB_AUTOBOOT);
}
