// SPDX-License-Identifier: Apache-2.0
// Every kind of image of ours, listed and extracted by other programs: names and contents are what the
// planner says.
#include "corpus.hpp"
#include "image/create.hpp"
#include "image/dedupe.hpp"
#include "image/extract.hpp"
#include "image/open.hpp"
#include "image/verify.hpp"
#include "programs.hpp"
#include "tree/add_tree.hpp"
#include "verdicts.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

namespace comeback::conformance {
namespace {

namespace fs = std::filesystem;
using image::file_system;

struct kind {
  std::string title;
  image::options how;
  bool dedupe = false;
};
void PrintTo(const kind& k, std::ostream* out) { *out << k.title; }

// The corpus, and an image of each kind, made once.
struct sample {
  fs::path source = work_folder() / "awkward", image;
  tree::file_tree tree;
};

const sample& sample_of(const kind& k) {
  static std::map<std::string, sample> made;
  const auto [at, fresh] = made.try_emplace(k.title);
  auto& s = at->second;
  if (fresh) {
    if (!fs::exists(s.source)) write_awkward_corpus(s.source);
    tree::add_tree(s.tree, tree::root, s.source);
    s.image = work_folder() / (k.title + ".iso");
    auto how = k.how;
    if (k.dedupe) how.extent_of = image::find_equal_contents(s.tree).first;
    image::create_image(image::plan(s.tree, how), s.image);
  }
  return s;
}

// What a reader shows that knows level 4, or does not.
file_system best(const kind& k, bool knows_level_4) {
  if (k.how.file_systems.joliet) return file_system::joliet;
  return knows_level_4 && k.how.iso_level == 4 ? file_system::enhanced : file_system::iso9660;
}

// Maps are compared by hand: thousands of contents do not belong in a message.
void expect_same(const listing& wanted, const listing& got) {
  for (const auto& [path, text] : wanted) {
    const auto at = got.find(path);
    if (at == got.end())
      ADD_FAILURE() << "missing: " << path;
    else
      EXPECT_TRUE(at->second == text) << "other content: " << path;
  }
  for (const auto& one : got) EXPECT_TRUE(wanted.contains(one.first)) << "too many: " << one.first;
  EXPECT_GT(wanted.size(), 3000U);
}

class our_images : public testing::TestWithParam<kind> {
 protected:
  // A fresh folder to extract into.
  static fs::path target() {
    auto path = work_folder() / "extracted";
    fs::remove_all(path);
    fs::create_directory(path);
    return path;
  }
  static void judge_is(const std::string& judge, const std::string& limit = "") {
    const auto& k = GetParam();
    const bool level_4 = k.how.iso_level == 4 && !k.how.file_systems.joliet;
    judged_by(
        judge, words_of(k.how, k.dedupe),
        level_4 && limit.empty() ? "Shows the primary descriptor's names: it knows no level 4." : limit);
  }
  static void expect_extracted(const fs::path& target, bool knows_level_4 = false) {
    const auto& s = sample_of(GetParam());
    expect_same(expected(s.tree, s.source, best(GetParam(), knows_level_4), GetParam().how),
                read_folder(target));
  }
};

TEST_P(our_images, seven_zip_extracts) {
  judge_is("7z");
  const auto to = target();
  const auto result = run({"7z", "x", "-y", "-o" + to.native(), sample_of(GetParam()).image});
  EXPECT_EQ(result.status, 0) << result.output;
  expect_extracted(to);
}

TEST_P(our_images, bsdtar_extracts) {
  judge_is("bsdtar");
  const auto to = target();
  const auto result = run({"bsdtar", "-C", to, "-xf", sample_of(GetParam()).image});
  EXPECT_EQ(result.status, 0) << result.output;
  expect_extracted(to);
}

TEST_P(our_images, xorriso_extracts) {
  judge_is("xorriso");
  const auto to = target();
  const auto result = run({"xorriso", "-osirrox", "on", "-indev",
                           "stdio:" + sample_of(GetParam()).image.native(), "-extract", "/", to});
  EXPECT_EQ(result.status, 0) << result.output;
  (void)run({"chmod", "-R", "u+w", to});
  expect_extracted(to);
}

TEST_P(our_images, we_extract) {
  const auto to = target();
  image::extract(image::open_image(sample_of(GetParam()).image), to);
  expect_extracted(to, true);
}

TEST_P(our_images, we_verify) {
  const auto& s = sample_of(GetParam());
  const auto image = image::open_image(s.image);
  const auto structure = image::verify(image), contents = image::verify_against(image, s.tree);
  EXPECT_TRUE(structure.sound()) << structure.findings.at(0).path << ": " << structure.findings.at(0).what;
  EXPECT_TRUE(contents.sound()) << contents.findings.at(0).path << ": " << contents.findings.at(0).what;
}

TEST_P(our_images, isovfy_finds_no_error) {
  judge_is("isovfy", "Looks at structures, reads no contents.");
  const auto result = run({"isovfy", sample_of(GetParam()).image});
  EXPECT_NE(result.output.find("No errors found"), std::string::npos) << result.output;
}

// "/A/B.;1" for every item; versions and dots stay, so they are taken off as `expected` does.
std::set<std::string> names_by_isoinfo(const sample& s, file_system of) {
  std::vector<std::string> command{"isoinfo", "-f", "-i", s.image};
  if (of == file_system::joliet) command.emplace_back("-J");
  const auto result = run(command);
  EXPECT_EQ(result.status, 0) << result.output;
  std::set<std::string> names;
  std::istringstream lines(result.output);
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with(";1")) line.resize(line.size() - 2);
    if (of == file_system::iso9660 && line.ends_with('.')) line.pop_back();
    names.insert(line);
  }
  return names;
}

bool is_ascii(const std::string& text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

TEST_P(our_images, isoinfo_lists) {
  judge_is("isoinfo", "Lists names; those beyond ASCII are not compared.");
  const auto& s = sample_of(GetParam());
  for (const auto of : {file_system::iso9660, file_system::joliet}) {
    if (of == file_system::joliet && !GetParam().how.file_systems.joliet) continue;
    const auto got = names_by_isoinfo(s, of);
    const auto wanted = expected(s.tree, s.source, of, GetParam().how);
    for (const auto& one : wanted) {
      const auto path =
          "/" + (one.first.ends_with('/') ? one.first.substr(0, one.first.size() - 1) : one.first);
      // It writes other characters in no encoding that tells them apart.
      EXPECT_TRUE(!is_ascii(path) || got.contains(path)) << path;
    }
  }
}

TEST_P(our_images, iso_info_walks) {
  judge_is("iso-info", "Walks the directories of ISO 9660; contents are not compared.");
  const auto& s = sample_of(GetParam());
  const auto result = run({"iso-info", "--no-joliet", "-f", s.image});
  EXPECT_EQ(result.status, 0) << result.output;
  EXPECT_EQ(result.output.find("WARN"), std::string::npos) << result.output;
  std::size_t files = 0;
  std::istringstream lines(result.output);
  for (std::string line; std::getline(lines, line);)
    files += line.find("bottom") != std::string::npos ? 1 : 0;
  EXPECT_EQ(files, 2U);
}

TEST_P(our_images, xorriso_sees_the_session_where_it_is) {
  const auto result = run({"xorriso", "-indev", "stdio:" + sample_of(GetParam()).image.native(), "-toc"});
  EXPECT_EQ(result.status, 0) << result.output;
  const auto* where =
      GetParam().how.appendable ? "ISO session  :   1 ,        32 ," : "ISO session  :   1 ,         0 ,";
  EXPECT_NE(result.output.find(where), std::string::npos) << result.output;
}

TEST(our_image, keeps_its_session_when_xorriso_appends_another) {
  const auto source = work_folder() / "small", image = work_folder() / "appended.iso";
  fs::create_directories(source / "folder");
  std::ofstream(source / "folder/file") << "text";
  tree::file_tree t;
  tree::add_tree(t, tree::root, source);
  image::create_image(image::plan(t, {}), image);
  const auto result = run({"xorriso", "-joliet", "on", "-dev", "stdio:" + image.native(), "-map",
                           source / "folder/file", "/added", "-commit"});
  ASSERT_EQ(result.status, 0) << result.output;
  const auto toc = run({"xorriso", "-indev", "stdio:" + image.native(), "-toc"}).output;
  EXPECT_NE(toc.find("ISO session  :   2 ,        64 ,"), std::string::npos) << toc;
  EXPECT_EQ(toc.find("Chain of ISO session headers broken"), std::string::npos) << toc;

  const auto now = image::open_image(image);
  EXPECT_TRUE(now.find(file_system::joliet, "/added"));
  EXPECT_TRUE(now.find(file_system::joliet, "/folder/file"));
  const image::opened_image before(std::make_shared<const disk::file_source>(image), {32});
  EXPECT_EQ(before.list(file_system::joliet, before.root(file_system::joliet))->size(), 1U);
  EXPECT_TRUE(image::verify_against(before, t).sound());
}

INSTANTIATE_TEST_SUITE_P(
    kinds, our_images,
    testing::Values(kind{"joliet", {}}, kind{"joliet_strict", {.iso_level = 1, .strict_joliet = true}},
                    kind{"iso_level_1", {.file_systems = {.joliet = false}, .iso_level = 1}},
                    kind{"iso_level_3", {.file_systems = {.joliet = false}}},
                    kind{"iso_level_4", {.file_systems = {.joliet = false}, .iso_level = 4}},
                    kind{"iso_level_4_joliet", {.iso_level = 4}},
                    kind{"at_block_0", {.created = {1700000000, 0}, .appendable = false}},
                    kind{"deduped", {}, true}),
    [](const auto& one) { return one.param.title; });

}  // namespace
}  // namespace comeback::conformance
