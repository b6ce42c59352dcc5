// SPDX-License-Identifier: Apache-2.0
#include "cli/sources.hpp"

#include "base/temporary_folder.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace comeback::cli {
namespace {

namespace fs = std::filesystem;

class sources_test : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(folder_ / "in" / "sub");
    std::ofstream(folder_ / "in" / "a") << "a";
    std::ofstream(folder_ / "in" / "sub" / "b") << "b";
    fs::create_symlink("a", folder_ / "in" / "link");
  }
  [[nodiscard]] std::string path(const char* name) const { return (folder_ / name).string(); }

  base::temporary_folder own_;
  const fs::path folder_ = own_.path();
};

TEST_F(sources_test, a_folders_contents_go_to_the_root_and_a_file_into_it) {
  const auto contents = gather({{path("in")}, {}, false, ""}, {}, {});
  EXPECT_TRUE(contents.tree.find_path("/sub/b"));
  EXPECT_EQ(contents.warning_count, 1U);
  const auto single = gather({{path("in/a")}, {}, false, ""}, {}, {});
  EXPECT_TRUE(single.tree.find_path("/a"));
}

TEST_F(sources_test, a_rooted_source_goes_under_its_path) {
  const auto g = gather({{}, {"/deep/down=" + path("in")}, true, ""}, {}, {});
  EXPECT_TRUE(g.tree.find_path("/deep/down/sub/b"));
  EXPECT_TRUE(g.tree.find_path("/deep/down/link"));
  EXPECT_EQ(g.warning_count, 0U);
}

TEST_F(sources_test, the_image_is_never_part_of_itself) {
  const auto g = gather({{path("in")}, {}, false, path("in/a")}, {}, {});
  EXPECT_FALSE(g.tree.find_path("/a"));
  EXPECT_TRUE(g.tree.find_path("/sub/b"));
}

TEST_F(sources_test, a_folder_with_an_equals_sign_is_a_folder) {
  EXPECT_TRUE(is_rooted("/p=" + path("in")));
  fs::create_directory(folder_ / "a=b");
  EXPECT_FALSE(is_rooted(path("a=b")));
  EXPECT_FALSE(is_rooted("in=b"));
}

base::errc code_of(const sources& from) {
  try {
    (void)gather(from, {}, {});
  } catch (const base::error& e) {
    return e.code();
  }
  return base::errc::ok;
}

TEST_F(sources_test, refuses_words_that_are_no_rooted_source) {
  for (const auto* word : {"in", "/p", "/p=", "p=in"})
    EXPECT_EQ(code_of({{}, {word}, false, ""}), base::errc::invalid_argument) << word;
}

TEST_F(sources_test, tells_what_was_left_out) {
  const auto g = gather({{path("in")}, {}, false, ""}, {}, {});
  EXPECT_NE(warnings_text(g).find("link (symbolic link)"), std::string::npos) << warnings_text(g);
}

}  // namespace
}  // namespace comeback::cli
