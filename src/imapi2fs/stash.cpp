// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/stash.hpp"

#include "base/error.hpp"
#include "base/file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace comeback::imapi2fs {
namespace {

using base::errc;
using base::error;

constexpr std::size_t piece = std::size_t{1} << 20;

// A file that vanishes when it is closed; by a name where the file system knows no other way.
base::unique_fd nameless_file(const std::string& folder) {
  base::unique_fd fd(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (fd || (errno != EOPNOTSUPP && errno != EISDIR)) return fd;
  std::string name = folder + "/comeback-XXXXXX";
  fd.reset(::mkostemp(name.data(), O_CLOEXEC));
  if (fd) ::unlink(name.c_str());
  return fd;
}

std::uint64_t room_in(const std::string& folder) {
  struct statvfs is {};
  if (::statvfs(folder.c_str(), &is) != 0) return 0;
  return std::uint64_t{is.f_bavail} * is.f_frsize;
}

void require_room(const std::string& folder, std::uint64_t bytes) {
  if (const auto room = room_in(folder); room < bytes)
    throw error(errc::working_directory_space, folder + " has room for " + std::to_string(room) +
                                                   " bytes, not for " + std::to_string(bytes) + ".");
}

void write_at(int fd, std::uint64_t offset, std::span<const std::byte> from, errc otherwise) {
  while (!from.empty()) {
    const ssize_t n = ::pwrite(fd, from.data(), from.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0)
      throw error(otherwise, std::string("Cannot write to the working folder: ") +
                                 std::strerror(n == 0 ? ENOSPC : errno) + ".");
    offset += static_cast<std::uint64_t>(n);
    from = from.subspan(static_cast<std::size_t>(n));
  }
}

}  // namespace

struct stash::shared_file {
  std::shared_mutex mutex;  // exclusive: another file takes the place
  base::unique_fd fd;
};

namespace {

template <class File>
class copied final : public tree::content {
 public:
  copied(std::shared_ptr<File> file, std::uint64_t at, std::uint64_t size)
      : file_(std::move(file)), at_(at), size_(size) {}
  [[nodiscard]] std::uint64_t size() const override { return size_; }
  [[nodiscard]] std::unique_ptr<tree::reader> open() const override {
    return std::make_unique<piece_reader>(file_, at_, size_);
  }

 private:
  class piece_reader final : public tree::reader {
   public:
    piece_reader(std::shared_ptr<File> file, std::uint64_t at, std::uint64_t size)
        : file_(std::move(file)), at_(at), size_(size) {}
    std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
      if (offset >= size_) return 0;
      const auto wanted =
          into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size_ - offset)));
      const std::shared_lock lock(file_->mutex);
      try {
        return base::read_at(file_->fd.get(), at_ + offset, wanted, "the working folder's file");
      } catch (const error& e) {
        throw error(errc::stash_read_failure, e.what());
      }
    }

   private:
    std::shared_ptr<File> file_;
    std::uint64_t at_, size_;
  };

  std::shared_ptr<File> file_;
  std::uint64_t at_, size_;
};

}  // namespace

stash::stash(std::string folder) : folder_(std::move(folder)) {}
stash::~stash() = default;

void stash::move_to(const std::string& folder) {
  auto moved = nameless_file(folder);
  if (!moved)
    throw error(errc::invalid_working_directory,
                "No file can be made in " + folder + ": " + std::strerror(errno) + ".");
  require_room(folder, used_);
  if (file_) {
    std::vector<std::byte> buffer(static_cast<std::size_t>(std::min<std::uint64_t>(piece, used_)));
    for (std::uint64_t done = 0; done < used_;) {
      const auto part =
          std::span(buffer).first(static_cast<std::size_t>(std::min<std::uint64_t>(piece, used_ - done)));
      if (base::read_at(file_->fd.get(), done, part, folder_) != part.size())
        throw error(errc::stash_move_failure, "The file in " + folder_ + " is shorter than it was.");
      write_at(moved.get(), done, part, errc::stash_move_failure);
      done += part.size();
    }
    const std::unique_lock lock(file_->mutex);
    file_->fd = std::move(moved);
  }
  folder_ = folder;
}

std::shared_ptr<const tree::content> stash::copy(const tree::content& what, const std::string& name) {
  const auto size = what.size();
  if (!file_) {
    auto fd = nameless_file(folder_);
    if (!fd)
      throw error(errc::stash_open_failure,
                  "No file can be made in " + folder_ + ": " + std::strerror(errno) + ".");
    file_ = std::make_shared<shared_file>();
    file_->fd = std::move(fd);
  }
  require_room(folder_, size);
  std::vector<std::byte> buffer(static_cast<std::size_t>(std::min<std::uint64_t>(piece, size)));
  const auto from = what.open();
  for (std::uint64_t done = 0; done < size;) {
    const auto part =
        std::span(buffer).first(static_cast<std::size_t>(std::min<std::uint64_t>(piece, size - done)));
    if (from->read_at(done, part) != part.size())
      throw error(errc::data_stream_inconsistency, "\"" + name + "\" has fewer bytes than it told.");
    write_at(file_->fd.get(), used_ + done, part, errc::stash_write_failure);
    done += part.size();
  }
  const auto at = std::exchange(used_, used_ + size);  // what failed is written over by the next copy
  return std::make_shared<copied<shared_file>>(file_, at, size);
}

}  // namespace comeback::imapi2fs
