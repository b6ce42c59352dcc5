// SPDX-License-Identifier: Apache-2.0
// Images of ours in readers that media players and boot loaders have: libudfread and GRUB. They are small
// programs that know what discs are made of, not what the standards allow besides.
#include "appended.hpp"
#include "corpus.hpp"
#include "image/create.hpp"
#include "kernel_kinds.hpp"
#include "programs.hpp"
#include "tree/add_tree.hpp"
#include "udf_kinds.hpp"
#include "verdicts.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <vector>

#include <gtest/gtest.h>
#include <udfread/udfread.h>

namespace comeback::conformance {
namespace {

namespace fs = std::filesystem;
using image::file_system;
using udf::partition_type;

const fs::path& corpus() {
  static const fs::path made = [] {
    write_kernel_corpus(work_folder() / "source");
    return work_folder() / "source";
  }();
  return made;
}

struct sample {
  fs::path source = corpus(), image = work_folder() / "image";
};

// Symbolic links and devices stay out: neither reader knows any.
sample make_sample(const udf_kind& k, std::optional<image::append_way> appended = {}) {
  sample s;
  tree::file_tree tree;
  tree::add_tree(tree, tree::root, s.source);
  if (appended)
    make_appended(tree, k.how(), s.image, *appended);
  else
    image::create_image(image::plan(tree, k.how()), s.image);
  return s;
}

// What is to be found: as `read_folder`, without what is no file and no directory.
listing files_of(const fs::path& top) {
  listing out;
  for (const auto& e : fs::recursive_directory_iterator(top)) {
    const auto path = e.path().lexically_relative(top).native();
    if (e.is_symlink() || (!e.is_directory() && !e.is_regular_file())) continue;
    std::ifstream in(e.path(), std::ios::binary);
    out[e.is_directory() ? path + "/" : path] =
        e.is_directory() ? "" : std::string(std::istreambuf_iterator<char>(in), {});
  }
  return out;
}

template <auto close>
struct closer {
  template <class T>
  void operator()(T* what) const {
    close(what);
  }
};
using volume = std::unique_ptr<udfread, closer<udfread_close>>;
using folder = std::unique_ptr<udfread_dir, closer<udfread_closedir>>;
using file = std::unique_ptr<udfread_file, closer<udfread_file_close>>;

// libudfread writes surrogates each for itself ("MUTF-8"): two of three bytes are one character of four.
std::string with_pairs_joined(const std::string& name) {
  std::string out;
  const auto bits = [&](std::size_t at) { return static_cast<unsigned char>(name[at]) & 0x3FU; };
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] != '\xED' || bits(i + 1) < 0x20) {
      out += name[i];
      continue;
    }
    const auto high = (bits(i + 1) & 0xFU) << 6U | bits(i + 2),
               low = (bits(i + 4) & 0xFU) << 6U | bits(i + 5);
    const auto code = 0x10000U + (high << 10U | low);
    for (const auto part : {0xF0U | code >> 18U, 0x80U | (code >> 12U & 0x3FU), 0x80U | (code >> 6U & 0x3FU),
                            0x80U | (code & 0x3FU)})
      out += static_cast<char>(part);
    i += 5;
  }
  return out;
}

std::string read_file(UDFDIR* in, const char* name) {
  const file f(udfread_file_openat(in, name));
  if (!f) return "cannot be opened";
  std::string bytes(static_cast<std::size_t>(udfread_file_size(f.get())), '\0');
  std::size_t done = 0;
  for (ssize_t n = 1; n > 0 && done < bytes.size(); done += static_cast<std::size_t>(std::max<ssize_t>(n, 0)))
    n = udfread_file_read(f.get(), bytes.data() + done, bytes.size() - done);
  return done == bytes.size() ? bytes : "cannot be read";
}

void walk(UDFDIR* in, const std::string& at, listing& into) {  // NOLINT(misc-no-recursion): our own corpus
  udfread_dirent e{};
  while (udfread_readdir(in, &e) != nullptr) {
    const auto path = at + with_pairs_joined(e.d_name);
    if (e.d_type != UDF_DT_DIR) {
      into[path] = read_file(in, e.d_name);
      continue;
    }
    into[path + "/"] = "";
    const folder below(udfread_opendir_at(in, e.d_name));
    ASSERT_TRUE(below) << path;
    walk(below.get(), path + "/", into);
  }
}

void expect_same(const listing& wanted, const listing& got) {
  for (const auto& [path, bytes] : wanted) {
    const auto at = got.find(path);
    if (at == got.end())
      ADD_FAILURE() << "missing: " << path;
    else
      EXPECT_TRUE(at->second == bytes) << "other content: " << path;
  }
  for (const auto& one : got) EXPECT_TRUE(wanted.contains(one.first)) << "too many: " << one.first;
  EXPECT_GT(wanted.size(), 180U);
}

class small_readers : public testing::TestWithParam<udf_kind> {};

void expect_libudfread_reads(const sample& s) {
  const volume v(udfread_init());
  ASSERT_EQ(udfread_open(v.get(), s.image.c_str()), 0);
  const folder top(udfread_opendir(v.get(), "/"));
  ASSERT_TRUE(top);
  listing got;
  walk(top.get(), "", got);
  expect_same(files_of(s.source), got);
}

TEST_P(small_readers, libudfread_shows_every_file) {
  const auto& k = GetParam();
  judged_by("libudfread", words_of(k.how()));
  if (k.partition == partition_type::vat) GTEST_SKIP() << "It knows no virtual partitions.";
  if (k.partition == partition_type::sparable) GTEST_SKIP() << "It knows no sparable partitions.";
  expect_libudfread_reads(make_sample(k));
}

TEST_P(small_readers, libudfread_shows_the_second_session) {
  const auto& k = GetParam();
  if (k.partition == partition_type::vat || k.partition == partition_type::sparable)
    GTEST_SKIP() << "Such a volume has no sessions on media that are written at random.";
  judged_by("libudfread", words_of(k.how(), false, image::append_way::exact));
  expect_libudfread_reads(make_sample(k, image::append_way::exact));
}

TEST_P(small_readers, libudfread_shows_a_compact_session) {
  const auto& k = GetParam();
  if (k.partition != partition_type::plain || k.bridge)
    GTEST_SKIP() << "It shows the old directories of a metadata file in pieces.";
  judged_by("libudfread", words_of(k.how(), false, image::append_way::compact));
  expect_libudfread_reads(make_sample(k, image::append_way::compact));
}

// GRUB's exit status says nothing; a file that it cannot open gives a sentence.
void expect_grub_reads(const fs::path& image, const listing& wanted) {
  EXPECT_GT(wanted.size(), 180U);
  for (const auto& [path, bytes] : wanted) {
    if (path.ends_with('/')) continue;
    EXPECT_TRUE(run({"grub-fstest", image, "cat", "(loop0)/" + path}).output == bytes) << path;
  }
}

TEST_P(small_readers, grub_reads_every_file) {
  const auto& k = GetParam();
  judged_by("GRUB", words_of(k.how()));
  if (k.partition != partition_type::plain) GTEST_SKIP() << "Its udf driver knows Type 1 partitions only.";
  const auto s = make_sample(k);
  expect_grub_reads(s.image, files_of(s.source));
}

INSTANTIATE_TEST_SUITE_P(kinds, small_readers, testing::ValuesIn(udf_kinds()),
                         [](const auto& one) { return one.param.title(); });

class grub : public testing::TestWithParam<kernel_kind> {};

TEST_P(grub, reads_every_file) {
  const auto& k = GetParam();
  judged_by("GRUB", words_of(k.how, k.dedupe, k.appended),
            k.how.iso_level == 4 && !k.how.file_systems.joliet
                ? "Shows the primary descriptor's names: it knows no level 4."
                : "");
  if (k.how.relocate) GTEST_SKIP() << "It shows folders that moved where they lie.";
  const sample s;
  tree::file_tree tree;
  tree::add_tree(tree, tree::root, s.source, k.adding);
  if (k.appended)
    make_appended(tree, k.how, s.image, *k.appended);
  else
    image::create_image(image::plan(tree, k.how), s.image);
  // It prefers Rock Ridge to Joliet, and that to ISO 9660.
  const auto seen = k.how.file_systems.joliet ? file_system::joliet : file_system::iso9660;
  expect_grub_reads(
      s.image, k.how.file_systems.rock_ridge ? files_of(s.source) : expected(tree, s.source, seen, k.how));
}

std::vector<kernel_kind> without_udf() {
  std::vector<kernel_kind> out;
  for (const auto& k : kernel_kinds())
    if (!k.how.file_systems.udf && !k.dedupe && k.more_options.empty()) out.push_back(k);
  return out;
}

INSTANTIATE_TEST_SUITE_P(kinds, grub, testing::ValuesIn(without_udf()),
                         [](const auto& one) { return one.param.title; });

}  // namespace
}  // namespace comeback::conformance
