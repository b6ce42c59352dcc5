// SPDX-License-Identifier: Apache-2.0
#include "tree/add_tree.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/temporary_folder.hpp"

#include <cerrno>
#include <fstream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace comeback::tree {
namespace {

namespace fs = std::filesystem;

class add_tree_test : public testing::Test {
 protected:
  void write(const std::string& name, std::string_view text) { std::ofstream(top_ / name) << text; }

  base::temporary_folder own_;
  const fs::path top_ = own_.path();
  file_tree tree_;
};

TEST_F(add_tree_test, mirrors_folders_files_sizes_and_times) {
  fs::create_directories(top_ / "a/empty");
  write("a/x", "12345");
  const timespec times[2] = {{1000, 7}, {1000, 7}};
  ASSERT_EQ(::utimensat(AT_FDCWD, (top_ / "a/x").c_str(), times, 0), 0);
  const auto result = add_tree(tree_, root, top_);
  EXPECT_EQ(result.files, 1U);
  EXPECT_EQ(result.directories, 2U);
  EXPECT_EQ(result.bytes, 5U);
  const auto x = tree_.find_path("/a/x");
  ASSERT_TRUE(x);
  EXPECT_EQ(tree_.size(*x), 5U);
  EXPECT_EQ(tree_.modified(*x), (base::timestamp{1000, 7}));
  EXPECT_TRUE(tree_.is_directory(*tree_.find_path("/a/empty")));
  EXPECT_EQ(tree_.describe(tree_.content_of(*x)), (top_ / "a/x").native());
}

TEST_F(add_tree_test, merges_directories_and_replaces_files) {
  fs::create_directories(top_ / "dir");
  write("dir/new", "new");
  write("file", "host");
  const auto dir = tree_.add_directory(root, "dir");
  tree_.add_file(dir, "kept", memory_content("k"));
  tree_.add_directory(root, "file");
  add_tree(tree_, root, top_);
  EXPECT_TRUE(tree_.find_path("/dir/kept"));
  EXPECT_TRUE(tree_.find_path("/dir/new"));
  EXPECT_FALSE(tree_.is_directory(*tree_.find_path("/file")));
}

TEST_F(add_tree_test, what_was_kept_is_opened_where_something_goes_into_it) {
  fs::create_directories(top_ / "dir");
  write("dir/new", "new");
  tree_.add_kept_directory(root, "dir");
  const auto beside = tree_.add_kept_directory(root, "beside");
  EXPECT_THROW(add_tree(tree_, root, top_), base::error);
  add_tree(tree_, root, top_, {.open_kept = [](file_tree& tree, node_id dir) {
             tree.open_kept(dir);
             tree.add_file(dir, "old", memory_content("o"));
           }});
  EXPECT_TRUE(tree_.find_path("/dir/old"));
  EXPECT_TRUE(tree_.find_path("/dir/new"));
  EXPECT_TRUE(tree_.is_kept(beside));
}

TEST_F(add_tree_test, tells_what_it_replaced) {
  fs::create_directories(top_ / "dir");
  fs::create_directories(top_ / "was a file");
  write("dir/new", "new");
  write("file", "host");
  const auto dir = tree_.add_directory(root, "dir", {5, 6});
  const auto file = tree_.add_directory(root, "file");
  tree_.add_directory(file, "below");
  const auto other = tree_.add_file(root, "was a file", memory_content("f"));
  replaced_items replaced;
  add_tree(tree_, root, top_, {.replaced = &replaced});
  EXPECT_EQ(replaced.removed, (std::vector{file, other}));
  EXPECT_EQ(replaced.modified, (std::vector{std::pair(dir, base::timestamp{5, 6})}));
}

TEST_F(add_tree_test, keeps_links_pipes_and_modes_where_asked) {
  write("file", "x");
  fs::create_symlink("../elsewhere", top_ / "link");
  ASSERT_EQ(::mkfifo((top_ / "pipe").c_str(), 0640), 0);
  ASSERT_EQ(::chmod((top_ / "file").c_str(), 04751), 0);
  const auto result =
      add_tree(tree_, root, top_, {.keep_links = true, .keep_special = true, .keep_attributes = true});
  EXPECT_EQ(result.warning_count, 0U);
  EXPECT_EQ(result.files, 3U);
  EXPECT_EQ(tree_.link_target(*tree_.find_path("/link")), "../elsewhere");
  EXPECT_EQ(tree_.kind(*tree_.find_path("/pipe")), node_kind::fifo);
  const auto& attributes = tree_.attributes_of(*tree_.find_path("/file"));
  EXPECT_TRUE(attributes.given);
  EXPECT_EQ(attributes.permissions, 04751);
  EXPECT_EQ(attributes.user, ::getuid());
}

TEST_F(add_tree_test, links_are_followed_and_those_that_lead_nowhere_kept) {
  write("file", "x");
  fs::create_symlink("file", top_ / "good");
  fs::create_symlink("nothing", top_ / "broken");
  add_tree(tree_, root, top_, {.follow_links = true, .keep_links = true});
  EXPECT_EQ(tree_.kind(*tree_.find_path("/good")), node_kind::file);
  EXPECT_EQ(tree_.kind(*tree_.find_path("/broken")), node_kind::symbolic_link);
}

TEST_F(add_tree_test, leaves_out_links_and_special_files_and_counts_them) {
  write("file", "x");
  fs::create_symlink("file", top_ / "link");
  ASSERT_EQ(::mkfifo((top_ / "pipe").c_str(), 0600), 0);
  const auto result = add_tree(tree_, root, top_);
  EXPECT_EQ(result.files, 1U);
  ASSERT_EQ(result.warning_count, 2U);
  EXPECT_EQ(result.warnings[0].why, left_out::link);
  EXPECT_EQ(result.warnings[0].path, (top_ / "link").native());
  EXPECT_EQ(result.warnings[1].why, left_out::special_file);
}

TEST_F(add_tree_test, follows_links_when_asked_but_not_in_circles) {
  fs::create_directories(top_ / "a/b");
  write("a/file", "x");
  fs::create_symlink("..", top_ / "a/b/up");
  fs::create_symlink("a/file", top_ / "copy");
  fs::create_symlink("nothing", top_ / "broken");
  const auto result = add_tree(tree_, root, top_, {.follow_links = true, .exclude = {}});
  EXPECT_TRUE(tree_.find_path("/copy"));
  EXPECT_FALSE(tree_.find_path("/a/b/up"));
  ASSERT_EQ(result.warning_count, 2U);
  EXPECT_EQ(result.warnings[0].why, left_out::broken_link);
  EXPECT_EQ(result.warnings[1].why, left_out::link_loop);
}

TEST_F(add_tree_test, names_of_one_file_share_its_content) {
  write("one", "x");
  fs::create_hard_link(top_ / "one", top_ / "two");
  add_tree(tree_, root, top_);
  EXPECT_EQ(tree_.content_of(*tree_.find_path("/one")), tree_.content_of(*tree_.find_path("/two")));
}

TEST_F(add_tree_test, leaves_out_what_is_excluded) {
  write("image.iso", "x");
  write("other", "x");
  const auto result =
      add_tree(tree_, root, top_, {.follow_links = false, .exclude = {*identity_of(top_ / "image.iso")}});
  EXPECT_EQ(result.files, 1U);
  EXPECT_FALSE(tree_.find_path("/image.iso"));
}

TEST_F(add_tree_test, a_missing_folder_is_named) {
  try {
    add_tree(tree_, root, top_ / "missing");
    FAIL();
  } catch (const base::error& e) {
    EXPECT_EQ(e.code(), base::errc::path_not_found);
    EXPECT_NE(std::string(e.what()).find((top_ / "missing").native()), std::string::npos);
  }
}

TEST_F(add_tree_test, a_source_that_is_no_folder_is_called_so) {
  write("file", "x");
  errno = EACCES;  // of something long past
  try {
    add_tree(tree_, root, top_ / "file");
    FAIL();
  } catch (const base::error& e) {
    EXPECT_EQ(e.code(), base::errc::path_not_found);
    EXPECT_NE(std::string(e.what()).find("Not a directory"), std::string::npos) << e.what();
  }
}

TEST_F(add_tree_test, a_folder_that_becomes_a_link_meanwhile_is_not_read) {
  fs::create_directories(top_ / "a");
  fs::create_directories(top_ / "b");
  const auto swap = [&](const base::progress_report& step) {
    if (step.item != (top_ / "a").native()) return;
    fs::rename(top_ / "b", top_ / "elsewhere");
    fs::create_directory_symlink("elsewhere", top_ / "b");
  };
  try {
    add_tree(tree_, root, top_, {}, swap);
    FAIL();
  } catch (const base::error& e) {
    EXPECT_EQ(e.code(), base::errc::directory_read_failure);
    EXPECT_NE(std::string(e.what()).find((top_ / "b").native()), std::string::npos) << e.what();
  }
}

// Root may read everything; then the kernel is asked as the user "nobody".
class as_nobody {
 public:
  as_nobody() {
    if (::geteuid() == 0) changed_ = ::seteuid(65534) == 0;
  }
  ~as_nobody() {
    if (changed_) (void)!::seteuid(0);
  }

 private:
  bool changed_ = false;
};

TEST_F(add_tree_test, an_unreadable_file_is_named) {
  write("secret", "x");
  fs::permissions(top_, fs::perms::all);
  fs::permissions(top_ / "secret", fs::perms::none);
  const as_nobody guard;
  try {
    add_tree(tree_, root, top_);
    FAIL();
  } catch (const base::error& e) {
    EXPECT_EQ(e.code(), base::errc::data_stream_create_failure);
    EXPECT_NE(std::string(e.what()).find("secret"), std::string::npos);
  }
}

TEST_F(add_tree_test, an_unreadable_folder_is_named) {
  fs::create_directory(top_ / "closed");
  fs::permissions(top_, fs::perms::all);
  fs::permissions(top_ / "closed", fs::perms::none);
  const as_nobody guard;
  try {
    add_tree(tree_, root, top_);
    FAIL();
  } catch (const base::error& e) {
    EXPECT_EQ(e.code(), base::errc::directory_read_failure);
    EXPECT_NE(std::string(e.what()).find("closed"), std::string::npos);
  }
}

TEST_F(add_tree_test, folders_deeper_than_any_path_are_read) {
  const std::string name(200, 'd');
  base::unique_fd here(::open(top_.c_str(), O_PATH));
  for (int i = 0; i < 30; ++i) {
    ASSERT_EQ(::mkdirat(here.get(), name.c_str(), 0700), 0);
    here.reset(::openat(here.get(), name.c_str(), O_PATH));
  }
  const base::unique_fd file(::openat(here.get(), "bottom", O_CREAT | O_WRONLY, 0600));
  ASSERT_TRUE(file);
  const auto result = add_tree(tree_, root, top_);
  EXPECT_EQ(result.directories, 30U);
  EXPECT_EQ(result.files, 1U);
}

TEST_F(add_tree_test, stops_when_asked) {
  std::stop_source source;
  source.request_stop();
  EXPECT_THROW(add_tree(tree_, root, top_, {}, {}, source.get_token()), base::error);
}

TEST_F(add_tree_test, a_source_may_be_a_file) {
  write("file", "abc");
  const auto result = add_source(tree_, root, top_ / "file");
  EXPECT_EQ(result.files, 1U);
  EXPECT_EQ(tree_.size(*tree_.find_path("/file")), 3U);
  EXPECT_NO_THROW(add_source(tree_, root, top_ / "file"));
  EXPECT_THROW(add_source(tree_, root, "/dev/null"), base::error);
  EXPECT_THROW(add_source(tree_, root, top_ / "gone"), base::error);
}

}  // namespace
}  // namespace comeback::tree
