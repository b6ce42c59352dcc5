// SPDX-License-Identifier: Apache-2.0
#include "image/extract.hpp"

#include "image/test_image.hpp"

#include <algorithm>
#include <cstring>
#include <memory>

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace comeback::image {
namespace {

namespace fs = std::filesystem;
using testing::code_of;
using testing::open_bytes;
using testing::read_file;
using testing::sample_bytes;

class extract_test : public testing::folder_test {
 protected:
  [[nodiscard]] fs::path target() const { return top_ / "target"; }
  // An image with one file "/AAAA", whose name is then another one of the same length.
  static opened_image with_name(std::u16string_view hostile) {
    tree::file_tree t;
    t.add_file(tree::root, std::string(hostile.size(), 'A'), tree::memory_content("evil"));
    auto bytes = testing::bytes_of(plan(t, {}));
    const std::u16string a(hostile.size(), u'A');
    std::string from, to;
    for (const auto c : a) from += {'\0', static_cast<char>(c)};
    for (const auto c : hostile) to += {static_cast<char>(c >> 8), static_cast<char>(c & 0xFF)};
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    std::memcpy(bytes.data() + text.find(from + std::string("\0;", 2)), to.data(), to.size());
    return open_bytes(bytes);
  }
};

TEST_F(extract_test, brings_back_files_folders_and_times) {
  const auto result = extract(open_bytes(sample_bytes()), target());
  EXPECT_EQ(result.files, 4U);
  EXPECT_EQ(result.directories, 5U);
  EXPECT_EQ(result.bytes, 5017U);
  EXPECT_EQ(read_file(target() / "docs/\xC3\x9C"
                                 "ber uns.txt"),
            "we are we\n");
  EXPECT_EQ(fs::file_size(target() / "docs/deep/deeper/deepest/bottom.bin"), 5000U);
  EXPECT_TRUE(fs::is_directory(target() / "folder"));
  struct stat is {};
  ASSERT_EQ(::stat((target() / "docs").c_str(), &is), 0);
  EXPECT_EQ(is.st_mtim.tv_sec, 1000);
}

TEST_F(extract_test, takes_the_file_system_that_is_asked_for) {
  extract(open_bytes(sample_bytes()), target(), {.from = file_system::iso9660});
  EXPECT_EQ(read_file(target() / "DOCS/_BER_UNS.TXT"), "we are we\n");
}

TEST_F(extract_test, takes_only_the_paths_that_are_asked_for) {
  const auto result = extract(open_bytes(sample_bytes()), target(), {.paths = {"/docs/deep", "README"}});
  EXPECT_EQ(result.files, 2U);
  EXPECT_TRUE(fs::exists(target() / "docs/deep/deeper/deepest/bottom.bin"));
  EXPECT_FALSE(fs::exists(target() / "docs/empty"));
  EXPECT_EQ(code_of([&] { extract(open_bytes(sample_bytes()), target(), {.paths = {"/none"}}); }),
            base::errc::item_not_found);
}

TEST_F(extract_test, keeps_files_that_are_there_unless_told_otherwise) {
  fs::create_directories(target());
  write("target/README", "mine");
  EXPECT_EQ(code_of([&] { extract(open_bytes(sample_bytes()), target()); }), base::errc::already_exists);
  EXPECT_EQ(read_file(target() / "README"), "mine");
  extract(open_bytes(sample_bytes()), target(), {.overwrite = true});
  EXPECT_EQ(read_file(target() / "README"), "read me");
}

TEST_F(extract_test, names_that_lead_out_of_the_target_are_refused) {
  for (const auto* name : {u"..", u".", u"../x", u"/etc", u"a/b"}) {
    EXPECT_EQ(extract(with_name(name), target()).failed_count, 1U);
    EXPECT_TRUE(fs::is_empty(target()));
  }
  EXPECT_EQ(extract(with_name(std::u16string_view(u"a\0b", 3)), target()).failed_count, 1U);
  EXPECT_TRUE(fs::is_empty(target()));
  EXPECT_EQ(entries(), 1U) << "nothing beside the target";
}

TEST_F(extract_test, names_longer_than_any_folder_holds_are_refused) {
  const auto result = extract(with_name(std::u16string(100, u'\u4E2D')), target());
  ASSERT_EQ(result.failed.size(), 1U);
  EXPECT_EQ(result.failed[0].why, "no folder may hold such a name");
  EXPECT_TRUE(fs::is_empty(target()));
}

TEST_F(extract_test, links_in_the_target_are_not_followed) {
  fs::create_directories(top_ / "outside");
  fs::create_directories(target());
  fs::create_directory_symlink(top_ / "outside", target() / "docs");
  EXPECT_NE(code_of([&] { extract(open_bytes(sample_bytes()), target(), {.overwrite = true}); }),
            base::errc::ok);
  EXPECT_TRUE(fs::is_empty(top_ / "outside"));
  fs::remove(target() / "docs");
  write("outside/file", "untouched");
  fs::remove(target() / "README");
  fs::create_symlink(top_ / "outside/file", target() / "README");
  extract(open_bytes(sample_bytes()), target(), {.overwrite = true});
  EXPECT_EQ(read_file(top_ / "outside/file"), "untouched");
  EXPECT_FALSE(fs::is_symlink(target() / "README"));
}

TEST_F(extract_test, an_image_that_unfolds_beyond_the_limit_is_refused) {
  EXPECT_EQ(code_of([&] { extract(open_bytes(sample_bytes()), target(), {.max_bytes = 100}); }),
            base::errc::data_too_big);
}

TEST_F(extract_test, a_file_outside_the_image_leaves_no_half_and_the_others_are_there) {
  auto bytes = sample_bytes();
  bytes.resize(bytes.size() - 4096);
  const auto result = extract(open_bytes(bytes), target());
  ASSERT_EQ(result.failed.size(), 1U);
  EXPECT_EQ(result.failed[0].path, "/docs/deep/deeper/deepest/bottom.bin");
  EXPECT_NE(result.failed[0].why, "");
  EXPECT_FALSE(fs::exists(target() / "docs/deep/deeper/deepest/bottom.bin"));
  EXPECT_EQ(result.files, 3U);
  EXPECT_EQ(read_file(target() / "README"), "read me");
  struct stat is {};
  ASSERT_EQ(::stat((target() / "docs").c_str(), &is), 0);
  EXPECT_EQ(is.st_mtim.tv_sec, 1000);
}

TEST_F(extract_test, what_is_replaced_stays_until_the_other_is_whole) {
  auto bytes = sample_bytes();
  const opened_image whole = open_bytes(bytes);
  bytes.resize(bytes.size() - 4096);
  const auto bottom = target() / "docs/deep/deeper/deepest/bottom.bin";
  fs::create_directories(bottom.parent_path());
  write("target/docs/deep/deeper/deepest/bottom.bin", "mine");
  write("target/README", "old");
  fs::create_hard_link(target() / "README", top_ / "another name");
  const auto result = extract(open_bytes(bytes), target(), {.overwrite = true});
  EXPECT_EQ(result.failed_count, 1U);
  EXPECT_EQ(read_file(bottom), "mine");
  EXPECT_EQ(read_file(target() / "README"), "read me");
  EXPECT_EQ(read_file(top_ / "another name"), "old");
  extract(whole, target(), {.overwrite = true});
  EXPECT_EQ(fs::file_size(bottom), 5000U);
  EXPECT_EQ(entries(), 2U) << "the target and the other name";
}

// A medium that cannot read the blocks of one file.
class bad_sectors final : public disk::source {
 public:
  bad_sectors(std::vector<std::byte> bytes, std::string_view where)
      : bad_(testing::text_of(bytes).find(where)), bytes_(std::move(bytes), "scratched") {}
  [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
  [[nodiscard]] std::string name() const override { return bytes_.name(); }
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) const override {
    if (offset <= bad_ && bad_ < offset + into.size())
      throw base::error(base::errc::io_error, "The sector cannot be read.");
    return bytes_.read_at(offset, into);
  }

 private:
  std::size_t bad_;
  disk::memory_source bytes_;
};

TEST_F(extract_test, a_bad_sector_costs_the_file_it_lies_in) {
  const opened_image image(std::make_shared<const bad_sectors>(sample_bytes(), "we are we"));
  const auto result = extract(image, target());
  ASSERT_EQ(result.failed.size(), 1U);
  EXPECT_EQ(result.failed[0].path,
            "/docs/\xC3\x9C"
            "ber uns.txt");
  EXPECT_EQ(result.failed[0].why, "The sector cannot be read.");
  EXPECT_EQ(result.files, 3U);
  EXPECT_EQ(fs::file_size(target() / "docs/deep/deeper/deepest/bottom.bin"), 5000U);
}

// What lies in it is told with it.
TEST_F(extract_test, a_folder_with_a_name_that_leads_out_is_left_out_whole) {
  tree::file_tree t;
  const auto bad = t.add_directory(tree::root, "QQ");
  t.add_file(t.add_directory(bad, "below"), "evil", tree::memory_content("evil"));
  t.add_file(tree::root, "ZZ", tree::memory_content("good"));
  auto bytes = testing::bytes_of(plan(t, {}));
  const std::string_view joliet("\0Q\0Q", 4);  // in the path tables, too
  for (auto at = testing::text_of(bytes).find(joliet); at != std::string::npos;
       at = testing::text_of(bytes).find(joliet))
    bytes[at + 1] = bytes[at + 3] = std::byte{'.'};
  const auto result = extract(open_bytes(bytes), target());
  ASSERT_EQ(result.failed.size(), 1U);
  EXPECT_EQ(result.failed[0].path, "/..");
  EXPECT_EQ(result.files, 1U);
  EXPECT_EQ(read_file(target() / "ZZ"), "good");
  EXPECT_EQ(entries(), 1U) << "nothing beside the target";
}

TEST_F(extract_test, a_target_that_is_a_file_is_an_error) {
  write("target", "x");
  EXPECT_NE(code_of([&] { extract(open_bytes(sample_bytes()), target()); }), base::errc::ok);
}

TEST_F(extract_test, stops_when_asked) {
  std::stop_source source;
  source.request_stop();
  EXPECT_EQ(code_of([&] { extract(open_bytes(sample_bytes()), target(), {}, {}, source.get_token()); }),
            base::errc::cancelled);
}

TEST_F(extract_test, folders_of_every_level_have_their_own_time) {
  tree::file_tree t;
  const auto one = t.add_directory(tree::root, "one", {1001, 0});
  t.add_file(t.add_directory(t.add_directory(one, "a", {1002, 0}), "b", {1003, 0}), "x",
             tree::memory_content("x"));
  t.add_directory(one, "c", {1004, 0});
  t.add_directory(t.add_directory(tree::root, "two", {1005, 0}), "a", {1006, 0});
  t.add_directory(t.add_directory(tree::root, "was there", {1007, 0}), "new", {1008, 0});
  fs::create_directories(target() / "was there");
  const auto image = open_bytes(testing::bytes_of(plan(t, {})));
  const auto time_of = [&](const char* name) {
    struct stat is {};
    EXPECT_EQ(::stat((target() / name).c_str(), &is), 0) << name;
    return is.st_mtim.tv_sec;
  };
  EXPECT_EQ(extract(image, target(), {.paths = {"/one/a/b", "/one/c", "/two", "/was there"}}).directories,
            7U);
  time_t expected = 1001;
  for (const auto* name : {"one", "one/a", "one/a/b", "one/c", "two", "two/a"})
    EXPECT_EQ(time_of(name), expected++) << name;
  EXPECT_EQ(time_of("was there/new"), 1008);
  EXPECT_NE(time_of("was there"), 1007) << "a folder that is not ours";
}

}  // namespace
}  // namespace comeback::image
