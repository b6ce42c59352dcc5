// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/file.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace comeback::disk {

/// Bytes that can be read at any offset. Implementations here are safe for concurrent reads.
class source {
 public:
  source() = default;
  source(const source&) = delete;
  source& operator=(const source&) = delete;
  virtual ~source() = default;

  /// In bytes; does not change.
  [[nodiscard]] virtual std::uint64_t size() const = 0;
  /// Fills `into` from `offset`; returns fewer bytes only at the end. Throws `base::error` when reading
  /// fails.
  virtual std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) const = 0;
  /// For messages: the path, or what stands for it.
  [[nodiscard]] virtual std::string name() const = 0;
};

/// A regular file or block device, opened at once.
class file_source final : public source {
 public:
  /// Throws `base::error` where `path` cannot be opened or is neither file nor block device.
  explicit file_source(std::filesystem::path path);
  [[nodiscard]] std::uint64_t size() const override { return size_; }
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) const override;
  [[nodiscard]] std::string name() const override { return path_.native(); }

 private:
  std::filesystem::path path_;
  base::unique_fd fd_;
  std::uint64_t size_ = 0;
};

/// Bytes in memory, owned.
class memory_source final : public source {
 public:
  explicit memory_source(std::vector<std::byte> bytes, std::string name = "memory")
      : bytes_(std::move(bytes)), name_(std::move(name)) {}
  [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) const override;
  [[nodiscard]] std::string name() const override { return name_; }

 private:
  std::vector<std::byte> bytes_;
  std::string name_;
};

}  // namespace comeback::disk
