// SPDX-License-Identifier: Apache-2.0
// UDF images at the borders of what they can be, in other programs' hands: files of many extents and of
// chains of them, media with other correction blocks, later sessions, disks. Nothing but their structures is
// written: the rest of their files on the host are holes.
#include "corpus.hpp"
#include "image/plan.hpp"
#include "image/stream.hpp"
#include "image/test_image.hpp"
#include "programs.hpp"
#include "udf_tester.hpp"

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comeback::conformance {
namespace {

namespace fs = std::filesystem;
using image::role;
using testing::HasSubstr;
using testing::Not;
using udf::partition_type;

constexpr std::uint64_t gib = std::uint64_t{1} << 30;

struct border {
  const char* title;
  std::uint64_t bytes = 5000;  // of the one large file
  std::uint32_t ecc_blocks = 32;
  disk::lba first{};
  eltorito::partitioning table = eltorito::partitioning::none;
  bool boots = false;
};

struct kind {
  std::uint16_t revision;
  partition_type partition;
  border of;
};
std::string title_of(const kind& k) {
  return fmt::format("{:x}_{}_{}", k.revision, udf::name_of(k.partition), k.of.title);
}
void PrintTo(const kind& k, std::ostream* out) { *out << title_of(k); }

tree::file_tree tree_of(const border& what) {
  tree::file_tree t;
  t.add_file(tree::root, "large", std::make_shared<image::testing::endless>(what.bytes), {1690000000, 0});
  const auto dir = t.add_directory(tree::root, "folder", {1690000000, 0});
  for (int i = 0; i < 200; ++i)
    t.add_file(dir, fmt::format("{}{}", i, std::string(i, 'n')),
               tree::memory_content(std::string(i * 40, 'x')), {1690000000, 0});
  return t;
}

image::layout plan_of(const kind& k) {
  auto tree = tree_of(k.of);
  image::options how;
  how.created = {1700000000, 0};
  how.file_systems = {false, false, false, true};
  how.udf.revision = k.revision;
  how.udf.partition = k.partition;
  how.udf.ecc_blocks = k.of.ecc_blocks;
  how.first_block = k.of.first;
  how.disk.partitions = k.of.table;
  if (k.of.boots)
    how.boot.push_back(
        {.image = tree.add_hidden("boot image", tree::memory_content(std::string(2048, 'b')))});
  return image::plan(std::move(tree), how);
}

// Without the large file.
fs::path write_structures(const kind& k) {
  auto path = work_folder() / "borders.udf";
  const auto layout = std::make_shared<const image::layout>(plan_of(k));
  const image::stream bytes(layout);
  {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    for (const auto& e : layout->extents) {
      if (e.what == role::padding ||
          (e.what == role::file && layout->tree->info(e.content).size == k.of.bytes))
        continue;
      std::string block(static_cast<std::size_t>(disk::bytes_in(e.blocks)), '\0');
      EXPECT_EQ(bytes.read_at(disk::bytes_in(e.at - layout->first), std::as_writable_bytes(std::span(block))),
                block.size());
      out.seekp(static_cast<std::streamoff>(disk::offset_of(e.at)));
      out << block;
    }
    EXPECT_TRUE(out.flush());
  }
  fs::resize_file(path, disk::offset_of(layout->end));
  return path;
}

class udf_borders : public testing::TestWithParam<kind> {};

TEST_P(udf_borders, the_conformance_tester_has_no_complaint) {
  const auto& k = GetParam();
  const auto said = complaints_of_udf_tester(write_structures(k), k.of.ecc_blocks, k.of.first);
  if (!said) GTEST_SKIP() << no_udf_tester;
  EXPECT_EQ(*said, "");
}

TEST_P(udf_borders, other_programs_have_no_complaint) {
  const auto& k = GetParam();
  if (k.of.first.value != 0) GTEST_SKIP() << "They know no sessions.";
  const auto path = write_structures(k);
  const auto udfinfo = run({"udfinfo", path});
  EXPECT_EQ(udfinfo.status, 0) << udfinfo.output;
  EXPECT_THAT(udfinfo.output, HasSubstr("numfiles=201\n"));
  // Anchor and reserve sequence behind the data lie in the partition of a medium that is written on.
  if (k.partition != partition_type::vat) {
    EXPECT_THAT(udfinfo.output, Not(HasSubstr("arning")));
  }
  if (k.of.table == eltorito::partitioning::none) return;
  const auto sfdisk = run({"sfdisk", "--verify", path});
  EXPECT_THAT(sfdisk.output, HasSubstr("No errors detected"));
  if (k.of.table == eltorito::partitioning::mbr) return;
  EXPECT_THAT(run({"sgdisk", "-v", path}).output, HasSubstr("No problems found"));
}

std::vector<kind> kinds() {
  const std::vector<border> everywhere{{.title = "5_gib", .bytes = 5 * gib},
                                       {.title = "chain_of_extents", .bytes = 300 * gib},
                                       {.title = "16_blocks", .ecc_blocks = 16},
                                       {.title = "session", .first = {1000}},
                                       {.title = "boots", .boots = true}};
  const std::vector<border> disks{{.title = "mbr", .table = eltorito::partitioning::mbr},
                                  {.title = "gpt", .table = eltorito::partitioning::gpt}};
  std::vector<kind> all;
  const auto add = [&](std::uint16_t revision, partition_type partition) {
    for (const auto& b : everywhere) all.push_back({revision, partition, b});
    if (partition == partition_type::vat) return;
    for (const auto& b : disks) all.push_back({revision, partition, b});
  };
  add(0x102, partition_type::plain);
  add(0x201, partition_type::plain);
  add(0x150, partition_type::vat);
  add(0x260, partition_type::vat);
  add(0x201, partition_type::sparable);
  add(0x250, partition_type::metadata);
  return all;
}

INSTANTIATE_TEST_SUITE_P(kinds, udf_borders, testing::ValuesIn(kinds()),
                         [](const auto& one) { return title_of(one.param); });

}  // namespace
}  // namespace comeback::conformance
