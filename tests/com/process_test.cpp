// SPDX-License-Identifier: Apache-2.0
// What whole client programs see.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;

class a_client : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "comeback-client-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder = name;
  }
  void TearDown() override { fs::remove_all(folder); }

  static int run(const std::string& command) {
    const int status = std::system(command.c_str());  // NOLINT(cert-env33-c): the tests' own words
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  [[nodiscard]] std::string contents(const char* name) const {
    std::ifstream in(folder / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  int leave(const std::string& how) const {
    return run(std::string(COMEBACK_SLOW_CLIENT) + " " + how + " " + (folder / "done").string());
  }

  fs::path folder;
};

TEST_F(a_client, that_returns_from_main_at_once_has_its_task_done) {
  EXPECT_EQ(leave("return"), 0);
  EXPECT_EQ(contents("done"), "whole");
}

TEST_F(a_client, that_calls_exit_has_its_task_done) {
  EXPECT_EQ(leave("exit"), 0);
  EXPECT_EQ(contents("done"), "whole");
}

TEST_F(a_client, waits_in_the_last_co_uninitialize) {
  EXPECT_EQ(leave("uninitialize"), 0);
  EXPECT_EQ(contents("done"), "whole");
}

TEST_F(a_client, makes_an_image_that_others_read) {
  fs::create_directories(folder / "source/deep");
  std::ofstream(folder / "source/deep/\u00e4 long name.text") << "contents\n";
  const std::string image = (folder / "out.iso").string(), there = (folder / "there").string();
  const std::string out = (folder / "out.txt").string();
  ASSERT_EQ(run(std::string(COMEBACK_EXAMPLE) + " --image-only " + image + " " +
                (folder / "source").string() + " > " + out),
            0);
  EXPECT_NE(contents("out.txt").find("MultisessionInterfaces: dimensions 1, elements 0"), std::string::npos);
  EXPECT_NE(contents("out.txt").find("1 files in 2 directories"), std::string::npos);
  ASSERT_EQ(run("LC_ALL=C.UTF-8 xorriso -osirrox on -read_fs norock -indev " + image + " -extract / " +
                there + " 2> /dev/null"),
            0);
  std::ifstream in(fs::path(there) / "deep/\u00e4 long name.text");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "contents\n");
}

TEST_F(a_client, hears_the_sentence_of_a_failure) {
  const std::string out = (folder / "err.txt").string();
  EXPECT_EQ(run(std::string(COMEBACK_EXAMPLE) + " --image-only " + (folder / "x.iso").string() +
                " /nowhere > /dev/null 2> " + out),
            1);
  EXPECT_NE(contents("err.txt").find("/nowhere"), std::string::npos);
  EXPECT_FALSE(fs::exists(folder / "x.iso"));
}

TEST_F(a_client, without_arguments_is_told_how) {
  EXPECT_EQ(run(std::string(COMEBACK_EXAMPLE) + " > /dev/null 2>&1"), 2);
}

TEST_F(a_client, of_machines_that_are_not_there) {
  const std::string out = (folder / "err.txt").string();
  EXPECT_EQ(run("COMEBACK_URI=test:///default " + std::string(COMEBACK_EXAMPLE) +
                " --logoff-only nothing > /dev/null 2> " + out),
            1);
  EXPECT_NE(contents("err.txt").find("There is no machine \"nothing\"."), std::string::npos);
}

}  // namespace
