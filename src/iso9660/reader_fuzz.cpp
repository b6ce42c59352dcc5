// SPDX-License-Identifier: Apache-2.0
// Bytes that begin with volume descriptors: whatever they say, reading ends with an answer.
#include "iso9660/reader.hpp"

#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

namespace {

using namespace comeback;

// The system area in front is never read; it would only make inputs large.
class behind_system_area final : public disk::source {
 public:
  explicit behind_system_area(std::vector<std::byte> bytes) : bytes_(std::move(bytes)) {}
  [[nodiscard]] std::uint64_t size() const override { return begin + bytes_.size(); }
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) const override {
    std::size_t done = 0;
    for (; done < into.size() && offset + done < size(); ++done)
      into[done] = offset + done < begin ? std::byte{0} : bytes_[offset + done - begin];
    return done;
  }
  [[nodiscard]] std::string name() const override { return "input"; }

 private:
  static constexpr std::uint64_t begin = 16 * disk::block_size;
  std::vector<std::byte> bytes_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto* bytes = reinterpret_cast<const std::byte*>(data);
  const auto from = std::make_shared<behind_system_area>(std::vector<std::byte>(bytes, bytes + size));
  const auto found = iso9660::find_descriptors(*from, {});
  if (!found) return 0;
  for (const auto& one : *found) {
    (void)disk::describe(one.what);
    const auto opened = iso9660::reader::open(from, one, iso9660::plain_style());
    if (!opened) continue;
    const auto& root = opened->descriptor().root;
    (void)opened->visit({root.extent.value()}, root.size.value(), [&](const iso9660::raw_record& r) {
      (void)opened->style().name(r.identifier);
      (void)iso9660::from_recorded(r.fixed.recorded);
      (void)disk::describe(r.fixed);
      return true;
    });
    (void)iso9660::from_volume_time(one.what.created);
    (void)opened->path_table(std::endian::little);
    (void)opened->path_table(std::endian::big);
  }
  return 0;
}
