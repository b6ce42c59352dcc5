// SPDX-License-Identifier: Apache-2.0
#include "base/file.hpp"

#include "base/error.hpp"
#include "base/temporary_folder.hpp"

#include <cstdlib>
#include <fstream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace comeback::base {
namespace {

namespace fs = std::filesystem;

std::span<const std::byte> bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

class file_test : public testing::Test {
 protected:
  [[nodiscard]] std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }
  temporary_folder own_;
  const fs::path folder_ = own_.path();
};

TEST_F(file_test, a_new_file_appears_only_when_committed) {
  const auto path = folder_ / "image";
  {
    new_file file(path);
    write_all(file.fd(), bytes("whole"), "image");
    EXPECT_FALSE(fs::exists(path));
    file.commit();
  }
  EXPECT_EQ(read_text(path), "whole");
  EXPECT_EQ(entries(), 1U);
}

TEST_F(file_test, an_abandoned_new_file_leaves_the_old_one) {
  const auto path = folder_ / "image";
  std::ofstream(path) << "old";
  {
    new_file file(path);
    write_all(file.fd(), bytes("half"), "image");
  }
  EXPECT_EQ(read_text(path), "old");
  EXPECT_EQ(entries(), 1U);
}

TEST_F(file_test, a_new_file_is_as_readable_as_any) {
  const auto mask = ::umask(022);
  const auto path = folder_ / "image";
  new_file(path).commit();
  ::umask(mask);
  EXPECT_EQ(fs::status(path).permissions(), fs::perms(0644));
}

errc code_of(auto body) {
  try {
    body();
  } catch (const error& e) {
    return e.code();
  }
  return errc::ok;
}

TEST_F(file_test, refuses_a_folder_and_a_device) {
  EXPECT_EQ(code_of([&] { new_file f(folder_); }), errc::directory);
  EXPECT_EQ(code_of([&] { new_file f("/dev/null"); }), errc::not_supported);
  EXPECT_EQ(code_of([&] { new_file f(folder_ / "no" / "image"); }), errc::file_not_found);
}

TEST_F(file_test, refuses_a_pipe_instead_of_waiting_for_it) {
  const auto pipe = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(code_of([&] { (void)open_for_reading(pipe); }), errc::not_supported);
}

TEST_F(file_test, says_when_the_disk_is_full) {
  unique_fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  ASSERT_TRUE(full);
  EXPECT_EQ(code_of([&] { write_all(full.get(), bytes("x"), "/dev/full"); }), errc::disk_full);
}

TEST_F(file_test, reads_fewer_bytes_only_at_the_end) {
  const auto path = folder_ / "text";
  std::ofstream(path) << "0123456789";
  const auto fd = open_for_reading(path);
  std::byte into[8];
  EXPECT_EQ(read_at(fd.get(), 4, into, "text"), 6U);
  EXPECT_EQ(static_cast<char>(into[0]), '4');
  EXPECT_EQ(code_of([&] { (void)read_text(path, 5); }), errc::data_too_big);
}

}  // namespace
}  // namespace comeback::base
