// SPDX-License-Identifier: Apache-2.0
#include "disk/raw_sectors.hpp"

#include "disk/units.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace comeback::disk {
namespace {

constexpr std::size_t together = 32;  // sectors a read

bool text_at(const source& image, std::uint64_t at, std::string_view text) {
  std::array<std::byte, 16> bytes{};
  return image.read_at(at, std::span(bytes).first(text.size())) == text.size() &&
         std::memcmp(bytes.data(), text.data(), text.size()) == 0;
}

constexpr std::string_view sync("\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0", 12);  // ECMA-130 14.1

}  // namespace

std::optional<raw_layout> raw_layout_of(const source& image) {
  for (const std::uint64_t sector : {2352, 2448}) {
    if (!text_at(image, 0, sync) || !text_at(image, sector, sync)) continue;
    std::array<std::byte, 1> mode{};
    (void)image.read_at(15, mode);
    if (mode[0] == std::byte{1}) return raw_layout{sector, 16};
    if (mode[0] == std::byte{2}) return raw_layout{sector, 24};
  }
  constexpr raw_layout bare{2336, 8};
  for (const std::string_view standard : {"CD001", "BEA01"})
    if (text_at(image, 16 * bare.sector_bytes + bare.data_at + 1, standard)) return bare;
  return std::nullopt;
}

std::uint64_t raw_sectors::size() const { return image_->size() / how_.sector_bytes * block_size; }

std::size_t raw_sectors::read_at(std::uint64_t offset, std::span<std::byte> into) const {
  std::vector<std::byte> raw;
  std::size_t done = 0;
  const auto end = size();
  while (done < into.size() && offset < end) {
    const auto inside = offset % block_size;
    const auto wanted = std::min<std::uint64_t>(together, blocks_for(inside + into.size() - done).value);
    raw.resize(static_cast<std::size_t>(wanted * how_.sector_bytes));
    const auto sectors = image_->read_at(offset / block_size * how_.sector_bytes, raw) / how_.sector_bytes;
    if (sectors == 0) break;
    for (std::uint64_t i = 0; i < sectors && done < into.size(); ++i) {
      const auto skip = i == 0 ? inside : 0;
      const auto n = std::min<std::size_t>(into.size() - done, static_cast<std::size_t>(block_size - skip));
      std::memcpy(into.data() + done, raw.data() + i * how_.sector_bytes + how_.data_at + skip, n);
      done += n;
      offset += n;
    }
  }
  return done;
}

std::size_t displaced::read_at(std::uint64_t offset, std::span<std::byte> into) const {
  std::size_t zeros = 0;
  if (offset < begin_) {
    zeros = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), begin_ - offset));
    std::fill_n(into.begin(), zeros, std::byte{0});
    offset += zeros;
  }
  return zeros == into.size() ? zeros : zeros + image_->read_at(offset - begin_, into.subspan(zeros));
}

}  // namespace comeback::disk
