// SPDX-License-Identifier: Apache-2.0
#include "tree/warm_up.hpp"

#include "base/temporary_folder.hpp"

#include <chrono>
#include <fstream>

#include <gtest/gtest.h>

namespace comeback::tree {
namespace {

void wait_often() {
  for (int i = 0; i < 40; ++i) std::this_thread::sleep_for(std::chrono::microseconds(100));
}

TEST(warm_up, is_wanted_once_its_reader_had_to_wait) {
  warm_up w;
  EXPECT_FALSE(w.wanted());
  wait_often();
  EXPECT_TRUE(w.wanted());
}

// Folders that are not there and items that are gone are the reader's to tell of.
TEST(warm_up, ends_with_its_reader_whatever_is_left_to_look_at) {
  const base::temporary_folder top;
  std::ofstream(top.path() / "file") << "x";
  const auto folder = top.path().native();
  const auto names = std::make_shared<const std::vector<std::string>>(std::vector<std::string>(3000, "file"));
  warm_up w;
  wait_often();
  ASSERT_TRUE(w.wanted());
  w.enter(folder, std::string::npos, names);
  for (int i = 0; i < 3000; ++i) w.add(folder + (i % 2 == 0 ? "" : "/missing"), std::string::npos);
}

}  // namespace
}  // namespace comeback::tree
