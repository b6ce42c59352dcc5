// SPDX-License-Identifier: Apache-2.0
// What clients should not hand over.

#include "com/object/with_nulls.hpp"
#include "imapi2fs/fixture.hpp"

#include <cmath>
#include <limits>
#include <string>

namespace comeback::imapi2fs {
namespace {

using com::with_nulls;

/// A BSTR of any units, which `words` cannot say.
class units {
 public:
  explicit units(std::wstring_view text)
      : text_(SysAllocStringLen(text.data(), static_cast<UINT>(text.size()))) {}
  units(const units&) = delete;
  units& operator=(const units&) = delete;
  ~units() { SysFreeString(text_); }
  operator BSTR() const { return text_; }

 private:
  BSTR text_;
};

class bad_input : public image_facade {
 protected:
  void SetUp() override {
    image_facade::SetUp();
    write("a", "one");
    ASSERT_EQ(root->AddFile(words("a"), stream("a").get()), S_OK);
    ASSERT_EQ(root->get_Item(words("a"), item.put()), S_OK);
    file = item.as<IFsiFileItem>();
    ASSERT_TRUE(file);
    ASSERT_EQ(image->CreateResultImage(result.put()), S_OK);
  }
  void thaw() { result = nullptr; }

  com::ptr<IFsiItem> item;
  com::ptr<IFsiFileItem> file;
  com::ptr<IFileSystemImageResult> result;
  com::ptr<IFileSystemImage3> image3 = image.as<IFileSystemImage3>();
};

TEST_F(bad_input, nowhere_to_put_what_an_image_answers) {
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::get_Root), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::get_SessionStartBlock), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::get_FreeMediaBlocks), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::get_UsedBlocks), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::get_VolumeName), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::get_FileCount), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::get_DirectoryCount), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::get_FileSystemsToCreate), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::get_FileSystemsSupported), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::get_ISO9660InterchangeLevel), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::get_ISO9660InterchangeLevelsSupported), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::CreateResultImage), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::Exists), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::get_MultisessionInterfaces), E_POINTER);
  EXPECT_EQ(with_nulls(result, &IFileSystemImageResult::get_ImageStream), E_POINTER);
  EXPECT_EQ(with_nulls(result, &IFileSystemImageResult::get_TotalBlocks), E_POINTER);
  EXPECT_EQ(with_nulls(result, &IFileSystemImageResult::get_BlockSize), E_POINTER);
}

TEST_F(bad_input, nowhere_to_put_what_an_item_answers) {
  for (const auto& each : {item, root.as<IFsiItem>()}) {
    EXPECT_EQ(with_nulls(each, &IFsiItem::get_Name), E_POINTER);
    EXPECT_EQ(with_nulls(each, &IFsiItem::get_FullPath), E_POINTER);
    EXPECT_EQ(with_nulls(each, &IFsiItem::get_LastModifiedTime), E_POINTER);
    EXPECT_EQ(with_nulls(each, &IFsiItem::FileSystemName), E_POINTER);
    EXPECT_EQ(with_nulls(each, &IFsiItem::FileSystemPath), E_POINTER);
  }
  EXPECT_EQ(with_nulls(file, &IFsiFileItem::get_DataSize), E_POINTER);
  EXPECT_EQ(with_nulls(file, &IFsiFileItem::get_DataSize32BitLow), E_POINTER);
  EXPECT_EQ(with_nulls(file, &IFsiFileItem::get_DataSize32BitHigh), E_POINTER);
  EXPECT_EQ(with_nulls(root, &IFsiDirectoryItem::get__NewEnum), E_POINTER);
  EXPECT_EQ(with_nulls(root, &IFsiDirectoryItem::get_Item), E_POINTER);
  EXPECT_EQ(with_nulls(root, &IFsiDirectoryItem::get_Count), E_POINTER);
}

TEST_F(bad_input, nulls_for_everything_else) {
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::get_ImportedVolumeName), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::get_BootImageOptions), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::get_WorkingDirectory), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::get_ChangePoint), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::get_StrictFileSystemCompliance), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::get_UseRestrictedCharacterSet), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::get_UDFRevision), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::get_UDFRevisionsSupported), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::CalculateDiscIdentifier), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::IdentifyFileSystemsOnDisc), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::GetDefaultFileSystemForImport), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::ImportFileSystem), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::CreateDirectoryItem), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::CreateFileItem), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::get_VolumeNameUDF), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::get_VolumeNameJoliet), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::get_VolumeNameISO9660), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::get_StageFiles), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::put_WorkingDirectory), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::SetMaxMediaBlocksFromDevice), E_POINTER);
  EXPECT_EQ(with_nulls(image, &IFileSystemImage::ChooseImageDefaults), E_POINTER);
  EXPECT_EQ(with_nulls(image3, &IFileSystemImage3::get_BootImageOptionsArray), E_POINTER);
  EXPECT_EQ(with_nulls(image3, &IFileSystemImage3::put_BootImageOptionsArray), E_POINTER);
  EXPECT_EQ(with_nulls(image3, &IFileSystemImage3::get_CreateRedundantUdfMetadataFiles), E_POINTER);
  EXPECT_EQ(with_nulls(image3, &IFileSystemImage3::ProbeSpecificFileSystem), E_POINTER);
  EXPECT_EQ(with_nulls(result, &IFileSystemImageResult::get_ProgressItems), E_POINTER);
  EXPECT_EQ(with_nulls(result, &IFileSystemImageResult::get_DiscId), E_POINTER);
  EXPECT_EQ(with_nulls(result.as<IFileSystemImageResult2>(), &IFileSystemImageResult2::get_ModifiedBlocks),
            E_POINTER);
  EXPECT_EQ(with_nulls(item, &IFsiItem::get_CreationTime), E_POINTER);
  EXPECT_EQ(with_nulls(item, &IFsiItem::get_LastAccessedTime), E_POINTER);
  EXPECT_EQ(with_nulls(item, &IFsiItem::get_IsHidden), E_POINTER);
  EXPECT_EQ(with_nulls(file, &IFsiFileItem::get_Data), E_POINTER);
  EXPECT_EQ(with_nulls(file, &IFsiFileItem::put_Data), E_POINTER);
  EXPECT_EQ(with_nulls(root, &IFsiDirectoryItem::get_EnumFsiItems), E_POINTER);
  EXPECT_EQ(with_nulls(file.as<IFsiFileItem2>(), &IFsiFileItem2::get_FsiNamedStreams), E_POINTER);
  EXPECT_EQ(with_nulls(file.as<IFsiFileItem2>(), &IFsiFileItem2::get_IsNamedStream), E_POINTER);
  EXPECT_EQ(with_nulls(file.as<IFsiFileItem2>(), &IFsiFileItem2::get_IsRealTime), E_POINTER);
  EXPECT_EQ(with_nulls(file.as<IFsiFileItem2>(), &IFsiFileItem2::AddStream), E_POINTER);
  EXPECT_EQ(with_nulls(file.as<IFsiFileItem2>(), &IFsiFileItem2::RemoveStream), E_POINTER);
}

TEST_F(bad_input, null_paths_and_streams) {
  thaw();
  EXPECT_EQ(with_nulls(root, &IFsiDirectoryItem::AddDirectory), E_POINTER);
  EXPECT_EQ(with_nulls(root, &IFsiDirectoryItem::AddFile), E_POINTER);
  EXPECT_EQ(with_nulls(root, &IFsiDirectoryItem::AddTree), E_POINTER);
  EXPECT_EQ(with_nulls(root, &IFsiDirectoryItem::Remove), E_POINTER);
  EXPECT_EQ(with_nulls(root, &IFsiDirectoryItem::RemoveTree), E_POINTER);
  EXPECT_EQ(root->AddFile(words("b"), nullptr), E_POINTER);
  EXPECT_EQ(root->AddFile(nullptr, stream("a").get()), E_POINTER);
  FsiItemType kind = FsiItemFile;
  EXPECT_EQ(image->Exists(nullptr, &kind), E_POINTER);
  EXPECT_EQ(kind, FsiItemNotFound);
  EXPECT_EQ(image->put_VolumeName(nullptr), S_OK);  // null is how an empty BSTR may look
  EXPECT_EQ(files(), 1);
}

TEST_F(bad_input, numbers_out_of_range) {
  thaw();
  constexpr LONG lowest = std::numeric_limits<LONG>::min(), highest = std::numeric_limits<LONG>::max();
  for (const LONG level : {lowest, -1, 0, 5, highest})
    EXPECT_EQ(image->put_ISO9660InterchangeLevel(level), IMAPI_E_INVALID_PARAM) << level;
  for (const LONG mask : {lowest, -1, 0, 2, 6, 8, highest})
    EXPECT_EQ(image->put_FileSystemsToCreate(static_cast<FsiFileSystems>(mask)), IMAPI_E_INVALID_PARAM)
        << mask;
  for (const LONG medium : {lowest, -1, 1000, highest})
    EXPECT_EQ(image->ChooseImageDefaultsForMediaType(static_cast<IMAPI_MEDIA_PHYSICAL_TYPE>(medium)),
              IMAPI_E_INVALID_PARAM)
        << medium;
  for (const LONG system : {lowest, -1, 0, 3, 5, 8, highest}) {
    BSTR name = nullptr;
    EXPECT_EQ(item->FileSystemName(static_cast<FsiFileSystems>(system), &name), IMAPI_E_INVALID_PARAM);
    EXPECT_EQ(item->FileSystemPath(static_cast<FsiFileSystems>(system), &name), IMAPI_E_INVALID_PARAM);
    EXPECT_EQ(name, nullptr);
  }
  for (const DATE when : {std::nan(""), HUGE_VAL, -HUGE_VAL, -657'435.0, 2'958'466.0})
    EXPECT_EQ(item->put_LastModifiedTime(when), IMAPI_E_INVALID_PARAM) << when;
}

TEST_F(bad_input, text_with_nulls_inside) {
  thaw();
  const units broken(std::wstring_view(L"x\0y", 3)), volume(std::wstring_view(L"V\0W", 3));
  EXPECT_EQ(root->AddDirectory(broken), IMAPI_E_INVALID_PATH);
  EXPECT_EQ(root->AddFile(broken, stream("a").get()), IMAPI_E_INVALID_PATH);
  EXPECT_EQ(root->Remove(broken), IMAPI_E_ITEM_NOT_FOUND);
  EXPECT_EQ(root->RemoveTree(broken), IMAPI_E_DIR_NOT_FOUND);
  const std::wstring with_null = folder.wstring() + std::wstring(L"\0x", 2);
  EXPECT_EQ(root->AddTree(units(with_null), VARIANT_FALSE), IMAPI_E_INVALID_PATH);
  FsiItemType kind = FsiItemFile;
  EXPECT_EQ(image->Exists(units(std::wstring_view(L"\\a\0", 3)), &kind), S_OK);
  EXPECT_EQ(kind, FsiItemNotFound);
  EXPECT_EQ(files(), 1);
}

TEST_F(bad_input, half_surrogates_and_no_characters_at_all) {
  thaw();
  const std::wstring odd{wchar_t(0xD800), L'x', wchar_t(0x110000), wchar_t(0x7FFFFFFF)};
  EXPECT_EQ(root->AddDirectory(units(odd)), S_OK);
  com::ptr<IFsiItem> made;
  ASSERT_EQ(root->get_Item(units(odd), made.put()), S_OK);
  BSTR name = nullptr;
  ASSERT_EQ(made->get_Name(&name), S_OK);
  EXPECT_EQ(text(name), "\uFFFDx\uFFFD\uFFFD");
  EXPECT_EQ(image->put_VolumeName(units(odd)), S_OK);
  com::ptr<IFileSystemImageResult> whole;
  EXPECT_EQ(image->CreateResultImage(whole.put()), S_OK);
}

TEST_F(bad_input, late_bound_properties_take_no_value_that_is_none) {
  thaw();
  const com::hopeless values;
  const auto refused = [](HRESULT hr) { return FAILED(hr) && hr != E_UNEXPECTED && hr != E_FAIL; };
  for (const VARIANT& each : values.all()) {
    for (const wchar_t* name : {L"FreeMediaBlocks", L"VolumeName", L"FileSystemsToCreate",
                                L"ISO9660InterchangeLevel", L"WorkingDirectory", L"StageFiles"})
      EXPECT_TRUE(refused(late(image, name, DISPATCH_PROPERTYPUT, &each))) << each.vt;
    UINT wrong = 7;
    EXPECT_EQ(late(item, L"LastModifiedTime", DISPATCH_PROPERTYPUT, &each, nullptr, &wrong),
              com::hopeless::answer_to(each))
        << each.vt;
    EXPECT_EQ(wrong, 0u) << each.vt;
    for (const wchar_t* name : {L"AddDirectory", L"Remove", L"RemoveTree"})
      EXPECT_TRUE(refused(late(root, name, DISPATCH_METHOD, &each))) << each.vt;
  }
  EXPECT_EQ(files(), 1);
}

TEST_F(bad_input, late_bound_numbers_and_text_that_do_not_fit) {
  thaw();
  struct row {
    const char* title;
    const wchar_t *property, *value;
    HRESULT hr;
  };
  constexpr row rows[] = {
      {"a word for a number", L"ISO9660InterchangeLevel", L"many", DISP_E_TYPEMISMATCH},
      {"a number beyond 32 bits", L"ISO9660InterchangeLevel", L"4294967297", DISP_E_OVERFLOW},
      {"a level that is none", L"ISO9660InterchangeLevel", L"-1", DISP_E_EXCEPTION},
      {"half a level is even", L"ISO9660InterchangeLevel", L"1.5", S_OK},
      {"a mask that is none", L"FileSystemsToCreate", L"&HFFFFFFFF", DISP_E_EXCEPTION},
      {"bits beyond a mask's", L"FileSystemsToCreate", L"&H100000000", DISP_E_OVERFLOW},
      {"truth in words", L"StageFiles", L"perhaps", DISP_E_TYPEMISMATCH},
  };
  for (const auto& r : rows) {
    VARIANT v{};
    v.vt = VT_BSTR;
    v.bstrVal = SysAllocString(r.value);
    EXPECT_EQ(late(image, r.property, DISPATCH_PROPERTYPUT, &v), r.hr) << r.title;
    VariantClear(&v);
  }
  VARIANT beyond{};
  beyond.vt = VT_DATE;
  for (const DATE when : {std::nan(""), HUGE_VAL, -657'435.0, 2'958'466.0}) {
    beyond.date = when;
    EXPECT_TRUE(FAILED(late(item, L"LastModifiedTime", DISPATCH_PROPERTYPUT, &beyond))) << when;
  }
}

TEST_F(bad_input, paths_that_lead_nowhere) {
  thaw();
  for (const char* path : {"", "\\", "/", "\\\\\\", "..", ".", "a\\b", "no\\b"})
    EXPECT_NE(root->AddDirectory(words(path)), S_OK) << path;
  EXPECT_NE(root->AddDirectory(words(std::string(100'000, 'x'))), S_OK);
  EXPECT_EQ(root->Remove(words("..")), IMAPI_E_ITEM_NOT_FOUND);
  LONG directories = -1;
  EXPECT_EQ(image->get_DirectoryCount(&directories), S_OK);
  EXPECT_EQ(directories, 1);
}

}  // namespace
}  // namespace comeback::imapi2fs
