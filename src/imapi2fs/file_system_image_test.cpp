// SPDX-License-Identifier: Apache-2.0
#include "com/data/limited_memory.hpp"
#include "image/open.hpp"
#include "imapi2fs/fixture.hpp"

#include <vector>

namespace comeback::imapi2fs {
namespace {

class file_system_image_facade : public image_facade {
 protected:
  com::ptr<IFileSystemImageResult> result() {
    com::ptr<IFileSystemImageResult> made;
    EXPECT_EQ(image->CreateResultImage(made.put()), S_OK);
    return made;
  }
};

TEST_F(file_system_image_facade, multisession_interfaces_before_any_put) {
  SAFEARRAY *first = nullptr, *second = nullptr;
  ASSERT_EQ(image->get_MultisessionInterfaces(&first), S_OK);
  ASSERT_EQ(image->get_MultisessionInterfaces(&second), S_OK);
  EXPECT_NE(first, second);
  EXPECT_EQ(SafeArrayGetDim(first), 1u);
  VARTYPE type = 0;
  EXPECT_EQ(SafeArrayGetVartype(first, &type), S_OK);
  EXPECT_EQ(type, VT_VARIANT);
  LONG low = 1, high = 1;
  EXPECT_EQ(SafeArrayGetLBound(first, 1, &low), S_OK);
  EXPECT_EQ(SafeArrayGetUBound(first, 1, &high), S_OK);
  EXPECT_EQ(high - low + 1, 0);
  EXPECT_EQ(SafeArrayDestroy(first), S_OK);
  EXPECT_EQ(SafeArrayDestroy(second), S_OK);
}

TEST_F(file_system_image_facade, multisession_interfaces_without_pointer_or_memory) {
  EXPECT_EQ(image->get_MultisessionInterfaces(nullptr), E_POINTER);
  for (int granted = 0; granted < 2; ++granted) {
    const com::allocation_limit few(granted);
    SAFEARRAY* array = nullptr;
    EXPECT_EQ(image->get_MultisessionInterfaces(&array), E_OUTOFMEMORY) << granted;
    EXPECT_EQ(array, nullptr);
  }
}

TEST_F(file_system_image_facade, defaults) {
  LONG blocks = 0, level = 0, start = 1, directories = 1;
  auto mask = FsiFileSystemNone, supported = FsiFileSystemNone;
  BSTR name = nullptr;
  EXPECT_EQ(image->get_FreeMediaBlocks(&blocks), S_OK);
  EXPECT_EQ(image->get_ISO9660InterchangeLevel(&level), S_OK);
  EXPECT_EQ(image->get_SessionStartBlock(&start), S_OK);
  EXPECT_EQ(image->get_DirectoryCount(&directories), S_OK);
  EXPECT_EQ(image->get_FileSystemsToCreate(&mask), S_OK);
  EXPECT_EQ(image->get_FileSystemsSupported(&supported), S_OK);
  EXPECT_EQ(image->get_VolumeName(&name), S_OK);
  EXPECT_EQ(blocks, 332'800);
  EXPECT_EQ(level, 1);
  EXPECT_EQ(start, 0);
  EXPECT_EQ(directories, 1);  // the root
  EXPECT_EQ(mask, 7);
  EXPECT_EQ(supported, 7);
  EXPECT_EQ(text(name), "");
  for (const auto member : {&IFileSystemImage::get_VolumeNameISO9660, &IFileSystemImage::get_VolumeNameJoliet,
                            &IFileSystemImage::get_VolumeNameUDF}) {
    EXPECT_EQ((image.get()->*member)(&name), S_OK);
    EXPECT_EQ(text(name), "");
  }
  EXPECT_EQ(root->get_FullPath(&name), S_OK);
  EXPECT_EQ(text(name), "");
}

struct mask_case {
  int mask;
  HRESULT hr;
};
class file_system_masks : public file_system_image_facade, public testing::WithParamInterface<mask_case> {};
TEST_P(file_system_masks, put) {
  EXPECT_EQ(image->put_FileSystemsToCreate(static_cast<FsiFileSystems>(GetParam().mask)), GetParam().hr);
  auto mask = FsiFileSystemNone;
  EXPECT_EQ(image->get_FileSystemsToCreate(&mask), S_OK);
  EXPECT_EQ(mask, GetParam().hr == S_OK ? GetParam().mask : 7);
}
INSTANTIATE_TEST_SUITE_P(all, file_system_masks,
                         testing::Values(mask_case{0, hr(0xC0AAB101)}, mask_case{1, S_OK},
                                         mask_case{2, hr(0xC0AAB101)}, mask_case{3, S_OK}, mask_case{4, S_OK},
                                         mask_case{5, S_OK}, mask_case{6, hr(0xC0AAB101)}, mask_case{7, S_OK},
                                         mask_case{8, hr(0xC0AAB101)}, mask_case{15, hr(0xC0AAB101)},
                                         mask_case{-1, hr(0xC0AAB101)}),
                         [](const auto& one) {
                           return "mask" + std::to_string(static_cast<unsigned>(one.param.mask));
                         });

TEST_F(file_system_image_facade, interchange_levels) {
  EXPECT_EQ(image->put_ISO9660InterchangeLevel(1), S_OK);
  for (const LONG level : {0, 3, -1})
    EXPECT_EQ(image->put_ISO9660InterchangeLevel(level), IMAPI_E_INVALID_PARAM);
  SAFEARRAY* levels = nullptr;
  ASSERT_EQ(image->get_ISO9660InterchangeLevelsSupported(&levels), S_OK);
  LONG second = 1;
  VARIANT v{};
  ASSERT_EQ(SafeArrayGetElement(levels, &second, &v), S_OK);
  EXPECT_EQ(v.vt, VT_UI4);
  EXPECT_EQ(v.ulVal, 2u);
  SafeArrayDestroy(levels);
}

TEST_F(file_system_image_facade, volume_names) {
  EXPECT_EQ(image->put_VolumeName(words("Backup-2023.11_for-everybody")), S_OK);
  EXPECT_EQ(image->put_VolumeName(words(std::string(33, 'a'))), IMAPI_E_INVALID_VOLUME_NAME);
  BSTR name = nullptr;
  ASSERT_EQ(image->get_VolumeName(&name), S_OK);
  EXPECT_EQ(text(name), "Backup-2023.11_for-everybody");
}

TEST_F(file_system_image_facade, defaults_for_media) {
  EXPECT_EQ(image->put_FileSystemsToCreate(FsiFileSystemISO9660), S_OK);
  EXPECT_EQ(image->ChooseImageDefaultsForMediaType(IMAPI_MEDIA_TYPE_DISK), S_OK);
  LONG blocks = -1;
  auto mask = FsiFileSystemNone;
  EXPECT_EQ(image->get_FreeMediaBlocks(&blocks), S_OK);
  EXPECT_EQ(image->get_FileSystemsToCreate(&mask), S_OK);
  EXPECT_EQ(blocks, 0);
  EXPECT_EQ(mask, 7);
  EXPECT_EQ(image->ChooseImageDefaultsForMediaType(IMAPI_MEDIA_TYPE_UNKNOWN), IMAPI_E_INVALID_PARAM);
  EXPECT_EQ(image->ChooseImageDefaultsForMediaType(static_cast<IMAPI_MEDIA_PHYSICAL_TYPE>(20)),
            IMAPI_E_INVALID_PARAM);
}

TEST_F(file_system_image_facade, the_stream_is_the_image) {
  write("a/long name with spaces.txt", "hello");
  write("b.bin", std::string(5000, 'x'));
  ASSERT_EQ(root->AddTree(words(folder.string()), VARIANT_FALSE), S_OK);
  const auto made = result();
  com::ptr<IStream> from, to;
  LONG blocks = 0, size = 0, used = 0;
  ASSERT_EQ(made->get_TotalBlocks(&blocks), S_OK);
  ASSERT_EQ(made->get_BlockSize(&size), S_OK);
  ASSERT_EQ(image->get_UsedBlocks(&used), S_OK);
  EXPECT_EQ(size, 2048);
  EXPECT_EQ(used, blocks);
  ASSERT_EQ(made->get_ImageStream(from.put()), S_OK);
  STATSTG stat{};
  ASSERT_EQ(from->Stat(&stat, STATFLAG_NONAME), S_OK);
  EXPECT_EQ(stat.cbSize.QuadPart, static_cast<ULONGLONG>(blocks) * 2048);
  EXPECT_EQ(from->Write("x", 1, static_cast<ULONG*>(nullptr)), STG_E_ACCESSDENIED);

  const auto path = folder / "out.iso";
  ASSERT_EQ(
      SHCreateStreamOnFileEx(path.wstring().c_str(), STGM_WRITE | STGM_CREATE, 0, TRUE, nullptr, to.put()),
      S_OK);
  ULARGE_INTEGER all{}, read{}, written{};
  all.QuadPart = ~0ull;
  ASSERT_EQ(from->CopyTo(to.get(), all, &read, &written), S_OK);
  EXPECT_EQ(written.QuadPart, stat.cbSize.QuadPart);
  const auto opened = image::open_image(path);
  const auto file =
      image::value_or_throw(opened.find(image::file_system::joliet, "/a/long name with spaces.txt"), opened);
  EXPECT_EQ(file.size, 5u);
  EXPECT_EQ(opened.volumes().front().volume_name, "20231115_1200");
}

TEST_F(file_system_image_facade, the_stream_ends_and_can_be_positioned) {
  const auto made = result();
  com::ptr<IStream> s;
  ASSERT_EQ(made->get_ImageStream(s.put()), S_OK);
  LARGE_INTEGER to{};
  ASSERT_EQ(s->Seek(to, STREAM_SEEK_END, nullptr), S_OK);
  char byte = 0;
  ULONG count = 9;
  EXPECT_EQ(s->Read(&byte, 1, &count), S_OK);
  EXPECT_EQ(count, 0u);
  to.QuadPart = 16 * 2048 + 1;
  char magic[5];
  ASSERT_EQ(s->Seek(to, STREAM_SEEK_SET, nullptr), S_OK);
  ASSERT_EQ(s->Read(magic, 5, &count), S_OK);
  EXPECT_EQ(std::string(magic, 5), "CD001");
}

TEST_F(file_system_image_facade, is_frozen_while_the_result_lives) {
  auto made = result();
  com::ptr<IStream> s;
  ASSERT_EQ(made->get_ImageStream(s.put()), S_OK);
  made = nullptr;
  EXPECT_EQ(root->AddDirectory(words("d")), IMAPI_E_READONLY);
  EXPECT_EQ(image->put_FileSystemsToCreate(FsiFileSystemISO9660), IMAPI_E_READONLY);
  EXPECT_EQ(root->AddTree(words(folder.string()), VARIANT_FALSE), IMAPI_E_READONLY);
  s = nullptr;
  EXPECT_EQ(root->AddDirectory(words("d")), S_OK);
}

TEST_F(file_system_image_facade, exists) {
  write("dir/file", "x");
  ASSERT_EQ(root->AddTree(words(folder.string()), VARIANT_FALSE), S_OK);
  auto type = FsiItemNotFound;
  EXPECT_EQ(image->Exists(words("\\dir\\file"), &type), S_OK);
  EXPECT_EQ(type, FsiItemFile);
  EXPECT_EQ(image->Exists(words("/dir"), &type), S_OK);
  EXPECT_EQ(type, FsiItemDirectory);
  EXPECT_EQ(image->Exists(words("/dir/none"), &type), S_OK);
  EXPECT_EQ(type, FsiItemNotFound);
  EXPECT_EQ(image->Exists(words("/none/file"), &type), hr(0xC0AAB11A));
  EXPECT_EQ(image->Exists(words("dir"), &type), IMAPI_E_INVALID_PATH);
  EXPECT_EQ(image->Exists(words("/dir"), nullptr), E_POINTER);
  type = FsiItemFile;
  EXPECT_EQ(image->Exists(nullptr, &type), E_POINTER);
  EXPECT_EQ(type, FsiItemNotFound);
}

TEST_F(file_system_image_facade, limits_of_the_medium) {
  write("big", std::string(1'000'000, 'x'));
  ASSERT_EQ(image->put_FileSystemsToCreate(static_cast<FsiFileSystems>(3)), S_OK);
  EXPECT_EQ(image->put_FreeMediaBlocks(600), S_OK);
  EXPECT_EQ(root->AddTree(words(folder.string()), VARIANT_FALSE), S_OK);
  EXPECT_EQ(image->put_FreeMediaBlocks(400), IMAPI_E_IMAGE_TOO_BIG);
  LONG blocks = 0;
  ASSERT_EQ(image->get_FreeMediaBlocks(&blocks), S_OK);
  EXPECT_EQ(blocks, 600);
  EXPECT_EQ(root->AddFile(words("second"), stream("big").get()), IMAPI_E_IMAGE_SIZE_LIMIT);
  EXPECT_EQ(files(), 1);
  EXPECT_EQ(root->AddTree(words(folder.string()), VARIANT_TRUE), IMAPI_E_IMAGE_SIZE_LIMIT);
  EXPECT_EQ(files(), 1);
  for (const LONG unlimited : {0, -1}) EXPECT_EQ(image->put_FreeMediaBlocks(unlimited), S_OK);
  EXPECT_EQ(root->AddFile(words("second"), stream("big").get()), S_OK);
}

// Joliet needs directories of its own: with room for ISO 9660 alone it can no longer be had.
TEST_F(file_system_image_facade, settings_that_need_more_than_there_is_are_refused) {
  ASSERT_EQ(image->put_FileSystemsToCreate(FsiFileSystemISO9660), S_OK);
  for (int i = 0; i < 40; ++i) ASSERT_EQ(root->AddDirectory(words(std::to_string(i))), S_OK);
  LONG used = 0;
  ASSERT_EQ(image->get_UsedBlocks(&used), S_OK);
  ASSERT_EQ(image->put_FreeMediaBlocks(used), S_OK);
  EXPECT_EQ(image->put_FileSystemsToCreate(static_cast<FsiFileSystems>(3)), IMAPI_E_IMAGE_TOO_BIG);
  auto mask = FsiFileSystemNone;
  EXPECT_EQ(image->get_FileSystemsToCreate(&mask), S_OK);
  EXPECT_EQ(mask, FsiFileSystemISO9660);
  com::ptr<IFileSystemImageResult> made = result();
  LONG blocks = 0;
  EXPECT_EQ(made->get_TotalBlocks(&blocks), S_OK);
  EXPECT_EQ(blocks, used);
}

TEST_F(file_system_image_facade, a_level_that_needs_more_than_there_is_is_refused) {
  ASSERT_EQ(image->put_FileSystemsToCreate(FsiFileSystemISO9660), S_OK);
  ASSERT_EQ(image->put_ISO9660InterchangeLevel(1), S_OK);
  for (int i = 0; i < 200; ++i)
    ASSERT_EQ(root->AddDirectory(words("a_rather_long_name_of_" + std::to_string(i))), S_OK);
  LONG used = 0, level = 0;
  ASSERT_EQ(image->get_UsedBlocks(&used), S_OK);
  ASSERT_EQ(image->put_FreeMediaBlocks(used), S_OK);
  EXPECT_EQ(image->put_ISO9660InterchangeLevel(2), IMAPI_E_IMAGE_TOO_BIG);
  EXPECT_EQ(image->get_ISO9660InterchangeLevel(&level), S_OK);
  EXPECT_EQ(level, 1);
}

// Sparse: more than a CD holds.
TEST_F(file_system_image_facade, defaults_for_a_medium_come_whole_or_not_at_all) {
  ASSERT_EQ(image->put_FileSystemsToCreate(FsiFileSystemISO9660), S_OK);
  ASSERT_EQ(image->put_FreeMediaBlocks(0), S_OK);
  write("large", "");
  std::filesystem::resize_file(folder / "large", 332'800ull * 2048);
  ASSERT_EQ(root->AddTree(words(folder.string()), VARIANT_FALSE), S_OK);
  EXPECT_EQ(image->ChooseImageDefaultsForMediaType(IMAPI_MEDIA_TYPE_CDR), IMAPI_E_IMAGE_TOO_BIG);
  auto mask = FsiFileSystemNone;
  LONG blocks = -1;
  EXPECT_EQ(image->get_FileSystemsToCreate(&mask), S_OK);
  EXPECT_EQ(image->get_FreeMediaBlocks(&blocks), S_OK);
  EXPECT_EQ(mask, FsiFileSystemISO9660);
  EXPECT_EQ(blocks, 0);
}

TEST_F(file_system_image_facade, late_bound) {
  wchar_t name[] = L"volumename";
  LPOLESTR names = name;
  DISPID id = 0;
  ASSERT_EQ(image->GetIDsOfNames(IID_NULL, &names, 1, 0, &id), S_OK);
  EXPECT_EQ(id, 4);
  VARIANT value{};
  value.vt = VT_BSTR;
  const words late("LATE");
  value.bstrVal = late;
  DISPID put = DISPID_PROPERTYPUT;
  DISPPARAMS params{&value, &put, 1, 1};
  ASSERT_EQ(image->Invoke(id, IID_NULL, 0, DISPATCH_PROPERTYPUT, &params, nullptr, nullptr, nullptr), S_OK);
  DISPPARAMS none{};
  VARIANT root_item{};
  ASSERT_EQ(
      image->Invoke(DISPID_VALUE, IID_NULL, 0, DISPATCH_PROPERTYGET, &none, &root_item, nullptr, nullptr),
      S_OK);
  ASSERT_EQ(root_item.vt, VT_DISPATCH);
  EXPECT_TRUE(com::ptr<IDispatch>(root_item.pdispVal).as<IFsiDirectoryItem>());
  VariantClear(&root_item);
  BSTR got = nullptr;
  ASSERT_EQ(image->get_VolumeName(&got), S_OK);
  EXPECT_EQ(text(got), "LATE");
}

}  // namespace
}  // namespace comeback::imapi2fs
