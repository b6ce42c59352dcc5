// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "disk/source.hpp"

#include <memory>
#include <optional>

namespace comeback::disk {

/// How the sectors of a compact disc lie in an image that has more of them than their data.
struct raw_layout {
  std::uint64_t sector_bytes = 2352;
  std::uint64_t data_at = 16;  ///< in a sector: 16 in mode 1, 24 in mode 2 form 1 (ECMA-130 14, CD-ROM XA)
};

/// By the first sectors: 2352 bytes a sector, 2448 (with subchannels), 2336 (mode 2 without its header).
/// Empty where the image is none of these.
[[nodiscard]] std::optional<raw_layout> raw_layout_of(const source& image);

/// The 2048 bytes of data of each sector of a raw image, as if they lay side by side.
class raw_sectors final : public source {
 public:
  raw_sectors(std::shared_ptr<const source> image, raw_layout how) : image_(std::move(image)), how_(how) {}
  [[nodiscard]] std::uint64_t size() const override;
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) const override;
  [[nodiscard]] std::string name() const override { return image_->name(); }

 private:
  std::shared_ptr<const source> image_;
  raw_layout how_;
};

/// An image of a session alone, whose addresses count from the medium's first block: its own first byte is
/// byte `begin` here; what is in front reads as zeros.
class displaced final : public source {
 public:
  displaced(std::shared_ptr<const source> image, std::uint64_t begin)
      : image_(std::move(image)), begin_(begin) {}
  [[nodiscard]] std::uint64_t size() const override { return begin_ + image_->size(); }
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) const override;
  [[nodiscard]] std::string name() const override { return image_->name(); }

 private:
  std::shared_ptr<const source> image_;
  std::uint64_t begin_;
};

}  // namespace comeback::disk
