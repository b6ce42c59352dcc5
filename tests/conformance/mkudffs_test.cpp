// SPDX-License-Identifier: Apache-2.0
// Empty volumes by mkudffs, of every revision and partition type that it makes: opened and sound.
#include "corpus.hpp"
#include "image/open.hpp"
#include "image/verify.hpp"
#include "programs.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace comeback::conformance {
namespace {

struct volume {
  const char *media, *revision;
  std::uint16_t number;
  const char* partition;
  const char* block_size = "2048";
};
void PrintTo(const volume& v, std::ostream* out) { *out << v.media << " " << v.revision; }

class mkudffs : public testing::TestWithParam<volume> {};

TEST_P(mkudffs, volumes_are_opened_and_sound) {
  const auto& v = GetParam();
  const auto path = work_folder() / (std::string(v.media) + v.revision + v.block_size + ".udf");
  std::ofstream(path).close();
  std::filesystem::resize_file(path, 24 << 20);
  std::vector<std::string> command{"/usr/sbin/mkudffs", "--media-type=" + std::string(v.media),
                                   "--udfrev=" + std::string(v.revision), "--label=A volume"};
  if (std::string_view(v.media) == "hd") command.push_back("--blocksize=" + std::string(v.block_size));
  command.push_back(path);
  const auto made = run(command);
  ASSERT_EQ(made.status, 0) << made.output;
  const auto image = image::open_image(path);
  ASSERT_EQ(image.volumes().size(), 1U);
  EXPECT_EQ(image.volumes().front().volume_name, "A volume");
  EXPECT_EQ(image.volumes().front().revision, v.number);
  EXPECT_EQ(image.volumes().front().partition, v.partition);
  EXPECT_TRUE(image.list(image::file_system::udf, image.root(image::file_system::udf)));
  for (const auto& f : image::verify(image).findings) ADD_FAILURE() << f.path << ": " << f.what;
}

INSTANTIATE_TEST_SUITE_P(
    all, mkudffs,
    testing::Values(volume{"hd", "1.02", 0x0102, "plain"}, volume{"hd", "1.50", 0x0150, "plain"},
                    volume{"hd", "2.01", 0x0201, "plain"}, volume{"hd", "2.01", 0x0201, "plain", "512"},
                    volume{"hd", "2.01", 0x0201, "plain", "4096"}, volume{"dvd", "1.02", 0x0102, "plain"},
                    volume{"dvdram", "2.01", 0x0201, "plain"}, volume{"dvdrw", "1.50", 0x0150, "sparable"},
                    volume{"cdrw", "2.01", 0x0201, "sparable"}, volume{"dvdr", "1.50", 0x0150, "vat"},
                    volume{"cdr", "2.00", 0x0200, "vat"}, volume{"cdr", "2.01", 0x0201, "vat"},
                    volume{"bdr", "2.50", 0x0250, "vat"}, volume{"bdr", "2.60", 0x0260, "vat"}));

}  // namespace
}  // namespace comeback::conformance
