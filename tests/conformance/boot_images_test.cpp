// SPDX-License-Identifier: Apache-2.0
// Bootable images in front of those who boot: other programs read their tables, and machines start them.
#include "boot_code.hpp"
#include "corpus.hpp"
#include "image/append.hpp"
#include "image/create.hpp"
#include "image/import.hpp"
#include "image/open.hpp"
#include "image/prepare_boot.hpp"
#include "image/verify.hpp"
#include "optical/image_medium.hpp"
#include "programs.hpp"
#include "virtual_machine.hpp"

#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comeback::conformance {
namespace {

namespace fs = std::filesystem;
using eltorito::boot_entry;
using eltorito::emulation;
using eltorito::platform;
using testing::ContainsRegex;
using testing::HasSubstr;

std::string bytes_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::byte> code_of(const std::string& text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

// An image under way: what it boots, and the file it becomes.
struct bootable {
  tree::file_tree tree;
  image::options how;

  bootable() { tree.add_file(tree::root, "readme.txt", tree::memory_content("Nothing to see.\n")); }
  void add(boot_entry entry, std::string bytes) {
    entry.image = tree.add_hidden("boot image", tree::memory_content(std::move(bytes)));
    how.boot.push_back(entry);
  }
  fs::path write() {
    auto path = work_folder() / "boot.iso";
    image::prepare_boot(tree, how);
    image::create_image(image::plan(tree, how), path);
    return path;
  }
};

// Boots everywhere: from a disc and from a USB stick, by BIOS and by UEFI.
fs::path boots_everywhere(const image::file_system_set& file_systems = {}) {
  bootable b;
  b.how.file_systems = file_systems;
  b.add({.id = "Comeback"}, bios_code("BIOS-CD-BOOTED"));
  b.add({.on = platform::efi}, efi_disk("UEFI-BOOTED", work_folder()));
  b.how.disk.boot_code = code_of(bios_code("BIOS-USB-BOOTED"));
  return b.write();
}

// A session more, of 3 MB.
fs::path with_session(fs::path path) {
  const auto medium = optical::open_image_medium(path, optical::access::writing);
  const auto on = image::look_at(*medium);
  const auto old = std::make_shared<const image::opened_image>(medium->bytes());
  auto tree = image::import_tree(old, old->best());
  tree.add_file(tree::root, "added" + std::to_string(on.sessions.size()),
                tree::memory_content(std::string(3'000'000, 'a')));
  image::append_session(*medium, image::plan(std::move(tree), image::next_session(on, *old)));
  return path;
}

TEST(boot_tables, are_what_other_programs_read) {
  const auto image = boots_everywhere();
  const auto opened = image::open_image(image);
  EXPECT_TRUE(image::verify(opened).sound());
  const auto bios = opened.boot()->entries.at(0).at.value, efi = opened.boot()->entries.at(1).at.value;

  const auto xorriso = run({"xorriso", "-indev", "stdio:" + image.native(), "-report_el_torito", "plain",
                            "-report_system_area", "plain"});
  EXPECT_EQ(xorriso.status, 0);
  EXPECT_THAT(xorriso.output, ContainsRegex("El Torito catalog +: [0-9]+ +1"));
  EXPECT_THAT(xorriso.output,
              ContainsRegex("img : +1 +BIOS +y +none +0x0000 +0x00 +1 +" + std::to_string(bios)));
  EXPECT_THAT(xorriso.output,
              ContainsRegex("img : +2 +UEFI +y +none +0x0000 +0x00 +2880 +" + std::to_string(efi)));
  EXPECT_THAT(xorriso.output, HasSubstr("GPT"));
  EXPECT_THAT(xorriso.output,
              ContainsRegex("GPT start and size +: +1 +" + std::to_string(efi * 4) + " +2880"));
  EXPECT_THAT(xorriso.output, testing::Not(HasSubstr("FAILURE")));

  const auto dumpet = run({"dumpet", "-i", image});
  EXPECT_EQ(dumpet.status, 0) << dumpet.output;
  EXPECT_THAT(dumpet.output, HasSubstr("Comeback"));
  EXPECT_THAT(dumpet.output, HasSubstr("Load LBA: " + std::to_string(efi)));

  const auto isoinfo = run({"isoinfo", "-d", "-i", image});
  EXPECT_THAT(isoinfo.output, HasSubstr("Eltorito validation header"));
  EXPECT_THAT(isoinfo.output, HasSubstr("Key 55 AA"));
}

TEST(boot_tables, partition_programs_have_no_complaint) {
  const auto image = boots_everywhere();
  const auto sfdisk = run({"sfdisk", "--verify", image});
  EXPECT_EQ(sfdisk.status, 0);
  EXPECT_THAT(sfdisk.output, HasSubstr("No errors detected"));
  const auto json = run({"sfdisk", "-J", image});
  EXPECT_THAT(json.output, HasSubstr("C12A7328-F81F-11D2-BA4B-00A0C93EC93B"));
  const auto sgdisk = run({"sgdisk", "-v", image});
  EXPECT_THAT(sgdisk.output, HasSubstr("No problems found"));
}

// Of partition programs, xorriso and ourselves, when the disk became longer.
TEST(boot_tables, grow_with_every_session) {
  for (const bool udf : {false, true}) {
    auto image = boots_everywhere({.udf = udf});
    const auto efi = image::open_image(image).boot()->entries.at(1).at.value;
    for (int i = 0; i < 2; ++i) {
      image = with_session(image);
      const auto sectors = fs::file_size(image) / 512;
      EXPECT_EQ(sectors % 2048, 0U);
      EXPECT_TRUE(image::verify(image::open_image(image)).sound());
      EXPECT_THAT(run({"sgdisk", "-v", image}).output, HasSubstr("No problems found"));
      EXPECT_THAT(run({"sfdisk", "--verify", image}).output, HasSubstr("No errors detected"));
      const auto json = run({"sfdisk", "-J", image}).output;
      EXPECT_THAT(json, HasSubstr("\"lastlba\": " + std::to_string(sectors - 34)));
      const auto xorriso =
          run({"xorriso", "-indev", "stdio:" + image.native(), "-report_system_area", "plain"});
      EXPECT_THAT(xorriso.output,
                  ContainsRegex("GPT start and size +: +1 +" + std::to_string(efi * 4) + " +2880"));
      EXPECT_THAT(xorriso.output,
                  ContainsRegex("MBR partition +: +1 +0x00 +0xee +1 +" + std::to_string(sectors - 1)));
      EXPECT_THAT(xorriso.output, testing::Not(HasSubstr("FAILURE")));
    }
  }
}

// isolinux's partition over all, by us and by xorriso.
TEST(boot_tables, of_an_mbr_grow_with_every_session) {
  bootable ours;
  ours.add({.info_table = true}, bytes_of("/usr/lib/ISOLINUX/isolinux.bin"));
  ours.how.disk.boot_code = code_of(bytes_of("/usr/lib/ISOLINUX/isohdpfx.bin"));
  const auto source = work_folder() / "hybrid", theirs = work_folder() / "hybrid.iso";
  fs::create_directories(source);
  fs::copy_file("/usr/lib/ISOLINUX/isolinux.bin", source / "isolinux.bin");
  const auto made = run({"xorriso", "-as", "mkisofs", "-quiet", "-J", "-R", "-b", "isolinux.bin",
                         "-no-emul-boot", "-boot-load-size", "4", "-boot-info-table", "-isohybrid-mbr",
                         "/usr/lib/ISOLINUX/isohdpfx.bin", "-o", theirs, source});
  ASSERT_EQ(made.status, 0) << made.output;
  for (const auto& first : {ours.write(), theirs}) {
    const auto image = with_session(first);
    const auto sectors = fs::file_size(image) / 512;
    EXPECT_TRUE(image::verify(image::open_image(image)).sound());
    EXPECT_THAT(run({"sfdisk", "--verify", image}).output, HasSubstr("No errors detected"));
    const auto xorriso =
        run({"xorriso", "-indev", "stdio:" + image.native(), "-report_system_area", "plain"});
    EXPECT_THAT(xorriso.output,
                ContainsRegex("MBR partition +: +1 +0x80 +0x17 +0 +" + std::to_string(sectors)));
    const auto marker = "Failed to load";
    EXPECT_THAT(boot(firmware::bios, drive::usb, image, marker), HasSubstr(marker));
  }
}

TEST(boot_tables, thirty_two_entries_are_read_by_others) {
  bootable b;
  for (std::size_t i = 0; i < eltorito::entry_limit; ++i)
    b.add({.on = i % 2 == 0 ? platform::x86 : platform::efi}, boot_sector(std::to_string(i)));
  const auto result = run({"xorriso", "-indev", "stdio:" + b.write().native(), "-report_el_torito", "plain"});
  EXPECT_THAT(result.output, ContainsRegex("img : +32 +UEFI"));
}

TEST(boot_tables, of_others_are_read) {
  const auto source = work_folder() / "theirs";
  fs::create_directories(source);
  std::ofstream(source / "bios.img") << boot_sector("x");
  std::ofstream(source / "efi.img") << std::string(8192, 'e');
  const auto path = work_folder() / "theirs.iso";
  const auto made = run({"xorriso",
                         "-as",
                         "mkisofs",
                         "-quiet",
                         "-b",
                         "bios.img",
                         "-no-emul-boot",
                         "-boot-load-size",
                         "4",
                         "-boot-info-table",
                         "-c",
                         "boot.cat",
                         "-eltorito-alt-boot",
                         "-e",
                         "efi.img",
                         "-no-emul-boot",
                         "-isohybrid-gpt-basdat",
                         "-o",
                         path,
                         source});
  ASSERT_EQ(made.status, 0) << made.output;
  const auto opened = image::open_image(path);
  const auto catalog = opened.boot();
  ASSERT_TRUE(catalog);
  EXPECT_TRUE(catalog->faults.empty());
  ASSERT_EQ(catalog->entries.size(), 2U);
  EXPECT_EQ(catalog->entries[0].at, opened.find(opened.best(), "/bios.img")->runs.at(0).at);
  EXPECT_EQ(catalog->entries[1].at, opened.find(opened.best(), "/efi.img")->runs.at(0).at);
  EXPECT_EQ(catalog->entries[1].platform, 0xEF);
}

struct start {
  const char* title;
  firmware with;
  drive as;
  const char* word;
  bool udf_alone = false;
  bool appended = false;  // a second session is there
};
void PrintTo(const start& s, std::ostream* out) { *out << s.title; }
class one_image : public testing::TestWithParam<start> {};

TEST_P(one_image, boots_everywhere) {
  const auto& how = GetParam();
  image::file_system_set file_systems;
  if (how.udf_alone) file_systems = {.iso9660 = false, .joliet = false, .udf = true};
  auto image = boots_everywhere(file_systems);
  if (how.appended) image = with_session(image);
  EXPECT_THAT(boot(how.with, how.as, image, how.word), HasSubstr(how.word));
}

INSTANTIATE_TEST_SUITE_P(
    machines, one_image,
    testing::Values(start{"bios_cd", firmware::bios, drive::cd, "BIOS-CD-BOOTED"},
                    start{"bios_usb", firmware::bios, drive::usb, "BIOS-USB-BOOTED"},
                    start{"uefi_cd", firmware::uefi, drive::cd, "UEFI-BOOTED"},
                    start{"uefi_usb", firmware::uefi, drive::usb, "UEFI-BOOTED"},
                    start{"udf_bios_cd", firmware::bios, drive::cd, "BIOS-CD-BOOTED", true},
                    start{"udf_bios_usb", firmware::bios, drive::usb, "BIOS-USB-BOOTED", true},
                    start{"udf_uefi_cd", firmware::uefi, drive::cd, "UEFI-BOOTED", true},
                    start{"appended_bios_cd", firmware::bios, drive::cd, "BIOS-CD-BOOTED", false, true},
                    start{"appended_bios_usb", firmware::bios, drive::usb, "BIOS-USB-BOOTED", false, true},
                    start{"appended_uefi_cd", firmware::uefi, drive::cd, "UEFI-BOOTED", false, true},
                    start{"appended_uefi_usb", firmware::uefi, drive::usb, "UEFI-BOOTED", false, true},
                    start{"appended_udf_uefi_cd", firmware::uefi, drive::cd, "UEFI-BOOTED", true, true}),
    [](const auto& one) { return one.param.title; });

TEST(emulated_disks, floppies_boot) {
  bootable b;
  auto floppy = boot_sector("FLOPPY-BOOTED");
  floppy.resize(1474560);
  b.add({.how = emulation::floppy_1_44}, floppy);
  EXPECT_THAT(boot(firmware::bios, drive::cd, b.write(), "FLOPPY-BOOTED"), HasSubstr("FLOPPY-BOOTED"));
}

TEST(emulated_disks, hard_disks_boot) {
  bootable b;
  b.add({.how = emulation::hard_disk}, hard_disk("HARD-DISK-BOOTED"));
  EXPECT_THAT(boot(firmware::bios, drive::cd, b.write(), "HARD-DISK-BOOTED"), HasSubstr("HARD-DISK-BOOTED"));
}

// The BIOS shows what isolinux prints on the serial port, too. Its MBR finds its image by the address in it,
// and the image the rest of itself by the information table.
class isolinux : public testing::TestWithParam<drive> {};

TEST_P(isolinux, starts) {
  const fs::path folder = "/usr/lib/ISOLINUX";
  bootable b;
  b.add({.info_table = true}, bytes_of(folder / "isolinux.bin"));
  b.how.disk.boot_code = code_of(bytes_of(folder / "isohdpfx.bin"));
  const auto marker = "Failed to load";  // its library, which is in another package
  const auto said = boot(firmware::bios, GetParam(), b.write(), marker);
  EXPECT_THAT(said, testing::AllOf(HasSubstr("ISOLINUX"), HasSubstr(marker)));
}

INSTANTIATE_TEST_SUITE_P(machines, isolinux, testing::Values(drive::cd, drive::usb),
                         [](const auto& one) { return one.param == drive::cd ? "cd" : "usb"; });

}  // namespace
}  // namespace comeback::conformance
