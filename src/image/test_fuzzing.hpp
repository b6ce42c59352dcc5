// SPDX-License-Identifier: Apache-2.0
// What the fuzzers of whole images share: how an input changes a sound one, and everything that can be asked
// of the result.
#pragma once

#include "base/error.hpp"
#include "image/checksums.hpp"
#include "image/open.hpp"
#include "image/test_hostile.hpp"
#include "image/verify.hpp"

#include <cstdint>
#include <span>
#include <utility>

namespace comeback::image::testing {

/// The bytes of an input, one after the other; zeros at the end.
class input {
 public:
  explicit input(std::span<const std::byte> bytes) : bytes_(bytes) {}
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  std::size_t byte() {
    if (bytes_.empty()) return 0;
    const auto out = std::to_integer<std::size_t>(bytes_.front());
    bytes_ = bytes_.subspan(1);
    return out;
  }
  std::size_t word() {
    const auto low = byte();
    return low | byte() << 8;
  }
  std::span<const std::byte> bytes(std::size_t most) {
    const auto out = bytes_.first(std::min(most, bytes_.size()));
    bytes_ = bytes_.subspan(out.size());
    return out;
  }

 private:
  std::span<const std::byte> bytes_;
};

/// A change: which of the blocks that matter; where in it (11 bits) and what to do: put the bytes that follow
/// there, take another block's, zeros, or end the image; the highest bit leaves the tags as they are.
inline std::shared_ptr<const disk::source> patched(const sound_image& sound, input in) {
  auto out = std::make_shared<patched_image>(sound.bytes);
  bool mend = true;
  while (!in.empty()) {
    const auto number = sound.blocks[in.byte() % sound.blocks.size()];
    const auto what = in.word();
    const auto block = out->block(number);
    mend = mend && (what & 0x8000) == 0;
    switch (what >> 11 & 7) {
      case 0:
        std::ranges::copy(out->block(sound.blocks[in.byte() % sound.blocks.size()]), block.begin());
        break;
      case 1:
        std::ranges::fill(block, std::byte{0});
        break;
      case 2:
        out->cut(number * disk::block_size + (what & 0x7FF));
        break;
      default: {
        const auto at = what & 0x7FF;
        const auto bytes = in.bytes(std::min(1 + in.byte() % 64, block.size() - at));
        std::ranges::copy(bytes, block.begin() + static_cast<std::ptrdiff_t>(at));
      }
    }
  }
  if (mend) out->mend();
  return out;
}

inline void read_some(const opened_image& image, const entry& e) {
  std::vector<std::byte> some(4096);
  for (const auto at : {std::uint64_t{0}, e.size / 2, e.size}) (void)image.read(e, at, some);
}

/// Everything that can be asked of an image; `compare`: also what reads whole files.
inline void look_at(const opened_image& image, const tree::file_tree& tree, bool compare) {
  for (const auto& v : image.volumes()) {
    (void)image.walk(v.fs, [&](const std::string&, const entry& e) {
      if (!e.directory) read_some(image, e);
      if (const auto streams = image.streams(v.fs, e))
        for (const auto& one : *streams) read_some(image, one);
      return true;
    });
  }
  (void)verify(image);
  (void)image.boot();
  (void)image.partitions();
  if (!compare) return;
  (void)verify_against(image, tree);
  (void)verify_checksums(image);
}

inline void look_at(std::shared_ptr<const disk::source> from, const tree::file_tree& tree, bool compare) {
  try {
    look_at(opened_image(std::move(from)), tree, compare);
  } catch (const base::error&) {  // no image, or no directory where one was
  }
}

inline int fuzz_patches(const std::vector<sound_image>& sound, std::span<const std::byte> bytes) {
  input in(bytes);
  const auto which = in.byte();
  const auto& one = sound[which % 16 % sound.size()];
  look_at(patched(one, in), one.tree, which >= 0xC0);
  return 0;
}

}  // namespace comeback::image::testing
