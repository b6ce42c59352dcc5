// SPDX-License-Identifier: Apache-2.0
#include "optical/image_file.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cerrno>
#include <tuple>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace comeback::optical {
namespace {

namespace fs = std::filesystem;
using base::errc;
using base::error;

class bytes_of_image final : public disk::source {
 public:
  bytes_of_image(std::shared_ptr<base::unique_fd> fd, std::uint64_t size, std::string name)
      : fd_(std::move(fd)), size_(size), name_(std::move(name)) {}

  [[nodiscard]] std::uint64_t size() const override { return size_; }
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) const override {
    if (offset >= size_) return 0;
    const auto length = std::min<std::uint64_t>(into.size(), size_ - offset);
    return base::read_at(fd_->get(), offset, into.first(static_cast<std::size_t>(length)), name_);
  }
  [[nodiscard]] std::string name() const override { return name_; }

 private:
  std::shared_ptr<base::unique_fd> fd_;
  std::uint64_t size_;
  std::string name_;
};

struct stat look_at(int fd, const fs::path& path) {
  struct stat is {};
  if (::fstat(fd, &is) != 0) base::throw_errno(errno, "Cannot look at", path.native());
  return is;
}

int flags_for(access how, image_file::making make) {
  // O_NONBLOCK: a pipe without a writer would hold us here.
  if (how == access::reading) return O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  return O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK |
         (make == image_file::making::when_missing ? O_CREAT : 0);
}

bool lock_whole_file(int fd, short kind) {
  struct flock all {};
  all.l_type = kind;
  all.l_whence = SEEK_SET;
  return ::fcntl(fd, F_OFD_SETLK, &all) == 0;
}

void write_whole(int fd, std::uint64_t offset, std::span<const std::byte> bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const auto n = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) base::throw_errno(errno, "Cannot write", path.native());
    bytes = bytes.subspan(static_cast<std::size_t>(n));
    offset += static_cast<std::uint64_t>(n);
  }
}

}  // namespace

image_file::image_file(const fs::path& path, access how, making make) : path_(path) {
  fd_ = std::make_shared<base::unique_fd>(::open(path.c_str(), flags_for(how, make), 0666));
  if (!*fd_) base::throw_errno(errno, "Cannot open", path.native());
  if (!S_ISREG(look_at(fd_->get(), path_).st_mode))
    throw error(errc::not_supported, fmt::format("{} is no regular file: only those stand for media.",
                                                 base::printable(path.native())));
  std::error_code gone;
  path_ = fs::canonical(path, gone);
  if (gone) base::throw_errno(gone.value(), "Cannot find", path.native());
  if (how == access::writing) lock();
}

void image_file::lock() {
  if (!lock_whole_file(fd_->get(), F_WRLCK)) {
    if (errno != EAGAIN && errno != EACCES) base::throw_errno(errno, "Cannot lock", path_.native());
    throw error(
        errc::sharing_violation,
        fmt::format(
            "{} is in use by another program that writes to it, or that relies on it staying as it is; "
            "try again when that has ended.",
            base::printable(path_.native())));
  }
  locked_ = true;
  struct stat named {};
  const auto held = look_at(fd_->get(), path_);
  if (::stat(path_.c_str(), &named) == 0 && named.st_ino == held.st_ino && named.st_dev == held.st_dev)
    return;
  throw error(errc::sharing_violation,
              fmt::format("{} was replaced meanwhile; try again.", base::printable(path_.native())));
}

image_file::~image_file() {
  // Whoever still reads from it shares the descriptor, and with it the lock.
  if (locked_) lock_whole_file(fd_->get(), F_UNLCK);
}

std::uint64_t image_file::size() const {
  return static_cast<std::uint64_t>(look_at(fd_->get(), path_).st_size);
}

void image_file::write_at(std::uint64_t offset, std::span<const std::byte> bytes) {
  const auto before = size();
  try {
    write_whole(fd_->get(), offset, bytes, path_);
  } catch (const error&) {
    // What did not fit was never on the medium. Should this fail, too, the session that is open is longer.
    if (size() > before) std::ignore = ::ftruncate(fd_->get(), static_cast<off_t>(before));
    throw;
  }
}

void image_file::truncate(std::uint64_t size) {
  if (::ftruncate(fd_->get(), static_cast<off_t>(size)) != 0)
    base::throw_errno(errno, "Cannot change the size of", path_.native());
}

void image_file::sync() {
  if (::fsync(fd_->get()) != 0) base::throw_errno(errno, "Cannot write", path_.native());
}

std::shared_ptr<const disk::source> image_file::bytes(std::uint64_t size) const {
  return std::make_shared<bytes_of_image>(fd_, size, path_.native());
}

void sync_folder_of(const fs::path& file) {
  const auto folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  const base::unique_fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Some file systems know no sync of folders (EINVAL); their names are as safe as they get.
  if (!fd || (::fsync(fd.get()) != 0 && errno != EINVAL))
    base::throw_errno(errno, "Cannot write", folder.native());
}

}  // namespace comeback::optical
