// SPDX-License-Identifier: Apache-2.0
#include "libvirt_backend/short_path.hpp"

#include "base/error.hpp"

#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace comeback::libvirt_backend {
namespace {

namespace fs = std::filesystem;

class short_paths : public testing::Test {
 protected:
  fs::path top = "/tmp/cbt" + std::to_string(getpid());
  void SetUp() override { fs::create_directories(top); }
  void TearDown() override { fs::remove_all(top); }
};

TEST_F(short_paths, a_short_one_stays) { EXPECT_EQ(short_path(top), fs::canonical(top)); }

TEST_F(short_paths, a_long_one_gets_a_link_and_keeps_it) {
  const fs::path folder = top / std::string(100, 'x');
  fs::create_directories(folder);
  const fs::path link = short_path(folder);
  EXPECT_LE(link.string().size(), 28U);
  EXPECT_EQ(fs::canonical(link), fs::canonical(folder));
  EXPECT_EQ(short_path(folder), link);
  fs::remove(link);
}

TEST_F(short_paths, one_with_a_space_gets_a_link) {
  fs::create_directories(top / "a b");
  const fs::path link = short_path(top / "a b");
  EXPECT_EQ(link.string().find(' '), std::string::npos);
  fs::remove(link);
}

TEST_F(short_paths, what_is_in_the_way_is_not_followed) {
  const fs::path folder = top / std::string(100, 'y');
  fs::create_directories(folder);
  const fs::path link = short_path(folder);
  fs::remove(link);
  fs::create_symlink("/", link);
  EXPECT_THROW((void)short_path(folder), base::error);
  fs::remove(link);
}

TEST(percent, there_and_back) {
  EXPECT_EQ(to_percent("/a b&c%d"), "/a%20b%26c%25d");
  EXPECT_EQ(from_percent("/a%20b%26c%25d"), "/a b&c%d");
  EXPECT_EQ(from_percent("100%"), "100%");
  EXPECT_EQ(from_percent("%zz%4"), "%zz%4");
}

}  // namespace
}  // namespace comeback::libvirt_backend
