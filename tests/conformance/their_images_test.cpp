// SPDX-License-Identifier: Apache-2.0
// Images that other programs wrote: we list them, find them sound and extract what went in.
#include "corpus.hpp"
#include "image/extract.hpp"
#include "image/open.hpp"
#include "image/verify.hpp"
#include "programs.hpp"

#include <gtest/gtest.h>

namespace comeback::conformance {
namespace {

namespace fs = std::filesystem;

struct writer {
  std::string title;
  std::vector<std::string> command;  // "IMAGE" and "SOURCE" stand for the paths
  std::string known{};               // how a finding may begin that is right, and not ours to mend
  image::file_system known_in = image::file_system::joliet;
};
void PrintTo(const writer& w, std::ostream* out) { *out << w.title; }

class their_images : public testing::TestWithParam<writer> {
 protected:
  static const fs::path& source() {
    static const fs::path path = [] {
      auto made = work_folder() / "plain";
      write_plain_corpus(made);
      return made;
    }();
    return path;
  }
  static fs::path image() {
    auto path = work_folder() / (GetParam().title + ".theirs.iso");
    if (fs::exists(path)) return path;
    auto command = GetParam().command;
    for (auto& word : command) {
      if (word == "IMAGE") word = path;
      if (word == "stdio:IMAGE") word = "stdio:" + path.native();
      if (word == "SOURCE") word = source();
    }
    const auto result = run(command);
    EXPECT_EQ(result.status, 0) << result.output;
    return path;
  }
};

TEST_P(their_images, are_extracted_by_us) {
  const auto to = work_folder() / (GetParam().title + ".extracted");
  image::extract(image::open_image(image()), to);
  const auto wanted = read_folder(source()), got = read_folder(to);
  EXPECT_EQ(wanted.size(), got.size());
  for (const auto& [path, text] : wanted) EXPECT_TRUE(got.contains(path) && got.at(path) == text) << path;
}

TEST_P(their_images, are_sound_to_us) {
  const auto v = image::verify(image::open_image(image()));
  for (const auto& f : v.findings) {
    const bool known =
        !GetParam().known.empty() && f.fs == GetParam().known_in && f.what.starts_with(GetParam().known);
    EXPECT_TRUE(known) << f.path << ": " << f.what;
  }
  EXPECT_GT(v.files, 6000U);
}

TEST_P(their_images, cut_in_half_are_not_sound) {
  const auto cut = work_folder() / "cut.iso";
  fs::copy_file(image(), cut, fs::copy_options::overwrite_existing);
  fs::resize_file(cut, fs::file_size(cut) / 2);
  EXPECT_FALSE(image::verify(image::open_image(cut)).sound());
}

// Its Joliet directories name themselves as their own parents.
const std::string xorriso_parents = "\"..\" points to block";
// Its two sequences have different volume set identifiers.
const std::string genisoimage_sequences =
    "the main and the reserve volume descriptor sequence have different primary";

INSTANTIATE_TEST_SUITE_P(
    writers, their_images,
    testing::Values(
        writer{"genisoimage", {"genisoimage", "-quiet", "-J", "-joliet-long", "-R", "-o", "IMAGE", "SOURCE"}},
        writer{"genisoimage_udf",
               {"genisoimage", "-quiet", "-J", "-joliet-long", "-R", "-udf", "-o", "IMAGE", "SOURCE"},
               genisoimage_sequences,
               image::file_system::udf},
        writer{"xorriso",
               {"xorriso", "-as", "mkisofs", "-quiet", "-J", "-joliet-long", "-R", "-o", "stdio:IMAGE",
                "SOURCE"},
               xorriso_parents},
        writer{"xorriso_sessions",
               {"xorriso", "-joliet", "on", "-outdev", "stdio:IMAGE", "-map", "SOURCE", "/", "-commit"},
               xorriso_parents},
        writer{"genisoimage_level_4", {"genisoimage", "-quiet", "-iso-level", "4", "-o", "IMAGE", "SOURCE"}},
        writer{"bsdtar",
               {"bsdtar", "-c", "--format=iso9660", "--options", "joliet=long", "-f", "IMAGE", "-C", "SOURCE",
                "."}}),
    [](const auto& one) { return one.param.title; });

}  // namespace
}  // namespace comeback::conformance
