// SPDX-License-Identifier: Apache-2.0
// UDF images of ours of every revision and partition type, alone and beside ISO 9660 and Joliet, in other
// programs' hands. udfinfo reads the structures of all; 7z knows Type 1 and metadata partitions.
#include "appended.hpp"
#include "corpus.hpp"
#include "image/append.hpp"
#include "image/create.hpp"
#include "image/open.hpp"
#include "image/sessions.hpp"
#include "image/verify.hpp"
#include "optical/image_medium.hpp"
#include "programs.hpp"
#include "tree/add_tree.hpp"
#include "udf_kinds.hpp"
#include "udf_tester.hpp"
#include "verdicts.hpp"

#include <fstream>
#include <map>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace comeback::conformance {
namespace {

namespace fs = std::filesystem;
using image::file_system;
using udf::partition_type;

struct sample {
  fs::path source = work_folder() / "udf_awkward", image;
  tree::file_tree tree;
};

// The conformance tester counts whole seconds, so what was made in this one lies in its future.
void make_old(tree::file_tree& tree) {
  constexpr base::timestamp then{1690000000, 123456000};
  for (std::uint32_t i = 0; i < tree.node_limit(); ++i) {
    const tree::node_id node{i};
    if (!tree.contains(node)) continue;
    tree.set_modified(node, then);
    tree.set_times(node, {.created = then, .accessed = then, .changed = then});
  }
}

const sample& sample_of(const udf_kind& k, bool links = true) {
  static std::map<std::string, sample> made;
  const auto [at, fresh] = made.try_emplace(k.title() + (links ? "" : "_no_links"));
  auto& s = at->second;
  if (fresh) {
    if (!fs::exists(s.source)) {
      write_awkward_corpus(s.source);
      fs::create_symlink("../elsewhere", s.source / "link");
      std::ofstream(s.source / "several names") << "one file";
      fs::create_hard_link(s.source / "several names", s.source / "second name");
    }
    tree::add_tree(s.tree, tree::root, s.source,
                   {.keep_links = links, .keep_special = true, .keep_attributes = true});
    make_old(s.tree);
    s.image = work_folder() / (at->first + ".udf");
    image::create_image(image::plan(s.tree, k.how()), s.image);
  }
  return s;
}

// All of it but the symbolic link; UDF holds 254 characters of the one name of 255 (UDF 2.1.1).
listing expected_of(const fs::path& source) {
  auto out = read_folder(source);
  EXPECT_EQ(out.erase("link"), 1U);
  auto longest = out.extract("names/" + std::string(255, 'x'));
  longest.key().pop_back();
  out.insert(std::move(longest));
  return out;
}

class udf_images : public testing::TestWithParam<udf_kind> {};

TEST_P(udf_images, we_find_it_sound_with_every_name_and_byte) {
  const auto& s = sample_of(GetParam());
  const auto image = image::open_image(s.image);
  ASSERT_TRUE(image.has(file_system::udf));
  for (const auto& v : {image::verify(image), image::verify_against(image, s.tree)})
    EXPECT_TRUE(v.sound()) << v.finding_count << " findings, " << v.findings.at(0).path << ": "
                           << v.findings.at(0).what;
}

TEST_P(udf_images, udfinfo_reads_its_structures) {
  const auto& k = GetParam();
  judged_by("udfinfo", words_of(k.how()), "Reads the volume's structures, no directories.");
  const auto result = run({"udfinfo", sample_of(k).image});
  EXPECT_EQ(result.status, 0) << result.output;
  EXPECT_NE(result.output.find("blocksize=2048"), std::string::npos) << result.output;
  // 2.60 asks for a reader of 2.50 only.
  const auto revision = fmt::format("udfrev={:x}.{:02x}", k.revision >> 8, k.revision & 0xFF);
  EXPECT_NE(result.output.find(k.revision == 0x260 ? "udfrev=2.50" : revision), std::string::npos)
      << result.output;
}

TEST_P(udf_images, seven_zip_extracts) {
  const auto& k = GetParam();
  judged_by("7z", words_of(k.how()), "Opens no UDF volume with a symbolic link: seen without links.");
  if (k.partition == partition_type::vat || k.partition == partition_type::sparable)
    GTEST_SKIP() << "Opens neither VAT nor sparable volumes.";
  const auto& s = sample_of(k, false);  // it opens no volume with a symbolic link
  const auto to = work_folder() / "udf_extracted";
  fs::remove_all(to);
  const auto result = run({"7z", "x", "-tudf", "-y", "-o" + to.native(), s.image});
  EXPECT_EQ(result.status, 0) << result.output;
  EXPECT_EQ(read_folder(to), expected_of(s.source));
}

TEST_P(udf_images, the_conformance_tester_has_no_complaint) {
  const auto said = complaints_of_udf_tester(sample_of(GetParam()).image);
  if (!said) GTEST_SKIP() << no_udf_tester;
  judged_by("udf_test", words_of(GetParam().how()));
  EXPECT_EQ(*said, "");
}

TEST_P(udf_images, the_conformance_tester_has_no_complaint_of_either_session) {
  const auto& k = GetParam();
  if (k.partition == partition_type::vat || k.partition == partition_type::sparable)
    GTEST_SKIP() << "Such a volume has no sessions on media that are written at random.";
  const auto path = work_folder() / (k.title() + ".appended.udf");
  make_appended(sample_of(k).tree, k.how(), path);
  const auto image = image::open_image(path);
  for (const auto& v : {image::verify(image), image::verify_against(image, sample_of(k).tree)})
    EXPECT_TRUE(v.sound()) << v.findings.at(0).path << ": " << v.findings.at(0).what;
  const auto bytes = image::open_blocks(path);
  const auto sessions = image::find_sessions(*bytes);
  ASSERT_EQ(sessions.size(), 2U);
  // How far a mirror should be away, it measures by the session that it is told of.
  const auto said = complaints_of_udf_tester(path, 32, sessions[1].first);
  if (!said) GTEST_SKIP() << no_udf_tester;
  judged_by("udf_test", words_of(k.how(), false, image::append_way::exact));
  EXPECT_EQ(*said, "");
  // The older one: as the image was before, with nothing behind it.
  EXPECT_TRUE(image::verify(image::open_session(bytes, sessions[0])).sound());
  fs::resize_file(path, disk::offset_of(sessions[0].end));
  EXPECT_EQ(complaints_of_udf_tester(path, 32, sessions[0].first).value(), "");
}

// The way that leaves nothing stale and writes least.
image::append_way small_way(const udf_kind& k) {
  const bool stale = k.partition == partition_type::plain || k.bridge;
  return stale && k.partition != partition_type::vat ? image::append_way::relinked
                                                     : image::append_way::compact;
}

TEST_P(udf_images, the_conformance_tester_has_no_complaint_of_a_session_of_what_changed) {
  const auto& k = GetParam();
  if (k.partition == partition_type::sparable) GTEST_SKIP() << "Sparable volumes have no such sessions.";
  const auto path = work_folder() / (k.title() + ".changed.udf");
  make_appended(sample_of(k).tree, k.how(), path, small_way(k));
  const auto bytes = image::open_blocks(path);
  const auto on = image::look_at(*optical::open_image_medium(path, optical::access::reading));
  ASSERT_EQ(on.sessions.size(), 2U);
  const auto last = image::open_session(bytes, on.sessions[1]);
  for (const auto& v : {image::verify(last), image::verify_against(last, sample_of(k).tree)})
    for (const auto& f : v.findings)
      if (f.fs == file_system::udf ||
          k.partition != partition_type::vat)  // ISO 9660 cannot be relinked there
        ADD_FAILURE() << f.path << ": " << f.what;
  const auto said = complaints_of_udf_tester(path, 32, on.sessions[1].first);
  if (!said) GTEST_SKIP() << no_udf_tester;
  judged_by("udf_test", words_of(k.how(), false, small_way(k)));
  EXPECT_EQ(*said, "");
}

TEST_P(udf_images, seven_zip_extracts_a_compact_session) {
  const auto& k = GetParam();
  if (k.partition != partition_type::plain || k.bridge)
    GTEST_SKIP() << "Opens no VAT, no sparable volume and no metadata file in pieces.";
  const auto& s = sample_of(k, false);  // it opens no volume with a symbolic link
  const auto path = work_folder() / (k.title() + ".compact.udf");
  make_appended(s.tree, k.how(), path, image::append_way::compact);
  const auto to = work_folder() / "udf_compact";
  fs::remove_all(to);
  const auto result = run({"7z", "x", "-tudf", "-y", "-o" + to.native(), path});
  EXPECT_EQ(result.status, 0) << result.output;
  judged_by("7z", words_of(k.how(), false, image::append_way::compact));
  EXPECT_EQ(read_folder(to), expected_of(s.source));
}

// The next session names them where they lie, as it does files.
TEST(udf_streams, the_conformance_tester_has_no_complaint_of_those_that_stay) {
  tree::file_tree tree;
  const auto file = tree.add_file(tree::root, "file", tree::memory_content("bytes"), {1'500'000'000, 0});
  tree.add_stream(file, "note", tree::memory_content(std::string(9000, 'n')));
  for (const std::uint16_t revision : {0x200, 0x201, 0x250}) {
    image::options how;
    how.file_systems = {false, false, false, true};
    how.udf.revision = revision;
    how.created = {1'600'000'000, 0};
    const auto path = work_folder() / ("streams" + std::to_string(revision));
    make_appended(tree, how, path);
    const auto bytes = image::open_blocks(path);
    const auto sessions = image::find_sessions(*bytes);
    ASSERT_EQ(sessions.size(), 2U);
    for (const auto& one : sessions) EXPECT_TRUE(image::verify(image::open_session(bytes, one)).sound());
    const auto said = complaints_of_udf_tester(path, 32, sessions[1].first);
    if (!said) GTEST_SKIP() << no_udf_tester;
    EXPECT_EQ(*said, "") << revision;
  }
}

INSTANTIATE_TEST_SUITE_P(kinds, udf_images, testing::ValuesIn(udf_kinds()),
                         [](const auto& one) { return one.param.title(); });

}  // namespace
}  // namespace comeback::conformance
