// SPDX-License-Identifier: Apache-2.0
#include "libvirt_backend/domain_xml.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comeback::libvirt_backend {
namespace {

using base::errc;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// A running machine as libvirt 9.0 prints it, shortened.
const std::string running = R"(<domain type='qemu' id='1'>
  <name>web</name>
  <memory unit='KiB'>524288</memory>
  <vcpu placement='static'>2</vcpu>
  <os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type><kernel>/k/vmlinuz</kernel><initrd>/k/initrd</initrd></os>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2'/><source file='/d/web.qcow2' index='2'/><target dev='vda' bus='virtio'/>
    </disk>
    <disk type='file' device='cdrom'>
      <driver name='qemu' type='raw'/><source file='/d/old.iso' index='1'/><backingStore/>
      <target dev='sda' bus='scsi'/><readonly/><alias name='scsi0-0-0-0'/>
    </disk>
    <disk type='block' device='cdrom'>
      <driver name='qemu'/><target dev='sdb' bus='scsi'/><readonly/>
    </disk>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0' state='connected'/><alias name='channel0'/>
    </channel>
    <channel type='spicevmc'><target type='virtio' name='com.redhat.spice.0' state='disconnected'/></channel>
  </devices>
</domain>)";

TEST(details, of_a_running_machine) {
  const auto d = read_details(running);
  EXPECT_EQ(d.memory_mib, 512U);
  EXPECT_EQ(d.vcpus, 2U);
  EXPECT_EQ(d.os_type, "hvm");
  EXPECT_EQ(d.agent, machine::agent_channel::connected);
  ASSERT_EQ(d.dvd_drives.size(), 2U);
  EXPECT_EQ(d.dvd_drives[0].bus, "scsi");
  EXPECT_EQ(d.dvd_drives[0].target, "sda");
  EXPECT_EQ(d.dvd_drives[0].image, "/d/old.iso");
  EXPECT_EQ(d.dvd_drives[1].target, "sdb");
  EXPECT_FALSE(d.dvd_drives[1].image);
}

TEST(details, channel_without_a_listener_and_without_a_channel) {
  std::string xml = running;
  xml.replace(xml.find(" state='connected'"), 18, "");
  EXPECT_EQ(read_details(xml).agent, machine::agent_channel::disconnected);
  EXPECT_EQ(read_details("<domain/>").agent, machine::agent_channel::absent);
}

TEST(details, what_cannot_be_read_is_an_error) {
  try {
    (void)read_details("<domain");
    FAIL();
  } catch (const base::error& e) {
    EXPECT_EQ(e.code(), errc::exception);
  }
}

TEST(drive, takes_another_disc) {
  const auto xml = drive_with(running, "sda", "/new & better's.iso");
  EXPECT_THAT(xml, HasSubstr("/new &amp; better's.iso"));
  EXPECT_THAT(xml, Not(HasSubstr("old.iso")));
  EXPECT_THAT(xml, HasSubstr("type=\"raw\""));
  EXPECT_THAT(xml, HasSubstr("dev=\"sda\""));
}

TEST(drive, is_emptied) {
  const auto xml = drive_with(running, "sda", {});
  EXPECT_THAT(xml, Not(HasSubstr("<source")));
  EXPECT_THAT(xml, HasSubstr("dev=\"sda\""));
}

TEST(drive, of_a_host_device_becomes_one_of_files) {
  EXPECT_THAT(drive_with(running, "sdb", "/new.iso"), HasSubstr("<disk type=\"file\""));
}

TEST(drive, must_be_there_and_be_one_for_discs) {
  for (const char* target : {"sdz", "vda", ""}) {
    try {
      (void)drive_with(running, target, "/new.iso");
      FAIL() << target;
    } catch (const base::error& e) {
      EXPECT_EQ(e.code(), errc::drive_invalid);
    }
  }
}

TEST(channel_device, is_the_agents) {
  EXPECT_THAT(agent_channel_device(running), HasSubstr("org.qemu.guest_agent.0"));
  EXPECT_THAT(agent_channel_device(running), Not(HasSubstr("spice")));
  EXPECT_EQ(agent_channel_device("<domain><devices/></domain>"), "");
}

TEST(runs, are_told_apart_by_the_id_of_the_domain) {
  EXPECT_EQ(run_of(running), "1");
  EXPECT_EQ(run_of("<domain/>"), "");
}

TEST(files, are_all_there) {
  EXPECT_THAT(files_of(running), ElementsAre("/k/vmlinuz", "/k/initrd", "/d/web.qcow2", "/d/old.iso"));
}

}  // namespace
}  // namespace comeback::libvirt_backend
