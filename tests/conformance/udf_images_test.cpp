// SPDX-License-Identifier: Apache-2.0
// UDF images of ours of every revision and partition type, alone and beside ISO 9660 and Joliet, in other
// programs' hands. udfinfo reads the structures of all; 7z knows Type 1 and metadata partitions.
#include "corpus.hpp"
#include "image/create.hpp"
#include "image/open.hpp"
#include "image/verify.hpp"
#include "programs.hpp"
#include "tree/add_tree.hpp"
#include "udf_kinds.hpp"

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

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

// What the conformance tester minds: its lines of that kind with those around them, or that it counted some.
std::string complaints_of(const std::string& output) {
  std::vector<std::string> lines;
  std::istringstream in(output);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  std::string out;
  const auto has = [](const std::string& line, const char* word) {
    return line.find(word) != std::string::npos;
  };
  for (std::size_t i = 0; i < lines.size(); ++i)
    if ((has(lines[i], "error:") || has(lines[i], "warning:")) && !has(lines[i], "search for"))
      for (auto j = i < 5 ? 0 : i - 5; j < std::min(lines.size(), i + 5); ++j) out += lines[j] + "\n";
  for (const auto* kind : {"Error count:   0\t", "Warning count:   0\t"})
    if (!has(output, kind)) out += std::string("not said: ") + kind + "\n";
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
  if (k.partition == partition_type::vat || k.partition == partition_type::sparable)
    GTEST_SKIP() << "7z opens neither VAT nor sparable volumes.";
  const auto& s = sample_of(k, false);  // it opens no volume with a symbolic link
  const auto to = work_folder() / "udf_extracted";
  fs::remove_all(to);
  const auto result = run({"7z", "x", "-tudf", "-y", "-o" + to.native(), s.image});
  EXPECT_EQ(result.status, 0) << result.output;
  const auto wanted = read_folder(s.source), got = read_folder(to);
  std::size_t same = 0;
  for (const auto& [path, bytes] : wanted) {
    const auto at = got.find(path);
    if (at != got.end() && at->second == bytes) ++same;
  }
  // It renames what its host cannot hold.
  EXPECT_GT(same, 3000U);
  EXPECT_LE(wanted.size() - same, 20U);
}

// The Philips UDF conformance tester may check, and not be shipped: whoever has it names it.
TEST_P(udf_images, the_conformance_tester_ends_well) {
  const char* tester = std::getenv("COMEBACK_UDF_TEST");
  if (tester == nullptr) GTEST_SKIP() << "COMEBACK_UDF_TEST does not name the UDF conformance tester.";
  const auto result =
      run({tester, "-ecclength", "32", "-mlimit", "100000", sample_of(GetParam()).image.native()});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(complaints_of(result.output), "");
}

INSTANTIATE_TEST_SUITE_P(kinds, udf_images, testing::ValuesIn(udf_kinds()),
                         [](const auto& one) { return one.param.title(); });

}  // namespace
}  // namespace comeback::conformance
