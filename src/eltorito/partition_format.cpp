// SPDX-License-Identifier: Apache-2.0
#include "eltorito/partition_format.hpp"

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
