// SPDX-License-Identifier: Apache-2.0
// The structures of a volume as the writer makes them, of every type of partition.
#include "base/error.hpp"
#include "udf/test_volume.hpp"
#include "udf/text.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace comeback::udf {
namespace {

using testing::laid_out;

tree::file_tree sample() {
  tree::file_tree t;
  const auto file =
      t.add_file(tree::root, "file", tree::memory_content(std::string(5000, 'x')), {1700000000, 0});
  t.add_link(tree::root, "second name", file);
  const auto dir = t.add_directory(tree::root, "dir");
  for (int i = 0; i < 40; ++i) t.add_file(dir, "some file " + std::to_string(i), tree::memory_content("x"));
  return t;
}

struct kind {
  std::uint16_t revision;
  partition_type partition;
  bool mirror = true;
};
void PrintTo(const kind& k, std::ostream* out) { *out << revision_text(k.revision) << name_of(k.partition); }

laid_out volume_of(const kind& k) {
  return {sample(),
          {.revision = k.revision, .partition = k.partition, .mirror = k.mirror, .created = {1600000000, 0}}};
}

tag tag_at(std::span<const std::byte> bytes, std::uint64_t block) {
  const auto t = read_tag(bytes.subspan(block * disk::block_size, disk::block_size));
  EXPECT_TRUE(t) << "block " << block;
  return t.value_or(tag{});
}

std::uint32_t number_at(std::span<const std::byte> bytes, std::uint64_t at) {
  return *disk::read<le32>(bytes, at, "number");
}

class every_volume : public ::testing::TestWithParam<kind> {};

TEST_P(every_volume, has_two_sequences_that_say_the_same) {
  const auto v = volume_of(GetParam());
  const auto main = v.volume.sequence(false), reserve = v.volume.sequence(true);
  ASSERT_EQ(main.size(), disk::bytes_in(sequence_blocks));
  ASSERT_EQ(reserve.size(), main.size());
  std::uint64_t block = 0;
  for (const auto id : {tag_id::primary_volume, tag_id::implementation_use, tag_id::partition,
                        tag_id::logical_volume, tag_id::unallocated_space, tag_id::terminating}) {
    const auto a = tag_at(main, block), b = tag_at(reserve, block);
    EXPECT_EQ(a.id, static_cast<std::uint16_t>(id));
    EXPECT_EQ(a.version, GetParam().revision < 0x0200 ? 2 : 3);
    EXPECT_EQ(a.location, 64 + block);
    EXPECT_EQ(b.location, 22000 + block);
    const auto number = number_at(main, block * disk::block_size + sizeof(tag));
    EXPECT_EQ(number, id == tag_id::terminating ? 0 : block);
    const auto body = static_cast<std::ptrdiff_t>(block * disk::block_size + sizeof(tag));
    EXPECT_TRUE(std::equal(main.begin() + body, main.begin() + body + 2032, reserve.begin() + body));
    ++block;
  }
}

TEST_P(every_volume, is_found_from_its_anchors) {
  const auto v = volume_of(GetParam());
  const auto bytes = v.volume.anchor_block({256});
  ASSERT_EQ(bytes.size(), disk::block_size);
  EXPECT_EQ(tag_at(bytes, 0).location, 256U);
  const auto a = *disk::read<anchor>(bytes, 0, "anchor");
  EXPECT_EQ(a.main.location, 64U);
  EXPECT_EQ(a.reserve.location, 22000U);
  EXPECT_EQ(a.main.length, 16 * 2048U);
}

TEST_P(every_volume, has_the_maps_of_its_partition) {
  const auto& k = GetParam();
  const auto v = volume_of(k);
  const auto bytes = v.volume.sequence(false);
  const auto d = *disk::read<logical_volume>(bytes, 3 * disk::block_size, "logical volume");
  const auto map = std::span(bytes).subspan(3 * disk::block_size + sizeof d);
  const auto kind_at = [&](std::size_t at) {
    return std::string(disk::read<virtual_map>(map, at, "map")->kind.identifier.trimmed());
  };
  EXPECT_EQ(d.file_set.location.partition, d.maps - 1);
  switch (k.partition) {
    case partition_type::plain:
      EXPECT_EQ(d.maps, 1U);
      EXPECT_EQ(d.map_bytes, 6U);
      break;
    case partition_type::vat:
      EXPECT_EQ(d.maps, 2U);
      EXPECT_EQ(d.map_bytes, 70U);
      EXPECT_EQ(kind_at(6), "*UDF Virtual Partition");
      EXPECT_EQ(d.file_set.length, disk::block_size);
      break;
    case partition_type::sparable: {
      EXPECT_EQ(d.maps, 1U);
      EXPECT_EQ(kind_at(0), "*UDF Sparable Partition");
      const auto m = *disk::read<sparable_map>(map, 0, "map");
      EXPECT_EQ(m.packet_blocks, 32);
      EXPECT_EQ(m.table_at[0], 128U);
      EXPECT_EQ(m.table_at[1], 21000U);
      EXPECT_EQ(m.table_bytes, 56U + 16 * 8);
      break;
    }
    case partition_type::metadata: {
      EXPECT_EQ(d.maps, 2U);
      EXPECT_EQ(kind_at(6), "*UDF Metadata Partition");
      const auto m = *disk::read<metadata_map>(map, 6, "map");
      EXPECT_EQ(m.file_at, 0U);
      EXPECT_EQ(m.mirror_at, 9000U - 288);
      EXPECT_EQ(m.bitmap_at, no_block);
      EXPECT_EQ(m.flags, k.mirror ? 1 : 0);
      break;
    }
  }
}

TEST_P(every_volume, says_how_its_partition_is_written) {
  const auto& k = GetParam();
  const auto v = volume_of(k);
  const auto bytes = v.volume.sequence(false);
  const auto d = *disk::read<partition>(bytes, 2 * disk::block_size, "partition");
  const auto access = k.partition == partition_type::vat        ? access_type::write_once
                      : k.partition == partition_type::sparable ? access_type::rewritable
                                                                : access_type::read_only;
  EXPECT_EQ(d.access, static_cast<std::uint32_t>(access));
  EXPECT_EQ(d.contents.identifier.trimmed(), k.revision < 0x0200 ? "+NSR02" : "+NSR03");
  EXPECT_EQ(d.start, 288U);
  EXPECT_EQ(d.length, 20000U - 288);
  EXPECT_EQ(d.header.unallocated_bitmap.length != 0, k.partition == partition_type::sparable);
}

TEST_P(every_volume, counts_in_its_integrity) {
  const auto& k = GetParam();
  const auto v = volume_of(k);
  const auto bytes = v.volume.integrity_sequence();
  EXPECT_EQ(tag_at(bytes, 0).location, 96U);
  EXPECT_EQ(tag_at(bytes, 1).id, 8);
  const auto d = *disk::read<integrity>(bytes, 0, "integrity");
  EXPECT_EQ(d.type, k.partition == partition_type::vat ? 0U : 1U);
  EXPECT_EQ(from_recorded(d.recorded)->seconds, 1700000000);  // not older than what is in it
  const auto maps = d.partitions;
  EXPECT_EQ(maps, k.partition == partition_type::plain || k.partition == partition_type::sparable ? 1U : 2U);
  const auto use = *disk::read<integrity_use>(bytes, sizeof d + 8 * maps, "use");
  EXPECT_EQ(use.files, 42U);       // each name of a file
  EXPECT_EQ(use.directories, 2U);  // with the root
  EXPECT_EQ(use.min_read, k.revision == 0x0260 ? 0x0250 : k.revision);
  EXPECT_EQ(use.max_write, k.revision);
  EXPECT_EQ(number_at(bytes, sizeof d + 4 * maps), 20000U - 288);  // the size of the first partition
}

TEST_P(every_volume, has_a_file_set_that_leads_to_its_root) {
  const auto v = volume_of(GetParam());
  const auto set = *disk::read<file_set>(v.node_bytes, 0, "file set");
  EXPECT_EQ(tag_at(v.node_bytes, 0).id, 256);
  EXPECT_EQ(tag_at(v.node_bytes, 1).id, 8);
  EXPECT_EQ(set.root.length, disk::block_size);
  const auto root = tag_at(v.node_bytes, 2);
  EXPECT_EQ(root.location, set.root.location.block);
}

INSTANTIATE_TEST_SUITE_P(
    kinds, every_volume,
    ::testing::Values(kind{0x0102, partition_type::plain}, kind{0x0201, partition_type::plain},
                      kind{0x0150, partition_type::vat}, kind{0x0201, partition_type::vat},
                      kind{0x0150, partition_type::sparable}, kind{0x0260, partition_type::sparable},
                      kind{0x0250, partition_type::metadata}, kind{0x0260, partition_type::metadata, false}),
    [](const auto& one) {
      return std::to_string(one.param.revision) + "_" + std::string(name_of(one.param.partition));
    });

TEST(volume, is_recognised_by_its_revision) {
  const auto name = [](std::uint16_t revision, std::size_t which) {
    const auto bytes = volume::recognition(revision);
    return std::string(
        disk::read<structure_descriptor>(bytes, which * disk::block_size, "descriptor")->standard.all());
  };
  EXPECT_EQ(name(0x0150, 0), "BEA01");
  EXPECT_EQ(name(0x0150, 1), "NSR02");
  EXPECT_EQ(name(0x0200, 1), "NSR03");
  EXPECT_EQ(name(0x0200, 2), "TEA01");
}

TEST(volume, the_set_begins_with_what_tells_volumes_apart) {
  const auto set = [](const tree::file_tree& t, const std::string& name) {
    const laid_out v(t, {.volume = name});
    return *from_dstring(disk::read<primary_volume>(v.volume.sequence(false), 0, "primary")->volume_set);
  };
  EXPECT_EQ(set(sample(), "A"), set(sample(), "A"));
  EXPECT_EQ(set(sample(), "A").substr(16), "A");
  EXPECT_NE(set(sample(), "A").substr(0, 16), set(sample(), "B").substr(0, 16));
  EXPECT_NE(set(sample(), "A"), set({}, "A"));
}

// Every ICB has an entry of its own; blocks of directories have none, since nothing names them by it.
void expect_entries(const laid_out& v, std::span<const std::byte> table, std::size_t at) {
  std::set<std::uint16_t> mapped;
  for (std::uint64_t i = 0; i < v.node_bytes.size() / disk::block_size; ++i) {
    const auto id = *disk::read<le16>(v.block(i), 0, "id");
    const auto entry = number_at(table, at + 4 * i);
    const bool is_icb = i == 0 || id == 261 || id == 266;
    EXPECT_EQ(entry, is_icb ? i : no_block) << "block " << i << ", tag " << id;
    if (is_icb) mapped.insert(id);
  }
  EXPECT_EQ(mapped.size(), 2U);  // file set, file entries
}

TEST(virtual_table, of_2_00_has_a_header) {
  const auto v = volume_of({0x0200, partition_type::vat});
  const auto table = v.volume.vat();
  const auto head = *disk::read<vat_header>(table, 0, "header");
  EXPECT_EQ(head.header_bytes, 152);
  EXPECT_EQ(head.previous, no_block);
  EXPECT_EQ(head.files, 42U);
  EXPECT_EQ(head.directories, 2U);
  EXPECT_EQ(table.size(), 152 + 4 * v.node_bytes.size() / disk::block_size);
  EXPECT_EQ(v.volume.vat_blocks(), disk::blocks_for(table.size()));
  expect_entries(v, table, 152);
}

TEST(virtual_table, of_1_50_has_a_trailer) {
  const auto v = volume_of({0x0150, partition_type::vat});
  const auto table = v.volume.vat();
  const auto entries = 4 * v.node_bytes.size() / disk::block_size;
  ASSERT_EQ(table.size(), entries + 36);
  const auto tail = *disk::read<vat_trailer>(table, entries, "trailer");
  EXPECT_EQ(tail.kind.identifier.trimmed(), "*UDF Virtual Alloc Tbl");
  EXPECT_EQ(tail.previous, no_block);
  expect_entries(v, table, 0);
}

TEST(virtual_table, its_icb_says_which_it_is) {
  const auto new_one = volume_of({0x0201, partition_type::vat}).volume.vat_icb();
  const auto e = *disk::read<extended_file_entry>(new_one, 0, "entry");
  EXPECT_EQ(e.icb.type, 248);
  EXPECT_EQ(tag_at(new_one, 0).location, 19999U - 288);
  const auto ad = *disk::read<short_ad>(new_one, sizeof e, "descriptor");
  EXPECT_EQ(ad.block, 19000U - 288);
  const auto old_one = volume_of({0x0150, partition_type::vat}).volume.vat_icb();
  EXPECT_EQ(disk::read<file_entry>(old_one, 0, "entry")->icb.type, 0);
}

TEST(sparing_table, offers_every_spare_packet) {
  for (const std::uint32_t packet : {16U, 32U}) {
    const laid_out v(sample(), {.partition = partition_type::sparable, .ecc_blocks = packet});
    const auto bytes = v.volume.sparing_table_block({128});
    EXPECT_EQ(tag_at(bytes, 0).location, 128U);
    const auto head = *disk::read<sparing_table>(bytes, 0, "table");
    EXPECT_EQ(head.kind.identifier.trimmed(), "*UDF Sparing Table");
    ASSERT_EQ(head.entries, spare_packets);
    for (std::uint32_t i = 0; i < spare_packets; ++i) {
      const auto e = *disk::read<sparing_entry>(bytes, sizeof head + 8 * i, "entry");
      EXPECT_EQ(e.original, spare_is_free);
      EXPECT_EQ(e.mapped, 20000 + i * packet);
    }
  }
}

TEST(space_bitmap, is_free_behind_itself) {
  const auto v = volume_of({0x0201, partition_type::sparable});
  const auto bytes = v.volume.bitmap();
  const auto head = *disk::read<space_bitmap>(bytes, 0, "bitmap");
  EXPECT_EQ(head.bits, 20000U - 288);
  EXPECT_EQ(head.bytes, (head.bits + 7) / 8);
  std::size_t free = 0;
  for (std::size_t i = 0; i < head.bytes; ++i)
    free += static_cast<std::size_t>(std::popcount(std::to_integer<unsigned>(bytes[sizeof head + i])));
  const auto behind = 19980 + v.volume.bitmap_blocks({288}, {19980}).value;
  EXPECT_EQ(free, 20000 - behind);
  const auto bit = [&](std::uint64_t block) {
    return (std::to_integer<unsigned>(bytes[sizeof head + (block - 288) / 8]) >> ((block - 288) % 8) & 1U) !=
           0;
  };
  EXPECT_FALSE(bit(behind - 1));
  EXPECT_TRUE(bit(behind));
  EXPECT_EQ(number_at(v.volume.integrity_sequence(), sizeof(integrity)), free);
}

TEST(space_bitmap, has_room_for_its_own_bits) {
  const laid_out v(sample(), {.partition = partition_type::sparable});
  constexpr std::uint64_t in_first = (disk::block_size - sizeof(space_bitmap)) * 8;
  EXPECT_EQ(v.volume.bitmap_blocks({0}, {100}).value, 1U);
  // In whole packets of 32 the one that ends within the first block's bits is the last with one block.
  const auto fits = in_first / 32 * 32 - 1;
  EXPECT_EQ(v.volume.bitmap_blocks({0}, {fits}).value, 1U);
  EXPECT_EQ(v.volume.bitmap_blocks({0}, {fits + 1}).value, 2U);
}

TEST(metadata_file, and_mirror_say_the_same_from_blocks_of_their_own) {
  const auto v = volume_of({0x0250, partition_type::metadata});
  const auto main = v.volume.metadata_file(false), mirror = v.volume.metadata_file(true);
  const auto a = *disk::read<extended_file_entry>(main, 0, "entry"),
             b = *disk::read<extended_file_entry>(mirror, 0, "entry");
  EXPECT_EQ(a.icb.type, 250);
  EXPECT_EQ(b.icb.type, 251);
  EXPECT_EQ(a.size, v.node_bytes.size());
  EXPECT_EQ(a.size, b.size);
  EXPECT_EQ(a.size % disk::bytes_in({32}), 0U);  // whole allocation units
  EXPECT_EQ(disk::read<short_ad>(main, sizeof a, "descriptor")->block, 32U);
  EXPECT_EQ(disk::read<short_ad>(mirror, sizeof b, "descriptor")->block, 6000U - 288);
  EXPECT_EQ(tag_at(mirror, 0).location, 9000U - 288);
}

TEST(metadata_file, without_a_mirror_both_icbs_name_the_same_blocks) {
  const auto v = volume_of({0x0250, partition_type::metadata, false});
  const auto main = v.volume.metadata_file(false), mirror = v.volume.metadata_file(true);
  EXPECT_EQ(disk::read<short_ad>(main, sizeof(extended_file_entry), "descriptor")->block,
            disk::read<short_ad>(mirror, sizeof(extended_file_entry), "descriptor")->block);
}

TEST(volume, cannot_name_what_lies_in_front_of_its_partition) {
  tree::file_tree t;
  t.add_placed_file(tree::root, "old", 100, 5000);
  auto shared = std::make_shared<const tree::file_tree>(std::move(t));
  volume v(shared, {});
  volume_places at;
  at.partition = at.nodes = {288};
  at.partition_end = {1000};
  at.content = [](tree::content_id) { return disk::lba{100}; };
  v.place(at);
  std::vector<std::byte> bytes(static_cast<std::size_t>(v.node_source()->size()));
  EXPECT_THROW((void)v.node_source()->read_at(0, bytes), base::error);
}

TEST(options, only_what_a_revision_has) {
  const auto code = [](const volume_options& how) {
    try {
      check(how);
    } catch (const base::error& e) {
      return e.code();
    }
    return base::errc::ok;
  };
  EXPECT_EQ(code({.revision = 0x0250}), base::errc::invalid_parameter);
  EXPECT_EQ(code({.revision = 0x0102, .partition = partition_type::vat}), base::errc::invalid_parameter);
  EXPECT_EQ(code({.revision = 0x0201, .partition = partition_type::metadata}), base::errc::invalid_parameter);
  EXPECT_EQ(code({.revision = 0x0202}), base::errc::invalid_parameter);
  EXPECT_EQ(code({.ecc_blocks = 1}), base::errc::invalid_parameter);
  EXPECT_EQ(code({.revision = 0x0260, .partition = partition_type::sparable, .ecc_blocks = 16}),
            base::errc::ok);
}

}  // namespace
}  // namespace comeback::udf
