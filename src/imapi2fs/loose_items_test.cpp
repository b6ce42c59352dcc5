// SPDX-License-Identifier: Apache-2.0
// Items that clients make and add, files' data and named streams.

#include "imapi2fs/fixture.hpp"

#include <string>

namespace comeback::imapi2fs {
namespace {

class loose_items : public image_facade {
 protected:
  void SetUp() override {
    image_facade::SetUp();
    write("a", "one");
    ASSERT_EQ(image->CreateFileItem(words("f"), file.put()), S_OK);
    ASSERT_EQ(image->CreateDirectoryItem(words("d"), directory.put()), S_OK);
  }
  static std::string read(IFsiFileItem& from) {
    com::ptr<IStream> data;
    EXPECT_EQ(from.get_Data(data.put()), S_OK);
    char bytes[16]{};
    ULONG count = 0;
    if (data) {
      EXPECT_TRUE(SUCCEEDED(data->Read(bytes, sizeof bytes, &count)));
    }
    return {bytes, count};
  }

  com::ptr<IFsiFileItem> file;
  com::ptr<IFsiDirectoryItem> directory;
};

TEST_F(loose_items, are_in_no_image) {
  BSTR name = nullptr;
  EXPECT_EQ(file->get_Name(&name), S_OK);
  EXPECT_EQ(text(name), "f");
  EXPECT_EQ(directory->AddDirectory(words("x")), IMAPI_E_NOT_IN_FILE_SYSTEM);
  EXPECT_EQ(directory->AddFile(words("x"), stream("a").get()), IMAPI_E_NOT_IN_FILE_SYSTEM);
  EXPECT_EQ(directory->AddTree(words(folder.string()), VARIANT_FALSE), IMAPI_E_NOT_IN_FILE_SYSTEM);
  EXPECT_EQ(directory->Add(file.get()), IMAPI_E_NOT_IN_FILE_SYSTEM);
  EXPECT_EQ(directory->Add(directory.get()), IMAPI_E_NOT_IN_FILE_SYSTEM);
  EXPECT_EQ(directory->Remove(words("x")), IMAPI_E_NOT_IN_FILE_SYSTEM);
  EXPECT_EQ(directory->RemoveTree(words("x")), IMAPI_E_NOT_IN_FILE_SYSTEM);
  EXPECT_EQ(file.as<IFsiFileItem2>()->AddStream(words("s"), stream("a").get()), IMAPI_E_NOT_IN_FILE_SYSTEM);
  EXPECT_EQ(file.as<IFsiFileItem2>()->RemoveStream(words("s")), IMAPI_E_NOT_IN_FILE_SYSTEM);
  LONG count = -1;
  EXPECT_EQ(directory->get_Count(&count), S_OK);
  EXPECT_EQ(count, 0);
  EXPECT_EQ(file->FileSystemPath(FsiFileSystemISO9660, &name), S_OK);
  EXPECT_EQ(text(name), "\\F.");
}

TEST_F(loose_items, become_part_of_the_image) {
  com::ptr<IStream> none;
  EXPECT_EQ(file->get_Data(none.put()), S_OK);
  EXPECT_FALSE(none);
  ASSERT_EQ(file->put_Data(stream("a").get()), S_OK);
  EXPECT_EQ(read(*file), "one");
  ASSERT_EQ(file->put_IsHidden(VARIANT_TRUE), S_OK);
  ASSERT_EQ(file->put_LastModifiedTime(25569.25), S_OK);
  ASSERT_EQ(root->Add(directory.get()), S_OK);
  ASSERT_EQ(directory->Add(file.get()), S_OK);
  BSTR path = nullptr;
  EXPECT_EQ(file->get_FullPath(&path), S_OK);
  EXPECT_EQ(text(path), "\\d\\f");
  EXPECT_EQ(file->put_Data(stream("a").get()), IMAPI_E_READONLY);
  EXPECT_EQ(read(*file), "one");
  com::ptr<IFsiItem> found;
  ASSERT_EQ(root->get_Item(words("d/f"), found.put()), S_OK);
  VARIANT_BOOL hidden = VARIANT_FALSE;
  DATE when = 0;
  EXPECT_EQ(found->get_IsHidden(&hidden), S_OK);
  EXPECT_EQ(found->get_LastModifiedTime(&when), S_OK);
  EXPECT_EQ(hidden, VARIANT_TRUE);
  EXPECT_DOUBLE_EQ(when, 25569.25);
}

TEST_F(loose_items, collisions_cycles_and_strangers) {
  ASSERT_EQ(root->Add(directory.get()), S_OK);
  EXPECT_EQ(root->Add(directory.get()), IMAPI_E_DUP_NAME);
  EXPECT_EQ(directory->Add(directory.get()), IMAPI_E_INVALID_PARAM);
  EXPECT_EQ(directory->Add(root.get()), IMAPI_E_INVALID_PARAM);
  EXPECT_EQ(root->Add(nullptr), E_POINTER);
  com::ptr<IFileSystemImage> other = com::make<file_system_image>([] { return noon; });
  com::ptr<IFsiFileItem> of_other;
  ASSERT_EQ(other->CreateFileItem(words("x"), of_other.put()), S_OK);
  EXPECT_EQ(root->Add(of_other.get()), IMAPI_E_INVALID_PARAM);
  ASSERT_EQ(root->Remove(words("d")), S_OK);
  EXPECT_EQ(directory->AddDirectory(words("x")), IMAPI_E_NOT_IN_FILE_SYSTEM);
  EXPECT_EQ(root->Add(directory.get()), S_OK);
  ASSERT_EQ(image->put_FreeMediaBlocks(600), S_OK);
  write("big", std::string(2U << 20, 'x'));
  ASSERT_EQ(file->put_Data(stream("big").get()), S_OK);
  EXPECT_EQ(root->Add(file.get()), IMAPI_E_IMAGE_SIZE_LIMIT);
  EXPECT_EQ(files(), 0);
  com::ptr<IFileSystemImageResult> result;
  ASSERT_EQ(image->CreateResultImage(result.put()), S_OK);
  EXPECT_EQ(root->Add(file.get()), IMAPI_E_READONLY);
}

TEST_F(loose_items, names_that_are_none) {
  for (const char* name : {"", ".", "..", "a/b", "a\\b"}) {
    com::ptr<IFsiFileItem> f;
    com::ptr<IFsiDirectoryItem> d;
    EXPECT_EQ(image->CreateFileItem(words(name), f.put()), IMAPI_E_INVALID_PARAM) << name;
    EXPECT_EQ(image->CreateDirectoryItem(words(name), d.put()), IMAPI_E_INVALID_PARAM) << name;
  }
  com::ptr<IFsiFileItem> f;
  EXPECT_EQ(image->CreateFileItem(nullptr, f.put()), E_POINTER);
  EXPECT_EQ(image->CreateFileItem(words("x"), nullptr), E_POINTER);
  EXPECT_EQ(file->put_Data(nullptr), E_POINTER);
}

TEST_F(loose_items, named_streams) {
  ASSERT_EQ(root->Add(file.get()), S_OK);
  const auto f = file.as<IFsiFileItem2>();
  EXPECT_EQ(f->AddStream(words("s"), stream("a").get()), IMAPI_S_IMAGE_FEATURE_NOT_SUPPORTED);
  EXPECT_EQ(f->AddStream(words("s"), stream("a").get()), IMAPI_E_DUP_NAME);
  EXPECT_EQ(f->AddStream(words("a/b"), stream("a").get()), IMAPI_E_INVALID_PARAM);
  EXPECT_EQ(f->AddStream(words("t"), nullptr), E_POINTER);
  EXPECT_EQ(f->AddStream(nullptr, stream("a").get()), E_POINTER);
  EXPECT_EQ(f->RemoveStream(words("t")), IMAPI_E_INVALID_PARAM);
  com::ptr<IFsiNamedStreams> all;
  ASSERT_EQ(f->get_FsiNamedStreams(all.put()), S_OK);
  com::ptr<IFsiFileItem2> one;
  for (const LONG index : {-1, 1, 100})
    EXPECT_EQ(all->get_Item(index, one.put()), IMAPI_E_INVALID_PARAM) << index;
  ASSERT_EQ(all->get_Item(0, one.put()), S_OK);
  VARIANT_BOOL is = VARIANT_FALSE;
  EXPECT_EQ(one->get_IsNamedStream(&is), S_OK);
  EXPECT_EQ(is, VARIANT_TRUE);
  EXPECT_EQ(f->get_IsNamedStream(&is), S_OK);
  EXPECT_EQ(is, VARIANT_FALSE);
  EXPECT_EQ(read(*one), "one");
  com::ptr<IFsiNamedStreams> none;
  EXPECT_EQ(one->get_FsiNamedStreams(none.put()), IMAPI_E_PROPERTY_NOT_ACCESSIBLE);
  EXPECT_EQ(one->get_IsRealTime(&is), IMAPI_E_PROPERTY_NOT_ACCESSIBLE);
  EXPECT_EQ(one->put_IsRealTime(VARIANT_TRUE), IMAPI_E_PROPERTY_NOT_ACCESSIBLE);
  EXPECT_EQ(one->put_Data(stream("a").get()), IMAPI_E_READONLY);
  BSTR path = nullptr;
  EXPECT_EQ(one->get_FullPath(&path), S_OK);
  EXPECT_EQ(text(path), "\\f:s");
  com::ptr<IEnumFsiItems> each;
  com::ptr<IFsiItem> items[2];
  ULONG count = 0;
  ASSERT_EQ(all->get_EnumNamedStreams(each.put()), S_OK);
  EXPECT_EQ(each->Next(1, items[0].put(), &count), S_OK);
  EXPECT_EQ(each->Next(1, items[1].put(), &count), S_FALSE);
}

TEST_F(loose_items, real_time) {
  ASSERT_EQ(root->Add(file.get()), S_OK);
  const auto f = file.as<IFsiFileItem2>();
  EXPECT_EQ(f->put_IsRealTime(VARIANT_TRUE), IMAPI_S_IMAGE_FEATURE_NOT_SUPPORTED);
  VARIANT_BOOL is = VARIANT_FALSE;
  EXPECT_EQ(f->get_IsRealTime(&is), S_OK);
  EXPECT_EQ(is, VARIANT_TRUE);
  com::ptr<IFileSystemImageResult> result;
  ASSERT_EQ(image->CreateResultImage(result.put()), S_OK);
  EXPECT_TRUE(SUCCEEDED(f->put_IsRealTime(VARIANT_FALSE)));
  EXPECT_EQ(f->get_IsRealTime(&is), S_OK);
  EXPECT_EQ(is, VARIANT_TRUE);
}

TEST_F(loose_items, typed_enumerators_are_snapshots) {
  for (const char* name : {"b", "c"}) ASSERT_EQ(root->AddDirectory(words(name)), S_OK);
  com::ptr<IEnumFsiItems> each, other;
  ASSERT_EQ(root->get_EnumFsiItems(each.put()), S_OK);
  ASSERT_EQ(root->AddDirectory(words("later")), S_OK);
  IFsiItem* got[5]{};
  ULONG count = 0;
  EXPECT_EQ(each->Next(2, nullptr, &count), E_POINTER);
  EXPECT_EQ(each->Next(2, got, nullptr), E_INVALIDARG);
  EXPECT_EQ(each->Skip(1), S_OK);
  ASSERT_EQ(each->Clone(other.put()), S_OK);
  EXPECT_EQ(each->Next(5, got, &count), S_OK);
  EXPECT_EQ(count, 1u);
  got[0]->Release();
  EXPECT_EQ(each->Skip(1), S_FALSE);
  EXPECT_EQ(other->Next(1, got, nullptr), S_OK);
  got[0]->Release();
  EXPECT_EQ(other->Reset(), S_OK);
  EXPECT_EQ(other->Skip(2), S_OK);
  EXPECT_EQ(each->Clone(nullptr), E_POINTER);
}

}  // namespace
}  // namespace comeback::imapi2fs
