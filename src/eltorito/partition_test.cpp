// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "eltorito/partition_format.hpp"
#include "eltorito/partition_grower.hpp"
#include "eltorito/partition_reader.hpp"
#include "eltorito/partition_writer.hpp"

#include <cstring>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comeback::eltorito {
namespace {

using base::fault;

std::vector<std::byte> code(std::string_view text, std::size_t size) {
  std::vector<std::byte> out(size);
  std::memcpy(out.data(), text.data(), text.size());
  return out;
}

disk_layout layout_of(std::size_t efi) {
  disk_layout out;
  out.blocks = {1000};
  for (std::size_t i = 0; i < efi; ++i) out.efi.push_back({disk::lba{100 + 50 * i}, 2049});
  out.loader = disk::lba{70};
  out.id.bytes = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  return out;
}

std::vector<std::byte> whole(const disk_options& how, const disk_layout& what) {
  auto out = system_area_of(how, what);
  out.resize(disk::bytes_in(what.blocks));
  const auto tail = tail_of(how, what);
  std::ranges::copy(tail, out.end() - static_cast<std::ptrdiff_t>(tail.size()));
  return out;
}

partition_table read_back(std::vector<std::byte> bytes) {
  return read_partitions(disk::memory_source(std::move(bytes)));
}

const disk_options gpt{.boot_code = {}, .partitions = partitioning::gpt};
const disk_options mbr{.boot_code = {}, .partitions = partitioning::mbr};

TEST(partitions, crc_is_the_one_everybody_knows) {
  constexpr std::string_view text = "123456789";
  EXPECT_EQ(crc32(std::as_bytes(std::span(text))), 0xCBF43926U);
}

TEST(partitions, a_gpt_is_read_as_written) {
  const auto found = read_back(whole(gpt, layout_of(2)));
  EXPECT_EQ(found.kind, partitioning::gpt);
  EXPECT_THAT(found.faults, testing::IsEmpty());
  ASSERT_EQ(found.partitions.size(), 2U);
  EXPECT_EQ(found.partitions[0].first, 400U);
  EXPECT_EQ(found.partitions[0].sectors, 5U);
  EXPECT_TRUE(found.partitions[0].efi_system);
  EXPECT_EQ(found.partitions[0].name, "EFI system");
}

TEST(partitions, an_mbr_is_read_as_written) {
  const auto found = read_back(whole(mbr, layout_of(1)));
  EXPECT_EQ(found.kind, partitioning::mbr);
  EXPECT_THAT(found.faults, testing::IsEmpty());
  ASSERT_EQ(found.partitions.size(), 2U);
  EXPECT_EQ(found.partitions[0].sectors, 4000U);
  EXPECT_EQ(found.partitions[0].type, 0x17);
  EXPECT_TRUE(found.partitions[0].active);
  EXPECT_TRUE(found.partitions[1].efi_system);
}

TEST(partitions, the_table_goes_by_the_boot_images) {
  EXPECT_EQ(partitions_of({}, true), partitioning::none);
  EXPECT_EQ(partitions_of({.boot_code = code("x", 1)}, false), partitioning::mbr);
  EXPECT_EQ(partitions_of({.boot_code = code("x", 1)}, true), partitioning::gpt);
  EXPECT_EQ(partitions_of({.boot_code = code("x", 1), .partitions = partitioning::mbr}, true),
            partitioning::mbr);
  EXPECT_EQ(tail_blocks(partitioning::gpt).value, 9U);
  EXPECT_EQ(tail_blocks(partitioning::mbr).value, 0U);
}

struct fault_case {
  const char* title;
  std::size_t at;  // from the end where it is behind 1,000,000
  fault wanted;
};
class gpt_faults : public testing::TestWithParam<fault_case> {};

TEST_P(gpt_faults, are_found) {
  auto bytes = whole(gpt, layout_of(1));
  auto& byte =
      GetParam().at < 1000000 ? bytes[GetParam().at] : bytes[bytes.size() - (GetParam().at - 1000000)];
  byte ^= std::byte{0x10};
  const auto found = read_back(bytes);
  ASSERT_FALSE(found.faults.empty());
  EXPECT_EQ(found.faults[0].what, GetParam().wanted);
}

INSTANTIATE_TEST_SUITE_P(bytes, gpt_faults,
                         testing::Values(fault_case{"signature", 512, fault::bad_magic},
                                         fault_case{"size", 524, fault::unsupported},
                                         fault_case{"id", 568, fault::bad_checksum},
                                         fault_case{"entry", 1024, fault::bad_checksum},
                                         fault_case{"copy_signature", 1000512, fault::bad_magic},
                                         fault_case{"copy_id", 1000512 - 56, fault::bad_checksum},
                                         fault_case{"copy_entry", 1000512 + 16384, fault::bad_checksum}),
                         [](const auto& one) { return one.param.title; });

TEST(partitions, an_image_that_was_cut_has_no_copy) {
  auto bytes = whole(gpt, layout_of(1));
  bytes.resize(bytes.size() / 2);
  EXPECT_FALSE(read_back(bytes).faults.empty());
  EXPECT_EQ(read_back(std::vector<std::byte>(100)).kind, partitioning::none);
}

TEST(boot_code, loaders_are_told_where_their_image_is) {
  const disk_options isolinux{.boot_code = code("isolinux.bin missing", 432)};
  const auto a = system_area_of(isolinux, layout_of(0));
  EXPECT_EQ(*disk::read<le32>(a, 432, "image"), 280U);
  EXPECT_EQ(*disk::read<le32>(a, 436, "offset"), 0U);
  EXPECT_EQ(*disk::read<le32>(a, 440, "id"), 0x04030201U);
  const disk_options grub{.boot_code = code("GRUB", 512)};
  const auto b = system_area_of(grub, layout_of(1));
  EXPECT_EQ(*disk::read<le64>(b, 432, "image"), 284U);
  EXPECT_EQ(kind_of(code("my own", 10)), loader_code::unknown);
}

TEST(boot_code, that_does_not_fit_is_refused) {
  EXPECT_NO_THROW(check({.boot_code = code("x", 446)}, 0));
  EXPECT_NO_THROW(check({.boot_code = code("x", 512)}, 1));
  EXPECT_NO_THROW(check({.boot_code = code("x", 32768)}, 0));
  EXPECT_THROW(check({.boot_code = code("x", 447)}, 0), base::error);
  EXPECT_THROW(check({.boot_code = code("x", 1024)}, 1), base::error);
  EXPECT_THROW(check({.boot_code = code("x", 65536)}, 0), base::error);
  EXPECT_THROW(check(mbr, 4), base::error);
  EXPECT_NO_THROW(check(gpt, 4));
}

// The image of 1000 blocks becomes one of 2560.
std::optional<grown_tables> grown(const std::vector<std::byte>& before) {
  return grow_tables(std::span(before).first(disk::bytes_in({16})), {1000}, {2560});
}

TEST(growing_partitions, both_kinds_reach_to_the_new_end) {
  for (const auto& how : {gpt, mbr}) {
    auto bytes = whole(how, layout_of(2));
    const auto old = read_back(bytes);
    const auto tables = grown(bytes).value();
    EXPECT_EQ(tables.kind, how.partitions);
    bytes.resize(disk::bytes_in({2560}));
    std::ranges::copy(tables.head, bytes.begin());
    std::ranges::copy(tables.tail, bytes.end() - static_cast<std::ptrdiff_t>(tables.tail.size()));
    const auto now = read_back(bytes);
    EXPECT_THAT(now.faults, testing::IsEmpty());
    ASSERT_EQ(now.partitions.size(), old.partitions.size());
    for (std::size_t i = 0; i < now.partitions.size(); ++i) {
      EXPECT_EQ(now.partitions[i].first, old.partitions[i].first);
      const bool all = how.partitions == partitioning::mbr && i == 0;
      EXPECT_EQ(now.partitions[i].sectors, all ? 2560U * 4 : old.partitions[i].sectors);
    }
  }
}

TEST(growing_partitions, what_is_none_or_damaged_stays) {
  EXPECT_FALSE(grown(std::vector<std::byte>(disk::bytes_in({16}))));
  EXPECT_FALSE(grow_tables({}, {1000}, {2560}));
  const auto sound = whole(gpt, layout_of(1));
  ASSERT_TRUE(grown(sound));
  for (const std::size_t at : {510U, 512U, 520U, 560U, 584U, 592U, 1024U, 1024U + 16383U}) {
    auto damaged = sound;
    damaged[at] ^= std::byte{1};
    EXPECT_FALSE(grown(damaged)) << at;
  }
  // A partition that ends in front of the end says nothing of it.
  auto small = whole(mbr, layout_of(0));
  small[446 + 12] = std::byte{1};
  EXPECT_FALSE(grown(small));
}

}  // namespace
}  // namespace comeback::eltorito
