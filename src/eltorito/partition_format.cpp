// SPDX-License-Identifier: Apache-2.0
#include "eltorito/partition_format.hpp"

#include <algorithm>
#include <limits>

namespace comeback::eltorito {
namespace {

constexpr std::array<std::uint32_t, 256> table = [] {
  std::array<std::uint32_t, 256> out{};
  for (std::uint32_t i = 0; i < out.size(); ++i) {
    auto value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? 0xEDB88320U : 0U);
    out[i] = value;
  }
  return out;
}();

}  // namespace

std::uint32_t word(std::uint64_t value) noexcept {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(value, std::numeric_limits<std::uint32_t>::max()));
}

std::array<std::uint8_t, 3> chs(std::uint64_t sector, std::uint64_t disk_sectors) noexcept {
  const bool small = disk_sectors <= 1024 * 64 * 32;
  const std::uint64_t heads = small ? 64 : 255, per_track = small ? 32 : 63;
  const std::uint64_t at = sector / (heads * per_track), head = sector / per_track % heads;
  if (at > 1023) return {0xFE, 0xFF, 0xFF};
  return {static_cast<std::uint8_t>(head),
          static_cast<std::uint8_t>((sector % per_track + 1) | ((at >> 8) << 6)),
          static_cast<std::uint8_t>(at)};
}

std::uint32_t crc32(std::span<const std::byte> bytes) noexcept {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const auto byte : bytes) crc = (crc >> 8) ^ table[(crc ^ std::to_integer<std::uint32_t>(byte)) & 0xFF];
  return ~crc;
}

std::uint32_t crc_of(const gpt_header& header) noexcept {
  auto blank = header;
  blank.crc = 0;
  return crc32(std::as_bytes(std::span(&blank, 1)));
}

}  // namespace comeback::eltorito
