// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace comeback::tree {

/// Reads the bytes of one content. Used by one thread at a time.
class reader {
 public:
  reader() = default;
  reader(const reader&) = delete;
  reader& operator=(const reader&) = delete;
  virtual ~reader() = default;

  /// Fills `into` from `offset`; fewer bytes only at the end. Throws `base::error` when reading fails.
  virtual std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) = 0;
};

/// What a file will hold: bytes that can be read, again and again, whenever an image is written. A stream of
/// a client, bytes in memory, a file of another image. Must be safe for `open` from several threads.
class content {
 public:
  content() = default;
  content(const content&) = delete;
  content& operator=(const content&) = delete;
  virtual ~content() = default;

  /// In bytes, fixed from now on: a reader that yields another number makes writing fail.
  [[nodiscard]] virtual std::uint64_t size() const = 0;
  [[nodiscard]] virtual std::unique_ptr<reader> open() const = 0;
};

/// Bytes in memory.
[[nodiscard]] std::shared_ptr<const content> memory_content(std::string bytes);

}  // namespace comeback::tree
