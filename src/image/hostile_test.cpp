// SPDX-License-Identifier: Apache-2.0
// Images of every kind, cut and changed at every block: opening, walking, verifying and extracting end with
// an answer that names a place, within what the image is large.
#include "image/extract.hpp"
#include "image/test_hostile.hpp"
#include "image/test_image.hpp"
#include "image/verify.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace comeback::image {
namespace {

using testing::code_of;
using testing::patched_image;
using testing::sound_image;

const std::vector<sound_image>& all_kinds() {
  static const auto all = [] {
    auto out = testing::iso_images();
    std::ranges::move(testing::udf_images(), std::back_inserter(out));
    return out;
  }();
  return all;
}

const sound_image& kind(std::string_view title) {
  return *std::ranges::find_if(all_kinds(), [&](const auto& one) { return one.title == title; });
}

void expect_place(const base::parse_error& e, const std::string& what) {
  EXPECT_FALSE(e.field.empty()) << what;
}

// Everything but reading files. `what` was done to the image.
void look_at(const std::shared_ptr<const disk::source>& from, const std::string& what) {
  const auto code = code_of([&] {
    const opened_image image(from);
    for (const auto& e : image.faults()) expect_place(e, what);
    for (const auto& v : image.volumes()) {
      std::uint64_t entries = 0;
      const auto done = image.walk(v.fs, [&](const std::string&, const entry& e) {
        if (e.fault) expect_place(*e.fault, what);
        return ++entries != 0;
      });
      if (!done) expect_place(done.error(), what);
      EXPECT_LE(entries, from->size() / 34) << what;
      entries = 0;
      const auto named = image.walk_names(v.fs, "/", image.root(v.fs),
                                          [&](const std::string&, const entry&) { return ++entries != 0; });
      if (!named) expect_place(named.error(), what);
      EXPECT_LE(entries, from->size() / 34) << what;
    }
    EXPECT_LE(verify(image).findings.size(), 100U) << what;
  });
  EXPECT_TRUE(code == base::errc::ok || code == base::errc::no_supported_file_system) << what;
}

TEST(hostile, the_images_are_sound_to_begin_with) {
  for (const auto& one : all_kinds()) {
    const opened_image image(std::make_shared<const patched_image>(one.bytes));
    const auto v = verify(image);
    EXPECT_TRUE(v.sound() || one.title == std::string_view("by_hand")) << one.title << v.findings.at(0).what;
  }
}

TEST(hostile, cut_at_any_block_ends_with_an_answer) {
  for (const auto& one : all_kinds())
    for (const auto block : one.blocks) {
      const auto image = std::make_shared<patched_image>(one.bytes);
      image->cut(block * disk::block_size + block % 7 * 300);
      look_at(image, std::string(one.title) + " cut at block " + std::to_string(block));
    }
}

TEST(hostile, changed_anywhere_with_its_tags_mended_ends_with_an_answer) {
  constexpr std::size_t step = 61;  // prime, so that every field is met in some block
  std::size_t begin = 0;
  for (const auto& one : all_kinds())
    for (const auto block : one.blocks)
      for (auto at = begin++ % step; at < disk::block_size; at += step) {
        const auto image = std::make_shared<patched_image>(one.bytes);
        auto& byte = image->block(block)[at];
        byte = at % 2 == 0 ? std::byte{0xFF} : byte ^ std::byte{0x80};
        image->mend();
        look_at(image,
                std::string(one.title) + " block " + std::to_string(block) + " byte " + std::to_string(at));
      }
}

TEST(hostile, blocks_in_the_place_of_others_end_with_an_answer) {
  for (const auto& one : all_kinds())
    for (std::size_t i = 0; i < one.blocks.size(); ++i)
      for (std::size_t k = i % 5; k < one.blocks.size(); k += 5) {
        const auto image = std::make_shared<patched_image>(one.bytes);
        std::ranges::copy(image->block(one.blocks[k]), image->block(one.blocks[i]).begin());
        look_at(image, std::string(one.title) + " block " + std::to_string(one.blocks[k]) + " over " +
                           std::to_string(one.blocks[i]));
      }
}

class hostile_extract : public testing::folder_test {};

TEST_F(hostile_extract, of_any_of_them_stays_in_its_folder) {
  int number = 0;
  for (const auto& one : all_kinds())
    for (const auto block : one.blocks) {
      const auto image = std::make_shared<patched_image>(one.bytes);
      std::ranges::rotate(image->block(block), image->block(block).begin() + 40);
      image->mend();
      const auto target = top_ / "target" / std::to_string(number++);
      (void)code_of([&] { extract(opened_image(image), target, {.max_bytes = 1 << 20}); });
      EXPECT_LE(entries(), 1U) << one.title << " " << block;
      std::filesystem::remove_all(target);
    }
}

// --- what is claimed is not believed ---

struct claim_row {
  std::string title, kind;
  std::size_t at;  // byte of the image
  std::vector<unsigned char> bytes;
  std::string finding;
};
void PrintTo(const claim_row& r, std::ostream* out) { *out << r.title; }

class hostile_claims : public ::testing::TestWithParam<claim_row> {};

TEST_P(hostile_claims, are_faults_with_their_place) {
  const auto& row = GetParam();
  const auto image = std::make_shared<patched_image>(kind(row.kind).bytes);
  const auto block = image->block(row.at / disk::block_size);
  for (std::size_t i = 0; i < row.bytes.size(); ++i)
    block[row.at % disk::block_size + i] = std::byte{row.bytes[i]};
  image->mend();
  std::string text;
  if (code_of(
          [&] {
            for (const auto& f : verify(opened_image(image)).findings) text += f.path + ": " + f.what + "\n";
          },
          &text) == base::errc::ok) {
    EXPECT_NE(text, "");
  }
  EXPECT_NE(text.find(row.finding), std::string::npos) << text;
}

constexpr unsigned char most = 0xFF;
const std::vector<unsigned char> most_32{most, most, most, most}, most_both(8, most);
constexpr std::size_t primary = 16 * disk::block_size, anchor = 256 * disk::block_size;

INSTANTIATE_TEST_SUITE_P(
    rows, hostile_claims,
    ::testing::Values(
        claim_row{"path_table_of_4_gib", "joliet", primary + 132, most_both, "path table: extent"},
        claim_row{"root_directory_of_4_gib", "joliet", primary + 156 + 10, most_both,
                  "the directories together are larger than the image"},
        claim_row{"volume_of_8_tib", "joliet", primary + 80, most_both, "the image is cut short"},
        claim_row{"partition_table_of_512_gib", "bootable", 512 + 80, most_32, "GPT: table"},
        claim_row{"partition_table_behind_the_end", "bootable", 512 + 72, most_both, "GPT: table"},
        claim_row{"volume_descriptors_behind_the_end", "udf_102", anchor + 20, most_32,
                  "only the reserve one"}),
    [](const auto& one) { return one.param.title; });

}  // namespace
}  // namespace comeback::image
