// SPDX-License-Identifier: Apache-2.0
// Images that are no plain run of blocks: sectors of a compact disc, and sessions without what is in front of
// them.
#include "image/test_image.hpp"
#include "image/verify.hpp"

#include <algorithm>
#include <cstring>

#include <gtest/gtest.h>

namespace comeback::image {
namespace {

using testing::code_of;

struct raw_row {
  std::string title;
  std::size_t sector, data_at;
  unsigned char mode;  // 0: no header
};
void PrintTo(const raw_row& r, std::ostream* out) { *out << r.title; }

// The synchronization field and the mode (ECMA-130 14).
void write_header(char* sector, unsigned char mode) {
  std::fill_n(sector, 12, '\0');
  std::fill_n(sector + 1, 10, '\xFF');
  sector[15] = static_cast<char>(mode);
}

std::string raw_sectors_of(const std::vector<std::byte>& blocks, const raw_row& how) {
  std::string out(blocks.size() / disk::block_size * how.sector, '\x5A');
  for (std::size_t i = 0; i * disk::block_size < blocks.size(); ++i) {
    auto* sector = out.data() + i * how.sector;
    if (how.mode != 0) write_header(sector, how.mode);
    std::memcpy(sector + how.data_at, blocks.data() + i * disk::block_size, disk::block_size);
  }
  return out;
}

class raw_images : public testing::folder_test, public ::testing::WithParamInterface<raw_row> {};

TEST_P(raw_images, show_their_data) {
  const auto blocks = testing::sample_bytes({.file_systems = {.rock_ridge = true}});
  write("raw.bin", raw_sectors_of(blocks, GetParam()));
  const auto image = open_image(top_ / "raw.bin");
  EXPECT_EQ(image.source().size(), blocks.size());
  EXPECT_TRUE(verify(image).sound());
  EXPECT_TRUE(verify_against(image, testing::sample_tree()).sound());
}

INSTANTIATE_TEST_SUITE_P(rows, raw_images,
                         ::testing::Values(raw_row{"mode_1", 2352, 16, 1},
                                           raw_row{"mode_2_form_1", 2352, 24, 2},
                                           raw_row{"with_subchannels", 2448, 16, 1},
                                           raw_row{"without_headers", 2336, 8, 0}),
                         [](const auto& one) { return one.param.title; });

class sessions : public testing::folder_test {};

TEST_F(sessions, at_an_offset_are_opened_there_and_alone) {
  const disk::lba first{11000};
  const auto session = testing::sample_bytes({.first_block = first});
  const std::string bytes(testing::text_of(session));
  write("alone.iso", bytes);
  EXPECT_TRUE(verify_against(open_image(top_ / "alone.iso", first, true), testing::sample_tree()).sound());
  write("whole.iso", std::string(disk::offset_of(first), '\0') + bytes);
  const auto whole = open_image(top_ / "whole.iso", first);
  EXPECT_TRUE(verify(whole).sound());
  EXPECT_TRUE(verify_against(whole, testing::sample_tree()).sound());
  EXPECT_EQ(code_of([&] { (void)open_image(top_ / "whole.iso"); }), base::errc::no_supported_file_system);
}

TEST_F(sessions, of_udf_say_themselves_where_they_begin) {
  const auto session = testing::sample_bytes({.file_systems = {.udf = true}, .first_block = {11000}});
  write("alone.iso", testing::text_of(session));
  const auto image = open_image(top_ / "alone.iso");
  EXPECT_TRUE(image.has(file_system::udf));
  EXPECT_TRUE(verify_against(image, testing::sample_tree()).sound());
}

}  // namespace
}  // namespace comeback::image
