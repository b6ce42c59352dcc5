// SPDX-License-Identifier: Apache-2.0
#include "com/stream/stream.hpp"
#include "imapi2fs/fixture.hpp"

#include <vector>

namespace comeback::imapi2fs {
namespace {

class items : public image_facade {
 protected:
  com::ptr<IFsiItem> item(const std::string& path) {
    com::ptr<IFsiItem> found;
    EXPECT_EQ(root->get_Item(words(path), found.put()), S_OK) << path;
    return found;
  }
  static std::string full_path(IFsiItem* of) {
    BSTR path = nullptr;
    EXPECT_EQ(of->get_FullPath(&path), S_OK);
    return text(path);
  }
};

TEST_F(items, a_tree_with_and_without_its_folder) {
  write("src/a/one", "1");
  write("src/two", "22");
  ASSERT_EQ(root->AddTree(words((folder / "src").string()), VARIANT_FALSE), S_OK);
  EXPECT_EQ(full_path(item("a/one").get()), "\\a\\one");
  ASSERT_EQ(root->AddTree(words((folder / "src/").string()), VARIANT_TRUE), S_OK);
  EXPECT_EQ(full_path(item("\\src\\a\\one").get()), "\\src\\a\\one");
  EXPECT_EQ(files(), 4);
}

TEST_F(items, a_tree_that_fails_leaves_the_image_as_it_was) {
  ASSERT_EQ(root->AddDirectory(words("kept")), S_OK);
  const std::string missing = (folder / "missing").string();
  for (const VARIANT_BOOL with_base : {VARIANT_TRUE, VARIANT_FALSE}) {
    EXPECT_EQ(root->AddTree(words(missing), with_base), IMAPI_E_DIRECTORY_READ_FAILURE);
    EXPECT_NE(last_description().find(missing), std::string::npos);
  }
  EXPECT_EQ(root->AddTree(nullptr, VARIANT_FALSE), E_POINTER);
  EXPECT_EQ(root->AddTree(words(""), VARIANT_FALSE), IMAPI_E_INVALID_PARAM);
  LONG count = 0;
  ASSERT_EQ(root->get_Count(&count), S_OK);
  EXPECT_EQ(count, 1);
}

TEST_F(items, a_file_from_a_stream) {
  write("source", "from a stream");
  ASSERT_EQ(root->AddDirectory(words("d")), S_OK);
  ASSERT_EQ(root->AddFile(words("d/name"), stream("source").get()), S_OK);
  const auto file = item("d/name").as<IFsiFileItem>();
  ASSERT_TRUE(file);
  LONGLONG size = 0;
  EXPECT_EQ(file->get_DataSize(&size), S_OK);
  EXPECT_EQ(size, 13);
  long low = 0, high = 1;
  EXPECT_EQ(file->get_DataSize32BitLow(&low), S_OK);
  EXPECT_EQ(file->get_DataSize32BitHigh(&high), S_OK);
  EXPECT_EQ(low, 13);
  EXPECT_EQ(high, 0);
  EXPECT_EQ(root->AddFile(words("x"), nullptr), E_POINTER);
  EXPECT_EQ(root->AddFile(words("d/name"), stream("source").get()), IMAPI_E_DUP_NAME);

  com::ptr<IFileSystemImageResult> result;
  com::ptr<IStream> bytes;
  ASSERT_EQ(image->CreateResultImage(result.put()), S_OK);
  ASSERT_EQ(result->get_ImageStream(bytes.put()), S_OK);
  STATSTG stat{};
  ASSERT_EQ(bytes->Stat(&stat, STATFLAG_NONAME), S_OK);
  std::string all(stat.cbSize.QuadPart, '\0');
  ULONG count = 0;
  ASSERT_EQ(bytes->Read(all.data(), static_cast<ULONG>(all.size()), &count), S_OK);
  EXPECT_EQ(count, all.size());
  EXPECT_NE(all.find("from a stream"), std::string::npos);
}

TEST_F(items, a_stream_that_fails_is_a_read_failure_of_the_image) {
  const auto bad = com::make<com::stream>(std::make_shared<broken>());
  ASSERT_EQ(root->AddFile(words("bad"), bad.get()), S_OK);
  com::ptr<IFileSystemImageResult> result;
  com::ptr<IStream> bytes;
  ASSERT_EQ(image->CreateResultImage(result.put()), S_OK);
  ASSERT_EQ(result->get_ImageStream(bytes.put()), S_OK);
  std::vector<char> all(1 << 20);
  EXPECT_EQ(bytes->Read(all.data(), 1 << 20, static_cast<ULONG*>(nullptr)), IMAPI_E_DATA_STREAM_READ_FAILURE);
}

TEST_F(items, a_null_path_is_a_null_pointer) {
  write("source", "1");
  com::ptr<IFsiItem> found;
  EXPECT_EQ(root->get_Item(nullptr, found.put()), E_POINTER);
  EXPECT_FALSE(found);
  EXPECT_EQ(root->AddDirectory(nullptr), E_POINTER);
  EXPECT_EQ(root->AddFile(nullptr, stream("source").get()), E_POINTER);
  EXPECT_EQ(root->AddTree(nullptr, VARIANT_FALSE), E_POINTER);
  EXPECT_EQ(root->Remove(nullptr), E_POINTER);
  EXPECT_EQ(root->RemoveTree(nullptr), E_POINTER);
  EXPECT_EQ(files(), 0);
}

// Sparse, so that the sizes cost no disk.
TEST_F(items, files_above_2_gib_are_refused) {
  ASSERT_EQ(image->put_FreeMediaBlocks(0), S_OK);
  for (const auto mask : {FsiFileSystemISO9660, static_cast<FsiFileSystems>(3)}) {
    ASSERT_EQ(image->put_FileSystemsToCreate(mask), S_OK);
    write("src/a", "1");
    write("src/large", "");
    std::filesystem::resize_file(folder / "src/large", 2'147'483'649);
    EXPECT_EQ(root->AddFile(words("dir"), stream("src/large").get()), IMAPI_E_DATA_TOO_BIG);
    EXPECT_NE(last_description().find("\"dir\" has 2147483649 bytes"), std::string::npos);
    EXPECT_EQ(root->AddTree(words((folder / "src").string()), VARIANT_TRUE), IMAPI_E_DATA_TOO_BIG);
    EXPECT_NE(last_description().find("/src/large\" has 2147483649 bytes"), std::string::npos);
    LONG count = -1;
    EXPECT_EQ(root->get_Count(&count), S_OK);
    EXPECT_EQ(count, 0);
    std::filesystem::resize_file(folder / "src/large", 2'147'483'648);
    EXPECT_EQ(root->AddTree(words((folder / "src").string()), VARIANT_TRUE), S_OK);
    EXPECT_EQ(root->AddFile(words("large"), stream("src/large").get()), S_OK);
    EXPECT_EQ(root->RemoveTree(words("/")), S_OK);
  }
}

struct path_case {
  std::string_view title, path;
  HRESULT add, item;
};
class bad_paths : public items, public testing::WithParamInterface<path_case> {};
TEST_P(bad_paths, are_told) {
  ASSERT_EQ(root->AddDirectory(words("d")), S_OK);
  EXPECT_EQ(root->AddDirectory(words(std::string(GetParam().path))), GetParam().add);
  com::ptr<IFsiItem> found;
  EXPECT_EQ(root->get_Item(words(std::string(GetParam().path)), found.put()), GetParam().item);
}
INSTANTIATE_TEST_SUITE_P(
    all, bad_paths,
    testing::Values(path_case{"empty", "", hr(0xC0AAB110), S_OK},
                    path_case{"there_already", "d", hr(0xC0AAB112), S_OK},
                    path_case{"parent_missing", "none/x", hr(0xC0AAB110), hr(0xC0AAB110)},
                    path_case{"missing", "d/x", S_OK, S_OK},
                    path_case{"dot_dot", "..", hr(0xC0AAB110), hr(0xC0AAB118)},
                    path_case{"too_long",
                              std::string_view("llllllllllllllllllllllllllllllllllllllllllllllllllllllllllll"
                                               "llllllllllllllllllllllllllllllllllllllllllllllllllllllllllll"
                                               "llllllllllllllllllllllllllllllllllllllllllllllllllllllllllll"
                                               "llllllllllllllllllllllllllllllllllllllllllllllllllllllllllll"
                                               "llllllllllllllllllll"),
                              hr(0xC0AAB110), hr(0xC0AAB118)}),
    [](const auto& one) { return std::string(one.param.title); });

TEST_F(items, an_absolute_path_is_for_the_root_alone) {
  ASSERT_EQ(root->AddDirectory(words("\\d")), S_OK);
  const auto d = item("d").as<IFsiDirectoryItem>();
  ASSERT_TRUE(d);
  EXPECT_EQ(d->AddDirectory(words("/x")), IMAPI_E_INVALID_PATH);
  EXPECT_EQ(d->AddDirectory(words("x")), S_OK);
  EXPECT_EQ(full_path(item("/d/x").get()), "\\d\\x");
}

TEST_F(items, removing) {
  write("a/one", "1");
  ASSERT_EQ(root->AddTree(words(folder.string()), VARIANT_FALSE), S_OK);
  const auto one = item("a/one");
  EXPECT_EQ(root->Remove(words("a")), IMAPI_E_DIR_NOT_EMPTY);
  EXPECT_EQ(root->RemoveTree(words("a/one")), IMAPI_E_NOT_DIR);
  EXPECT_EQ(root->Remove(words("a/none")), IMAPI_E_ITEM_NOT_FOUND);
  EXPECT_EQ(root->RemoveTree(words("/")), S_OK);
  EXPECT_EQ(files(), 0);
  BSTR name = nullptr;
  EXPECT_EQ(one->get_Name(&name), IMAPI_E_ITEM_NOT_FOUND);
  EXPECT_EQ(name, nullptr);
}

TEST_F(items, times_are_days_since_1899) {
  ASSERT_EQ(root->AddDirectory(words("d")), S_OK);
  const auto d = item("d");
  DATE when = 0;
  ASSERT_EQ(d->get_LastModifiedTime(&when), S_OK);
  EXPECT_DOUBLE_EQ(when, 45245.5);  // 2023-11-15 12:00
  for (const DATE set : {25569.25, 0.0, -1.25, -657434.75, 2958465.75}) {
    ASSERT_EQ(d->put_LastModifiedTime(set), S_OK);
    ASSERT_EQ(d->get_LastModifiedTime(&when), S_OK);
    EXPECT_DOUBLE_EQ(when, set);
  }
  EXPECT_EQ(d->put_LastModifiedTime(1e300), IMAPI_E_INVALID_PARAM);
  EXPECT_EQ(d->put_LastModifiedTime(__builtin_nan("")), IMAPI_E_INVALID_PARAM);
}

TEST_F(items, names_in_the_file_systems) {
  write("Long name.text", "1");
  ASSERT_EQ(root->AddTree(words(folder.string()), VARIANT_FALSE), S_OK);
  const auto file = item("Long name.text");
  BSTR name = nullptr;
  ASSERT_EQ(file->FileSystemName(FsiFileSystemJoliet, &name), S_OK);
  EXPECT_EQ(text(name), "Long name.text");
  ASSERT_EQ(image->put_ISO9660InterchangeLevel(2), S_OK);
  ASSERT_EQ(file->FileSystemPath(FsiFileSystemISO9660, &name), S_OK);
  EXPECT_EQ(text(name), "\\LONG_NAME.TEXT");
  EXPECT_EQ(file->FileSystemName(static_cast<FsiFileSystems>(3), &name), IMAPI_E_INVALID_PARAM);
}

TEST_F(items, the_enumerator_is_a_snapshot_of_paths) {
  ASSERT_EQ(root->AddDirectory(words("b")), S_OK);
  ASSERT_EQ(root->AddDirectory(words("a")), S_OK);
  com::ptr<IEnumVARIANT> each;
  ASSERT_EQ(root->get__NewEnum(each.put()), S_OK);
  ASSERT_EQ(root->AddDirectory(words("c")), S_OK);
  VARIANT paths[4]{};
  ULONG count = 0;
  EXPECT_EQ(each->Next(4, paths, &count), S_FALSE);
  ASSERT_EQ(count, 2u);
  EXPECT_EQ(com::to_utf8(paths[0].bstrVal), "\\a");
  for (auto& one : paths) VariantClear(&one);
}

}  // namespace
}  // namespace comeback::imapi2fs
