// SPDX-License-Identifier: Apache-2.0
#include "cli/boot_words.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

namespace comeback::cli {
namespace {

tree::file_tree with_boot_image(std::size_t size = 4096) {
  tree::file_tree t;
  t.add_file(t.add_directory(tree::root, "boot"), "loader", tree::memory_content(std::string(size, 'x')));
  return t;
}

TEST(boot_words, a_file_alone_is_a_bios_image_without_emulation) {
  auto t = with_boot_image();
  const auto e = boot_entry_of("/boot/loader", t);
  EXPECT_EQ(e.image, t.content_of(*t.find_path("/boot/loader")));
  EXPECT_EQ(e.on, eltorito::platform::x86);
  EXPECT_EQ(e.how, eltorito::emulation::none);
  EXPECT_TRUE(e.bootable);
  EXPECT_FALSE(e.info_table);
}

TEST(boot_words, every_key_is_taken) {
  auto t = with_boot_image();
  const auto e = boot_entry_of(
      "boot/loader,platform=efi,load-segment=0x7c0,load-sectors=12,id=me,info-table,not-bootable", t);
  EXPECT_EQ(e.on, eltorito::platform::efi);
  EXPECT_EQ(e.load_segment, 0x7C0);
  EXPECT_EQ(e.sectors, 12);
  EXPECT_EQ(e.id, "me");
  EXPECT_TRUE(e.info_table);
  EXPECT_FALSE(e.bootable);
}

TEST(boot_words, a_floppy_is_known_by_its_size) {
  auto t = with_boot_image(2880UL * 1024);
  EXPECT_EQ(boot_entry_of("/boot/loader,emulation=floppy", t).how, eltorito::emulation::floppy_2_88);
}

TEST(boot_words, what_means_nothing_is_refused) {
  for (const auto* word : {"", ",platform=efi", "/boot/loader,platform=vax", "/boot/loader,emulation=tape",
                           "/boot/loader,speed=9", "/boot/loader,load-sectors=70000",
                           "/boot/loader,load-sectors=", "/boot/loader,info-table=yes"}) {
    auto t = with_boot_image();
    try {
      (void)boot_entry_of(word, t);
      ADD_FAILURE() << word;
    } catch (const base::error& e) {
      EXPECT_EQ(e.code(), base::errc::invalid_argument) << word;
    }
  }
}

}  // namespace
}  // namespace comeback::cli
