// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace comeback::base {

/// Owns a file descriptor.
class unique_fd {
 public:
  unique_fd() = default;
  explicit unique_fd(int fd) noexcept : fd_(fd) {}
  unique_fd(unique_fd&& other) noexcept : fd_(other.release()) {}
  unique_fd& operator=(unique_fd&& other) noexcept;
  unique_fd(const unique_fd&) = delete;
  unique_fd& operator=(const unique_fd&) = delete;
  ~unique_fd() { reset(); }

  [[nodiscard]] int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }
  int release() noexcept;
  void reset(int fd = -1) noexcept;

 private:
  int fd_ = -1;
};

/// Opens for reading at any place, close-on-exec: a file or a block device; pipes, sockets and character
/// devices are `not_supported`. Throws `error` with the path in it.
[[nodiscard]] unique_fd open_for_reading(const std::filesystem::path& path);

/// Reads up to `into.size()` bytes at `offset`; fewer only at the end of the file. `name` is for the error.
std::size_t read_at(int fd, std::uint64_t offset, std::span<std::byte> into, std::string_view name);

/// Writes everything, also to pipes. `name` is for the error.
void write_all(int fd, std::span<const std::byte> bytes, std::string_view name);

/// The whole of a small text file; throws above `limit` bytes.
[[nodiscard]] std::string read_text(const std::filesystem::path& path, std::size_t limit = 1 << 20);

/// A new file that appears under its final name only when it is whole: it is written beside its place
/// (same folder, hidden name), synced and renamed by `commit`. Without `commit` nothing is left behind.
class new_file {
 public:
  /// Fails where `path` is a directory or its folder cannot be written to. A link at `path` is replaced, not
  /// followed.
  explicit new_file(std::filesystem::path path);
  new_file(const new_file&) = delete;
  new_file& operator=(const new_file&) = delete;
  ~new_file();

  [[nodiscard]] int fd() const noexcept { return fd_.get(); }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  /// `sync`: also wait until the bytes are on the disk.
  void commit(bool sync = true);

 private:
  std::filesystem::path path_, beside_;
  unique_fd fd_;
};

}  // namespace comeback::base
