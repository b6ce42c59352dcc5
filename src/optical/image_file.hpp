// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/file.hpp"
#include "disk/source.hpp"
#include "optical/recorder.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace comeback::optical {

/// The file that stands for a medium. For writing it is locked as long as the object lives, against other
/// processes and against other objects in this one. Throws `base::error`.
class image_file {
 public:
  enum class making : std::uint8_t { never, when_missing };

  /// `errc::sharing_violation` where somebody else writes to it; `errc::not_supported` for what is no regular
  /// file.
  image_file(const std::filesystem::path& path, access how, making make = making::never);
  image_file(const image_file&) = delete;
  image_file& operator=(const image_file&) = delete;
  ~image_file();

  /// Absolute, without symbolic links.
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  /// In bytes, as of now.
  [[nodiscard]] std::uint64_t size() const;
  /// Writes all of it or, as far as the size of the file tells, nothing.
  void write_at(std::uint64_t offset, std::span<const std::byte> bytes);
  void truncate(std::uint64_t size);
  /// Waits for the bytes, and for the names in the folder.
  void sync();
  /// The first `size` bytes; outlives this object, and holds no lock.
  [[nodiscard]] std::shared_ptr<const disk::source> bytes(std::uint64_t size) const;

 private:
  void lock();

  std::filesystem::path path_;
  std::shared_ptr<base::unique_fd> fd_;
  bool locked_ = false;
};

/// Waits until the names in a file's folder are on the disk.
void sync_folder_of(const std::filesystem::path& file);

}  // namespace comeback::optical
