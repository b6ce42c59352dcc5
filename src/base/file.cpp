// SPDX-License-Identifier: Apache-2.0
#include "base/file.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace comeback::base {

unique_fd& unique_fd::operator=(unique_fd&& other) noexcept {
  if (this != &other) reset(other.release());
  return *this;
}

int unique_fd::release() noexcept { return std::exchange(fd_, -1); }

void unique_fd::reset(int fd) noexcept {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

unique_fd open_for_reading(const std::filesystem::path& path) {
  // O_NONBLOCK: a pipe without a writer would hold us here.
  unique_fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!fd) throw_errno(errno, "Cannot open", path.native());
  struct stat is {};
  if (::fstat(fd.get(), &is) == 0 && (S_ISFIFO(is.st_mode) || S_ISSOCK(is.st_mode) || S_ISCHR(is.st_mode)))
    throw error(errc::not_supported,
                fmt::format("Cannot read {}: it is no file that can be read at any place.",
                            printable(path.native())));
  return fd;
}

std::size_t read_at(int fd, std::uint64_t offset, std::span<std::byte> into, std::string_view name) {
  std::size_t done = 0;
  while (done < into.size()) {
    const auto n = ::pread(fd, into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
    if (n == 0) break;
    if (n < 0) {
      if (errno == EINTR) continue;
      throw_errno(errno, "Cannot read", name);
    }
    done += static_cast<std::size_t>(n);
  }
  return done;
}

void write_all(int fd, std::span<const std::byte> bytes, std::string_view name) {
  while (!bytes.empty()) {
    const auto n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0) {
      if (errno == EINTR) continue;
      throw_errno(errno, "Cannot write", name);
    }
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
}

std::string read_text(const std::filesystem::path& path, std::size_t limit) {
  const auto fd = open_for_reading(path);
  std::string text(limit + 1, '\0');
  text.resize(read_at(fd.get(), 0, std::as_writable_bytes(std::span(text)), path.native()));
  if (text.size() > limit)
    throw error(errc::data_too_big,
                fmt::format("{} is larger than {} bytes.", printable(path.native()), limit));
  return text;
}

new_file::new_file(std::filesystem::path path) : path_(std::move(path)) {
  struct stat at {};
  if (::lstat(path_.c_str(), &at) == 0) {
    if (S_ISDIR(at.st_mode)) throw_errno(EISDIR, "Cannot write", path_.native());
    if (!S_ISREG(at.st_mode) && !S_ISLNK(at.st_mode))
      throw error(errc::not_supported,
                  fmt::format("Cannot replace {}: it is no regular file.", printable(path_.native())));
  }
  const auto folder = path_.has_parent_path() ? path_.parent_path() : std::filesystem::path(".");
  const auto stem = fmt::format(".{}.{}", path_.filename().native().substr(0, 200), ::getpid());
  // Exclusive: what lies there under this name belongs to someone else, perhaps to a process long dead.
  for (int n = 0; !fd_; ++n) {
    beside_ = folder / fmt::format("{}.{}", stem, n);
    fd_.reset(::open(beside_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (fd_ || (errno == EEXIST && n < 100)) continue;
    const int why = errno;
    beside_.clear();
    throw_errno(why, "Cannot make a file in", folder.native());
  }
}

new_file::~new_file() {
  if (!beside_.empty()) ::unlink(beside_.c_str());
}

void new_file::commit(bool sync) {
  if (sync && ::fsync(fd_.get()) != 0) throw_errno(errno, "Cannot write", path_.native());
  if (::rename(beside_.c_str(), path_.c_str()) != 0) throw_errno(errno, "Cannot make", path_.native());
  beside_.clear();
}

}  // namespace comeback::base
