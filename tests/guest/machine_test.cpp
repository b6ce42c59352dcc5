// SPDX-License-Identifier: Apache-2.0
// The machine itself: drives, saved states, the channel's repair, the rule of one process.
#include "guest/agent.hpp"
#include "guest_fixture.hpp"

#include <array>
#include <cstdio>
#include <fstream>

#include <gmock/gmock.h>

namespace comeback::test_guest {
namespace {

using base::errc;
using machine::run_state;
using std::chrono::seconds;
namespace fs = std::filesystem;

class machines : public guest_test {
 protected:
  base::executor on;

  template <class Body>
  static errc code_of(Body&& body) {
    try {
      body();
    } catch (const base::error& e) {
      return e.code();
    }
    return errc::ok;
  }
  /// An image with one file in it, long names in Joliet.
  static fs::path make_image(const std::string& name, const std::string& contents) {
    const fs::path source = folder() / (name + ".d");
    fs::path image = folder() / (name + ".iso");
    fs::create_directories(source);
    std::ofstream(source / "a rather long name.text") << contents;
    const std::string command =
        "genisoimage -quiet -J -o '" + image.string() + "' '" + source.string() + "' 2>/dev/null";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("genisoimage failed");
    return image;
  }
  static std::string read_disc(const std::string& options, const std::string& file) {
    return run("modprobe isofs; mount -t iso9660 -o ro," + options + " /dev/sr0 /mnt/dvd && cat '/mnt/dvd/" +
               file + "'; umount /mnt/dvd");
  }
};

TEST_F(machines, has_what_its_description_says) {
  const auto d = machine().vm()->details();
  EXPECT_EQ(d.memory_mib, 512U);
  EXPECT_EQ(d.vcpus, 2U);
  EXPECT_EQ(d.os_type, "hvm");
  EXPECT_EQ(d.agent, machine::agent_channel::connected);
  ASSERT_EQ(d.dvd_drives.size(), 1U);
  EXPECT_EQ(d.dvd_drives[0].bus, "scsi");
  EXPECT_FALSE(d.dvd_drives[0].image);
}

TEST_F(machines, read_discs_as_iso9660_and_as_joliet) {
  const auto vm = machine().vm();
  vm->insert_dvd(make_image("one", "first\n"));
  EXPECT_EQ(vm->details().dvd_drives[0].image, folder() / "one.iso");
  EXPECT_EQ(read_disc("nojoliet,norock", "a_rather.tex"), "first\n");
  EXPECT_EQ(read_disc("norock,iocharset=utf8", "a rather long name.text"), "first\n");

  vm->insert_dvd(make_image("two", "second\n"), "sda");
  EXPECT_EQ(read_disc("norock,iocharset=utf8", "a rather long name.text"), "second\n");

  vm->eject_dvd();
  EXPECT_FALSE(vm->details().dvd_drives[0].image);
  EXPECT_EQ(code_of([&] { vm->eject_dvd(); }), errc::no_media_captured);
}

TEST_F(machines, refuse_discs_that_are_none) {
  const auto vm = machine().vm();
  EXPECT_EQ(code_of([&] { vm->insert_dvd("/nowhere/x.iso"); }), errc::file_not_found);
  EXPECT_EQ(code_of([&] { vm->insert_dvd("/etc"); }), errc::file_not_found);
  EXPECT_EQ(code_of([&] { vm->insert_dvd("/etc/hostname", "sdz"); }), errc::drive_invalid);
}

TEST_F(machines, keep_the_disc_over_save_and_start) {
  const auto vm = machine().vm();
  vm->insert_dvd(make_image("kept", "kept\n"));
  auto saving = vm->save(on);
  saving.wait();
  EXPECT_EQ(saving.outcome().error, errc::ok) << saving.outcome().description;
  EXPECT_EQ(vm->state(), run_state::saved);
  auto starting = vm->start(on);
  starting.wait();
  EXPECT_EQ(starting.outcome().error, errc::ok) << starting.outcome().description;
  machine().wait_for_sessions(3, seconds(30));
  EXPECT_EQ(read_disc("norock,iocharset=utf8", "a rather long name.text"), "kept\n");
  vm->eject_dvd();
}

TEST_F(machines, take_discs_when_they_are_off) {
  const auto vm = machine().vm();
  vm->stop(on).wait();
  vm->insert_dvd(make_image("off", "off\n"));
  EXPECT_EQ(vm->details().dvd_drives[0].image, folder() / "off.iso");
  vm->eject_dvd();
  EXPECT_FALSE(vm->details().dvd_drives[0].image);
  fresh();
}

TEST_F(machines, repair_a_poisoned_channel) {
  const auto vm = machine().vm();
  const auto way = machine().connection().channels(vm);
  const comeback::guest::agent agent(way, vm->name());
  // Beyond what libvirt takes (10 MiB): the reply is dropped and the channel is no use any more.
  EXPECT_NE(code_of([&] {
              (void)agent.run("/usr/bin/head", {"-c", "14000000", "/dev/zero"}, seconds(60));
            }),
            errc::ok);
  EXPECT_EQ(machine().os().sessions().size(), 3U);
}

TEST_F(machines, output_is_cut_in_the_guest) {
  EXPECT_EQ(machine().run("head -c 14000000 /dev/zero | tr '\\0' x").size(), comeback::guest::output_limit);
}

TEST_F(machines, belong_to_one_process_where_there_is_no_daemon) {
  const std::string command = "COMEBACK_URI='" + uri() + "' '" + COMEBACK_TEST_GUEST_PROGRAM + "' '" +
                              built_guest().string() + "' /tmp xml 2>&1";
  FILE* pipe = popen(command.c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  std::string words;
  std::array<char, 512> buffer{};
  while (const std::size_t n = fread(buffer.data(), 1, buffer.size(), pipe)) words.append(buffer.data(), n);
  EXPECT_NE(pclose(pipe), 0);
  EXPECT_THAT(words, testing::HasSubstr("Another process uses the machines"));
  EXPECT_THAT(words, testing::HasSubstr("libvirt-daemon-system"));
}

}  // namespace
}  // namespace comeback::test_guest
