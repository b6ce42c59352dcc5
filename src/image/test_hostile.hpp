// SPDX-License-Identifier: Apache-2.0
// Small images of every kind, and changes to them: what the tests and fuzzers of hostile images share.
#pragma once

#include "image/plan.hpp"
#include "image/prepare_boot.hpp"
#include "image/stream.hpp"
#include "udf/small_volume.hpp"
#include "udf/test_mending.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace comeback::image::testing {

/// Everything that file systems record in different ways: links, devices, streams, names of all kinds, files
/// in their ICB and not, eleven levels of directories.
inline tree::file_tree rich_tree() {
  using tree::memory_content;
  tree::file_tree t;
  const auto folder = t.add_directory(tree::root, "folder", {1700000000, 0});
  const auto file = t.add_file(folder, "three blocks", memory_content(std::string(5000, 'x')));
  t.add_file(folder, "readme.txt", memory_content("read me"), {1600000000, 0});
  t.add_file(tree::root, "empty", memory_content(""));
  t.add_file(tree::root, "\xE4\xB8\xAD\xF0\x9F\x98\x80.txt", memory_content("wide"));
  t.add_file(tree::root, std::string(150, 'l') + ".long", memory_content("long"));
  t.add_link(tree::root, "hard link", file);
  t.add_symbolic_link(folder, "link", "/a/../b/" + std::string(300, 'c'));
  t.add_special(folder, "device", tree::node_kind::character_device,
                {.permissions = 0620, .user = 7, .group = 5, .major = 4, .minor = 300, .given = true});
  auto deep = folder;
  for (int i = 0; i < 10; ++i) deep = t.add_directory(deep, "level " + std::to_string(i));
  t.add_file(deep, "bottom", memory_content("bottom"));
  return t;
}

struct sound_image {
  const char* title;
  tree::file_tree tree;
  std::shared_ptr<const std::vector<std::byte>> bytes;
  /// The blocks that are not all zeros: what there is to change.
  std::vector<std::size_t> blocks;
};

inline sound_image sound_of(const char* title, tree::file_tree tree, std::vector<std::byte> bytes) {
  sound_image out{title, std::move(tree), {}, {}};
  for (std::size_t at = 0; at < bytes.size(); at += disk::block_size)
    if (std::any_of(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                    bytes.begin() + static_cast<std::ptrdiff_t>(at + disk::block_size),
                    [](std::byte b) { return b != std::byte{0}; }))
      out.blocks.push_back(at / disk::block_size);
  out.bytes = std::make_shared<const std::vector<std::byte>>(std::move(bytes));
  return out;
}

inline sound_image planned(const char* title, options how, bool bootable = false) {
  auto tree = rich_tree();
  if (how.file_systems.udf && how.udf.revision >= 0x0200)
    tree.add_stream(*tree.find_path("/empty"), "a stream", tree::memory_content("streamed"));
  if (bootable)
    for (const auto on : {eltorito::platform::x86, eltorito::platform::efi}) {
      eltorito::boot_entry entry;
      entry.image = tree.add_hidden("boot.img", tree::memory_content(std::string(4096, 'b')));
      entry.on = on;
      how.boot.push_back(entry);
    }
  prepare_boot(tree, how);
  const stream s(std::make_shared<const layout>(plan(tree, how)));
  std::vector<std::byte> bytes(static_cast<std::size_t>(s.size()));
  (void)s.read_at(0, bytes);
  return sound_of(title, std::move(tree), std::move(bytes));
}

inline options with_udf(std::uint16_t revision, udf::partition_type partition, bool mirror = true) {
  options how;
  how.file_systems = {.iso9660 = false, .joliet = false, .udf = true};
  how.udf.revision = revision;
  how.udf.partition = partition;
  how.udf.mirror = mirror;
  return how;
}

inline std::vector<sound_image> iso_images() {
  options relaxed, rock_ridge, level_4, strict;
  relaxed.appendable = false;
  rock_ridge.appendable = false;
  rock_ridge.file_systems = {.joliet = false, .rock_ridge = true};
  level_4.iso_level = 4;
  level_4.file_systems.rock_ridge = true;
  auto bootable = rock_ridge;
  bootable.file_systems.joliet = true;
  bootable.disk.partitions = eltorito::partitioning::gpt;
  std::vector<sound_image> out;
  out.push_back(planned("joliet", relaxed));
  out.push_back(planned("rock_ridge", rock_ridge));
  out.push_back(planned("level_4", level_4));
  out.push_back(planned("bootable", bootable, true));
  return out;
}

inline std::vector<sound_image> udf_images() {
  using udf::partition_type;
  options bridge;
  bridge.file_systems = {.rock_ridge = true, .udf = true};
  std::vector<sound_image> out;
  out.push_back(planned("udf_102", with_udf(0x0102, partition_type::plain)));
  out.push_back(planned("udf_150_vat", with_udf(0x0150, partition_type::vat)));
  out.push_back(planned("udf_200_sparable", with_udf(0x0200, partition_type::sparable)));
  out.push_back(planned("udf_201_vat", with_udf(0x0201, partition_type::vat)));
  out.push_back(planned("udf_250_metadata", with_udf(0x0250, partition_type::metadata)));
  out.push_back(planned("udf_260_no_mirror", with_udf(0x0260, partition_type::metadata, false)));
  out.push_back(planned("bridge", bridge));
  out.push_back(sound_of("by_hand", {}, udf::testing::small_volume().bytes()));
  return out;
}

/// An image of which some blocks are others; those alone are copied.
class patched_image final : public disk::source {
 public:
  explicit patched_image(std::shared_ptr<const std::vector<std::byte>> sound)
      : sound_(std::move(sound)), size_(sound_->size()) {}

  /// A block of its own, from now on.
  std::span<std::byte> block(std::size_t number) {
    auto& mine = changed_[number];
    if (mine.empty()) {
      const auto whole = std::span(*sound_).subspan(number * disk::block_size, disk::block_size);
      mine.assign(whole.begin(), whole.end());
    }
    return mine;
  }
  void cut(std::uint64_t bytes) { size_ = std::min(size_, bytes); }
  void mend() {
    for (auto& [number, bytes] : changed_) udf::testing::mend_all(bytes);
  }

  [[nodiscard]] std::uint64_t size() const override { return size_; }
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) const override {
    if (offset >= size_) return 0;
    into = into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size_ - offset)));
    const auto begin = static_cast<std::size_t>(offset), end = begin + into.size();
    std::copy_n(sound_->begin() + static_cast<std::ptrdiff_t>(begin), into.size(), into.begin());
    for (auto at = changed_.lower_bound(begin / disk::block_size);
         at != changed_.end() && at->first * disk::block_size < end; ++at)
      overlay(at->first * disk::block_size, at->second, begin, into);
    return into.size();
  }
  [[nodiscard]] std::string name() const override { return "patched"; }

 private:
  static void overlay(std::size_t at, std::span<const std::byte> bytes, std::size_t begin,
                      std::span<std::byte> into) {
    const auto from = std::max(at, begin), to = std::min(at + bytes.size(), begin + into.size());
    std::ranges::copy(bytes.subspan(from - at, to - from),
                      into.begin() + static_cast<std::ptrdiff_t>(from - begin));
  }

  std::shared_ptr<const std::vector<std::byte>> sound_;
  std::uint64_t size_;
  std::map<std::size_t, std::vector<std::byte>> changed_;  // by number
};

}  // namespace comeback::image::testing
