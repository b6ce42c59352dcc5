// SPDX-License-Identifier: Apache-2.0
// A hostile image: opening, walking, reading, verifying and comparing end, within the memory the image is
// large. An input is either an image without its system area, or patches to a sound one, which reach deeper.
#include "base/error.hpp"
#include "image/open.hpp"
#include "image/plan.hpp"
#include "image/stream.hpp"
#include "image/verify.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

using namespace comeback;

namespace {

tree::file_tree small_tree() {
  tree::file_tree t;
  const auto folder = t.add_directory(tree::root, "folder");
  const auto below = t.add_directory(folder, "below");
  t.add_file(below, "three blocks", tree::memory_content(std::string(5000, 'x')));
  t.add_file(folder, "readme.txt", tree::memory_content("read me"));
  t.add_file(tree::root, "empty", tree::memory_content(""));
  return t;
}

const std::vector<std::byte>& sound_image() {
  static const std::vector<std::byte> bytes = [] {
    const image::stream s(
        std::make_shared<const image::layout>(image::plan(small_tree(), {.appendable = false})));
    std::vector<std::byte> out(static_cast<std::size_t>(s.size()));
    (void)s.read_at(0, out);
    return out;
  }();
  return bytes;
}

// Four bytes a patch: where, from the first descriptor on (17 bits), and the byte to put there.
std::vector<std::byte> patched(std::span<const std::byte> input) {
  auto bytes = sound_image();
  constexpr std::size_t begin = 16 * disk::block_size;
  for (; input.size() >= 4; input = input.subspan(4)) {
    const auto at = std::to_integer<std::size_t>(input[0]) | std::to_integer<std::size_t>(input[1]) << 8 |
                    (std::to_integer<std::size_t>(input[2]) & 1) << 16;
    if (begin + at < bytes.size()) bytes[begin + at] = input[3];
  }
  return bytes;
}

void look_at(const image::opened_image& image) {
  for (const auto& v : image.volumes()) {
    std::vector<std::byte> some(4096);
    (void)image.walk(v.fs, [&](const std::string&, const image::entry& e) {
      if (!e.directory) (void)image.read(e, e.size / 2, some);
      return true;
    });
  }
  (void)image::verify(image);
  static const auto tree = small_tree();
  (void)image::verify_against(image, tree);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input = std::as_bytes(std::span(data, size));
  std::vector<std::byte> bytes;
  if (size > 0 && (data[0] & 1) != 0) {
    bytes = patched(input.subspan(1));
  } else {
    bytes.resize(16 * disk::block_size);
    bytes.insert(bytes.end(), input.begin() + (size > 0 ? 1 : 0), input.end());
  }
  try {
    look_at(image::opened_image(std::make_shared<const disk::memory_source>(std::move(bytes))));
  } catch (const base::error&) {  // no image, or no directory where one was
  }
  return 0;
}
