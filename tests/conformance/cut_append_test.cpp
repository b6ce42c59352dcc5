// SPDX-License-Identifier: Apache-2.0
// What a cut leaves of an append, in the eyes of other programs: in each file system all of the old session
// or all of the new one.
#include "cut_append.hpp"

#include "image/open.hpp"
#include "programs.hpp"
#include "udf_tester.hpp"

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

namespace comeback::conformance {
namespace {

namespace fs = std::filesystem;
using image::file_system;

fs::path fresh_folder() {
  auto path = work_folder() / "extracted";
  fs::remove_all(path);
  fs::create_directory(path);
  return path;
}

void write(const fs::path& path, const std::vector<std::byte>& bytes) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

// Its exit status says nothing here: it complains of what lies behind a session, too.
listing by_seven_zip(const fs::path& image, const std::string& type) {
  const auto to = fresh_folder();
  (void)run({"7z", "x", "-y", type, "-o" + to.native(), image});
  return read_folder(to);
}
listing joliet_by_seven_zip(const fs::path& image) { return by_seven_zip(image, "-tiso"); }
listing udf_by_seven_zip(const fs::path& image) { return by_seven_zip(image, "-tudf"); }

listing by_xorriso(const fs::path& image) {
  const auto to = fresh_folder();
  const auto said =
      run({"xorriso", "-osirrox", "on", "-indev", "stdio:" + image.native(), "-extract", "/", to});
  EXPECT_EQ(said.status, 0) << said.output;
  (void)run({"chmod", "-R", "u+w", to});
  return read_folder(to);
}

// Lines such as "/DOCS" and "/DOCS/SMALL.;1".
listing by_isoinfo(const fs::path& image) {
  listing out;
  std::istringstream lines(run({"isoinfo", "-f", "-i", image}).output);
  for (std::string line; std::getline(lines, line);) {
    if (!line.ends_with(";1")) {
      out[line.substr(1) + "/"] = "";
      continue;
    }
    auto name = line.substr(1, line.size() - 3);
    if (name.ends_with('.')) name.pop_back();
    out[name] = run({"isoinfo", "-x", line, "-i", image}).output;
  }
  return out;
}

struct outside_reader {
  const char* title;
  file_system of;
  listing (*read)(const fs::path&);
};
constexpr outside_reader readers[] = {{"isoinfo", file_system::iso9660, by_isoinfo},
                                      {"7z, Joliet", file_system::joliet, joliet_by_seven_zip},
                                      {"xorriso, Rock Ridge", file_system::rock_ridge, by_xorriso},
                                      {"7z, UDF", file_system::udf, udf_by_seven_zip}};

bool has(const image::options& how, file_system fs) {
  const auto& all = how.file_systems;
  return fs == file_system::udf ? all.udf : fs == file_system::joliet ? all.joliet : all.iso9660;
}

class cut_appends : public testing::TestWithParam<cut_kind> {
 protected:
  // Whether it is the new session.
  bool is_new(const outside_reader& reader, const std::string& title) {
    const auto seen = reader.read(path_);
    const bool fresh = seen == append_.after();
    EXPECT_TRUE(fresh || seen == append_.before()) << reader.title << ", " << title << ": " << seen.size();
    return fresh;
  }

  const cut_append append_{GetParam().how};
  const fs::path path_ = work_folder() / "cut.iso";
};

TEST_P(cut_appends, leave_the_old_session_or_the_new_one) {
  std::map<std::string, int> old, fresh;
  for (auto& one : append_.cuts(2)) {
    write(path_, one.bytes);
    for (const auto& reader : readers)
      if (has(GetParam().how, reader.of)) ++(is_new(reader, one.title) ? fresh : old)[reader.title];
    if (!complete(one.bytes)) continue;
    // The next append by us begins with this: then all show the new one.
    write(path_, one.bytes);
    for (const auto& reader : readers)
      if (has(GetParam().how, reader.of)) {
        EXPECT_TRUE(is_new(reader, one.title + ", completed")) << reader.title;
      }
  }
  for (const auto& reader : readers)
    if (has(GetParam().how, reader.of)) {
      EXPECT_GT(old[reader.title], 0) << reader.title;
      EXPECT_GT(fresh[reader.title], 0) << reader.title;
    }
}

// Linux's word is in kernel_cuts_test.cpp.
TEST(media_written_once, the_tester_minds_nothing_about_two_sessions_or_about_a_cut) {
  for (const std::uint16_t revision : {0x150, 0x200, 0x201, 0x250, 0x260}) {
    image::options how;
    how.udf.revision = revision;
    how.udf.partition = udf::partition_type::vat;
    const written_once disc(how, work_folder() / ("once" + std::to_string(revision)));
    EXPECT_TRUE(disc.complete());
    const auto both = complaints_of_udf_tester(disc.whole(), 16, disc.second());
    if (!both) GTEST_SKIP() << no_udf_tester;
    EXPECT_EQ(*both, "") << revision;
    EXPECT_EQ(complaints_of_udf_tester(disc.cut(), 16), "") << revision;
  }
}

INSTANTIATE_TEST_SUITE_P(kinds, cut_appends, testing::ValuesIn(cut_kinds()),
                         [](const auto& one) { return one.param.title; });

}  // namespace
}  // namespace comeback::conformance
