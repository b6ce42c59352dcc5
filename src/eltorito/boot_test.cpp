// SPDX-License-Identifier: Apache-2.0
#include "eltorito/boot.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

namespace comeback::eltorito {
namespace {

struct load_case {
  const char* title;
  boot_entry entry;
  std::uint64_t bytes;
  std::uint16_t sectors;
};
class loading : public testing::TestWithParam<load_case> {};

TEST_P(loading, sectors_are_as_the_rule_says) {
  EXPECT_EQ(load_sectors(GetParam().entry, GetParam().bytes), GetParam().sectors);
}

INSTANTIATE_TEST_SUITE_P(entries, loading,
                         testing::Values(load_case{"as_given", {.sectors = 7}, 100000, 7},
                                         load_case{"small", {}, 4096, 8},
                                         load_case{"part_of_a_sector", {}, 513, 2},
                                         load_case{"with_table", {.info_table = true}, 40000, 4},
                                         load_case{"beyond_low_memory", {}, 600 << 10, 4},
                                         load_case{"floppy", {.how = emulation::floppy_1_44}, 1474560, 1},
                                         load_case{"efi", {.on = platform::efi}, 1 << 20, 2048},
                                         load_case{"efi_large", {.on = platform::efi}, 64 << 20, 0}),
                         [](const auto& one) { return one.param.title; });

base::errc refused(const boot_entry& like, std::uint64_t bytes) {
  tree::file_tree tree;
  auto entry = like;
  entry.image = tree.add_hidden("boot.img", tree::memory_content(std::string(bytes, 'x')));
  try {
    check({entry}, tree);
  } catch (const base::error& e) {
    return e.code();
  }
  return base::errc::ok;
}

TEST(boot_entries, floppies_have_the_size_of_floppies) {
  EXPECT_EQ(refused({.how = emulation::floppy_1_44}, 1474560), base::errc::ok);
  EXPECT_EQ(refused({.how = emulation::floppy_1_44}, 1474561),
            base::errc::boot_emulation_image_size_mismatch);
  EXPECT_EQ(refused({.how = emulation::floppy_1_2}, 1474560), base::errc::boot_emulation_image_size_mismatch);
  EXPECT_EQ(refused({.how = emulation::hard_disk, .facts = image_facts{}}, 1000),
            base::errc::boot_emulation_image_size_mismatch);
}

TEST(boot_entries, what_cannot_boot_is_refused) {
  EXPECT_EQ(refused({}, 512), base::errc::ok);
  EXPECT_EQ(refused({}, 0), base::errc::boot_image_data);
  EXPECT_EQ(refused({.info_table = true}, 512), base::errc::boot_image_data);
  EXPECT_EQ(refused({.id = std::string(25, 'x')}, 512), base::errc::boot_image_data);
  EXPECT_EQ(refused({.how = static_cast<emulation>(9)}, 512), base::errc::boot_image_data);
  EXPECT_THROW(check({boot_entry{}}, tree::file_tree{}), base::error);
  tree::file_tree tree;
  const auto one = tree.add_hidden("boot.img", tree::memory_content("code"));
  EXPECT_NO_THROW(check(std::vector<boot_entry>(entry_limit, {.image = one}), tree));
  EXPECT_THROW(check(std::vector<boot_entry>(entry_limit + 1, {.image = one}), tree), base::error);
}

TEST(boot_entries, sizes_tell_floppies) {
  EXPECT_EQ(emulation_for(1228800), emulation::floppy_1_2);
  EXPECT_EQ(emulation_for(1474560), emulation::floppy_1_44);
  EXPECT_EQ(emulation_for(2949120), emulation::floppy_2_88);
  EXPECT_EQ(emulation_for(0), emulation::none);
  EXPECT_EQ(emulation_for(1474561), emulation::none);
}

}  // namespace
}  // namespace comeback::eltorito
