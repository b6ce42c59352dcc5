// SPDX-License-Identifier: Apache-2.0
// UDF volumes of ours with one structure broken, and what `verify` calls it. Where a row says so, the tags
// are made true again: then it is the content that is wrong, not a byte that got lost.
#include "image/test_image.hpp"
#include "image/verify.hpp"
#include "image/volume_reader.hpp"
#include "udf/reader.hpp"
#include "udf/small_volume.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace comeback::image {
namespace {

using udf::partition_type;
using bytes = std::vector<std::byte>;

constexpr std::size_t block = disk::block_size;

tree::file_tree sample() {
  tree::file_tree t;
  const auto dir = t.add_directory(tree::root, "dir");
  t.add_file(dir, "inner", tree::memory_content("in its ICB"));
  const auto file = t.add_file(tree::root, "file", tree::memory_content(std::string(5000, 'f')));
  t.add_link(tree::root, "link", file);
  return t;
}

options options_of(std::uint16_t revision, partition_type partition) {
  options how;
  how.created = {1700000000, 0};
  how.file_systems = {false, false, false, true};
  how.udf.revision = revision;
  how.udf.partition = partition;
  return how;
}

// An image and where its parts lie.
struct victim {
  bytes image;
  udf::volume_structures all;
  std::uint64_t partition;  // its first byte

  explicit victim(const options& how) : image(testing::bytes_of(plan(sample(), how))) {
    all = udf::reader::open(source(), {}).value().structures();
    partition = std::uint64_t{all.main.partitions.front().start} * block;
  }
  [[nodiscard]] std::shared_ptr<const disk::source> source() const {
    return std::make_shared<const disk::memory_source>(image);
  }
  // The ICB of a path.
  [[nodiscard]] std::uint64_t icb(const std::string& path) const {
    const auto opened = testing::open_bytes(image);
    return opened.reader_of(file_system::udf).place_of(*opened.find(file_system::udf, path));
  }
  [[nodiscard]] std::uint64_t root() const { return icb("/"); }
  [[nodiscard]] std::uint64_t descriptor(udf::tag_id id) const {
    for (auto at = all.main.at;; at += block)
      if (image[at] == static_cast<std::byte>(id)) return at;
  }
  std::byte& operator[](std::uint64_t at) { return image.at(static_cast<std::size_t>(at)); }
  void mend(std::uint64_t at) {
    udf::testing::mend(std::span(image).subspan(static_cast<std::size_t>(at), block));
  }
  // Over a number of 32 bits.
  void put(std::uint64_t at, std::uint32_t value) {
    disk::put(image, static_cast<std::size_t>(at), disk::le32{value});
  }
};

// What `verify` says, or why the image cannot be opened.
std::string said_of(const victim& v) {
  std::string out;
  try {
    for (const auto& f : verify(testing::open_bytes(v.image)).findings) out += f.path + ": " + f.what + "\n";
  } catch (const base::error& e) {
    out = e.what();
  }
  return out;
}

struct row {
  const char* title;
  std::uint16_t revision;
  partition_type partition;
  std::function<void(victim&)> damage;
  const char* finding;
};
void PrintTo(const row& r, std::ostream* out) { *out << r.title; }

class udf_damage : public ::testing::TestWithParam<row> {};

TEST_P(udf_damage, is_found_and_named) {
  victim v(options_of(GetParam().revision, GetParam().partition));
  ASSERT_EQ(said_of(v), "");
  GetParam().damage(v);
  EXPECT_NE(said_of(v).find(GetParam().finding), std::string::npos) << said_of(v);
}

constexpr auto plain = partition_type::plain, vat = partition_type::vat, sparable = partition_type::sparable,
               metadata = partition_type::metadata;
constexpr std::uint64_t list_at = sizeof(udf::extended_file_entry);  // of an ICB without attributes

std::uint64_t end_of(const victim& v) { return v.image.size() - block; }

// --- what leads to the volume ---

const row leading[] = {
    {"recognition", 0x201, plain, [](victim& v) { v[17 * block + 1] ^= std::byte{1}; }, "no NSR descriptor"},
    {"first_anchor", 0x201, plain, [](victim& v) { v[256 * block + 4] ^= std::byte{1}; }, "one anchor alone"},
    {"last_anchor", 0x201, plain, [](victim& v) { v[end_of(v) + 16] ^= std::byte{1}; }, "one anchor alone"},
    {"both_anchors", 0x201, plain, [](victim& v) { v[256 * block] = v[end_of(v)] = std::byte{9}; },
     "no image with an ISO 9660 or UDF file system"},
    {"primary_in_one_sequence", 0x201, plain,
     [](victim& v) {
       v[v.all.main.at + 25] ^= std::byte{1};
       v.mend(v.all.main.at);
     },
     "different primary volume descriptors"},
    {"logical_in_one_sequence", 0x201, plain,
     [](victim& v) {
       const auto at = v.descriptor(udf::tag_id::logical_volume);
       v[at + 90] ^= std::byte{1};
       v.mend(at);
     },
     "different logical volume descriptors"},
    {"partition_in_one_sequence", 0x201, plain,
     [](victim& v) { v[v.descriptor(udf::tag_id::partition) + 200] ^= std::byte{1}; },
     "volume descriptor: descriptor tag: CRC"},
    {"partition_behind_the_end", 0x201, plain, [](victim& v) { v.image.resize(v.partition + 5 * block); },
     "the image is cut short"},
};

// --- counts and maps ---

std::uint64_t use_at(const victim& v) {
  return v.all.integrity_at + sizeof(udf::integrity) + 8 * v.all.maps.maps.size();
}

const row maps[] = {
    {"integrity_gone", 0x201, plain, [](victim& v) { v[v.all.integrity_at] = std::byte{77}; },
     "integrity descriptor: none"},
    {"integrity_open", 0x201, plain,
     [](victim& v) {
       v[v.all.integrity_at + 28] = std::byte{0};
       v.mend(v.all.integrity_at);
     },
     "the logical volume is not closed"},
    {"files_counted_wrong", 0x201, plain,
     [](victim& v) {
       v.put(use_at(v) + 32, 2);  // hard links count (UDF 2.2.6.4)
       v.mend(v.all.integrity_at);
     },
     "2 files are recorded, the tree has 3"},
    {"directories_counted_wrong", 0x250, metadata,
     [](victim& v) {
       v.put(use_at(v) + 36, 1);
       v.mend(v.all.integrity_at);
     },
     "1 directories are recorded, the tree has 2"},
    {"size_of_the_partition", 0x201, plain,
     [](victim& v) {
       v.put(v.all.integrity_at + sizeof(udf::integrity) + 4, 17);
       v.mend(v.all.integrity_at);
     },
     "blocks, 17 as the integrity descriptor says"},
    {"size_of_the_partition_below_metadata", 0x250, metadata,
     [](victim& v) {
       v.put(v.all.integrity_at + sizeof(udf::integrity) + 8, 18);
       v.mend(v.all.integrity_at);
     },
     "blocks, 18 as the integrity descriptor says"},
    {"next_unique_id", 0x201, plain,
     [](victim& v) {
       v.put(v.all.integrity_at + 40, 17);
       v.mend(v.all.integrity_at);
     },
     "next unique id, 17, is taken"},
    {"table_of_virtual_blocks_counts_wrong", 0x201, vat,
     [](victim& v) { v.put(v.all.table_pieces.at(0).offset + 136, 9); },
     "9 files are recorded, the tree has 3"},
    {"table_of_virtual_blocks_leads_elsewhere", 0x201, vat,
     [](victim& v) {
       const auto entry = v.all.table_pieces.at(0).offset + 152 + 4 * 3;
       v.put(entry, *disk::read<disk::le32>(v.image, entry, "entry") - 1);
     },
     "file entry: tag location"},
    {"table_of_virtual_blocks_without_an_entry", 0x201, vat,
     [](victim& v) { v.put(v.all.table_pieces.at(0).offset + 152 + 4 * 3, udf::no_block); },
     "no entry of the virtual allocation table"},
    {"icb_of_the_virtual_table", 0x201, vat, [](victim& v) { v[v.all.table_at] = std::byte{0}; },
     "virtual allocation table: not in the last blocks"},
    {"first_sparing_table", 0x201, sparable,
     [](victim& v) { v[std::uint64_t{v.all.sparable->table_at[0]} * block + 60] ^= std::byte{1}; },
     "the sparing table at block 128"},
    {"sparing_tables_differ", 0x201, sparable,
     [](victim& v) {
       const auto at = std::uint64_t{v.all.sparable->table_at[1]} * block;
       v[at + 60] ^= std::byte{1};
       v.mend(at);
     },
     "the sparing tables differ"},
    {"bitmap", 0x201, sparable,
     [](victim& v) {
       const auto& p = v.all.main.partitions.front();
       v[v.partition + std::uint64_t{p.header.unallocated_bitmap.block} * block] = std::byte{9};
     },
     "the space bitmap"},
    {"bitmap_has_a_used_block_free", 0x201, sparable,
     [](victim& v) {
       const auto& p = v.all.main.partitions.front();
       v[v.partition + std::uint64_t{p.header.unallocated_bitmap.block} * block + 24] |= std::byte{4};
     },
     "block 2 of the partition is used, and free in the space bitmap"},
    {"bitmap_and_integrity_disagree", 0x201, sparable,
     [](victim& v) {
       v.put(v.all.integrity_at + sizeof(udf::integrity), 12345);
       v.mend(v.all.integrity_at);
     },
     "the integrity descriptor 12345"},
    {"metadata_file", 0x250, metadata,
     [](victim& v) {
       v[v.partition + std::uint64_t{v.all.metadata.at(0).map.file_at} * block] = std::byte{9};
     },
     "metadata file"},
    {"metadata_mirror", 0x250, metadata,
     [](victim& v) {
       v[v.partition + std::uint64_t{v.all.metadata.at(0).map.mirror_at} * block] = std::byte{9};
     },
     "metadata file or mirror"},
    {"metadata_mirror_differs", 0x250, metadata,
     [](victim& v) {
       // The mirror's data lie in front of its ICB, in whole units of 32 blocks.
       v[v.partition + std::uint64_t{v.all.metadata.at(0).map.mirror_at} * block - 32 * block + 100] ^=
           std::byte{1};
     },
     "the metadata file and its mirror differ"},
};

// --- files and directories ---

const row files[] = {
    {"file_set", 0x201, plain, [](victim& v) { v[v.all.set_at + 120] ^= std::byte{1}; },
     "file set descriptor: descriptor tag: CRC"},
    {"file_set_tag", 0x201, plain, [](victim& v) { v[v.all.set_at + 4] ^= std::byte{1}; },
     "file set descriptor: tag checksum"},
    {"root_icb", 0x201, plain, [](victim& v) { v[v.root()] ^= std::byte{1}; }, "file entry: tag checksum"},
    {"icb_of_a_file", 0x201, plain, [](victim& v) { v[v.icb("/file") + 40] ^= std::byte{1}; },
     "/file: bad checksum in file entry: descriptor tag: CRC"},
    {"icb_elsewhere", 0x201, plain,
     [](victim& v) {
       const auto at = v.icb("/file");
       v[at + 12] ^= std::byte{1};
       v.mend(at);
     },
     "file entry: tag location"},
    {"links_of_a_file", 0x201, plain,
     [](victim& v) {
       const auto at = v.icb("/file");
       v[at + 48] = std::byte{3};
       v.mend(at);
     },
     "is named 2 times, and says 3"},
    {"unique_id_twice", 0x201, plain,
     [](victim& v) {
       const auto at = v.icb("/file"), other = v.icb("/dir");
       const auto id = *disk::read<udf::extended_file_entry>(v.image, other, "entry");
       v.put(at + offsetof(udf::extended_file_entry, unique_id), static_cast<std::uint32_t>(id.unique_id));
       v.mend(at);
     },
     "is that of another"},
    {"blocks_recorded", 0x201, plain,
     [](victim& v) {
       const auto at = v.icb("/file");
       v.put(at + offsetof(udf::extended_file_entry, blocks), 4);
       v.mend(at);
     },
     "4 blocks recorded, where its extents have 3"},
    {"extent_behind_the_partition", 0x201, plain,
     [](victim& v) {
       const auto at = v.icb("/file");
       v.put(at + list_at + 4, 0x00100000);
       v.mend(at);
     },
     "address: behind the partition's end"},
    {"extent_shorter_than_the_file", 0x201, plain,
     [](victim& v) {
       const auto at = v.icb("/file");
       v.put(at + list_at, 4000);
       v.mend(at);
     },
     "extents shorter than its size"},
    {"extent_over_an_icb", 0x201, plain,
     [](victim& v) {
       const auto at = v.icb("/file");
       v.put(at + list_at + 4, 1);
       v.mend(at);
     },
     "are used twice"},
    {"identifier", 0x201, plain, [](victim& v) { v[v.root() + list_at + 40 + 38 + 2] ^= std::byte{1}; },
     "file identifier: descriptor tag: CRC"},
    {"identifier_tag", 0x201, plain, [](victim& v) { v[v.root() + list_at + 40 + 4] ^= std::byte{1}; },
     "file identifier: tag checksum"},
    {"parent_elsewhere", 0x201, plain,
     [](victim& v) {
       const auto at = v.icb("/dir");
       v.put(at + list_at + 24, static_cast<std::uint32_t>((at - v.partition) / block));
       udf::testing::mend(std::span(v.image).subspan(static_cast<std::size_t>(at + list_at), 40));
       v.mend(at);
     },
     "its parent entry leads elsewhere"},
    {"directory_that_is_none", 0x201, plain,
     [](victim& v) {
       const auto at = v.icb("/dir");
       v[at + 27] = std::byte{5};
       v.mend(at);
     },
     "name and ICB disagree on whether it is a directory"},
};

const auto title_of = [](const auto& one) { return one.param.title; };
INSTANTIATE_TEST_SUITE_P(leading, udf_damage, ::testing::ValuesIn(leading), title_of);
INSTANTIATE_TEST_SUITE_P(maps, udf_damage, ::testing::ValuesIn(maps), title_of);
INSTANTIATE_TEST_SUITE_P(files, udf_damage, ::testing::ValuesIn(files), title_of);

TEST(udf_verify, files_made_to_share_blocks_are_no_damage) {
  tree::file_tree t;
  for (const auto* name : {"a", "b", "c"})
    t.add_file(tree::root, name, tree::memory_content(std::string(5000, 'x')));
  auto how = options_of(0x201, plain);
  how.extent_of.assign(3, tree::content_id{0});
  how.udf.shared_extents = true;
  const auto v = verify(testing::open_bytes(testing::bytes_of(plan(t, how))));
  EXPECT_TRUE(v.sound());
  EXPECT_EQ(v.sharing_files, 2U);
  EXPECT_EQ(
      verify(testing::open_bytes(testing::bytes_of(plan(sample(), options_of(0x201, plain))))).sharing_files,
      0U);
}

// A CD's post-gap, and what fills the last unit of a DVD+RW.
TEST(udf_verify, an_anchor_in_front_of_what_a_recorder_pads_is_the_last_one) {
  for (const std::size_t padding : {std::size_t{1}, std::size_t{15}, std::size_t{150}, std::size_t{512}})
    for (const bool before_end : {false, true}) {
      auto how = options_of(0x201, plain);
      how.udf.anchor_before_end = before_end;
      victim v(how);
      const auto anchor = end_of(v) - (before_end ? 256 * block : 0);
      v.image.resize(v.image.size() + padding * block);
      EXPECT_EQ(said_of(v), "") << padding << ' ' << before_end;
      v[anchor + 16] ^= std::byte{1};
      EXPECT_NE(said_of(v).find("one anchor alone"), std::string::npos) << padding << ' ' << before_end;
    }
}

// What was written to a spare packet is read from there (UDF 2.2.12), the bitmap too.
TEST(udf_verify, spared_packets_are_looked_up) {
  victim v(options_of(0x201, sparable));
  const auto packet = std::uint64_t{v.all.sparable->packet_blocks};
  const auto bitmap = v.all.main.partitions.front().header.unallocated_bitmap.block;
  const auto from = v.partition + bitmap / packet * packet * block, size = packet * block;
  for (std::size_t i = 0; i < 2; ++i) {
    const auto at = std::uint64_t{v.all.sparable->table_at[i]} * block;
    const auto spare = disk::read<udf::sparing_entry>(v.image, at + sizeof(udf::sparing_table), "entry");
    v.put(at + sizeof(udf::sparing_table), static_cast<std::uint32_t>(bitmap / packet * packet));
    v.mend(at);
    if (i == 1) continue;
    const auto begin = v.image.begin() + static_cast<std::ptrdiff_t>(from);
    std::copy_n(begin, size, v.image.begin() + static_cast<std::ptrdiff_t>(spare->mapped * block));
    std::fill_n(begin, size, std::byte{0xAA});
  }
  EXPECT_EQ(said_of(v), "");
}

// UDF 2.01, 2.2.6.4; others left out what links add before the text said so.
TEST(udf_verify, before_2_01_links_may_count_or_not) {
  for (const std::uint16_t revision : {0x150, 0x201}) {
    victim v(options_of(revision, plain));
    v.put(use_at(v) + 32, 2);
    v.mend(v.all.integrity_at);
    EXPECT_EQ(said_of(v).empty(), revision < 0x201) << said_of(v);
  }
}

}  // namespace
}  // namespace comeback::image
