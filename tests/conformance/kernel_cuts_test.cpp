// SPDX-License-Identifier: Apache-2.0
// What a cut leaves of an append, mounted by Linux: in each file system the old session or the new one.
#include "base/sha256.hpp"
#include "cut_append.hpp"
#include "kernel.hpp"

#include <fstream>
#include <map>
#include <span>

#include <gtest/gtest.h>

namespace comeback::conformance {
namespace {

namespace fs = std::filesystem;

// Of each item that is no root: nothing of a directory, the hash of a file.
using hashes = std::map<std::string, std::string>;

hashes hashes_of(const listing& all) {
  hashes out;
  for (const auto& [path, text] : all) {
    if (path.ends_with('/'))
      out["/" + path.substr(0, path.size() - 1)] = "";
    else
      out["/" + path] = base::to_hex(base::sha256_of(std::as_bytes(std::span(text))));
  }
  return out;
}

// Plain ISO 9660 as it is recorded: "SMALL.;1".
std::string without_version(std::string path) {
  if (path.ends_with(";1")) path.resize(path.size() - 2);
  if (path.ends_with('.')) path.pop_back();
  return path;
}

hashes hashes_of(const kernel_view& seen) {
  hashes out;
  for (const auto& [path, e] : seen.entries)
    if (path != "/") out[without_version(path)] = e.kind == 'd' ? "" : e.sha256;
  return out;
}

struct asked {
  std::string title;
  kernel_mount mount;
  hashes before, after;
};

std::vector<kernel_mount> mounts_of(const image::options& how, const fs::path& image) {
  std::vector<kernel_mount> out;
  if (how.file_systems.iso9660) {
    for (const auto* options : {"norock,nojoliet,map=off", "norock,check=strict", "nojoliet"})
      out.push_back({image, "iso9660", options + std::string(",iocharset=utf8")});
  }
  if (how.file_systems.udf) out.push_back({image, "udf", ""});
  return out;
}

std::vector<asked> questions() {
  std::vector<asked> out;
  for (const auto& k : cut_kinds()) {
    const cut_append append(k.how);
    const auto before = hashes_of(append.before()), after = hashes_of(append.after());
    const auto cuts = append.cuts(1);
    // The last ones are those while the blocks at the beginning are changed.
    const std::size_t first = cuts.size() > 8 ? cuts.size() - 8 : 0;
    for (std::size_t i = 0; i < cuts.size(); ++i) {
      if (i < first && i % 6 != 0) continue;
      const auto path = work_folder() / (k.title + std::to_string(i) + ".cut.iso");
      std::ofstream(path, std::ios::binary)
          .write(reinterpret_cast<const char*>(cuts[i].bytes.data()),
                 static_cast<std::streamsize>(cuts[i].bytes.size()));
      for (const auto& mount : mounts_of(k.how, path))
        out.push_back(
            {k.title + ", " + mount.type + " " + mount.options + ", " + cuts[i].title, mount, before, after});
    }
  }
  return out;
}

TEST(kernel_cuts, leave_the_old_session_or_the_new_one) {
  const auto all = questions();
  std::vector<kernel_mount> mounts;
  for (const auto& one : all) mounts.push_back(one.mount);
  const auto views = ask_kernel(mounts, built_guest());
  ASSERT_EQ(views.size(), all.size());
  std::size_t old = 0, fresh = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(views[i].error, 0) << all[i].title;
    const auto seen = hashes_of(views[i]);
    EXPECT_TRUE(seen == all[i].before || seen == all[i].after) << all[i].title << ": " << seen.size();
    old += seen == all[i].before ? 1 : 0;
    fresh += seen == all[i].after ? 1 : 0;
  }
  EXPECT_GT(old, 0U);
  EXPECT_GT(fresh, 0U);
}

// Linux looks for the table in the last blocks: what was cut off must not be there.
TEST(kernel_cuts, virtual_allocation_tables_on_media_that_are_written_once) {
  std::vector<kernel_mount> mounts;
  std::vector<hashes> wanted;
  for (const std::uint16_t revision : {0x150, 0x200, 0x201, 0x250}) {
    image::options how;
    how.udf.revision = revision;
    how.udf.partition = udf::partition_type::vat;
    const written_once disc(how, work_folder() / ("vat" + std::to_string(revision)));
    EXPECT_TRUE(disc.complete());
    // A drive tells where the last session begins; this is a disk.
    mounts.push_back({disc.whole(), "udf", "session=" + std::to_string(disc.second().value)});
    wanted.push_back(hashes_of(disc.after()));
    mounts.push_back({disc.cut(), "udf", ""});
    wanted.push_back(hashes_of(disc.before()));
  }
  const auto views = ask_kernel(mounts, built_guest());
  ASSERT_EQ(views.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_EQ(views[i].error, 0) << mounts[i].image;
    EXPECT_EQ(hashes_of(views[i]), wanted[i]) << mounts[i].image;
  }
}

}  // namespace
}  // namespace comeback::conformance
