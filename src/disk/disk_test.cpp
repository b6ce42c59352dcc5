// SPDX-License-Identifier: Apache-2.0
#include "disk/record.hpp"
#include "disk/source.hpp"
#include "disk/units.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace comeback::disk {
namespace {

struct sample {
  le16 small;
  both32 twice;
  text<4> word;
};

}  // namespace

template <>
inline constexpr auto fields_of<sample> =
    std::array{COMEBACK_FIELD(sample, small, "1"), COMEBACK_FIELD(sample, twice, "2"),
               COMEBACK_FIELD(sample, word, "3")};

namespace {

TEST(record, is_read_where_it_lies) {
  const std::vector<std::byte> bytes{std::byte{9}, std::byte{0x34}, std::byte{0x12}};
  EXPECT_EQ(std::uint16_t(*read<le16>(bytes, 1, "x")), 0x1234);
}

TEST(record, a_short_span_is_a_fault_with_its_place) {
  const std::vector<std::byte> bytes(3);
  const auto answer = read<le32>(bytes, 1, "count", 2048);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().what, base::fault::truncated);
  EXPECT_EQ(answer.error().offset, 2049U);
  EXPECT_EQ(answer.error().field, "count");
}

TEST(record, an_offset_beyond_everything_is_a_fault) {
  EXPECT_FALSE(read<le32>(std::vector<std::byte>(8), ~std::uint64_t{0}, "x"));
}

TEST(record, describes_itself_by_its_fields) {
  sample s{.small = 7, .twice = 5, .word = {{'a', '\n', ' ', ' '}}};
  s.twice.be = 6;
  EXPECT_EQ(describe(s), "small (1): 7\ntwice (2): 5 (big-endian: 6)\nword (3): \"a\\x0A\"\n");
}

TEST(units, sums_beyond_64_bits_throw) {
  EXPECT_THROW((void)(lba{~std::uint64_t{0}} + block_count{1}), base::error);
  EXPECT_THROW((void)bytes_in({~std::uint64_t{0} / 2}), base::error);
  EXPECT_THROW((void)(lba{1} - lba{2}), base::error);
}

TEST(units, the_largest_size_has_its_blocks) {
  EXPECT_EQ(blocks_for(~std::uint64_t{0}).value, (std::uint64_t{1} << 53));
}

TEST(source, a_file_reads_short_only_at_its_end) {
  const std::filesystem::path path = testing::TempDir() + "source_test_file";
  std::ofstream(path) << "0123456789";
  const file_source file(path);
  EXPECT_EQ(file.size(), 10U);
  std::array<std::byte, 4> four{};
  EXPECT_EQ(file.read_at(8, four), 2U);
  EXPECT_EQ(four[1], std::byte{'9'});
  EXPECT_EQ(file.read_at(11, four), 0U);
  std::filesystem::remove(path);
}

TEST(source, what_is_no_file_is_refused_with_its_name) {
  const auto message = [](const char* path) -> std::string {
    try {
      const file_source file(path);
    } catch (const base::error& e) {
      return e.what();
    }
    return {};
  };
  EXPECT_NE(message("/nowhere/at/all").find("/nowhere/at/all"), std::string::npos);
  EXPECT_NE(message("/dev/null").find("/dev/null"), std::string::npos);
  EXPECT_NE(message("/").find('/'), std::string::npos);
}

TEST(source, memory_reads_short_only_at_its_end) {
  const memory_source memory(std::vector<std::byte>(3, std::byte{1}));
  std::array<std::byte, 4> four{};
  EXPECT_EQ(memory.read_at(1, four), 2U);
  EXPECT_EQ(memory.read_at(~std::uint64_t{0}, four), 0U);
}

}  // namespace
}  // namespace comeback::disk
