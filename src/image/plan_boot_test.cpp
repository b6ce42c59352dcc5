// SPDX-License-Identifier: Apache-2.0
#include "image/plan_boot.hpp"

#include "eltorito/format.hpp"
#include "eltorito/partition_format.hpp"
#include "image/prepare_boot.hpp"
#include "image/test_image.hpp"
#include "image/verify.hpp"
#include "udf/reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comeback::image {
namespace {

using namespace testing;
using eltorito::boot_entry;
using eltorito::platform;

std::string loader(std::size_t size = 5000) {
  std::string out(size, '\0');
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<char>(i * 13 + i / 256);
  return out;
}

struct sample {
  tree::file_tree tree = sample_tree();
  options how;

  tree::content_id add(boot_entry entry, std::string bytes = loader()) {
    entry.image = tree.add_hidden("boot.img", tree::memory_content(std::move(bytes)));
    how.boot.push_back(entry);
    return entry.image;
  }
  [[nodiscard]] std::vector<std::byte> image() {
    prepare_boot(tree, how);
    return bytes_of(plan(tree, how));
  }
};

opened_image open_bytes(std::vector<std::byte> bytes) {
  return opened_image(std::make_shared<disk::memory_source>(std::move(bytes)));
}

std::string text_at(const std::vector<std::byte>& image, disk::lba at, std::size_t size) {
  const auto* from = reinterpret_cast<const char*>(image.data() + disk::offset_of(at));
  return {from, size};
}

TEST(bootable_images, the_record_stands_at_block_17_of_every_set_of_descriptors) {
  sample s;
  s.add({});
  const auto bytes = s.image();
  for (const std::uint64_t block : {17U, 49U}) {
    const auto r = disk::read<eltorito::boot_record>(bytes, block * disk::block_size, "boot record");
    EXPECT_EQ(r->system.trimmed(), eltorito::boot_system);
    EXPECT_EQ(text_at(bytes, {block - 1}, 6), "\1CD001");
    EXPECT_EQ(text_at(bytes, {block + 1}, 6), "\2CD001");
  }
}

TEST(bootable_images, entries_are_read_as_they_were_asked_for) {
  sample s;
  s.add({.id = "Somebody"}, loader(4096));
  s.add({.on = platform::efi}, loader(8192));
  const auto image = open_bytes(s.image());
  const auto catalog = image.boot();
  ASSERT_TRUE(catalog);
  EXPECT_THAT(catalog->faults, ::testing::IsEmpty());
  ASSERT_EQ(catalog->entries.size(), 2U);
  EXPECT_EQ(catalog->entries[0].sectors, 8);
  EXPECT_EQ(catalog->entries[0].id, "Somebody");
  EXPECT_EQ(catalog->entries[1].platform, 0xEF);
  EXPECT_TRUE(verify(image).sound());
}

// Sector 16 has a primary descriptor then, with an empty root that nobody is shown.
TEST(bootable_images, an_image_with_udf_alone_boots) {
  sample s;
  s.how.file_systems = {false, false, false, true};
  s.add({}, loader(500));
  s.add({.info_table = true}, loader());
  s.how.boot.push_back({.image = s.tree.content_of(*s.tree.find_path("/README"))});
  const auto bytes = s.image();
  EXPECT_EQ(text_at(bytes, {16}, 6), "\1CD001");
  EXPECT_EQ(text_at(bytes, {17}, 6), std::string("\0CD001", 6));
  EXPECT_EQ(text_at(bytes, {18}, 6),
            "\xFF"
            "CD001");
  EXPECT_EQ(text_at(bytes, {19}, 6), std::string("\0BEA01", 6));
  const auto image = open_bytes(bytes);
  ASSERT_EQ(image.volumes().size(), 1U);
  EXPECT_EQ(image.volumes().front().fs, file_system::udf);
  const auto entries = image.boot()->entries;
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(text_at(bytes, entries[0].at, 500), loader(500));
  EXPECT_EQ(text_at(bytes, entries[2].at, 7), "read me");
  EXPECT_EQ(image.find(file_system::udf, "/README")->runs.at(0).at, entries[2].at);
  EXPECT_TRUE(verify(image).sound());
  EXPECT_TRUE(verify_against(image, s.tree).sound());
}

// Blocks of its partition that nothing names would be lost to UDF.
TEST(bootable_images, images_under_no_name_lie_in_front_of_the_partition_of_udf) {
  sample s;
  s.how.file_systems.udf = true;
  s.add({}, loader());
  const auto node = s.tree.add_file(tree::root, "boot.bin", tree::memory_content(loader(6000)));
  s.how.boot.push_back({.image = s.tree.content_of(node)});
  const auto bytes = s.image();
  const auto source = std::make_shared<const disk::memory_source>(bytes);
  const auto start = udf::reader::open(source, {}).value().structures().main.partitions.front().start;
  const auto entries = open_bytes(bytes).boot()->entries;
  EXPECT_LT(entries[0].at.value, start);
  EXPECT_GT(entries[1].at.value, start);
  EXPECT_EQ(text_at(bytes, entries[0].at, 5000), loader());
  EXPECT_EQ(text_at(bytes, entries[1].at, 6000), loader(6000));
}

TEST(bootable_images, an_image_without_boot_images_has_no_catalog) {
  sample s;
  const auto image = open_bytes(s.image());
  EXPECT_FALSE(image.boot());
  EXPECT_EQ(image.partitions().kind, eltorito::partitioning::none);
}

TEST(bootable_images, boot_images_lie_in_front_of_files_under_no_name) {
  sample s;
  s.add({});
  const auto bytes = s.image();
  const auto at = open_bytes(bytes).boot()->entries.at(0).at;
  EXPECT_EQ(text_at(bytes, at, 5000), loader());
  const auto layout = plan(s.tree, s.how);
  const auto first = std::ranges::find(layout.extents, role::file, &extent::what);
  EXPECT_EQ(first->at, at);
  EXPECT_THAT(describe(layout), ::testing::HasSubstr("boot catalog"));
  EXPECT_THAT(describe(layout), ::testing::HasSubstr("boot.img, 5000 bytes"));
}

TEST(bootable_images, a_file_of_the_tree_can_be_the_boot_image) {
  sample s;
  const auto node = s.tree.add_file(tree::root, "boot.bin", tree::memory_content(loader()));
  s.how.boot.push_back({.image = s.tree.content_of(node)});
  const auto image = open_bytes(s.image());
  EXPECT_EQ(image.find(file_system::joliet, "/boot.bin")->runs.at(0).at, image.boot()->entries.at(0).at);
}

TEST(bootable_images, the_information_table_tells_where_it_is) {
  sample s;
  s.add({.info_table = true});
  const auto bytes = s.image();
  const auto at = open_bytes(bytes).boot()->entries.at(0).at;
  const auto table =
      *disk::read<eltorito::info_table>(bytes, disk::offset_of(at) + eltorito::info_table_at, "table");
  EXPECT_EQ(table.descriptor, 16U);
  EXPECT_EQ(table.at, at.value);
  EXPECT_EQ(table.bytes, 5000U);
  std::uint32_t sum = 0;
  for (std::size_t i = 64; i < 5000; i += 4)
    sum += *disk::read<disk::le32>(bytes, disk::offset_of(at) + i, "word");
  EXPECT_EQ(table.checksum, sum);
  EXPECT_EQ(text_at(bytes, at, 8), loader().substr(0, 8));
  EXPECT_EQ(text_at(bytes, at, 5000).substr(64), loader().substr(64));
}

TEST(bootable_images, what_is_patched_shares_its_extent_with_none) {
  sample s;
  const auto node = s.tree.add_file(tree::root, "same", tree::memory_content(loader()));
  const auto image = s.add({.info_table = true});
  s.how.extent_of.resize(s.tree.content_limit());
  for (std::uint32_t i = 0; i < s.how.extent_of.size(); ++i) s.how.extent_of[i] = tree::content_id{i};
  s.how.extent_of[static_cast<std::size_t>(image)] = s.tree.content_of(node);
  const auto bytes = s.image();
  const auto opened = open_bytes(bytes);
  EXPECT_NE(opened.find(file_system::joliet, "/same")->runs.at(0).at, opened.boot()->entries.at(0).at);
  EXPECT_EQ(text_at(bytes, opened.find(file_system::joliet, "/same")->runs.at(0).at, 5000), loader());
}

TEST(bootable_images, hard_disks_have_the_type_of_their_partition) {
  sample s;
  eltorito::master_boot_record mbr;
  mbr.partitions[2].type = 0x0B;
  mbr.partitions[2].sectors = 1;
  const auto bytes = disk::bytes_of(mbr);
  s.add({.how = eltorito::emulation::hard_disk}, std::string(bytes.begin(), bytes.end()));
  EXPECT_EQ(open_bytes(s.image()).boot()->entries.at(0).system_type, 0x0B);
  sample none;
  none.add({.how = eltorito::emulation::hard_disk}, std::string(512, '\0'));
  EXPECT_EQ(code_of([&] { prepare_boot(none.tree, none.how); }), base::errc::boot_image_data);
}

TEST(bootable_images, what_cannot_be_planned_is_refused) {
  sample unread;
  unread.add({.info_table = true});
  EXPECT_EQ(code_of([&] { (void)plan(unread.tree, unread.how); }), base::errc::boot_image_data);
  sample session;
  session.add({});
  session.how.first_block = {1000};
  EXPECT_EQ(code_of([&] { (void)plan(session.tree, session.how); }), base::errc::ok);
  session.how.disk.partitions = eltorito::partitioning::gpt;
  EXPECT_EQ(code_of([&] { (void)plan(session.tree, session.how); }), base::errc::invalid_parameter);
}

TEST(images_as_disks, have_partition_tables_at_both_ends) {
  sample s;
  s.add({});
  s.add({.on = platform::efi}, loader(10000));
  s.how.disk.boot_code.resize(432);
  const auto bytes = s.image();
  const auto image = open_bytes(bytes);
  const auto table = image.partitions();
  EXPECT_EQ(table.kind, eltorito::partitioning::gpt);
  EXPECT_THAT(table.faults, ::testing::IsEmpty());
  ASSERT_EQ(table.partitions.size(), 1U);
  EXPECT_EQ(table.partitions[0].first, image.boot()->entries.at(1).at.value * 4);
  EXPECT_EQ(table.partitions[0].sectors, 20U);
  EXPECT_EQ(image.volumes().at(0).blocks.value * disk::block_size, bytes.size());
  EXPECT_EQ(bytes.size() % (1 << 20), 0U);
  EXPECT_TRUE(verify(image).sound());
}

TEST(images_as_disks, same_plan_same_ids) {
  const auto make = [](const char* name) {
    sample s;
    s.add({.on = platform::efi});
    s.how.volume_name = name;
    s.how.disk.partitions = eltorito::partitioning::gpt;
    return s.image();
  };
  EXPECT_EQ(make("A"), make("A"));
  const auto a = make("A"), b = make("B");
  EXPECT_FALSE(std::equal(a.begin(), a.begin() + 2048, b.begin()));
}

TEST(images_as_disks, a_wrong_copy_is_a_finding) {
  sample s;
  s.add({.on = platform::efi});
  s.how.disk.partitions = eltorito::partitioning::gpt;
  auto bytes = s.image();
  bytes[bytes.size() - 500] ^= std::byte{1};
  EXPECT_FALSE(verify(open_bytes(bytes)).sound());
}

}  // namespace
}  // namespace comeback::image
