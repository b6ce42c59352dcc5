// SPDX-License-Identifier: Apache-2.0
// Rock Ridge images of ours in other programs' hands, and theirs in ours: names, kinds, modes, times, links.
#include "corpus.hpp"
#include "image/create.hpp"
#include "image/extract.hpp"
#include "image/open.hpp"
#include "image/verify.hpp"
#include "programs.hpp"
#include "tree/add_tree.hpp"
#include "verdicts.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace comeback::conformance {
namespace {

namespace fs = std::filesystem;
using image::file_system;

// What trees of a POSIX host have beyond the awkward names.
void write_posix_corpus(const fs::path& into) {
  write_awkward_corpus(into);
  std::ofstream(into / "tool") << "#!/bin/sh\n";
  ::chmod((into / "tool").c_str(), 04755);
  std::ofstream(into / "secret") << "secret";
  ::chmod((into / "secret").c_str(), 0600);
  fs::create_hard_link(into / "tool", into / "tool again");
  std::ofstream(into / std::string(255, 'n')) << "long";
  ::mkfifo((into / "pipe").c_str(), 0640);
  fs::create_symlink("tool", into / "link");
  fs::create_symlink("/absolute/path", into / "absolute");
  fs::create_symlink("../../.././up", into / "up");
  fs::create_symlink(std::string(200, 'a') + "/" + std::string(255, 'b') + "/" + std::string(250, 'c'),
                     into / "long link");
  auto deep = into / "deep tree";
  for (int i = 0; i < 14; ++i) deep /= "level " + std::to_string(i);
  fs::create_directories(deep);
  std::ofstream(deep / "bottom of it") << "deep";
  const timespec times[2] = {{1234567890, 0}, {1234567890, 0}};
  ::utimensat(AT_FDCWD, (into / "secret").c_str(), times, 0);
}

// "d 0755" or "- 04755 1234567890 2 content": kind, mode, time of files, number of links, bytes or target.
std::string facts_of(const fs::path& path, bool with_links) {
  struct stat is {};
  if (::lstat(path.c_str(), &is) != 0) return "gone";
  const auto mode = is.st_mode & 07777;
  if (S_ISLNK(is.st_mode)) return "l " + fs::read_symlink(path).lexically_normal().native();
  if (S_ISDIR(is.st_mode)) return fmt::format("d {:o}", mode);
  if (S_ISFIFO(is.st_mode)) return fmt::format("p {:o}", mode);
  std::ifstream in(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return fmt::format("- {:o} {} {} {}", mode, is.st_mtim.tv_sec, with_links ? is.st_nlink : 1, bytes.str());
}

listing facts_below(const fs::path& top, bool with_links = true) {
  listing out;
  for (const auto& e : fs::recursive_directory_iterator(top))
    out[e.path().lexically_relative(top).native()] = facts_of(e.path(), with_links);
  return out;
}

void expect_same(const listing& wanted, const listing& got, const std::string& by) {
  for (const auto& [path, facts] : wanted) {
    const auto at = got.find(path);
    EXPECT_TRUE(at != got.end()) << by << " misses " << path;
    if (at == got.end()) continue;
    EXPECT_TRUE(at->second == facts) << by << ": " << path << " is " << at->second.substr(0, 60) << ", not "
                                     << facts.substr(0, 60);
  }
  EXPECT_EQ(wanted.size(), got.size()) << by;
  EXPECT_GT(wanted.size(), 3000U);
}

struct sample {
  fs::path source = work_folder() / "posix", image = work_folder() / "rock_ridge.iso";
  tree::file_tree tree;
};

tree::add_options everything() { return {.keep_links = true, .keep_special = true, .keep_attributes = true}; }

const sample& posix_sample() {
  static const sample made = [] {
    sample s;
    write_posix_corpus(s.source);
    tree::add_tree(s.tree, tree::root, s.source, everything());
    image::create_image(image::plan(s.tree, {.file_systems = {.rock_ridge = true}}), s.image);
    return s;
  }();
  return made;
}

const image::options deep_options{.file_systems = {.rock_ridge = true}},
    relocated_options{.file_systems = {.rock_ridge = true}, .iso_level = 4, .relocate = true};

// The same with its deep folders moved; with level 4 beside it.
const sample& relocated_sample() {
  static const sample made = [] {
    sample s;
    s.source = posix_sample().source;
    s.image = work_folder() / "relocated.iso";
    s.tree = posix_sample().tree;
    image::create_image(image::plan(s.tree, relocated_options), s.image);
    return s;
  }();
  return made;
}

fs::path target() {
  auto path = work_folder() / "rock_ridge_extracted";
  fs::remove_all(path);
  fs::create_directory(path);
  return path;
}

struct kind {
  std::string title;
  image::options how;
  const sample& (*made)();
};
void PrintTo(const kind& k, std::ostream* out) { *out << k.title; }

class rock_ridge : public testing::TestWithParam<kind> {
 protected:
  const sample& made_ = GetParam().made();
};

TEST_P(rock_ridge, bsdtar_extracts_everything_as_it_was) {
  judged_by("bsdtar", words_of(GetParam().how));
  const auto to = target();
  const auto result = run({"bsdtar", "-C", to, "-xpf", made_.image});
  EXPECT_EQ(result.status, 0) << result.output;
  expect_same(facts_below(made_.source), facts_below(to), "bsdtar");
}

TEST_P(rock_ridge, xorriso_extracts_everything_as_it_was) {
  judged_by("xorriso", words_of(GetParam().how), "Makes files of their own of hard links.");
  const auto to = target();
  const auto result = run({"xorriso", "-osirrox", "on:auto_chmod_off", "-indev",
                           "stdio:" + made_.image.native(), "-extract", "/", to});
  EXPECT_EQ(result.status, 0) << result.output;
  // It makes files of their own of hard links.
  expect_same(facts_below(made_.source, false), facts_below(to, false), "xorriso");
}

TEST_P(rock_ridge, isovfy_finds_no_error) {
  judged_by("isovfy", words_of(GetParam().how), "Looks at structures, reads no contents.");
  const auto result = run({"isovfy", made_.image});
  EXPECT_NE(result.output.find("No errors found"), std::string::npos) << result.output;
}

TEST_P(rock_ridge, isoinfo_lists_every_name) {
  judged_by("isoinfo", words_of(GetParam().how), "Lists names; contents are not compared.");
  const auto result = run({"isoinfo", "-R", "-f", "-i", made_.image});
  EXPECT_EQ(result.status, 0) << result.output;
  for (const auto& [path, facts] : facts_below(made_.source)) {
    // What moved it shows where it lies.
    if (&made_ == &relocated_sample() && std::ranges::count(path, '/') > 7) continue;
    EXPECT_NE(result.output.find("/" + path + "\n"), std::string::npos) << path;
  }
}

TEST_P(rock_ridge, we_find_it_sound_and_equal_to_its_source) {
  const auto image = image::open_image(made_.image);
  ASSERT_TRUE(image.has(file_system::rock_ridge));
  for (const auto& v : {image::verify(image), image::verify_against(image, made_.tree)})
    EXPECT_TRUE(v.sound()) << v.findings.at(0).path << ": " << v.findings.at(0).what;
}

TEST_P(rock_ridge, we_extract_everything_as_it_was) {
  const auto to = target();
  (void)image::extract(image::open_image(made_.image), to, {.devices = true});
  auto wanted = facts_below(made_.source);
  // Rights are not lent.
  for (const auto* tool : {"tool", "tool again"}) wanted[tool].replace(0, 6, "- 755");
  expect_same(wanted, facts_below(to), "extract");
}

INSTANTIATE_TEST_SUITE_P(ours, rock_ridge,
                         testing::Values(kind{"deep", deep_options, posix_sample},
                                         kind{"relocated", relocated_options, relocated_sample}),
                         [](const auto& one) { return one.param.title; });

// The deepest path that a reader of plain ISO 9660 meets.
TEST(relocated, plain_iso_9660_has_eight_levels) {
  const auto result = run({"isoinfo", "-f", "-i", relocated_sample().image});
  EXPECT_EQ(result.status, 0) << result.output;
  std::istringstream lines(result.output);
  long deepest = 0;
  for (std::string line; std::getline(lines, line);)
    deepest = std::max<long>(deepest, std::ranges::count(line, '/'));
  EXPECT_EQ(deepest, 8);
  EXPECT_NE(result.output.find("/RR_MOVED/LEVEL_6"), std::string::npos) << result.output;
}

TEST(without_rock_ridge, a_plain_image_leaves_links_and_pipes_out) {
  const auto& s = posix_sample();
  const auto plain = work_folder() / "without_rock_ridge.iso";
  image::create_image(image::plan(s.tree, {}), plain);
  const auto image = image::open_image(plain);
  EXPECT_FALSE(image.has(file_system::rock_ridge));
  EXPECT_TRUE(image::verify(image).sound());
  EXPECT_TRUE(image::verify_against(image, s.tree).sound());
  EXPECT_THROW((void)image.find(file_system::joliet, "/pipe"), base::error);
}

struct writer {
  std::string title;
  std::vector<std::string> command;
};

void PrintTo(const writer& w, std::ostream* out) { *out << w.title; }

class their_rock_ridge : public testing::TestWithParam<writer> {};

TEST_P(their_rock_ridge, we_read_every_fact) {
  const auto& s = posix_sample();
  const auto image_path = work_folder() / (GetParam().title + ".iso");
  auto command = GetParam().command;
  command.insert(command.end(), {"-o", image_path, s.source});
  const auto result = run(command);
  ASSERT_EQ(result.status, 0) << result.output;
  const auto image = image::open_image(image_path);
  ASSERT_TRUE(image.has(file_system::rock_ridge));
  tree::file_tree wanted;
  tree::add_tree(wanted, tree::root, s.source, everything());
  const auto walked =
      image.walk(file_system::rock_ridge, [&](const std::string& path, const image::entry& e) {
        if (path.starts_with("/rr_moved") || path.starts_with("/.rr_moved")) return true;
        const auto node = wanted.find_path(path);
        EXPECT_TRUE(node) << path;
        if (!node) return true;
        EXPECT_EQ(e.kind, wanted.kind(*node)) << path;
        EXPECT_EQ(fs::path(e.link_target).lexically_normal(),
                  fs::path(wanted.link_target(*node)).lexically_normal());
        EXPECT_EQ(e.size, e.directory ? e.size : wanted.size(*node)) << path;
        if (e.kind == tree::node_kind::symbolic_link) return true;
        EXPECT_EQ(e.attributes.permissions, wanted.attributes_of(*node).permissions) << path;
        return true;
      });
  EXPECT_TRUE(walked) << base::to_string(walked.error());
  EXPECT_TRUE(image.find(file_system::rock_ridge,
                         "/deep tree/level 0/level 1/level 2/level 3/level 4/level 5/"
                         "level 6/level 7/level 8/level 9/level 10/level 11/level 12/"
                         "level 13/bottom of it"));
}

// genisoimage cuts long link targets within an entry's header, which makes that directory unreadable.
INSTANTIATE_TEST_SUITE_P(
    writers, their_rock_ridge,
    testing::Values(writer{"genisoimage_relocated", {"genisoimage", "-quiet", "-R", "-m", "long link"}},
                    writer{"genisoimage_deep", {"genisoimage", "-quiet", "-R", "-D", "-m", "long link"}},
                    writer{"xorriso_relocated", {"xorriso", "-as", "mkisofs", "-quiet", "-R", "-no-pad"}},
                    writer{"xorriso_deep", {"xorriso", "-as", "mkisofs", "-quiet", "-R", "-D"}}),
    [](const auto& one) { return one.param.title; });

}  // namespace
}  // namespace comeback::conformance
