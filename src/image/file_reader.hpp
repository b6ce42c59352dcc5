// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/parsed.hpp"
#include "image/entry.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace comeback::image {

class opened_image;

/// Reads one file of an image, which must outlive it. It remembers the run it was in: reading on costs the
/// same however many runs there are. Not safe for concurrent use.
class file_reader {
 public:
  file_reader(const opened_image& image, const entry& file) : image_(image), file_(file) {}

  /// Fills `into` from `offset`; fewer bytes only at the file's end. A run outside the image is a fault.
  [[nodiscard]] base::parsed<std::size_t> read(std::uint64_t offset, std::span<std::byte> into);
  /// How many bytes from `offset` on nobody recorded: they are zeros.
  [[nodiscard]] std::uint64_t hole_at(std::uint64_t offset);

 private:
  [[nodiscard]] base::parsed<void> read_run(const run& from, std::uint64_t inside, std::span<std::byte> into);
  const run* seek(std::uint64_t offset);

  const opened_image& image_;
  const entry& file_;
  std::size_t run_ = 0;
  std::uint64_t begin_ = 0;  // of that run, in the file
};

}  // namespace comeback::image
