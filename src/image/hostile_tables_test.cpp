// SPDX-License-Identifier: Apache-2.0
// Tables and continuations of an image that lead to themselves, or that many share.
#include "image/test_hostile.hpp"
#include "image/test_image.hpp"
#include "image/verify.hpp"
#include "udf/reader.hpp"

#include <algorithm>
#include <cstddef>

#include <gtest/gtest.h>

namespace comeback::image {
namespace {

using testing::code_of;
using testing::patched_image;
using testing::sound_image;

const sound_image& kind(std::string_view title) {
  static const auto all = testing::udf_images();
  return *std::ranges::find_if(all, [&](const auto& one) { return one.title == title; });
}

// --- Rock Ridge ---

// Every continuation entry of the image's directories, changed.
std::shared_ptr<patched_image> with_continuations(std::uint32_t at, std::uint32_t length, std::size_t limit) {
  tree::file_tree t;
  for (int i = 0; i < 300; ++i)
    t.add_file(tree::root, std::to_string(i) + std::string(240, 'n'), tree::memory_content(""));
  const auto plan_of = plan(t, {.file_systems = {.joliet = false, .rock_ridge = true}, .appendable = false});
  auto all = testing::bytes_of(plan_of);
  all.resize(all.size() + (std::size_t{64} << 10));
  const auto bytes = std::make_shared<const std::vector<std::byte>>(std::move(all));
  auto image = std::make_shared<patched_image>(bytes);
  const auto text = testing::text_of(*bytes);
  if (at == 0) at = static_cast<std::uint32_t>(text.size() / disk::block_size - 32);
  for (auto i = text.find("CE\x1C\x01"); i != std::string_view::npos && limit-- > 0;
       i = text.find("CE\x1C\x01", i + 1)) {
    const auto block = image->block(i / disk::block_size);
    disk::put(block, i % disk::block_size + 4, disk::both32(at));
    disk::put(block, i % disk::block_size + 12, disk::both32(0));
    disk::put(block, i % disk::block_size + 20, disk::both32(length));
  }
  return image;
}

TEST(hostile_rock_ridge, many_entries_of_one_large_continuation_are_a_fault) {
  const opened_image image(with_continuations(0, 64 << 10, 1000));
  ASSERT_TRUE(image.has(file_system::rock_ridge));
  const auto listed = image.list(file_system::rock_ridge, image.root(file_system::rock_ridge));
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().what, base::fault::out_of_range);
  EXPECT_NE(listed.error().field.find("far larger than the image"), std::string::npos);
}

TEST(hostile_rock_ridge, a_broken_continuation_is_the_fault_of_one_entry) {
  const opened_image image(with_continuations(0xFFFFFF, 100, 1));
  const auto listed = image.list(file_system::rock_ridge, image.root(file_system::rock_ridge));
  ASSERT_TRUE(listed) << base::to_string(listed.error());
  EXPECT_EQ(listed->size(), 300U);
  EXPECT_EQ(std::ranges::count_if(*listed, [](const entry& e) { return e.fault != nullptr; }), 1);
  const auto v = verify(image);
  EXPECT_TRUE(std::ranges::any_of(
      v.findings, [](const auto& f) { return f.what.find("CE: it leaves the image") != std::string::npos; }));
}

// --- tables that need themselves ---

struct opened_udf {
  std::shared_ptr<patched_image> image;
  udf::volume_structures all;
  explicit opened_udf(std::string_view title)
      : image(std::make_shared<patched_image>(kind(title).bytes)),
        all(udf::reader::open(image, {})->structures()) {}

  // Its descriptors are then one long one, of a block of another partition.
  template <class Entry>
  void lead(std::uint64_t icb, std::uint16_t partition) {
    const auto block = image->block(icb / disk::block_size);
    auto e = *disk::read<Entry>(block, 0, "ICB");
    e.icb.flags = static_cast<std::uint16_t>(e.icb.flags & ~7U) | udf::long_descriptors;
    e.size = disk::block_size;
    e.descriptor_bytes = sizeof(udf::long_ad);
    udf::long_ad ad;
    ad.length = disk::block_size;
    ad.location.partition = partition;
    disk::put(block, 0, e);
    disk::put(block, sizeof(e) + e.attribute_bytes, ad);
    auto t = *disk::read<udf::tag>(block, 0, "tag");
    t.crc_length = static_cast<std::uint16_t>(sizeof(e) + e.attribute_bytes + sizeof(ad) - sizeof(t));
    disk::put(block, 0, t);
  }
  [[nodiscard]] std::string refusal() {
    image->mend();
    std::string message;
    EXPECT_EQ(code_of([&] { (void)opened_image(image); }, &message), base::errc::no_supported_file_system);
    return message;
  }
};

TEST(hostile_udf_tables, a_virtual_allocation_table_in_its_own_partition_is_none) {
  for (const auto* title : {"udf_150_vat", "udf_201_vat"}) {
    opened_udf v(title);
    const auto tag = v.image->block(v.all.table_at / disk::block_size)[0];
    if (tag == std::byte{5})
      v.lead<udf::file_entry>(v.all.table_at, 1);
    else
      v.lead<udf::extended_file_entry>(v.all.table_at, 1);
    EXPECT_NE(v.refusal().find("virtual allocation table: not in the last blocks"), std::string::npos)
        << title;
  }
}

TEST(hostile_udf_tables, a_virtual_allocation_table_that_maps_all_to_itself_shows_nothing) {
  for (const auto* title : {"udf_150_vat", "udf_201_vat"}) {
    opened_udf v(title);
    const auto& maps = v.all.maps.maps;
    const auto own =
        static_cast<std::uint32_t>(v.all.table_at / disk::block_size - maps[v.all.maps.below(1)].start);
    ASSERT_FALSE(maps[1].table.empty());
    // The entries as they lie in the image, wherever that is.
    std::vector<std::byte> before;
    for (const auto entry : maps[1].table) disk::append(before, disk::le32(entry));
    const auto& bytes = *kind(title).bytes;
    const auto at = std::search(bytes.begin(), bytes.end(), before.begin(), before.end());
    ASSERT_NE(at, bytes.end());
    const auto first = static_cast<std::size_t>(at - bytes.begin());
    for (std::size_t i = 0; i < before.size(); i += 4)
      disk::put(v.image->block((first + i) / 2048), (first + i) % 2048, disk::le32(own));
    EXPECT_NE(v.refusal().find("file set descriptor: tag"), std::string::npos) << title;
  }
}

TEST(hostile_udf_tables, a_metadata_file_in_its_own_partition_is_none) {
  opened_udf v("udf_250_metadata");
  const auto& files = v.all.metadata.front();
  for (const auto block : {files.map.file_at, files.map.mirror_at})
    v.lead<udf::extended_file_entry>((v.all.maps.maps[files.below].start + block) * disk::block_size, 1);
  EXPECT_NE(v.refusal().find("needs itself"), std::string::npos);
}

TEST(hostile_udf_tables, maps_of_a_partition_that_is_not_there_are_refused) {
  for (const auto* title : {"udf_201_vat", "udf_200_sparable", "udf_250_metadata"}) {
    opened_udf v(title);
    for (const std::string_view name :
         {"*UDF Virtual Partition", "*UDF Sparable Partition", "*UDF Metadata Partition"}) {
      const auto& bytes = *kind(title).bytes;
      const auto text = testing::text_of(bytes);
      for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1))
        v.image->block(at / 2048)[at % 2048 - 5 + offsetof(udf::virtual_map, partition)] = std::byte{9};
    }
    EXPECT_NE(v.refusal().find("partition map: no such partition"), std::string::npos) << title;
  }
}

TEST(hostile_udf_tables, a_second_virtual_or_metadata_partition_is_refused) {
  for (const auto& [title, name] : {std::pair("udf_201_vat", "*UDF Virtual Partition"),
                                    std::pair("udf_250_metadata", "*UDF Metadata Partition")}) {
    opened_udf v(title);
    const auto& bytes = *kind(title).bytes;
    const auto text = testing::text_of(bytes);
    int sequences = 0;
    for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1), ++sequences) {
      const auto block = v.image->block(at / 2048);
      auto logical = *disk::read<udf::logical_volume>(block, 0, "logical volume descriptor");
      logical.maps = logical.maps + 1;
      logical.map_bytes = logical.map_bytes + sizeof(udf::virtual_map);
      disk::put(block, 0, logical);
      const auto map = block.subspan(at % 2048 - 5, sizeof(udf::virtual_map));
      std::ranges::copy(map, block.begin() + static_cast<std::ptrdiff_t>(at % 2048 - 5 + map.size()));
    }
    ASSERT_EQ(sequences, 2) << "main and reserve";
    EXPECT_NE(v.refusal().find("two virtual or metadata partitions"), std::string::npos) << title;
  }
}

TEST(hostile_udf_tables, spares_within_a_packet_are_passed_over) {
  opened_udf v("udf_200_sparable");
  const auto& bytes = *kind("udf_200_sparable").bytes;
  const auto text = testing::text_of(bytes);
  for (auto at = text.find("*UDF Sparing Table"); at != std::string_view::npos;
       at = text.find("*UDF Sparing Table", at + 1)) {
    const auto block = v.image->block(at / 2048);
    auto head = *disk::read<udf::sparing_table>(block, 0, "table");
    head.entries = 200;
    head.tag.crc_length = 0;
    disk::put(block, 0, head);
    for (std::uint32_t i = 0; i < 200; ++i)
      disk::put(block, sizeof(head) + i * sizeof(udf::sparing_entry), udf::sparing_entry{1 + i, 300});
  }
  v.image->mend();
  const opened_image image(v.image);
  EXPECT_TRUE(std::ranges::any_of(image.faults(), [](const auto& f) {
    return f.field == "sparing table: an entry begins within a packet";
  }));
  EXPECT_TRUE(image.walk(file_system::udf, [](const std::string&, const entry&) { return true; }) ||
              !verify(image).sound());
}

}  // namespace
}  // namespace comeback::image
