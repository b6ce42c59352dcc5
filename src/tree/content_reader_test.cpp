// SPDX-License-Identifier: Apache-2.0
#include "tree/content_reader.hpp"

#include "base/error.hpp"
#include "base/temporary_folder.hpp"
#include "tree/add_tree.hpp"

#include <array>
#include <fstream>
#include <functional>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace comeback::tree {
namespace {

namespace fs = std::filesystem;

class content_reader_test : public testing::Test {
 public:
  ~content_reader_test() override { fs::remove(path_); }

 protected:
  content_reader_test() : path_(testing::TempDir() + "content_reader_" + std::to_string(::getpid())) {
    std::ofstream(path_) << "0123456789";
    what_ = tree_.content_of(tree_.add_host_file(root, "renamed", path_));
  }

  // What happens when the file is read, after `change`.
  base::errc after(const std::function<void()>& change) {
    change();
    try {
      std::array<std::byte, 10> bytes{};
      content_reader(tree_).read(what_, 0, bytes);
    } catch (const base::error& e) {
      EXPECT_NE(std::string(e.what()).find(path_.native()), std::string::npos) << e.what();
      return e.code();
    }
    return base::errc::ok;
  }

  fs::path path_;
  file_tree tree_;
  content_id what_{};
};

TEST_F(content_reader_test, reads_from_any_offset) {
  content_reader reader(tree_);
  std::array<char, 3> three{};
  reader.read(what_, 7, std::as_writable_bytes(std::span(three)));
  EXPECT_EQ(std::string_view(three.data(), 3), "789");
  reader.read(what_, 0, std::as_writable_bytes(std::span(three)));
  EXPECT_EQ(std::string_view(three.data(), 3), "012");
}

TEST_F(content_reader_test, reads_objects) {
  const auto f = tree_.add_file(root, "object", memory_content("abcdef"));
  content_reader reader(tree_);
  std::array<char, 2> two{};
  reader.read(tree_.content_of(f), 4, std::as_writable_bytes(std::span(two)));
  EXPECT_EQ(std::string_view(two.data(), 2), "ef");
}

TEST_F(content_reader_test, a_file_that_stayed_is_read) {
  EXPECT_EQ(after([] {}), base::errc::ok);
}

TEST_F(content_reader_test, a_file_that_grew_is_inconsistent) {
  EXPECT_EQ(after([&] { std::ofstream(path_, std::ios::app) << "x"; }),
            base::errc::data_stream_inconsistency);
}

TEST_F(content_reader_test, a_file_that_shrank_is_inconsistent) {
  EXPECT_EQ(after([&] { fs::resize_file(path_, 9); }), base::errc::data_stream_inconsistency);
}

TEST_F(content_reader_test, a_file_that_vanished_cannot_be_read) {
  EXPECT_EQ(after([&] { fs::remove(path_); }), base::errc::data_stream_read_failure);
}

TEST_F(content_reader_test, a_file_that_became_a_pipe_is_inconsistent_and_blocks_nobody) {
  EXPECT_EQ(after([&] {
              fs::remove(path_);
              ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
            }),
            base::errc::data_stream_inconsistency);
}

TEST_F(content_reader_test, a_file_that_changes_between_two_reads_is_inconsistent) {
  content_reader reader(tree_);
  std::array<std::byte, 5> half{};
  reader.read(what_, 0, half);
  std::ofstream(path_, std::ios::app) << "x";
  EXPECT_THROW(reader.read(what_, 5, half), base::error);
}

TEST_F(content_reader_test, an_object_that_yields_less_than_it_said_is_inconsistent) {
  struct liar final : content {
    struct nothing final : reader {
      std::size_t read_at(std::uint64_t, std::span<std::byte>) override { return 0; }
    };
    [[nodiscard]] std::uint64_t size() const override { return 5; }
    [[nodiscard]] std::unique_ptr<reader> open() const override { return std::make_unique<nothing>(); }
  };
  const auto f = tree_.add_file(root, "liar", std::make_shared<liar>());
  std::array<std::byte, 5> bytes{};
  content_reader reader(tree_);
  EXPECT_THROW(reader.read(tree_.content_of(f), 0, bytes), base::error);
}

TEST_F(content_reader_test, a_file_that_was_named_may_become_a_link) {
  EXPECT_EQ(after([&] {
              fs::rename(path_, path_.native() + ".moved");
              fs::create_symlink(path_.native() + ".moved", path_);
            }),
            base::errc::ok);
  fs::remove(path_.native() + ".moved");
}

TEST_F(content_reader_test, a_failing_read_names_file_and_cause) {
  const auto f = tree_.add_host_file(root, "mem", "/proc/self/mem");  // no process has a page at 0
  std::array<std::byte, 5> bytes{};
  try {
    content_reader(tree_).read(tree_.content_of(f), 0, bytes);
    FAIL();
  } catch (const base::error& e) {
    EXPECT_EQ(e.code(), base::errc::data_stream_read_failure);
    EXPECT_NE(std::string(e.what()).find("/proc/self/mem"), std::string::npos) << e.what();
    EXPECT_NE(std::string(e.what()).find("Input/output error"), std::string::npos) << e.what();
  }
}

// A folder is added; then a file or folder on the way to /below/file becomes a link to one of the same kind.
struct swap {
  std::string title, what;
  bool follow;
  base::errc answer;
};
void PrintTo(const swap& s, std::ostream* out) { *out << s.title; }

class swapped_for_a_link : public testing::TestWithParam<swap> {};

TEST_P(swapped_for_a_link, is_not_followed_where_links_were_not) {
  const base::temporary_folder own;
  const fs::path& top = own.path();
  const fs::path real = top / "real", given = top / "given";
  fs::create_directories(real / "below/deeper");
  std::ofstream(real / "below/deeper/file") << "0123456789";
  fs::create_directory_symlink(real, given);  // what the user names may be a link in any case
  file_tree tree;
  add_tree(tree, root, given, {.follow_links = GetParam().follow, .exclude = {}});
  const auto what = tree.content_of(*tree.find_path("/below/deeper/file"));
  if (!GetParam().what.empty()) {
    fs::rename(real / GetParam().what, top / "elsewhere");
    fs::create_symlink(top / "elsewhere", real / GetParam().what);
  }
  auto answer = base::errc::ok;
  try {
    std::array<std::byte, 10> bytes{};
    content_reader(tree).read(what, 0, bytes);
  } catch (const base::error& e) {
    answer = e.code();
    EXPECT_NE(std::string(e.what()).find("is reached by a link"), std::string::npos) << e.what();
  }
  EXPECT_EQ(answer, GetParam().answer);
}

INSTANTIATE_TEST_SUITE_P(
    rows, swapped_for_a_link,
    testing::Values(swap{"nothing", "", false, base::errc::ok},
                    swap{"the_file", "below/deeper/file", false, base::errc::data_stream_inconsistency},
                    swap{"its_folder", "below/deeper", false, base::errc::data_stream_inconsistency},
                    swap{"a_folder_above", "below", false, base::errc::data_stream_inconsistency},
                    swap{"the_file_with_links_followed", "below/deeper/file", true, base::errc::ok},
                    swap{"its_folder_with_links_followed", "below/deeper", true, base::errc::ok}),
    [](const auto& one) { return one.param.title; });

}  // namespace
}  // namespace comeback::tree
