// SPDX-License-Identifier: Apache-2.0
#include "udf/reader.hpp"

#include "udf/small_volume.hpp"

#include <functional>
#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace comeback::udf {
namespace {

using testing::mend;
using testing::small_volume;

base::parsed<reader> open_bytes(std::vector<std::byte> bytes) {
  return reader::open(std::make_shared<const disk::memory_source>(std::move(bytes)), {});
}

std::vector<std::byte> changed(const std::function<void(std::vector<std::byte>&)>& change) {
  auto bytes = small_volume().bytes();
  change(bytes);
  for (std::size_t at = small_volume::at(small_volume::set); at < bytes.size(); at += disk::block_size)
    if (bytes[at + 1] == std::byte{1} && bytes[at + 2] == std::byte{3})
      mend(std::span(bytes).subspan(at, disk::block_size));
  return bytes;
}

lb_addr address(std::uint32_t block) {
  lb_addr out;
  out.block = block;
  return out;
}

std::string text(const base::parsed<std::vector<std::byte>>& bytes) {
  return bytes ? std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size())
               : base::to_string(bytes.error());
}

TEST(reader, opens_a_volume_with_its_structures) {
  const auto volume = open_bytes(small_volume().bytes());
  ASSERT_TRUE(volume) << base::to_string(volume.error());
  const auto& all = volume->structures();
  EXPECT_TRUE(all.warnings.empty()) << base::to_string(all.warnings.front());
  EXPECT_EQ(all.revision, 0x0201);
  EXPECT_EQ(all.anchors, (std::vector<std::uint64_t>{256, small_volume::blocks - 1}));
  ASSERT_TRUE(all.counts);
  EXPECT_EQ(all.counts->files, 3U);
}

TEST(reader, lists_names_with_deleted_and_hidden_ones) {
  const auto volume = open_bytes(small_volume().bytes());
  const auto names = volume->names(*volume->read(volume->root()));
  ASSERT_TRUE(names);
  std::string seen;
  for (const auto& one : *names) seen += one.name + ";";
  EXPECT_EQ(seen, ";embedded;gone;far;.hid;link;");
}

TEST(reader, reads_embedded_bytes_chains_and_holes) {
  const auto volume = open_bytes(small_volume().bytes());
  EXPECT_EQ(text(volume->data(*volume->read(address(small_volume::embedded_file)), 100)), "hello");
  const auto far = *volume->read(address(small_volume::far_file));
  EXPECT_EQ(far.pieces.size(), 3U);
  EXPECT_EQ(text(volume->data(far, 1 << 20)),
            std::string(2048, '1') + std::string(2048, '\0') + std::string(2000, '3'));
  EXPECT_EQ(*volume->target(*volume->read(address(small_volume::link))), "/a/../b");
  EXPECT_EQ(from_permissions(far.permissions), 0640);
}

TEST(reader, takes_the_reserve_sequence_where_the_main_one_is_gone) {
  auto bytes = small_volume().bytes();
  std::fill_n(bytes.begin() + 257 * 2048, 16 * 2048, std::byte{0});
  const auto volume = open_bytes(bytes);
  ASSERT_TRUE(volume);
  EXPECT_TRUE(volume->structures().from_reserve);
  EXPECT_FALSE(volume->structures().warnings.empty());
}

TEST(reader, finds_any_anchor) {
  for (const std::size_t gone : {std::size_t{256}, std::size_t{small_volume::blocks - 1}}) {
    auto bytes = small_volume().bytes();
    bytes[gone * 2048] = std::byte{0xFF};
    EXPECT_TRUE(open_bytes(bytes)) << gone;
  }
}

TEST(reader, an_allocation_extent_that_leads_to_itself_is_a_loop) {
  const auto volume = open_bytes(changed([](auto& bytes) {
    short_ad ad;
    ad.length = typed(extent_type::continuation, 2048);
    ad.block = small_volume::far_more;
    disk::put(std::span(bytes), small_volume::at(small_volume::far_more) + sizeof(allocation_extent), ad);
  }));
  const auto far = volume->read(address(small_volume::far_file));
  ASSERT_FALSE(far);
  EXPECT_EQ(far.error().what, base::fault::loop);
}

TEST(reader, sizes_without_bounds_are_faults) {
  const auto volume = open_bytes(changed([](auto& bytes) {
    for (const auto where : {small_volume::embedded_file, small_volume::far_file, small_volume::root})
      disk::put(std::span(bytes), small_volume::at(where) + offsetof(extended_file_entry, size),
                le64{1ULL << 63});
  }));
  ASSERT_TRUE(volume);
  for (const auto where : {small_volume::embedded_file, small_volume::far_file, small_volume::root})
    EXPECT_FALSE(volume->read(address(where))) << where;
}

TEST(reader, strategy_4096_is_not_supported) {
  const auto volume = open_bytes(changed([](auto& bytes) {
    disk::put(std::span(bytes),
              small_volume::at(small_volume::far_file) + sizeof(tag) + offsetof(icb_tag, strategy),
              le16{4096});
  }));
  EXPECT_EQ(volume->read(address(small_volume::far_file)).error().what, base::fault::unsupported);
}

void look_at(const base::parsed<reader>& volume) {
  if (!volume) return;
  const auto root = volume->read(volume->root());
  if (!root) return;
  const auto names = volume->names(*root);
  if (!names) return;
  for (const auto& one : *names)
    if (const auto n = volume->read(one.fixed.icb.location)) {
      (void)volume->data(*n, 1 << 20);
      (void)volume->target(*n);
    }
}

TEST(reader, cut_at_any_block_ends_with_an_answer) {
  const auto bytes = small_volume().bytes();
  for (std::size_t blocks = 250; blocks < small_volume::blocks; ++blocks)
    look_at(open_bytes({bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(blocks * 2048)}));
}

TEST(reader, any_byte_changed_with_its_checksums_mended_ends_with_an_answer) {
  const auto sound = small_volume().bytes();
  for (const std::size_t block : {256, 257, 258, 259, 290, 300, 301, 302, 303, 304, 305, 308}) {
    for (std::size_t i = 16; i < 520; ++i) {
      for (const unsigned flip : {0x01U, 0x80U, 0xFFU}) {
        auto bytes = sound;
        bytes[block * 2048 + i] ^= static_cast<std::byte>(flip);
        mend(std::span(bytes).subspan(block * 2048, 2048));
        look_at(open_bytes(std::move(bytes)));
      }
    }
  }
}

}  // namespace
}  // namespace comeback::udf
