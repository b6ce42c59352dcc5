// SPDX-License-Identifier: Apache-2.0
// Patches to a small sound volume, with or without true checksums: reading everything ends with an answer.
#include "udf/reader.hpp"
#include "udf/small_volume.hpp"

#include <cstdint>
#include <memory>
#include <vector>

using namespace comeback;

namespace {

// Four bytes a patch: where (17 bits, from the block that the structures begin in), what, and in the highest
// bit whether the block's tag is made true again. The blocks that matter are few.
std::vector<std::byte> patched(const std::uint8_t* data, std::size_t size) {
  static const udf::testing::small_volume sound;
  auto bytes = sound.bytes();
  constexpr std::size_t begin = 256 * disk::block_size;
  for (; size >= 4; data += 4, size -= 4) {
    const auto at = begin + (data[0] | data[1] << 8 | (data[2] & 3U) << 16);
    if (at >= bytes.size()) continue;
    bytes[at] = static_cast<std::byte>(data[3]);
    if ((data[2] & 0x80) == 0)
      udf::testing::mend(
          std::span(bytes).subspan(at / disk::block_size * disk::block_size, disk::block_size));
  }
  return bytes;
}

void look_at(const udf::reader& volume, const udf::lb_addr& icb, int depth) {
  const auto n = volume.read(icb);
  if (!n || depth == 0) return;
  (void)volume.data(*n, 1 << 20);
  (void)volume.target(*n);
  if (n->streams) look_at(volume, *n->streams, depth - 1);
  if (const auto names = volume.names(*n); names && names->size() < 64)
    for (const auto& one : *names) look_at(volume, one.fixed.icb.location, depth - 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto from = std::make_shared<const disk::memory_source>(patched(data, size));
  (void)udf::displacement_of(*from);
  if (const auto volume = udf::reader::open(from, {})) look_at(*volume, volume->root(), 2);
  return 0;
}
