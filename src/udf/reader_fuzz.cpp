// SPDX-License-Identifier: Apache-2.0
// Patches to a small sound volume, with or without true checksums: reading everything ends with an answer.
#include "udf/reader.hpp"
#include "udf/small_volume.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

using namespace comeback;

namespace {

// The sound volume, changed where an input says so and made as it was again in the end: copying all of it
// for each input would take most of the time.
class patched_volume final : public disk::source {
 public:
  [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) const override {
    if (offset >= bytes_.size()) return 0;
    const auto n = std::min<std::size_t>(into.size(), bytes_.size() - static_cast<std::size_t>(offset));
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), n, into.begin());
    return n;
  }
  [[nodiscard]] std::string name() const override { return "patched"; }

  // Four bytes a patch: where (18 bits, from the block that the structures begin in), what, and in the
  // highest bit whether the block's tags are left as they are. The blocks that matter are few.
  void patch(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t begin = 256 * disk::block_size;
    for (; size >= 4; data += 4, size -= 4) {
      const auto at = begin + (data[0] | data[1] << 8 | (data[2] & 3U) << 16);
      if (at >= bytes_.size()) continue;
      bytes_[at] = static_cast<std::byte>(data[3]);
      touched_[at / disk::block_size] |= (data[2] & 0x80) == 0;
    }
    for (const auto& [number, mend] : touched_)
      if (mend) udf::testing::mend_all(block(number));
  }
  void restore() {
    for (const auto& [number, mend] : touched_)
      std::copy_n(sound_.bytes().begin() + static_cast<std::ptrdiff_t>(number * disk::block_size),
                  disk::block_size, block(number).begin());
    touched_.clear();
  }

 private:
  std::span<std::byte> block(std::size_t number) {
    return std::span(bytes_).subspan(number * disk::block_size, disk::block_size);
  }

  const udf::testing::small_volume sound_;
  std::vector<std::byte> bytes_ = sound_.bytes();
  std::map<std::size_t, bool> touched_;  // by block: whether its tags shall be true
};

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
  static const auto from = std::make_shared<patched_volume>();
  from->patch(data, size);
  (void)udf::displacement_of(*from);
  if (const auto volume = udf::reader::open(from, {})) look_at(*volume, volume->root(), 2);
  from->restore();
  return 0;
}
