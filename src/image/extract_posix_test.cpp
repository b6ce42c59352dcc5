// SPDX-License-Identifier: Apache-2.0
// Links, devices and modes on their way out of an image, and images that try to lead out of the folder.
#include "image/dedupe.hpp"
#include "image/extract.hpp"
#include "image/test_image.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace comeback::image {
namespace {

namespace fs = std::filesystem;
using testing::code_of;
using testing::open_bytes;
using testing::read_file;

struct system_row {
  std::string title;
  file_system_set systems;
};
void PrintTo(const system_row& r, std::ostream* out) { *out << r.title; }

// Every file system that records what POSIX knows.
class extract_posix : public testing::folder_test, public ::testing::WithParamInterface<system_row> {
 protected:
  [[nodiscard]] opened_image image_of(const tree::file_tree& t) const {
    return open_bytes(testing::bytes_of(plan(t, {.file_systems = GetParam().systems})));
  }
  [[nodiscard]] fs::path target() const { return top_ / "target"; }
  [[nodiscard]] struct stat facts(const std::string& name) const {
    struct stat is {};
    EXPECT_EQ(::lstat((target() / name).c_str(), &is), 0) << name;
    return is;
  }
};

INSTANTIATE_TEST_SUITE_P(systems, extract_posix,
                         ::testing::Values(system_row{"rock_ridge", {.joliet = false, .rock_ridge = true}},
                                           system_row{"udf",
                                                      {.iso9660 = false, .joliet = false, .udf = true}}),
                         [](const auto& one) { return one.param.title; });

TEST_P(extract_posix, links_lead_where_they_led) {
  tree::file_tree t;
  for (const auto* to : {"file", "/absolute/path", "../../up", "nowhere"})
    t.add_symbolic_link(tree::root, "to " + std::to_string(t.file_count()), to, {1'500'000'000, 0});
  const auto result = extract(image_of(t), target());
  EXPECT_EQ(result.links, 4U);
  EXPECT_EQ(fs::read_symlink(target() / "to 0"), "file");
  EXPECT_EQ(fs::read_symlink(target() / "to 1"), "/absolute/path");
  EXPECT_EQ(fs::read_symlink(target() / "to 2"), "../../up");
  EXPECT_EQ(facts("to 3").st_mtim.tv_sec, 1'500'000'000);
}

TEST_P(extract_posix, pipes_are_made_when_they_are_asked_for) {
  tree::file_tree t;
  t.add_special(tree::root, "pipe", tree::node_kind::fifo, {.permissions = 0600, .given = true}, {1000, 0});
  const auto image = image_of(t);
  const auto without = extract(image, target());
  EXPECT_EQ(without.left_out, std::vector<std::string>{"pipe"});
  EXPECT_TRUE(fs::is_empty(target()));
  EXPECT_EQ(extract(image, target(), {.devices = true}).specials, 1U);
  EXPECT_TRUE(S_ISFIFO(facts("pipe").st_mode));
  EXPECT_EQ(facts("pipe").st_mode & 07777, 0600U);
  EXPECT_EQ(facts("pipe").st_mtim.tv_sec, 1000);
}

TEST_P(extract_posix, devices_are_made_by_who_may_and_else_an_error) {
  tree::file_tree t;
  t.add_special(tree::root, "null", tree::node_kind::character_device,
                {.permissions = 0600, .major = 1, .minor = 3, .given = true});
  const auto image = image_of(t);
  const auto code = code_of([&] { extract(image, target(), {.devices = true}); });
  if (code != base::errc::ok) {
    EXPECT_EQ(code, base::errc::access_denied);
    EXPECT_TRUE(fs::is_empty(target()));
    return;
  }
  EXPECT_TRUE(S_ISCHR(facts("null").st_mode));
  EXPECT_EQ(facts("null").st_rdev, ::makedev(1, 3));
}

TEST_P(extract_posix, modes_are_kept_without_what_lends_rights) {
  tree::file_tree t;
  t.set_attributes(t.add_file(tree::root, "tool", tree::memory_content("x")),
                   {.permissions = 06751, .given = true});
  t.set_attributes(t.add_directory(tree::root, "closed"), {.permissions = 0500, .given = true});
  extract(image_of(t), target());
  EXPECT_EQ(facts("tool").st_mode & 07777, 0751U);
  EXPECT_EQ(facts("closed").st_mode & 07777, 0500U);
}

TEST_P(extract_posix, equal_files_that_became_links_are_one_file) {
  tree::file_tree t;
  t.add_file(tree::root, "a", tree::memory_content(std::string(3000, 'x')));
  t.add_file(tree::root, "b", tree::memory_content(std::string(3000, 'x')));
  t.add_file(tree::root, "c", tree::memory_content(std::string(3000, 'y')));
  t.add_symbolic_link(tree::root, "link", "a");
  t.add_special(tree::root, "pipe", tree::node_kind::fifo, {});
  link_equal_contents(t, find_equal_contents(t));
  extract(image_of(t), target());
  EXPECT_EQ(facts("a").st_ino, facts("b").st_ino);
  EXPECT_NE(facts("a").st_ino, facts("c").st_ino);
  EXPECT_EQ(read_file(target() / "link"), std::string(3000, 'x'));
}

TEST_P(extract_posix, names_that_are_no_utf_8_come_back_as_the_file_system_has_them) {
  tree::file_tree t;
  t.add_file(tree::root, "raw\xFF", tree::memory_content("x"));
  t.add_symbolic_link(tree::root, "link", "to\xFE");
  extract(image_of(t), target());
  const bool bytes = GetParam().systems.rock_ridge;
  EXPECT_EQ(read_file(target() / (bytes ? "raw\xFF" : "raw_")), "x");
  EXPECT_EQ(fs::read_symlink(target() / "link").native(), bytes ? "to\xFE" : "to_");
}

// An image whose root has a link and, under the name of the link, a folder or file.
class through_a_link : public extract_posix {
 protected:
  // The names are of one length; the second is written over the first where the image has it.
  [[nodiscard]] opened_image with_twin(const tree::file_tree& t, std::string_view from,
                                       std::string_view to) const {
    auto bytes = testing::bytes_of(plan(t, {.file_systems = {.joliet = false, .rock_ridge = true}}));
    const auto text = testing::text_of(bytes);
    const auto at = text.find(from);
    EXPECT_NE(at, std::string_view::npos);
    std::memcpy(bytes.data() + at, to.data(), to.size());
    return open_bytes(bytes);
  }
};

INSTANTIATE_TEST_SUITE_P(rock_ridge, through_a_link,
                         ::testing::Values(system_row{"rock_ridge", {.joliet = false, .rock_ridge = true}}),
                         [](const auto& one) { return one.param.title; });

TEST_P(through_a_link, nothing_is_written) {
  fs::create_directory(top_ / "outside");
  for (const auto& to : {std::string("../outside"), (top_ / "outside").native(), std::string("..")}) {
    tree::file_tree t;
    t.add_symbolic_link(tree::root, "aaaa", to);
    t.add_file(t.add_directory(tree::root, "bbbb"), "evil", tree::memory_content("evil"));
    EXPECT_NE(
        code_of([&] { extract(with_twin(t, std::string("\0bbbb", 5), std::string("\0aaaa", 5)), target()); }),
        base::errc::ok);
    EXPECT_TRUE(fs::is_empty(top_ / "outside")) << to;
    EXPECT_FALSE(fs::exists(top_ / "evil")) << to;
    EXPECT_TRUE(fs::is_symlink(target() / "aaaa"));
    fs::remove_all(target());
  }
}

TEST_P(through_a_link, no_file_is_written_either) {
  write("outside", "untouched");
  tree::file_tree t;
  t.add_symbolic_link(tree::root, "aaaa", "../outside");
  t.add_file(tree::root, "bbbb", tree::memory_content("evil"));
  for (const bool overwrite : {false, true}) {
    (void)code_of([&] {
      extract(with_twin(t, std::string("\0bbbb", 5), std::string("\0aaaa", 5)), target(),
              {.overwrite = overwrite});
    });
    EXPECT_EQ(read_file(top_ / "outside"), "untouched");
    fs::remove_all(target());
  }
}

TEST_P(through_a_link, names_that_lead_out_are_refused) {
  for (const std::string name : {"..", "/x", "a/b"}) {
    tree::file_tree t;
    t.add_file(tree::root, std::string(name.size(), 'q'), tree::memory_content("evil"));
    const auto nm = std::string("\0", 1) + std::string(name.size(), 'q');
    EXPECT_EQ(extract(with_twin(t, nm, std::string("\0", 1) + name), target()).failed_count, 1U) << name;
    EXPECT_TRUE(fs::is_empty(target()));
    EXPECT_EQ(entries(), 1U);
  }
}

}  // namespace
}  // namespace comeback::image
