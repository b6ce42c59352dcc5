// SPDX-License-Identifier: Apache-2.0
// UDF from a client's side: every revision and combination of file systems, and what only UDF can hold. The
// images are opened again and compared with their source.

#include "image/open.hpp"
#include "image/verify.hpp"
#include "imapi2fs/fixture.hpp"
#include "tree/add_tree.hpp"

#include <ostream>
#include <string>
#include <vector>

namespace comeback::imapi2fs {
namespace {

constexpr auto bridge = static_cast<FsiFileSystems>(7), with_iso9660 = static_cast<FsiFileSystems>(5);

class udf_images : public image_facade {
 protected:
  [[nodiscard]] std::string in() const { return (folder / "in").string(); }
  void fill() const {
    write("in/readme.txt", "hello");
    write("in/empty", "");
    write("in/Größe \xE2\x82\xAC.bin", std::string(5000, 'o'));
    write("in/sub/deeper/name with: colon", std::string(2048, 'n'));
    for (int i = 0; i < 60; ++i) write("in/many/a rather long name of a file " + std::to_string(i), "x");
  }
  /// The result image, opened from a file.
  image::opened_image opened() {
    com::ptr<IFileSystemImageResult> result;
    com::ptr<IStream> from, to;
    EXPECT_EQ(image->CreateResultImage(result.put()), S_OK);
    EXPECT_EQ(result->get_ImageStream(from.put()), S_OK);
    const auto path = folder / "out.iso";
    EXPECT_EQ(
        SHCreateStreamOnFileEx(path.wstring().c_str(), STGM_WRITE | STGM_CREATE, 0, TRUE, nullptr, to.put()),
        S_OK);
    ULARGE_INTEGER all{};
    all.QuadPart = ~0ull;
    EXPECT_EQ(from->CopyTo(to.get(), all, nullptr, nullptr), S_OK);
    to = nullptr;
    return image::open_image(path);
  }
  static image::entry find(const image::opened_image& in, const std::string& path) {
    return image::value_or_throw(in.find(image::file_system::udf, path), in);
  }
  static std::string read(const image::opened_image& in, const image::entry& file) {
    std::string bytes(file.size, '\0');
    (void)image::value_or_throw(in.read(file, 0, std::as_writable_bytes(std::span(bytes))), in);
    return bytes;
  }
  static void expect_sound(const image::opened_image& made) {
    for (const auto& one : image::verify(made).findings) ADD_FAILURE() << one.path << ": " << one.what;
  }
  static void expect_sound(const image::opened_image& made, const std::string& source) {
    expect_sound(made);
    tree::file_tree expected;
    tree::add_tree(expected, tree::root, source, {.follow_links = true});
    for (const auto& one : image::verify_against(made, expected).findings)
      ADD_FAILURE() << one.path << ": " << one.what;
  }
  LONG used() {
    LONG blocks = 0;
    EXPECT_EQ(image->get_UsedBlocks(&blocks), S_OK);
    return blocks;
  }
  com::ptr<IFsiFileItem2> file(const std::string& path) {
    com::ptr<IFsiItem> found;
    EXPECT_EQ(root->get_Item(words(path), found.put()), S_OK) << path;
    return found.as<IFsiFileItem2>();
  }

  com::ptr<IFileSystemImage3> image3 = image.as<IFileSystemImage3>();
};

struct kind {
  LONG revision;
  int mask;
  bool mirror = true;
};
void PrintTo(const kind& k, std::ostream* out) { *out << std::hex << k.revision << " in " << k.mask; }

class udf_kinds : public udf_images, public testing::WithParamInterface<kind> {};

TEST_P(udf_kinds, hold_the_folder) {
  fill();
  const auto [revision, mask, mirror] = GetParam();
  ASSERT_EQ(image->put_FileSystemsToCreate(static_cast<FsiFileSystems>(mask)), S_OK);
  ASSERT_EQ(image->put_UDFRevision(revision), S_OK);
  const bool redundant = revision >= 0x250;
  EXPECT_EQ(image3->put_CreateRedundantUdfMetadataFiles(mirror ? VARIANT_TRUE : VARIANT_FALSE),
            redundant ? S_OK : IMAPI_S_IMAGE_FEATURE_NOT_SUPPORTED);
  ASSERT_EQ(root->AddTree(words(in()), VARIANT_FALSE), S_OK);
  const auto blocks = used();
  const auto made = opened();
  EXPECT_EQ(std::filesystem::file_size(folder / "out.iso"), static_cast<std::uintmax_t>(blocks) * 2048);
  ASSERT_TRUE(made.has(image::file_system::udf));
  EXPECT_EQ(made.has(image::file_system::iso9660), (mask & 1) != 0);
  EXPECT_EQ(made.has(image::file_system::joliet), (mask & 2) != 0);
  for (const auto& volume : made.volumes()) {
    if (volume.fs != image::file_system::udf) continue;
    EXPECT_EQ(volume.revision, revision);
    EXPECT_EQ(volume.partition, redundant ? "metadata" : "plain");
    EXPECT_EQ(volume.volume_name, "20231115_1200");
  }
  expect_sound(made, in());
  EXPECT_EQ(read(made, find(made, "/Größe \xE2\x82\xAC.bin")), std::string(5000, 'o'));
}

std::vector<kind> all_kinds() {
  std::vector<kind> all;
  for (const LONG revision : {0x102, 0x150, 0x200, 0x201, 0x250, 0x260})
    for (const int mask : {4, 5, 7}) all.push_back({revision, mask});
  for (const int mask : {4, 7}) all.push_back({0x250, mask, false});
  return all;
}

INSTANTIATE_TEST_SUITE_P(all, udf_kinds, testing::ValuesIn(all_kinds()), [](const auto& one) {
  return std::to_string(one.param.revision) + "_in_" + std::to_string(one.param.mask) +
         (one.param.mirror ? "" : "_alone");
});

TEST_F(udf_images, a_mirror_costs_blocks_and_none_is_refused) {
  fill();
  ASSERT_EQ(image->put_FileSystemsToCreate(FsiFileSystemUDF), S_OK);
  ASSERT_EQ(image->put_UDFRevision(0x250), S_OK);
  ASSERT_EQ(root->AddTree(words(in()), VARIANT_FALSE), S_OK);
  const LONG with = used();
  EXPECT_EQ(image3->put_CreateRedundantUdfMetadataFiles(VARIANT_FALSE), S_OK);
  EXPECT_LT(used(), with);
  com::ptr<IFileSystemImageResult> result;
  ASSERT_EQ(image->CreateResultImage(result.put()), S_OK);
  EXPECT_EQ(image3->put_CreateRedundantUdfMetadataFiles(VARIANT_TRUE), IMAPI_E_READONLY);
  EXPECT_EQ(image->put_UDFRevision(0x201), IMAPI_E_READONLY);
}

TEST_F(udf_images, revisions_there_are) {
  SAFEARRAY* got = nullptr;
  ASSERT_EQ(image->get_UDFRevisionsSupported(&got), S_OK);
  const com::safe_array held(got);
  std::vector<LONG> all;
  LONG last = -1;
  ASSERT_EQ(SafeArrayGetUBound(got, 1, &last), S_OK);
  for (LONG i = 0; i <= last; ++i) {
    VARIANT one{};
    ASSERT_EQ(SafeArrayGetElement(got, &i, &one), S_OK);
    EXPECT_EQ(one.vt, VT_I4);
    all.push_back(one.lVal);
    EXPECT_EQ(image->put_UDFRevision(one.lVal), S_OK);
  }
  EXPECT_EQ(all, (std::vector<LONG>{0x102, 0x150, 0x200, 0x201, 0x250, 0x260}));
}

TEST_F(udf_images, names_of_items) {
  ASSERT_EQ(root->AddDirectory(words("d")), S_OK);
  write("f", "1");
  const std::string longest(255, 'n');
  ASSERT_EQ(root->AddFile(words("d/version;1"), stream("f").get()), S_OK);
  ASSERT_EQ(root->AddFile(words("d/" + longest), stream("f").get()), S_OK);
  BSTR name = nullptr;
  EXPECT_EQ(file("d/version;1")->FileSystemName(FsiFileSystemUDF, &name), S_OK);
  EXPECT_EQ(text(name), "version;1");
  EXPECT_EQ(file("d/version;1")->FileSystemPath(FsiFileSystemUDF, &name), S_OK);
  EXPECT_EQ(text(name), "\\d\\version;1");
  EXPECT_EQ(file("d/" + longest)->FileSystemName(FsiFileSystemUDF, &name), S_OK);
  EXPECT_EQ(text(name), std::string(254, 'n'));
  com::ptr<IFsiFileItem> loose;
  ASSERT_EQ(image->CreateFileItem(words("Not there"), loose.put()), S_OK);
  EXPECT_EQ(loose->FileSystemPath(FsiFileSystemUDF, &name), S_OK);
  EXPECT_EQ(text(name), "\\Not there");
}

TEST_F(udf_images, strict_rules_know_udf_s_names) {
  ASSERT_EQ(image->put_FileSystemsToCreate(FsiFileSystemUDF), S_OK);
  ASSERT_EQ(image->put_StrictFileSystemCompliance(VARIANT_TRUE), S_OK);
  EXPECT_EQ(root->AddDirectory(words(std::string(254, 'n'))), S_OK);
  EXPECT_EQ(root->AddDirectory(words(std::string(255, 'n'))), IMAPI_E_INVALID_PATH);
  std::string path;
  for (int level = 0; level < 12; ++level) EXPECT_EQ(root->AddDirectory(words(path += "/d")), S_OK);
}

TEST_F(udf_images, hold_named_streams_from_revision_2_00_on) {
  write("f", "text");
  write("s", "of the stream");
  ASSERT_EQ(image->put_FileSystemsToCreate(bridge), S_OK);
  ASSERT_EQ(image->put_UDFRevision(0x200), S_OK);
  ASSERT_EQ(root->AddFile(words("f"), stream("f").get()), S_OK);
  EXPECT_EQ(file("f")->AddStream(words("first"), stream("s").get()), S_OK);
  EXPECT_EQ(file("f")->AddStream(words("second"), stream("f").get()), S_OK);
  EXPECT_EQ(file("f")->RemoveStream(words("second")), S_OK);
  EXPECT_EQ(image->put_UDFRevision(0x150), IMAPI_S_IMAGE_FEATURE_NOT_SUPPORTED);
  {
    const auto without = opened();
    EXPECT_EQ(find(without, "/f").streams, 0u);
    expect_sound(without);
  }
  EXPECT_EQ(image->put_FileSystemsToCreate(static_cast<FsiFileSystems>(3)),
            IMAPI_S_IMAGE_FEATURE_NOT_SUPPORTED);
  EXPECT_EQ(image->put_UDFRevision(0x200), IMAPI_S_IMAGE_FEATURE_NOT_SUPPORTED);
  EXPECT_EQ(image->put_FileSystemsToCreate(bridge), S_OK);
  const auto made = opened();
  const auto streams = image::value_or_throw(made.streams(image::file_system::udf, find(made, "/f")), made);
  ASSERT_EQ(streams.size(), 1u);
  EXPECT_EQ(streams.front().name, "first");
  EXPECT_EQ(read(made, streams.front()), "of the stream");
  expect_sound(made);
}

TEST_F(udf_images, tell_real_time_files_from_revision_2_01_on) {
  write("f", "text");
  ASSERT_EQ(image->put_FileSystemsToCreate(FsiFileSystemUDF), S_OK);
  ASSERT_EQ(root->AddFile(words("f"), stream("f").get()), S_OK);
  ASSERT_EQ(image->put_UDFRevision(0x200), S_OK);
  EXPECT_EQ(file("f")->put_IsRealTime(VARIANT_TRUE), IMAPI_S_IMAGE_FEATURE_NOT_SUPPORTED);
  EXPECT_FALSE(find(opened(), "/f").attributes.real_time);
  ASSERT_EQ(image->put_UDFRevision(0x201), S_OK);
  EXPECT_EQ(file("f")->put_IsRealTime(VARIANT_TRUE), S_OK);
  const auto made = opened();
  EXPECT_TRUE(find(made, "/f").attributes.real_time);
  EXPECT_EQ(read(made, find(made, "/f")), "text");
  VARIANT_BOOL is = VARIANT_FALSE;
  EXPECT_EQ(file("f")->get_IsRealTime(&is), S_OK);
  EXPECT_EQ(is, VARIANT_TRUE);
}

TEST_F(udf_images, keep_times_and_hiding) {
  write("f", "text");
  ASSERT_EQ(image->put_FileSystemsToCreate(FsiFileSystemUDF), S_OK);
  ASSERT_EQ(root->AddFile(words("f"), stream("f").get()), S_OK);
  ASSERT_EQ(file("f")->put_LastModifiedTime(36526.25), S_OK);
  ASSERT_EQ(file("f")->put_LastAccessedTime(36527.25), S_OK);
  ASSERT_EQ(file("f")->put_IsHidden(VARIANT_TRUE), S_OK);
  const auto made = find(opened(), "/f");
  EXPECT_EQ(made.modified.seconds, 946'706'400);  // 2000-01-01 06:00:00
  ASSERT_TRUE(made.times.accessed);
  EXPECT_EQ(made.times.accessed->seconds, 946'792'800);
  EXPECT_TRUE(made.hidden);
}

// Sparse, so that the size costs no disk; and no block of it is read.
TEST_F(udf_images, alone_take_files_above_2_gib) {
  ASSERT_EQ(image->put_FreeMediaBlocks(0), S_OK);
  ASSERT_EQ(image->put_FileSystemsToCreate(FsiFileSystemUDF), S_OK);
  write("src/large", "");
  std::filesystem::resize_file(folder / "src/large", 5'000'000'000);
  ASSERT_EQ(root->AddTree(words((folder / "src").string()), VARIANT_FALSE), S_OK);
  EXPECT_GT(used(), 5'000'000'000 / 2048);
  for (const auto mask : {FsiFileSystemISO9660, with_iso9660, bridge})
    EXPECT_EQ(image->put_FileSystemsToCreate(mask), IMAPI_E_DATA_TOO_BIG) << mask;
  EXPECT_NE(last_description().find("/large\" has 5000000000 bytes"), std::string::npos);
  auto mask = FsiFileSystemNone;
  EXPECT_EQ(image->get_FileSystemsToCreate(&mask), S_OK);
  EXPECT_EQ(mask, FsiFileSystemUDF);
  com::ptr<IFileSystemImageResult> result;
  EXPECT_EQ(image->CreateResultImage(result.put()), S_OK);
}

// UDF has no path tables that number the directories.
TEST_F(udf_images, alone_take_more_directories_than_path_tables_number) {
  ASSERT_EQ(image->put_FreeMediaBlocks(0), S_OK);
  ASSERT_EQ(image->put_FileSystemsToCreate(FsiFileSystemUDF), S_OK);
  for (int i = 0; i < 65'535; ++i) ASSERT_EQ(root->AddDirectory(words(std::to_string(i))), S_OK);
  EXPECT_EQ(image->put_FileSystemsToCreate(bridge), IMAPI_E_TOO_MANY_DIRS);
  EXPECT_EQ(image->ChooseImageDefaultsForMediaType(IMAPI_MEDIA_TYPE_DISK), IMAPI_E_TOO_MANY_DIRS);
  ASSERT_EQ(root->Remove(words("0")), S_OK);
  EXPECT_EQ(image->put_FileSystemsToCreate(bridge), S_OK);
  EXPECT_EQ(root->AddDirectory(words("0")), IMAPI_E_TOO_MANY_DIRS);
  com::ptr<IFsiDirectoryItem> loose;
  ASSERT_EQ(image->CreateDirectoryItem(words("0"), loose.put()), S_OK);
  EXPECT_EQ(root->Add(loose.get()), IMAPI_E_TOO_MANY_DIRS);
  std::filesystem::create_directories(folder / "in" / "below");
  EXPECT_EQ(root->AddTree(words(in()), VARIANT_FALSE), IMAPI_E_TOO_MANY_DIRS);
  LONG point = 0;
  ASSERT_EQ(image->get_ChangePoint(&point), S_OK);
  EXPECT_EQ(image->RollbackToChangePoint(point - 1), IMAPI_E_TOO_MANY_DIRS);
}

struct medium_case {
  int type, mask;
  LONG blocks;
};
class media_defaults : public udf_images, public testing::WithParamInterface<medium_case> {};

TEST_P(media_defaults, are_set_and_win_over_what_was) {
  ASSERT_EQ(image->put_FileSystemsToCreate(FsiFileSystemISO9660), S_OK);
  ASSERT_EQ(image->ChooseImageDefaultsForMediaType(static_cast<IMAPI_MEDIA_PHYSICAL_TYPE>(GetParam().type)),
            S_OK);
  auto mask = FsiFileSystemNone;
  LONG blocks = -1, revision = 0;
  EXPECT_EQ(image->get_FileSystemsToCreate(&mask), S_OK);
  EXPECT_EQ(image->get_FreeMediaBlocks(&blocks), S_OK);
  EXPECT_EQ(image->get_UDFRevision(&revision), S_OK);
  EXPECT_EQ(mask, GetParam().mask);
  EXPECT_EQ(blocks, GetParam().blocks);
  EXPECT_EQ(revision, 0x102);
}

INSTANTIATE_TEST_SUITE_P(all, media_defaults,
                         testing::Values(medium_case{IMAPI_MEDIA_TYPE_CDR, 3, 332'800},
                                         medium_case{IMAPI_MEDIA_TYPE_DVDPLUSR, 7, 2'295'104},
                                         medium_case{IMAPI_MEDIA_TYPE_DISK, 7, 0},
                                         medium_case{IMAPI_MEDIA_TYPE_DVDPLUSRW_DUALLAYER, 4, 4'173'824},
                                         medium_case{IMAPI_MEDIA_TYPE_BDR, 4, 12'219'392}),
                         [](const auto& one) { return "type" + std::to_string(one.param.type); });

}  // namespace
}  // namespace comeback::imapi2fs
