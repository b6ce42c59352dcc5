// SPDX-License-Identifier: Apache-2.0
// UDF volumes at the borders of what they can be: files of many extents, other media, later sessions, disks.
#include "disk/raw_sectors.hpp"
#include "image/test_image.hpp"
#include "image/verify.hpp"
#include "udf/reader.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace comeback::image {
namespace {

using testing::endless;
using testing::sample_tree;
using udf::partition_type;

constexpr std::uint64_t gib = std::uint64_t{1} << 30;

struct kind {
  std::uint16_t revision;
  partition_type partition;
  bool bridge = false;
};
std::string title_of(const kind& k) {
  return fmt::format("{:x}_{}{}", k.revision, udf::name_of(k.partition), k.bridge ? "_bridge" : "");
}
void PrintTo(const kind& k, std::ostream* out) { *out << title_of(k); }

options options_of(const kind& k) {
  options how;
  how.created = {1700000000, 0};
  how.file_systems = {k.bridge, k.bridge, false, true};
  how.udf.revision = k.revision;
  how.udf.partition = k.partition;
  return how;
}

std::string findings_of(const opened_image& image) {
  std::string out;
  for (const auto& f : verify(image).findings) out += f.path + ": " + f.what + "\n";
  return out;
}

// The image on its medium, nothing of it kept.
std::shared_ptr<const disk::source> source_of(const tree::file_tree& tree, const options& how) {
  auto image = std::make_shared<const stream>(std::make_shared<const layout>(plan(tree, how)));
  return std::make_shared<const disk::displaced>(std::move(image), disk::offset_of(how.first_block));
}

std::vector<std::uint64_t> anchors_of(const std::shared_ptr<const disk::source>& from, disk::lba first = {}) {
  return udf::reader::open(from, first).value().structures().anchors;
}

std::vector<kind> kinds() {
  std::vector<kind> all;
  for (const bool bridge : {false, true})
    for (const auto& k : {kind{0x102, partition_type::plain}, kind{0x201, partition_type::plain},
                          kind{0x150, partition_type::vat}, kind{0x260, partition_type::vat},
                          kind{0x150, partition_type::sparable}, kind{0x250, partition_type::sparable},
                          kind{0x250, partition_type::metadata}})
      all.push_back({k.revision, k.partition, bridge});
  return all;
}

class udf_borders : public ::testing::TestWithParam<kind> {};

// An extent holds 2^30 - 2048 bytes; 114 to 234 of them fit into an ICB, what is more into a chain behind it.
TEST_P(udf_borders, files_of_any_size_are_read_as_they_were_written) {
  for (const auto bytes : {gib - 2048, gib - 2047, 5 * gib + 1, 300 * gib + 12345}) {
    auto tree = sample_tree();
    tree.add_file(tree::root, "big", std::make_shared<endless>(bytes));
    const opened_image image(source_of(tree, options_of(GetParam())));
    EXPECT_EQ(findings_of(image), "") << bytes;
    const auto big = *image.find(file_system::udf, "/big");
    ASSERT_EQ(big.size, bytes);
    for (const auto at : {std::uint64_t{0}, gib - 2048 - 4, bytes / 2, bytes - 5}) {
      std::vector<std::byte> read(std::min<std::uint64_t>(8, bytes - at)), wanted(read.size());
      for (std::size_t i = 0; i < wanted.size(); ++i) wanted[i] = endless::at(at + i);
      EXPECT_EQ(image.read(big, at, read), read.size());
      EXPECT_EQ(read, wanted) << bytes << " bytes, at " << at;
    }
  }
}

TEST_P(udf_borders, media_that_correct_16_blocks_as_one) {
  auto how = options_of(GetParam());
  how.udf.ecc_blocks = 16;
  const auto tree = sample_tree();
  const opened_image image(source_of(tree, how));
  EXPECT_EQ(findings_of(image), "");
  EXPECT_TRUE(verify_against(image, tree).sound());
}

TEST_P(udf_borders, sessions_begin_anywhere) {
  for (const std::uint64_t first : {32U, 1000U, 1001U, 100000U}) {
    auto how = options_of(GetParam());
    how.first_block = {first};
    const auto tree = sample_tree();
    const auto source = source_of(tree, how);
    const opened_image image(source, how.first_block);
    EXPECT_EQ(findings_of(image), "") << first;
    EXPECT_TRUE(verify_against(image, tree).sound());
    EXPECT_EQ(anchors_of(source, how.first_block).front(), first + 256);
  }
}

INSTANTIATE_TEST_SUITE_P(kinds, udf_borders, ::testing::ValuesIn(kinds()),
                         [](const auto& one) { return title_of(one.param); });

// In a session that begins between two of a medium's correction blocks.
TEST(udf_sessions, the_parts_of_a_session_lie_in_correction_blocks_of_their_own) {
  auto how = options_of({0x201, partition_type::sparable});
  how.first_block = {1000};
  const auto p = plan(sample_tree(), how);
  std::vector<std::uint64_t> structures;
  for (const auto& e : p.extents)
    if (e.what == role::udf_structures) structures.push_back(e.at.value);
  // Sequence, integrity, sparing table; then the anchor, whose place is told from the session's first block.
  ASSERT_GE(structures.size(), 4U);
  EXPECT_EQ(std::vector(structures.begin(), structures.begin() + 4),
            (std::vector<std::uint64_t>{1088, 1120, 1152, 1256}));
}

class udf_disks : public ::testing::TestWithParam<kind> {};

// Whole MiB, the copy of a GPT at their end, UDF's second anchor 257 blocks in front of it.
TEST_P(udf_disks, have_anchors_and_partition_tables) {
  for (const auto table : {eltorito::partitioning::mbr, eltorito::partitioning::gpt})
    for (std::size_t more = 0; more < 600; more += 97) {
      auto how = options_of(GetParam());
      how.disk.partitions = table;
      auto tree = sample_tree();
      tree.add_file(tree::root, "more", std::make_shared<endless>(more * disk::block_size));
      const auto source = source_of(tree, how);
      const opened_image image(source);
      EXPECT_EQ(findings_of(image), "");
      EXPECT_EQ(image.partitions().kind, table);
      EXPECT_EQ(source->size() % (1 << 20), 0U);
      const auto blocks = source->size() / disk::block_size;
      EXPECT_EQ(anchors_of(source), (std::vector<std::uint64_t>{256, blocks - 257})) << more;
    }
}

INSTANTIATE_TEST_SUITE_P(kinds, udf_disks,
                         ::testing::Values(kind{0x201, partition_type::plain},
                                           kind{0x201, partition_type::plain, true},
                                           kind{0x150, partition_type::sparable},
                                           kind{0x250, partition_type::metadata},
                                           kind{0x250, partition_type::metadata, true}),
                         [](const auto& one) { return title_of(one.param); });

TEST(udf_anchors, lie_at_the_end_or_257_blocks_in_front_of_it) {
  auto how = options_of({0x201, partition_type::plain});
  const auto plain = source_of(sample_tree(), how);
  EXPECT_EQ(anchors_of(plain), (std::vector<std::uint64_t>{256, plain->size() / disk::block_size - 1}));
  how.udf.anchor_before_end = true;
  const auto before = source_of(sample_tree(), how);
  EXPECT_EQ(anchors_of(before), (std::vector<std::uint64_t>{256, before->size() / disk::block_size - 257}));
}

// The last block of a volume with a VAT is the ICB of that.
TEST(udf_anchors, a_virtual_table_takes_the_last_block) {
  const auto source = source_of(sample_tree(), options_of({0x201, partition_type::vat}));
  const auto blocks = source->size() / disk::block_size;
  EXPECT_EQ(anchors_of(source), (std::vector<std::uint64_t>{256, blocks - 257}));
  EXPECT_EQ(udf::reader::open(source, {}).value().structures().table_at, (blocks - 1) * disk::block_size);
}

TEST(udf_anchors, a_disk_has_no_virtual_table) {
  auto how = options_of({0x201, partition_type::vat});
  how.disk.partitions = eltorito::partitioning::mbr;
  EXPECT_EQ(testing::code_of([&] { (void)plan(sample_tree(), how); }), base::errc::invalid_parameter);
}

}  // namespace
}  // namespace comeback::image
