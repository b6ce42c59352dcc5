// SPDX-License-Identifier: Apache-2.0
// The flow of creating-a-multisession-disc.md, step by step, with the classes as a client makes them.

#include "base/temporary_folder.hpp"
#include "com/data/safearray.hpp"
#include "com/data/text.hpp"
#include "com/object/ptr.hpp"
#include "image/append.hpp"
#include "optical/image_medium.hpp"
#include "optical/recorder_folder.hpp"
#include "server/services.hpp"

#include <memory>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <imapi2.h>
#include <imapi2error.h>
#include <imapi2fs.h>
#include <imapi2fserror.h>
#include <oleauto.h>
#include <shlwapi.h>

namespace comeback::server {
namespace {

class next_session : public testing::TestWithParam<optical::media_type> {
 protected:
  void SetUp() override {
    optical::create_image_medium(disc, GetParam());
    optical::recorder_folder(folder.path()).add("burner", disc);
    register_classes(libvirt_machines,
                     [this] { return std::make_shared<optical::recorder_folder>(folder.path()); });
    ASSERT_EQ(CoInitializeEx(nullptr, COINIT_MULTITHREADED), S_OK);
    recorder = made<IDiscRecorder2>(L"IMAPI2.MsftDiscRecorder2");
    BSTR id = nullptr;
    ASSERT_EQ(made<IDiscMaster2>(L"IMAPI2.MsftDiscMaster2")->get_Item(0, &id), S_OK);
    ASSERT_EQ(recorder->InitializeDiscRecorder(id), S_OK);
    SysFreeString(id);
  }
  void TearDown() override {
    recorder = {};
    CoUninitialize();
  }

  template <class I>
  static com::ptr<I> made(const wchar_t* progid) {
    CLSID id{};
    com::ptr<I> object;
    EXPECT_EQ(CLSIDFromProgID(progid, &id), S_OK);
    EXPECT_EQ(CoCreateInstance(id, nullptr, CLSCTX_ALL, IID_PPV_ARGS(object.put())), S_OK);
    return object;
  }
  com::ptr<IDiscFormat2Data> writer() {
    auto made_one = made<IDiscFormat2Data>(L"IMAPI2.MsftDiscFormat2Data");
    EXPECT_EQ(made_one->put_Recorder(recorder.get()), S_OK);
    const BSTR name = SysAllocString(L"flow");
    EXPECT_EQ(made_one->put_ClientName(name), S_OK);
    SysFreeString(name);
    return made_one;
  }
  static void add(const com::ptr<IFileSystemImage>& image, const std::string& name, char fill) {
    com::ptr<IFsiDirectoryItem> root;
    ASSERT_EQ(image->get_Root(root.put()), S_OK);
    const std::string bytes(5000, fill);
    const auto stream = com::ptr<IStream>::own(
        SHCreateMemStream(reinterpret_cast<const BYTE*>(bytes.data()), static_cast<UINT>(bytes.size())));
    const BSTR path = com::to_bstr(name);
    EXPECT_EQ(root->AddFile(path, stream.get()), S_OK);
    SysFreeString(path);
  }
  // The steps of the page.
  void burn(const std::string& name, char fill) {
    const auto data = writer();
    const auto image = made<IFileSystemImage>(L"IMAPI2FS.MsftFileSystemImage");
    VARIANT_BOOL blank = VARIANT_FALSE;
    ASSERT_EQ(data->get_MediaHeuristicallyBlank(&blank), S_OK);
    if (blank != VARIANT_FALSE) {
      ASSERT_EQ(image->ChooseImageDefaults(recorder.get()), S_OK);
    } else {
      SAFEARRAY* sessions = nullptr;
      ASSERT_EQ(data->get_MultisessionInterfaces(&sessions), S_OK);
      EXPECT_EQ(image->put_MultisessionInterfaces(sessions), S_OK);
      EXPECT_EQ(SafeArrayDestroy(sessions), S_OK);
      auto imported = FsiFileSystemNone;
      ASSERT_EQ(image->ImportFileSystem(&imported), S_OK);
      EXPECT_NE(imported, FsiFileSystemNone);
    }
    add(image, name, fill);
    com::ptr<IFileSystemImageResult> result;
    com::ptr<IStream> stream;
    ASSERT_EQ(image->CreateResultImage(result.put()), S_OK);
    ASSERT_EQ(result->get_ImageStream(stream.put()), S_OK);
    ASSERT_EQ(data->Write(stream.get()), S_OK);
  }
  [[nodiscard]] image::written_medium on_disc() const {
    return image::look_at(*optical::open_image_medium(disc, optical::access::reading));
  }
  static std::set<std::string> paths(const image::opened_image& in) {
    std::set<std::string> all;
    EXPECT_TRUE(in.walk(in.best(), [&](const std::string& path, const image::entry&) {
      all.insert(path);
      return true;
    }));
    return all;
  }

  base::temporary_folder folder;
  const std::filesystem::path disc = folder.path() / "disc.iso";
  com::ptr<IDiscRecorder2> recorder;
};

TEST_P(next_session, of_the_documentation) {
  ASSERT_NO_FATAL_FAILURE(burn("one", '1'));
  ASSERT_NO_FATAL_FAILURE(burn("two", '2'));
  ASSERT_NO_FATAL_FAILURE(burn("three", '3'));
  const auto on = on_disc();
  ASSERT_EQ(on.sessions.size(), 3u);
  std::set<std::string> expected;
  for (const auto& [index, name] : {std::pair{0u, "/one"}, {1u, "/two"}, {2u, "/three"}}) {
    expected.insert(name);
    const auto session = image::open_session(on.bytes, on.sessions[index]);
    EXPECT_EQ(paths(session), expected);
    const auto file = session.find(session.best(), "/one");
    ASSERT_TRUE(file);
    std::string bytes(5000, '\0');
    EXPECT_TRUE(session.read(*file, 0, std::as_writable_bytes(std::span(bytes))));
    EXPECT_EQ(bytes, std::string(5000, '1'));
  }
}

TEST_P(next_session, not_of_a_closed_or_ejected_medium) {
  ASSERT_NO_FATAL_FAILURE(burn("one", '1'));
  const auto data = writer();
  const auto image = made<IFileSystemImage>(L"IMAPI2FS.MsftFileSystemImage");
  SAFEARRAY* sessions = nullptr;
  ASSERT_EQ(data->get_MultisessionInterfaces(&sessions), S_OK);
  const com::safe_array held(sessions);
  ASSERT_EQ(image->put_MultisessionInterfaces(sessions), S_OK);
  ASSERT_EQ(recorder->EjectMedia(), S_OK);
  auto imported = FsiFileSystemNone;
  EXPECT_EQ(image->ImportFileSystem(&imported), E_IMAPI_RECORDER_MEDIA_NO_MEDIA);
  EXPECT_EQ(image->put_MultisessionInterfaces(sessions), E_IMAPI_RECORDER_MEDIA_NO_MEDIA);
  ASSERT_EQ(recorder->CloseTray(), S_OK);
  EXPECT_EQ(image->ImportFileSystem(&imported), S_OK);
  if (optical::facts_of(GetParam()).how == optical::writing::random) return;
  optical::open_image_medium(disc, optical::access::writing)->close_session(true);
  const auto other = made<IFileSystemImage>(L"IMAPI2FS.MsftFileSystemImage");
  EXPECT_EQ(other->put_MultisessionInterfaces(sessions), IMAPI_E_NO_COMPATIBLE_MULTISESSION_TYPE);
}

INSTANTIATE_TEST_SUITE_P(media, next_session,
                         testing::Values(optical::media_type::cd_r, optical::media_type::dvd_minus_r,
                                         optical::media_type::bd_r, optical::media_type::dvd_plus_rw,
                                         optical::media_type::dvd_ram, optical::media_type::bd_re,
                                         optical::media_type::disk));

}  // namespace
}  // namespace comeback::server
