// SPDX-License-Identifier: Apache-2.0
// The orders of calls of scripts in the field that make UDF, written anew; two of them late bound, as script
// hosts call. The names are those of the clients.

#include "image/open.hpp"
#include "image/verify.hpp"
#include "imapi2fs/arrays.hpp"
#include "imapi2fs/boot_options.hpp"
#include "imapi2fs/fixture.hpp"
#include "imapi2fs/streams.hpp"
#include "tree/add_tree.hpp"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

namespace comeback::imapi2fs {
namespace {

class script_clients : public image_facade {
 protected:
  void SetUp() override {
    image_facade::SetUp();
    write("in/readme.txt", "hello");
    write("in/sub/install.wim", std::string(30'000, 'w'));
    write("boot/etfsboot.com", std::string(2048, 'e'));
    write("boot/efisys.bin", std::string(1'474'560, 'f'));
  }
  [[nodiscard]] std::string in() const { return (folder / "in").string(); }
  [[nodiscard]] std::filesystem::path iso() const { return folder / "out.iso"; }

  com::ptr<IBootOptions> boot(const std::string& file, PlatformId platform, EmulationType emulation) {
    com::ptr<IBootOptions> made = com::make<boot_options>();
    EXPECT_EQ(made->AssignBootImage(stream(file).get()), S_OK);
    EXPECT_EQ(made->put_PlatformId(platform), S_OK);
    EXPECT_EQ(made->put_Emulation(emulation), S_OK);
    return made;
  }
  com::ptr<IStream> file_to_write() {
    com::ptr<IStream> out;
    EXPECT_EQ(SHCreateStreamOnFileEx(iso().wstring().c_str(), STGM_CREATE | STGM_WRITE, 0x80, TRUE, nullptr,
                                     out.put()),
              S_OK);
    return out;
  }
  /// By CopyTo in pieces, until TotalBlocks are written.
  void copy_in_pieces(IFileSystemImageResult& result, LONG blocks_at_a_time) {
    com::ptr<IStream> from;
    LONG blocks = 0, size = 0;
    ASSERT_EQ(result.get_ImageStream(from.put()), S_OK);
    ASSERT_EQ(result.get_TotalBlocks(&blocks), S_OK);
    ASSERT_EQ(result.get_BlockSize(&size), S_OK);
    const auto to = file_to_write();
    for (LONG done = 0; done < blocks; done += blocks_at_a_time) {
      ULARGE_INTEGER piece{}, written{};
      piece.QuadPart =
          static_cast<ULONGLONG>(std::min(blocks_at_a_time, blocks - done)) * static_cast<ULONGLONG>(size);
      ASSERT_EQ(from->CopyTo(to.get(), piece, nullptr, &written), S_OK);
      ASSERT_EQ(written.QuadPart, piece.QuadPart);
    }
    EXPECT_EQ(from->Commit(STGC_DEFAULT), S_OK);
    EXPECT_EQ(to->Commit(STGC_DEFAULT), S_OK);
  }
  com::ptr<IFileSystemImageResult> result() {
    com::ptr<IFileSystemImageResult> made;
    EXPECT_EQ(image->CreateResultImage(made.put()), S_OK);
    return made;
  }
  /// The image that was written: sound, and what the folder is.
  image::opened_image written() {
    auto made = image::open_image(iso());
    EXPECT_TRUE(image::verify(made).sound());
    tree::file_tree expected;
    tree::add_tree(expected, tree::root, in());
    for (const auto& one : image::verify_against(made, expected).findings)
      ADD_FAILURE() << one.path << ": " << one.what;
    return made;
  }
  static bool is_udf_alone(const image::opened_image& made) {
    return made.volumes().size() == 1 && made.has(image::file_system::udf);
  }
};

// UDF alone without a limit, two boot images in an array, the label after the tree.
TEST_F(script_clients, new_bootable_iso_file) {
  ASSERT_EQ(image->put_FileSystemsToCreate(FsiFileSystemUDF), S_OK);
  ASSERT_EQ(image->put_FreeMediaBlocks(0), S_OK);
  const com::safe_array array(SafeArrayCreateVector(VT_VARIANT, 0, 2));
  const com::ptr<IBootOptions> both[] = {boot("boot/etfsboot.com", PlatformX86, EmulationNone),
                                         boot("boot/efisys.bin", PlatformEFI, EmulationNone)};
  for (LONG i = 0; i < 2; ++i) {
    VARIANT one{};
    one.vt = VT_DISPATCH;
    one.pdispVal = both[i].get();
    ASSERT_EQ(SafeArrayPutElement(array.get(), &i, &one), S_OK);
  }
  ASSERT_EQ(image.as<IFileSystemImage2>()->put_BootImageOptionsArray(array.get()), S_OK);
  ASSERT_EQ(root->AddTree(words(in()), VARIANT_FALSE), S_OK);
  ASSERT_EQ(image->put_VolumeName(words("BOOTABLE")), S_OK);
  copy_in_pieces(*result(), 1024);
  const auto made = written();
  EXPECT_TRUE(is_udf_alone(made));
  const auto catalog = made.boot();
  ASSERT_TRUE(catalog);
  ASSERT_EQ(catalog->entries.size(), 2u);
  EXPECT_EQ(made.volumes().front().volume_name, "BOOTABLE");
}

// Every file system, a limit by hand, named streams that the revision has not.
TEST_F(script_clients, new_iso_file_from_folder) {
  ASSERT_EQ(image->put_FileSystemsToCreate(static_cast<FsiFileSystems>(7)), S_OK);
  ASSERT_EQ(image->put_VolumeName(words("FromFolder")), S_OK);
  ASSERT_EQ(image->put_FreeMediaBlocks(1'000'000), S_OK);
  EXPECT_EQ(root.as<IFsiDirectoryItem2>()->AddTreeWithNamedStreams(words(in()), VARIANT_FALSE),
            IMAPI_S_IMAGE_FEATURE_NOT_SUPPORTED);
  copy_in_pieces(*result(), 1);
  EXPECT_EQ(written().volumes().size(), 3u);
}

// A working folder, a medium of two layers, a floppy that boots; the length of the stream is compared.
TEST_F(script_clients, optimize_offline) {
  std::filesystem::create_directories(folder / "scratch");
  ASSERT_EQ(image->put_FileSystemsToCreate(FsiFileSystemUDF), S_OK);
  ASSERT_EQ(image->put_WorkingDirectory(words((folder / "scratch").string())), S_OK);
  ASSERT_EQ(image->ChooseImageDefaultsForMediaType(IMAPI_MEDIA_TYPE_DVDPLUSRW_DUALLAYER), S_OK);
  ASSERT_EQ(image->put_VolumeName(words("ESD-ISO")), S_OK);
  ASSERT_EQ(root->AddTree(words(in()), VARIANT_FALSE), S_OK);
  ASSERT_EQ(image->put_BootImageOptions(boot("boot/efisys.bin", PlatformEFI, Emulation144MFloppy).get()),
            S_OK);
  const auto whole = result();
  com::ptr<IStream> data;
  STATSTG stat{};
  LONG blocks = 0, size = 0;
  ASSERT_EQ(whole->get_ImageStream(data.put()), S_OK);
  ASSERT_EQ(data->Stat(&stat, STATFLAG_NONAME), S_OK);
  ASSERT_EQ(whole->get_TotalBlocks(&blocks), S_OK);
  ASSERT_EQ(whole->get_BlockSize(&size), S_OK);
  EXPECT_EQ(stat.cbSize.QuadPart, static_cast<ULONGLONG>(blocks) * static_cast<ULONGLONG>(size));
  copy_in_pieces(*whole, 512);
  const auto made = written();
  EXPECT_TRUE(is_udf_alone(made));
  EXPECT_TRUE(made.boot());
}

// Metadata partition; the largest limit; the root is kept in a variable; everything is let go in the end.
TEST_F(script_clients, disc_wright) {
  ASSERT_EQ(image->put_FreeMediaBlocks(2'147'483'000), S_OK);
  ASSERT_EQ(image->put_FileSystemsToCreate(FsiFileSystemUDF), S_OK);
  ASSERT_EQ(image->put_UDFRevision(0x250), S_OK);
  ASSERT_EQ(image->put_VolumeName(words("Disc-Wright.01")), S_OK);
  ASSERT_EQ(root->AddTree(words(in()), VARIANT_FALSE), S_OK);
  auto whole = result();
  copy_in_pieces(*whole, 512);
  whole = nullptr;
  root = nullptr;
  image = nullptr;
  std::filesystem::rename(folder / "in", folder / "free");  // nothing holds it any more
  std::filesystem::rename(folder / "free", folder / "in");
  EXPECT_EQ(written().volumes().front().revision, 0x250);
}

// File systems, root, boot image, tree; what there is is counted; the label last.
TEST_F(script_clients, imapi2_sample) {
  ASSERT_EQ(image->put_FileSystemsToCreate(static_cast<FsiFileSystems>(3)), S_OK);
  ASSERT_EQ(image->put_BootImageOptions(boot("boot/etfsboot.com", PlatformX86, EmulationNone).get()), S_OK);
  ASSERT_EQ(image->put_FreeMediaBlocks(2'295'104), S_OK);
  ASSERT_EQ(root->AddTree(words(in()), VARIANT_FALSE), S_OK);
  auto mask = FsiFileSystemNone;
  EXPECT_EQ(image->get_FileSystemsToCreate(&mask), S_OK);
  EXPECT_EQ(mask, 3);
  EXPECT_EQ(files(), 2);
  ASSERT_EQ(image->put_VolumeName(words("SAMPLE")), S_OK);
  copy_in_pieces(*result(), 512);
  EXPECT_EQ(written().volumes().size(), 2u);
}

/// An object that a script holds in a variable.
class variable {
 public:
  explicit variable(com::ptr<IDispatch> object) : object_(std::move(object)) {}

  com::variant call(const wchar_t* name, std::initializer_list<com::variant> arguments = {}) {
    return invoke(name, DISPATCH_METHOD | DISPATCH_PROPERTYGET, arguments);
  }
  com::variant get(const wchar_t* name) { return invoke(name, DISPATCH_PROPERTYGET, {}); }
  void put(const wchar_t* name, const com::variant& value) {
    invoke(
        name,
        value.get().vt == VT_DISPATCH ? DISPATCH_PROPERTYPUTREF | DISPATCH_PROPERTYPUT : DISPATCH_PROPERTYPUT,
        {value});
  }
  variable object(const wchar_t* name) {
    const auto got = get(name);
    EXPECT_EQ(got.get().vt, VT_DISPATCH);
    return variable(com::ptr<IDispatch>(got.get().pdispVal));
  }
  [[nodiscard]] const com::ptr<IDispatch>& behind() const { return object_; }

 private:
  com::variant invoke(const wchar_t* name, int how, std::initializer_list<com::variant> arguments) {
    std::wstring copy(name);
    LPOLESTR names = copy.data();
    DISPID id = 0, put = DISPID_PROPERTYPUT;
    EXPECT_EQ(object_->GetIDsOfNames(IID{}, &names, 1, 0, &id), S_OK);
    std::vector<VARIANT> given;  // the last first
    for (auto one = std::rbegin(arguments); one != std::rend(arguments); ++one) given.push_back(one->get());
    DISPPARAMS params{given.data(), nullptr, static_cast<UINT>(given.size()), 0};
    if ((how & (DISPATCH_PROPERTYPUT | DISPATCH_PROPERTYPUTREF)) != 0) {
      params.cNamedArgs = 1;
      params.rgdispidNamedArgs = &put;
    }
    com::variant answer;
    EXPECT_EQ(object_->Invoke(id, IID{}, 0, static_cast<WORD>(how), &params, answer.put(), nullptr, nullptr),
              S_OK)
        << std::string(copy.begin(), copy.end());
    return answer;
  }

  com::ptr<IDispatch> object_;
};

com::variant truth(bool value) { return number_variant(value ? VARIANT_TRUE : VARIANT_FALSE, VT_BOOL); }
com::variant number(LONG value) { return number_variant(value, VT_I4); }
com::variant thing(IUnknown* object) {
  VARIANT borrowed{};
  borrowed.vt = VT_UNKNOWN;
  borrowed.punkVal = object;
  return com::variant(borrowed);
}

// As the page on boot images has it, in a language that knows no interfaces.
TEST_F(script_clients, adding_a_boot_image_late_bound) {
  variable options(com::make<boot_options>());
  options.call(L"AssignBootImage", {thing(stream("boot/etfsboot.com").get())});
  options.put(L"Manufacturer", text_variant("Script"));
  options.put(L"PlatformId", number(PlatformX86));
  options.put(L"Emulation", number(EmulationNone));
  variable script(image.as<IDispatch>());
  script.put(L"FileSystemsToCreate", number(7));
  script.put(L"UDFRevision", number(0x201));
  script.put(L"VolumeName", text_variant("LATE"));
  script.put(L"FreeMediaBlocks", number(-1));
  script.put(L"BootImageOptions", com::dispatch_variant(options.behind().get()));
  script.object(L"Root").call(L"AddTree", {text_variant(in()), truth(false)});
  EXPECT_EQ(script.get(L"FileCount").get().lVal, 2);
  EXPECT_GT(script.get(L"UsedBlocks").get().lVal, 0);
  const auto made = script.call(L"CreateResultImage");
  ASSERT_EQ(made.get().vt, VT_DISPATCH);
  variable whole{com::ptr<IDispatch>(made.get().pdispVal)};
  const auto bytes = whole.get(L"TotalBlocks").get().lVal * whole.get(L"BlockSize").get().lVal;
  const auto data = whole.get(L"ImageStream");
  ASSERT_EQ(data.get().vt, VT_UNKNOWN);
  ULARGE_INTEGER all{}, copied{};
  all.QuadPart = static_cast<ULONGLONG>(bytes);
  ASSERT_EQ(com::ptr<IUnknown>(data.get().punkVal)
                .as<IStream>()
                ->CopyTo(file_to_write().get(), all, nullptr, &copied),
            S_OK);
  EXPECT_EQ(copied.QuadPart, all.QuadPart);
  const auto opened = written();
  EXPECT_EQ(opened.volumes().size(), 3u);
  EXPECT_TRUE(opened.boot());
}

// Items by name and by loop, properties and removals, all late bound.
TEST_F(script_clients, items_late_bound) {
  variable script(image.as<IDispatch>()), top = script.object(L"Root");
  top.call(L"AddDirectory", {text_variant("d")});
  top.call(L"AddFile", {text_variant("d\\f"), thing(stream("in/readme.txt").get())});
  const auto found = top.call(L"Item", {text_variant("d\\f")});
  ASSERT_EQ(found.get().vt, VT_DISPATCH);
  variable file{com::ptr<IDispatch>(found.get().pdispVal)};
  EXPECT_EQ(com::to_utf8(file.get(L"FullPath").get().bstrVal), "\\d\\f");
  EXPECT_EQ(file.get(L"DataSize32BitLow").get().lVal, 5);
  file.put(L"IsHidden", truth(true));
  EXPECT_EQ(file.get(L"IsHidden").get().boolVal, VARIANT_TRUE);
  EXPECT_EQ(com::to_utf8(file.call(L"FileSystemName", {number(FsiFileSystemUDF)}).get().bstrVal), "f");
  const auto each = top.get(L"_NewEnum");
  const auto list = com::ptr<IUnknown>(each.get().punkVal).as<IEnumVARIANT>();
  ASSERT_TRUE(list);
  com::variant path;
  ULONG count = 0;
  EXPECT_EQ(list->Next(1, path.put(), &count), S_OK);
  EXPECT_EQ(com::to_utf8(path.get().bstrVal), "\\d");
  EXPECT_EQ(script.call(L"Exists", {text_variant("\\d\\f")}).get().lVal, FsiItemFile);
  const auto point = script.get(L"ChangePoint");
  top.call(L"RemoveTree", {text_variant("d")});
  EXPECT_EQ(script.get(L"FileCount").get().lVal, 0);
  script.call(L"RollbackToChangePoint", {point});
  EXPECT_EQ(script.get(L"FileCount").get().lVal, 1);
}

}  // namespace
}  // namespace comeback::imapi2fs
