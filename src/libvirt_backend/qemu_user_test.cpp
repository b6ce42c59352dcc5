// SPDX-License-Identifier: Apache-2.0
#include "libvirt_backend/qemu_user.hpp"

#include "libvirt_backend/embedded.hpp"
#include "libvirt_backend/ordinary_user.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace comeback::libvirt_backend {
namespace {

namespace fs = std::filesystem;

class folders : public testing::Test {
 protected:
  fs::path top = fs::path(testing::TempDir()) / ("comeback-" + std::to_string(getpid()));
  void SetUp() override { fs::create_directories(top / "open" / "closed" / "inner"); }
  void TearDown() override {
    fs::permissions(top / "open" / "closed", fs::perms::owner_all);
    fs::remove_all(top);
  }
};

TEST_F(folders, one_closed_folder_on_the_way_is_enough) {
  EXPECT_TRUE(reachable_for_others(top / "open" / "disk.img"));
  fs::permissions(top / "open" / "closed", fs::perms::owner_all);
  EXPECT_TRUE(reachable_for_others(top / "open" / "closed"));
  EXPECT_FALSE(reachable_for_others(top / "open" / "closed" / "inner" / "disk.img"));
}

TEST_F(folders, who_may_use_a_device) {
  const fs::path device = top / "device";
  std::ofstream(device) << "x";
  struct stat status {};
  ASSERT_EQ(stat(device.c_str(), &status), 0);
  const account owner{status.st_uid, {}}, member{status.st_uid + 1, {7, status.st_gid}},
      other{status.st_uid + 1, {status.st_gid + 1}};
  const struct {
    unsigned mode;
    bool owner, member, other;
  } rows[] = {{0600, true, false, false}, {0660, true, true, false}, {0666, true, true, true},
              {0664, true, true, false},  {0606, true, false, true}, {0066, false, true, true}};
  for (const auto& row : rows) {
    fs::permissions(device, static_cast<fs::perms>(row.mode));
    EXPECT_EQ(may_read_and_write(owner, device), row.owner) << std::oct << row.mode;
    EXPECT_EQ(may_read_and_write(member, device), row.member) << std::oct << row.mode;
    EXPECT_EQ(may_read_and_write(other, device), row.other) << std::oct << row.mode;
  }
  EXPECT_FALSE(may_read_and_write(owner, top / "none"));
}

TEST(embedded_uri, root) {
  EXPECT_EQ(embedded_root("qemu:///embed?root=/a/b"), "/a/b");
  EXPECT_EQ(embedded_root("qemu:///embed?root=/a/b&x=1"), "/a/b");
  EXPECT_EQ(embedded_root("qemu:///embed"), std::nullopt);
  EXPECT_EQ(embedded_root("qemu:///system"), std::nullopt);
}

TEST(ordinary_user, keeps_roots_files_and_goes_back) {
  if (geteuid() != 0) return;  // an ordinary user has no other to become
  const fs::path file = fs::path(testing::TempDir()) / ("comeback-owner-" + std::to_string(getpid()));
  {
    const ordinary_user_for_a_while guard;
    EXPECT_NE(geteuid(), 0U);
    std::ofstream(file) << "x";  // still root's file
  }
  EXPECT_EQ(geteuid(), 0U);
  struct stat status {};
  ASSERT_EQ(stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, 0U);
  fs::remove(file);
}

}  // namespace
}  // namespace comeback::libvirt_backend
