// SPDX-License-Identifier: Apache-2.0
// Boot options, results, validation, working folder, and the settings that are members of an image.

#include "imapi2fs/boot_options.hpp"
#include "imapi2fs/fixture.hpp"
#include "imapi2fs/iso_image_manager.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace comeback::imapi2fs {
namespace {

class image_parts : public image_facade {
 protected:
  com::ptr<IBootOptions> boot(std::size_t bytes) {
    write("boot", std::string(bytes, 'b'));
    com::ptr<IBootOptions> made = com::make<boot_options>();
    EXPECT_EQ(made->AssignBootImage(stream("boot").get()), S_OK);
    return made;
  }
  com::ptr<IFileSystemImageResult> result() {
    com::ptr<IFileSystemImageResult> made;
    EXPECT_EQ(image->CreateResultImage(made.put()), S_OK);
    return made;
  }
  static std::string bytes_of(IFileSystemImageResult& from) {
    com::ptr<IStream> stream;
    LONG blocks = 0;
    EXPECT_EQ(from.get_ImageStream(stream.put()), S_OK);
    EXPECT_EQ(from.get_TotalBlocks(&blocks), S_OK);
    std::string all(static_cast<std::size_t>(blocks) * 2048, '\0');
    ULONG count = 0;
    EXPECT_EQ(stream->Read(all.data(), static_cast<ULONG>(all.size()), &count), S_OK);
    return all;
  }
  com::ptr<IFileSystemImage3> image3 = image.as<IFileSystemImage3>();
};

TEST_F(image_parts, boot_options_have_defaults_and_limits) {
  com::ptr<IBootOptions> options = com::make<boot_options>();
  com::ptr<IStream> none;
  ULONG size = 1;
  auto emulation = EmulationHardDisk;
  auto platform = PlatformEFI;
  EXPECT_EQ(options->get_BootImage(none.put()), S_OK);
  EXPECT_FALSE(none);
  EXPECT_EQ(options->get_ImageSize(&size), S_OK);
  EXPECT_EQ(size, 0u);
  EXPECT_EQ(options->get_Emulation(&emulation), S_OK);
  EXPECT_EQ(emulation, EmulationNone);
  EXPECT_EQ(options->get_PlatformId(&platform), S_OK);
  EXPECT_EQ(platform, PlatformX86);
  EXPECT_EQ(options->put_Manufacturer(words(std::string(24, 'm'))), S_OK);
  EXPECT_EQ(options->put_Manufacturer(words(std::string(25, 'm'))), IMAPI_E_INVALID_PARAM);
  EXPECT_EQ(options->put_Manufacturer(nullptr), E_POINTER);
  EXPECT_EQ(options->AssignBootImage(nullptr), E_POINTER);
  write("empty", "");
  EXPECT_EQ(options->AssignBootImage(stream("empty").get()), IMAPI_E_BOOT_IMAGE_DATA);
}

TEST_F(image_parts, a_floppy_is_known_by_its_size) {
  struct row {
    std::size_t bytes;
    EmulationType expected;
  };
  for (const auto& r : {row{1'228'800, Emulation12MFloppy}, row{1'474'560, Emulation144MFloppy},
                        row{2'949'120, Emulation288MFloppy}, row{2048, EmulationNone}}) {
    auto emulation = EmulationHardDisk;
    const auto options = boot(r.bytes);
    EXPECT_EQ(options->get_Emulation(&emulation), S_OK);
    EXPECT_EQ(emulation, r.expected) << r.bytes;
  }
  const auto options = boot(2048);
  EXPECT_EQ(options->put_Emulation(Emulation144MFloppy), IMAPI_E_BOOT_EMULATION_IMAGE_SIZE_MISMATCH);
  EXPECT_EQ(options->put_Emulation(EmulationHardDisk), S_OK);
}

TEST_F(image_parts, one_boot_image_is_copied) {
  com::ptr<IBootOptions> got;
  EXPECT_EQ(image->get_BootImageOptions(got.put()), S_OK);
  EXPECT_FALSE(got);
  {
    const auto options = boot(2048);
    ASSERT_EQ(image->put_BootImageOptions(options.get()), S_OK);
    ASSERT_EQ(options->put_PlatformId(PlatformEFI), S_OK);
  }
  std::filesystem::remove(folder / "boot");
  ASSERT_EQ(image->get_BootImageOptions(got.put()), S_OK);
  auto platform = PlatformEFI;
  ASSERT_EQ(got->get_PlatformId(&platform), S_OK);
  EXPECT_EQ(platform, PlatformX86);
  const auto bytes = bytes_of(*result());
  EXPECT_NE(bytes.find("EL TORITO SPECIFICATION"), std::string::npos);
  EXPECT_NE(bytes.find(std::string(2048, 'b')), std::string::npos);
  EXPECT_EQ(image->put_BootImageOptions(nullptr), S_OK);
  EXPECT_EQ(image->get_BootImageOptions(got.put()), S_OK);
  EXPECT_FALSE(got);
  EXPECT_EQ(bytes_of(*result()).find("EL TORITO"), std::string::npos);
}

TEST_F(image_parts, boot_images_and_sessions_exclude_each_other) {
  const auto options = boot(2048);
  ASSERT_EQ(image->put_SessionStartBlock(1000), S_OK);
  EXPECT_EQ(image->put_BootImageOptions(options.get()), IMAPI_E_BOOT_OBJECT_CONFLICT);
  ASSERT_EQ(image->put_SessionStartBlock(0), S_OK);
  ASSERT_EQ(image->put_BootImageOptions(options.get()), S_OK);
  EXPECT_EQ(image->put_SessionStartBlock(1000), IMAPI_E_BOOT_OBJECT_CONFLICT);
  EXPECT_EQ(image->put_SessionStartBlock(-1), IMAPI_E_INVALID_PARAM);
  com::ptr<IBootOptions> empty = com::make<boot_options>();
  EXPECT_EQ(image->put_BootImageOptions(empty.get()), IMAPI_E_BOOT_IMAGE_DATA);
  const auto kept = result();
  EXPECT_EQ(image->put_BootImageOptions(options.get()), IMAPI_E_READONLY);
}

TEST_F(image_parts, boot_arrays_of_every_shape) {
  const auto options = boot(2048);
  const auto put = [&](ULONG count, const VARIANT& element) {
    com::safe_array array(SafeArrayCreateVector(VT_VARIANT, 0, count));
    VARIANT copy = element;
    for (LONG i = 0; i < static_cast<LONG>(count); ++i)
      EXPECT_EQ(SafeArrayPutElement(array.get(), &i, &copy), S_OK);
    return image3->put_BootImageOptionsArray(array.get());
  };
  VARIANT v{};
  EXPECT_EQ(image3->put_BootImageOptionsArray(nullptr), E_POINTER);
  EXPECT_EQ(put(0, v), S_OK);
  EXPECT_EQ(put(1, v), IMAPI_E_INVALID_PARAM);
  v.vt = VT_DISPATCH;
  EXPECT_EQ(put(1, v), IMAPI_E_INVALID_PARAM);
  v.pdispVal = root.get();
  EXPECT_EQ(put(1, v), E_NOINTERFACE);
  v.pdispVal = options.get();
  EXPECT_EQ(put(33, v), IMAPI_E_INVALID_PARAM);
  EXPECT_EQ(put(2, v), S_OK);
  const com::ptr<IBootOptions> empty = com::make<boot_options>();
  v.pdispVal = empty.get();
  EXPECT_EQ(put(1, v), IMAPI_E_BOOT_IMAGE_DATA);
  SAFEARRAYBOUND two[] = {{1, 0}, {1, 0}};
  const com::safe_array square(SafeArrayCreate(VT_VARIANT, 2, two));
  EXPECT_EQ(image3->put_BootImageOptionsArray(square.get()), IMAPI_E_INVALID_PARAM);
  const com::safe_array numbers(SafeArrayCreateVector(VT_I4, 0, 1));
  EXPECT_EQ(image3->put_BootImageOptionsArray(numbers.get()), IMAPI_E_INVALID_PARAM);
  SAFEARRAY* got = nullptr;
  ASSERT_EQ(image3->get_BootImageOptionsArray(&got), S_OK);
  const com::safe_array held(got);
  LONG last = -1, second = 1;
  EXPECT_EQ(SafeArrayGetUBound(got, 1, &last), S_OK);
  EXPECT_EQ(last, 1);
  com::variant element;
  ASSERT_EQ(SafeArrayGetElement(got, &second, element.put()), S_OK);
  EXPECT_EQ(element.get().pdispVal, static_cast<IDispatch*>(options.get()));
  ASSERT_EQ(put(0, v), S_OK);
  ASSERT_EQ(image->put_SessionStartBlock(1000), S_OK);
  v.pdispVal = options.get();
  EXPECT_EQ(put(1, v), IMAPI_E_BOOT_OBJECT_CONFLICT);
}

TEST_F(image_parts, progress_items_cover_every_block) {
  write("in/a", "x");
  ASSERT_EQ(root->AddTree(words((folder / "in").string()), VARIANT_FALSE), S_OK);
  const auto made = result();
  com::ptr<IProgressItems> all;
  LONG count = 0, blocks = 0;
  ASSERT_EQ(made->get_ProgressItems(all.put()), S_OK);
  ASSERT_EQ(all->get_Count(&count), S_OK);
  ASSERT_EQ(made->get_TotalBlocks(&blocks), S_OK);
  ULONG next = 0;
  for (LONG i = 0; i < count; ++i) {
    com::ptr<IProgressItem> one;
    ULONG first = 0, last = 0, size = 0;
    ASSERT_EQ(all->get_Item(i, one.put()), S_OK);
    ASSERT_EQ(one->get_FirstBlock(&first), S_OK);
    ASSERT_EQ(one->get_LastBlock(&last), S_OK);
    ASSERT_EQ(one->get_BlockCount(&size), S_OK);
    EXPECT_EQ(first, next);
    EXPECT_EQ(last + 1 - first, size);
    next = last + 1;
  }
  EXPECT_EQ(next, static_cast<ULONG>(blocks));
  com::ptr<IProgressItem> one;
  ASSERT_EQ(all->ProgressItemFromDescription(words("\\a"), one.put()), S_OK);
  BSTR description = nullptr;
  ASSERT_EQ(one->get_Description(&description), S_OK);
  EXPECT_EQ(text(description), "\\a");
  EXPECT_EQ(all->ProgressItemFromDescription(nullptr, one.put()), E_FAIL);
  EXPECT_EQ(all->ProgressItemFromDescription(words("none"), one.put()), E_INVALIDARG);
  EXPECT_EQ(all->ProgressItemFromBlock(static_cast<ULONG>(blocks), one.put()), E_INVALIDARG);
  EXPECT_EQ(all->ProgressItemFromBlock(0, one.put()), S_OK);
  for (const LONG index : {-1, count}) EXPECT_EQ(all->get_Item(index, one.put()), E_INVALIDARG) << index;
  com::ptr<IEnumProgressItems> each;
  ASSERT_EQ(all->get_EnumProgressItems(each.put()), S_OK);
  EXPECT_EQ(each->Skip(static_cast<ULONG>(count)), S_OK);
  com::ptr<IEnumVARIANT> variants;
  ASSERT_EQ(all->get__NewEnum(variants.put()), S_OK);
}

TEST_F(image_parts, a_result_tells_its_label_and_ranges) {
  ASSERT_EQ(image->put_VolumeName(words("Label")), S_OK);
  const auto made = result();
  BSTR id = nullptr;
  ASSERT_EQ(made->get_DiscId(&id), S_OK);
  EXPECT_EQ(text(id), "Label");
  LONG blocks = 0, last = -1;
  ASSERT_EQ(made->get_TotalBlocks(&blocks), S_OK);
  com::ptr<IStream> stream;
  ASSERT_EQ(made->get_ImageStream(stream.put()), S_OK);
  com::ptr<IBlockRangeList> modified;
  ASSERT_EQ(made.as<IFileSystemImageResult2>()->get_ModifiedBlocks(modified.put()), S_OK);
  for (const auto& list : {modified, stream.as<IBlockRangeList>()}) {
    ASSERT_TRUE(list);
    SAFEARRAY* ranges = nullptr;
    ASSERT_EQ(list->get_BlockRanges(&ranges), S_OK);
    const com::safe_array held(ranges);
    com::variant one;
    LONG zero = 0;
    ASSERT_EQ(SafeArrayGetElement(ranges, &zero, one.put()), S_OK);
    const auto range = com::ptr<IDispatch>(one.get().pdispVal).as<IBlockRange>();
    ASSERT_TRUE(range);
    EXPECT_EQ(range->get_EndLba(&last), S_OK);
    EXPECT_EQ(last, blocks - 1);
  }
}

TEST_F(image_parts, validation) {
  com::ptr<IIsoImageManager> manager = com::make<iso_image_manager>();
  EXPECT_EQ(manager->Validate(), IMAPI_E_IMAGEMANAGER_NO_IMAGE);
  EXPECT_EQ(manager->SetPath(words("/nowhere/at/all.iso")), IMAPI_E_INVALID_PATH);
  EXPECT_EQ(manager->SetPath(words("")), IMAPI_E_INVALID_PATH);
  EXPECT_EQ(manager->SetPath(nullptr), E_POINTER);
  EXPECT_EQ(manager->SetStream(nullptr), E_POINTER);
  write("odd", std::string(2049, 'x'));
  write("plain", std::string(std::size_t{20} * 2048, 'x'));
  write("short", "");
  ASSERT_EQ(manager->SetPath(words((folder / "odd").string())), S_OK);
  EXPECT_EQ(manager->Validate(), IMAPI_E_IMAGEMANAGER_IMAGE_NOT_ALIGNED);
  for (const char* name : {"plain", "short"}) {
    ASSERT_EQ(manager->SetStream(stream(name).get()), S_OK);
    EXPECT_EQ(manager->Validate(), IMAPI_E_IMAGEMANAGER_NO_VALID_VD_FOUND) << name;
  }
  com::ptr<IStream> image_of;
  ASSERT_EQ(result()->get_ImageStream(image_of.put()), S_OK);
  ASSERT_EQ(manager->SetStream(image_of.get()), S_OK);
  EXPECT_EQ(manager->Validate(), S_OK);
  BSTR path = nullptr;
  EXPECT_EQ(manager->get_Path(&path), S_OK);
  EXPECT_EQ(text(path), "");
  com::ptr<IStream> got;
  EXPECT_EQ(manager->get_Stream(got.put()), S_OK);
  EXPECT_EQ(got.get(), image_of.get());
}

TEST_F(image_parts, staged_files_need_their_sources_no_more) {
  std::filesystem::create_directories(folder / "work");
  write("in/a", "first text");
  VARIANT_BOOL stages = VARIANT_TRUE;
  EXPECT_EQ(image->get_StageFiles(&stages), S_OK);
  EXPECT_EQ(stages, VARIANT_FALSE);
  ASSERT_EQ(image->put_StageFiles(VARIANT_TRUE), S_OK);
  ASSERT_EQ(root->AddTree(words((folder / "in").string()), VARIANT_FALSE), S_OK);
  ASSERT_EQ(root->AddFile(words("b"), stream("in/a").get()), S_OK);
  ASSERT_EQ(image->put_WorkingDirectory(words((folder / "work").string())), S_OK);
  BSTR where = nullptr;
  ASSERT_EQ(image->get_WorkingDirectory(&where), S_OK);
  EXPECT_EQ(text(where), (folder / "work").string());
  std::filesystem::remove(folder / "in" / "a");
  EXPECT_NE(bytes_of(*result()).find("first text"), std::string::npos);
  EXPECT_TRUE(std::filesystem::is_empty(folder / "work"));
}

TEST_F(image_parts, working_folders_that_are_none) {
  EXPECT_EQ(image->put_WorkingDirectory(nullptr), E_POINTER);
  EXPECT_EQ(image->put_WorkingDirectory(words("")), IMAPI_E_INVALID_PARAM);
  EXPECT_EQ(image->put_WorkingDirectory(words("/nowhere/at/all")), IMAPI_E_INVALID_WORKING_DIRECTORY);
  const auto kept = result();
  EXPECT_EQ(image->put_WorkingDirectory(words(folder.string())), IMAPI_E_READONLY);
}

TEST_F(image_parts, strict_and_restricted) {
  EXPECT_EQ(image->put_UseRestrictedCharacterSet(VARIANT_TRUE), S_OK);
  EXPECT_EQ(root->AddDirectory(words("\xC3\xBC")), IMAPI_E_RESTRICTED_NAME_VIOLATION);
  EXPECT_EQ(root->AddDirectory(words("plain")), S_OK);
  EXPECT_EQ(image->put_StrictFileSystemCompliance(VARIANT_TRUE), hr(0xC0AAB106));
  ASSERT_EQ(root->RemoveTree(words("/")), S_OK);
  ASSERT_EQ(image->put_StrictFileSystemCompliance(VARIANT_TRUE), S_OK);
  EXPECT_EQ(root->AddDirectory(words(std::string(70, 'x'))), IMAPI_E_INVALID_PATH);
  std::string path;
  for (int level = 0; level < 7; ++level) ASSERT_EQ(root->AddDirectory(words(path += "/d")), S_OK);
  EXPECT_EQ(root->AddDirectory(words(path + "/d")), IMAPI_E_ISO9660_LEVELS);
  LONG directories = 0;
  EXPECT_EQ(image->get_DirectoryCount(&directories), S_OK);
  EXPECT_EQ(directories, 8);
}

TEST_F(image_parts, revisions_and_redundancy) {
  LONG revision = 0;
  EXPECT_EQ(image->get_UDFRevision(&revision), S_OK);
  EXPECT_EQ(revision, 0x102);
  for (const LONG none : {0, -1, 0x103, 0x300, 2147483647})
    EXPECT_EQ(image->put_UDFRevision(none), IMAPI_E_INVALID_PARAM) << none;
  EXPECT_EQ(image->put_UDFRevision(0x201), S_OK);
  VARIANT_BOOL redundant = VARIANT_FALSE;
  EXPECT_EQ(image3->get_CreateRedundantUdfMetadataFiles(&redundant), S_OK);
  EXPECT_EQ(redundant, VARIANT_TRUE);
  EXPECT_EQ(image3->put_CreateRedundantUdfMetadataFiles(VARIANT_FALSE), IMAPI_S_IMAGE_FEATURE_NOT_SUPPORTED);
  EXPECT_EQ(image3->get_CreateRedundantUdfMetadataFiles(&redundant), S_OK);
  EXPECT_EQ(redundant, VARIANT_FALSE);
}

TEST_F(image_parts, names_of_the_volume) {
  ASSERT_EQ(image->put_VolumeName(words("Backup-2023.11_for-everybody")), S_OK);
  BSTR name = nullptr;
  ASSERT_EQ(image->get_VolumeNameISO9660(&name), S_OK);
  EXPECT_EQ(text(name), "BACKUP_2023_11_FOR_EVERYBODY");
  ASSERT_EQ(image->get_VolumeNameJoliet(&name), S_OK);
  EXPECT_EQ(text(name), "Backup-2023.11_f");
  ASSERT_EQ(image->get_VolumeNameUDF(&name), S_OK);
  EXPECT_EQ(text(name), "Backup-2023.11_for-everybody");
  EXPECT_EQ(image->get_ImportedVolumeName(&name), S_OK);
  EXPECT_EQ(name, nullptr);
}

TEST_F(image_parts, what_needs_sessions_or_recorders_says_so) {
  BSTR id = nullptr;
  auto mask = FsiFileSystemNone;
  VARIANT_BOOL is = VARIANT_FALSE;
  EXPECT_EQ(image->CalculateDiscIdentifier(&id), IMAPI_E_MULTISESSION_NOT_SET);
  EXPECT_EQ(image->IdentifyFileSystemsOnDisc(nullptr, &mask), IMAPI_E_MULTISESSION_NOT_SET);
  EXPECT_EQ(image->ImportFileSystem(&mask), IMAPI_E_MULTISESSION_NOT_SET);
  EXPECT_EQ(image->ImportSpecificFileSystem(FsiFileSystemUDF), IMAPI_E_MULTISESSION_NOT_SET);
  EXPECT_EQ(image->ImportSpecificFileSystem(static_cast<FsiFileSystems>(3)), IMAPI_E_INVALID_PARAM);
  EXPECT_EQ(image3->ProbeSpecificFileSystem(FsiFileSystemUDF, &is), IMAPI_E_MULTISESSION_NOT_SET);
  EXPECT_EQ(image->SetMaxMediaBlocksFromDevice(nullptr), E_POINTER);
  EXPECT_EQ(image->ChooseImageDefaults(nullptr), E_POINTER);
  struct row {
    int among, expected;
  };
  for (const auto& r : {row{7, 4}, row{3, 2}, row{1, 1}, row{5, 4}}) {
    EXPECT_EQ(image->GetDefaultFileSystemForImport(static_cast<FsiFileSystems>(r.among), &mask), S_OK);
    EXPECT_EQ(mask, r.expected);
  }
  for (const int none : {0, 8, -1, 0x40000000})
    EXPECT_EQ(image->GetDefaultFileSystemForImport(static_cast<FsiFileSystems>(none), &mask),
              IMAPI_E_INVALID_PARAM);
}

}  // namespace
}  // namespace comeback::imapi2fs
