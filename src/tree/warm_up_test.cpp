// SPDX-License-Identifier: Apache-2.0
#include "tree/warm_up.hpp"

#include "base/file.hpp"
#include "base/temporary_folder.hpp"

#include <array>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

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

// Tells which folders were opened.
class openings {
 public:
  explicit openings(const std::vector<std::string>& folders) : events_(::inotify_init1(IN_CLOEXEC)) {
    for (const auto& one : folders)
      missing_.insert(::inotify_add_watch(events_.get(), one.c_str(), IN_OPEN | IN_ONLYDIR));
  }
  // Whether each was, in the end.
  [[nodiscard]] bool all() {
    pollfd ready{events_.get(), POLLIN, 0};
    constexpr int deadline = 30'000;
    while (!missing_.empty() && ::poll(&ready, 1, deadline) == 1) take();
    return missing_.empty();
  }

 private:
  void take() {
    std::array<char, 4096> buffer;
    const auto size = ::read(events_.get(), buffer.data(), buffer.size());
    for (ssize_t at = 0; at + static_cast<ssize_t>(sizeof(inotify_event)) <= size;) {
      inotify_event one;
      std::memcpy(&one, buffer.data() + at, sizeof(one));
      missing_.erase(one.wd);
      at += static_cast<ssize_t>(sizeof(one) + one.len);
    }
  }

  base::unique_fd events_;
  std::set<int> missing_;
};

// Folders that are not there and items that are gone are the reader's to tell of.
TEST(warm_up, looks_into_folders_and_ends_with_its_reader_whatever_is_left) {
  const base::temporary_folder top;
  const auto large = (top.path() / "large").native(), added = (top.path() / "added").native();
  for (const auto& one : {large, added}) std::filesystem::create_directory(one);
  std::ofstream(top.path() / "large/file") << "x";
  std::vector<std::string> names(3000, "file");
  names.at(7) = "gone";
  openings opened({large, added});
  warm_up w;
  wait_often();
  ASSERT_TRUE(w.wanted());
  w.add(large + "/missing", std::string::npos);
  w.enter(large, std::string::npos, std::make_shared<const std::vector<std::string>>(names));
  w.add(added, std::string::npos);
  EXPECT_TRUE(opened.all());
  for (int i = 0; i < 3000; ++i) w.add(added + (i % 2 == 0 ? "" : "/missing"), std::string::npos);
}

}  // namespace
}  // namespace comeback::tree
