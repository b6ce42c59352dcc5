// SPDX-License-Identifier: Apache-2.0
// A hostile image with ISO 9660: opening, walking, reading, verifying and comparing end, within the memory
// the image is large. An input is either an image without its system area (or with it, of raw sectors), or
// patches to a sound one, which reach deeper.
#include "disk/raw_sectors.hpp"
#include "image/test_fuzzing.hpp"

#include <cstdint>

using namespace comeback;
using image::testing::input;

namespace {

void look_at_bytes(input in, bool raw) {
  std::vector<std::byte> bytes(raw ? 0 : 16 * disk::block_size);
  const auto rest = in.bytes(1 << 20);
  bytes.insert(bytes.end(), rest.begin(), rest.end());
  std::shared_ptr<const disk::source> from = std::make_shared<const disk::memory_source>(std::move(bytes));
  if (const auto layout = disk::raw_layout_of(*from))
    from = std::make_shared<const disk::raw_sectors>(from, *layout);
  image::testing::look_at(from, {}, false);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  if (size == 0) return 0;
  const auto kind = data[0] & 7;
  if (kind < 2) {
    look_at_bytes(input(bytes.subspan(1)), kind == 1);
    return 0;
  }
  static const auto sound = image::testing::iso_images();
  return image::testing::fuzz_patches(sound, bytes.subspan(1));
}
