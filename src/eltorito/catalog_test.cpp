// SPDX-License-Identifier: Apache-2.0
#include "eltorito/format.hpp"
#include "eltorito/reader.hpp"
#include "eltorito/writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comeback::eltorito {
namespace {

using base::fault;

constexpr disk::lba catalog_at{20}, images_at{30};

placed_entry placed(std::size_t which, platform on = platform::x86, std::string id = {}) {
  boot_entry e;
  e.on = on;
  e.id = std::move(id);
  return {e, images_at + disk::block_count{which}, disk::block_size};
}

// An image with a boot record, a catalog and room for boot images.
std::vector<std::byte> image_with(std::span<const std::byte> catalog) {
  std::vector<std::byte> out(100 * disk::block_size);
  disk::put(std::span(out), disk::bytes_in(boot_record_block), record_for(catalog_at));
  std::ranges::copy(catalog, out.begin() + static_cast<std::ptrdiff_t>(disk::offset_of(catalog_at)));
  return out;
}

boot_catalog read_back(std::vector<std::byte> image) {
  return read_catalog(disk::memory_source(std::move(image)), {}).value();
}

// What a change of the catalog's bytes is found as.
std::vector<fault> faults_after(const std::function<void(std::span<std::byte>)>& change) {
  auto catalog = catalog_of(std::vector{placed(0), placed(1, platform::efi)});
  change(catalog);
  std::vector<fault> out;
  for (const auto& one : read_back(image_with(catalog)).faults) out.push_back(one.what);
  return out;
}

TEST(boot_catalogs, a_single_entry_is_the_initial_one) {
  const auto bytes = catalog_of(std::vector{placed(0, platform::x86, "Somebody")});
  ASSERT_EQ(bytes.size(), disk::block_size);
  EXPECT_EQ(bytes[0], std::byte{1});
  EXPECT_EQ(bytes[30], std::byte{0x55});
  EXPECT_EQ(bytes[32], std::byte{0x88});
  EXPECT_EQ(bytes[64], std::byte{0});
  unsigned sum = 0;
  for (std::size_t i = 0; i < 32; i += 2)
    sum += std::to_integer<unsigned>(bytes[i]) + std::to_integer<unsigned>(bytes[i + 1]) * 256;
  EXPECT_EQ(sum % 65536, 0U);
}

TEST(boot_catalogs, what_is_written_is_read) {
  std::vector entries{placed(0, platform::x86, "first"), placed(1), placed(2), placed(3, platform::efi),
                      placed(4, platform::mac, "apple")};
  entries[1].entry.bootable = false;
  entries[2].entry.load_segment = 0x1000;
  const auto found = read_back(image_with(catalog_of(entries)));
  EXPECT_THAT(found.faults, testing::IsEmpty());
  EXPECT_EQ(found.at, catalog_at);
  ASSERT_EQ(found.entries.size(), entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    EXPECT_EQ(found.entries[i].at, entries[i].at);
    EXPECT_EQ(found.entries[i].platform, static_cast<u8>(entries[i].entry.on));
    EXPECT_EQ(found.entries[i].bootable, entries[i].entry.bootable);
    EXPECT_EQ(found.entries[i].load_segment, entries[i].entry.load_segment);
    EXPECT_EQ(found.entries[i].sectors, 4);
    EXPECT_EQ(found.entries[i].id, entries[i].entry.id);
  }
}

TEST(boot_catalogs, thirty_two_sections_fill_one_block) {
  std::vector<placed_entry> entries;
  for (std::size_t i = 0; i < entry_limit; ++i)
    entries.push_back(placed(i, i % 2 == 0 ? platform::x86 : platform::efi));
  const auto bytes = catalog_of(entries);
  EXPECT_EQ(bytes.size(), disk::block_size);
  EXPECT_EQ(bytes[bytes.size() - 64], std::byte{0x91});
  EXPECT_EQ(read_back(image_with(bytes)).entries.size(), entry_limit);
}

TEST(boot_catalogs, faults_are_named) {
  EXPECT_THAT(faults_after([](auto) {}), testing::IsEmpty());
  EXPECT_THAT(faults_after([](auto b) { b[5] = std::byte{'x'}; }), testing::ElementsAre(fault::bad_checksum));
  EXPECT_THAT(faults_after([](auto b) { b[31] = std::byte{0}; }), testing::ElementsAre(fault::bad_magic));
  EXPECT_THAT(faults_after([](auto b) { b[32] = std::byte{7}; }), testing::ElementsAre(fault::out_of_range));
  EXPECT_THAT(faults_after([](auto b) { b[33] = std::byte{5}; }), testing::ElementsAre(fault::out_of_range));
  EXPECT_THAT(faults_after([](auto b) { b[42] = std::byte{1}; }), testing::ElementsAre(fault::out_of_range));
  EXPECT_THAT(faults_after([](auto b) { b[64] = std::byte{3}; }), testing::ElementsAre(fault::bad_magic));
}

TEST(boot_catalogs, a_catalog_that_says_it_is_endless_ends) {
  const auto found = faults_after([](auto b) { b[66] = b[67] = std::byte{0xFF}; });
  EXPECT_LE(found.size(), catalog_limit * 3);
}

TEST(boot_catalogs, a_catalog_outside_the_image_is_a_fault) {
  auto image = image_with({});
  disk::put(std::span(image), disk::bytes_in(boot_record_block), record_for(disk::lba{5000}));
  EXPECT_EQ(read_back(image).faults.at(0).what, fault::truncated);
}

TEST(boot_catalogs, extensions_are_passed_over) {
  const auto found = [] {
    auto bytes = catalog_of(std::vector{placed(0), placed(1), placed(2)});
    std::copy_n(bytes.begin() + 128, 32, bytes.begin() + 160);  // the last entry makes room for an extension
    std::fill_n(bytes.begin() + 128, 32, std::byte{0});
    bytes[128] = std::byte{indicator::extension};
    bytes[97] = std::byte{more_extensions};
    return read_back(image_with(bytes));
  }();
  EXPECT_THAT(found.faults, testing::IsEmpty());
  ASSERT_EQ(found.entries.size(), 3U);
  EXPECT_EQ(found.entries[2].at, images_at + disk::block_count{2});
}

TEST(boot_catalogs, an_image_without_a_boot_record_has_none) {
  EXPECT_FALSE(read_catalog(disk::memory_source(std::vector<std::byte>(40000)), {}));
  EXPECT_FALSE(read_catalog(disk::memory_source({}), {}));
}

TEST(info_tables, the_checksum_is_of_words_behind_byte_64_in_any_pieces) {
  std::vector<std::byte> bytes(71, std::byte{0xFF});
  bytes[64] = std::byte{1};
  bytes[65] = bytes[66] = bytes[67] = std::byte{0};
  bytes[68] = bytes[69] = bytes[70] = std::byte{2};
  table_checksum whole, pieces;
  whole.add(bytes);
  for (const auto byte : bytes) pieces.add({&byte, 1});
  EXPECT_EQ(whole.value(), 1U + 0x020202U);
  EXPECT_EQ(pieces.value(), whole.value());
}

}  // namespace
}  // namespace comeback::eltorito
