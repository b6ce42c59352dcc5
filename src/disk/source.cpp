// SPDX-License-Identifier: Apache-2.0
#include "disk/source.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

namespace comeback::disk {
namespace {

// Block devices have no size in their inode, but can be sought to their end.
std::uint64_t size_of(int fd, const std::string& name) {
  struct stat is {};
  if (::fstat(fd, &is) != 0) base::throw_errno(errno, "Cannot look at", name);
  if (S_ISDIR(is.st_mode)) base::throw_errno(EISDIR, "Cannot read", name);
  if (S_ISREG(is.st_mode)) return static_cast<std::uint64_t>(is.st_size);
  const auto end = S_ISBLK(is.st_mode) ? ::lseek(fd, 0, SEEK_END) : -1;
  if (end < 0)
    throw base::error(
        base::errc::not_supported,
        base::printable(name) + " is neither a file nor a block device: it cannot be read at any place.");
  return static_cast<std::uint64_t>(end);
}

}  // namespace

file_source::file_source(std::filesystem::path path)
    : path_(std::move(path)), fd_(base::open_for_reading(path_)), size_(size_of(fd_.get(), path_.native())) {}

std::size_t file_source::read_at(std::uint64_t offset, std::span<std::byte> into) const {
  if (offset >= size_) return 0;
  const auto wanted = std::min<std::uint64_t>(into.size(), size_ - offset);
  return base::read_at(fd_.get(), offset, into.first(static_cast<std::size_t>(wanted)), path_.native());
}

std::size_t memory_source::read_at(std::uint64_t offset, std::span<std::byte> into) const {
  if (offset >= bytes_.size()) return 0;
  const auto n = std::min<std::size_t>(into.size(), bytes_.size() - static_cast<std::size_t>(offset));
  if (n > 0) std::memcpy(into.data(), bytes_.data() + offset, n);
  return n;
}

}  // namespace comeback::disk
