// SPDX-License-Identifier: Apache-2.0
// From the folder of recorders to a session on a medium: the classes as a client makes them.

#include "base/temporary_folder.hpp"
#include "com/data/text.hpp"
#include "com/object/ptr.hpp"
#include "com/stream/stream.hpp"
#include "optical/image_medium.hpp"
#include "optical/recorder_folder.hpp"
#include "server/services.hpp"

#include <cstdlib>
#include <string>

#include <gtest/gtest.h>
#include <imapi2.h>
#include <imapi2error.h>
#include <oleauto.h>
#include <shlwapi.h>

namespace comeback::server {
namespace {

class recorders : public testing::Test {
 protected:
  void SetUp() override {
    optical::create_image_medium(image, optical::media_type::dvd_minus_r);
    optical::recorder_folder(folder.path()).add("burner", image);
    register_classes(libvirt_machines,
                     [this] { return std::make_shared<optical::recorder_folder>(folder.path()); });
    ASSERT_EQ(CoInitializeEx(nullptr, COINIT_MULTITHREADED), S_OK);
  }
  void TearDown() override { CoUninitialize(); }

  template <class I>
  static com::ptr<I> made(const wchar_t* progid) {
    CLSID id{};
    com::ptr<I> object;
    EXPECT_EQ(CLSIDFromProgID(progid, &id), S_OK);
    EXPECT_EQ(CoCreateInstance(id, nullptr, CLSCTX_ALL, IID_PPV_ARGS(object.put())), S_OK);
    return object;
  }

  base::temporary_folder folder;
  const std::filesystem::path image = folder.path() / "disc.iso";
};

TEST_F(recorders, of_the_folder_write_sessions) {
  const auto all = made<IDiscMaster2>(L"IMAPI2.MsftDiscMaster2");
  BSTR id = nullptr;
  ASSERT_EQ(all->get_Item(0, &id), S_OK);
  const auto recorder = made<IDiscRecorder2>(L"IMAPI2.MsftDiscRecorder2");
  EXPECT_EQ(recorder->InitializeDiscRecorder(id), S_OK);
  SysFreeString(id);
  const auto writer = made<IDiscFormat2Data>(L"IMAPI2.MsftDiscFormat2Data");
  EXPECT_EQ(writer->put_Recorder(recorder.get()), S_OK);
  const BSTR client = SysAllocString(L"test");
  EXPECT_EQ(writer->put_ClientName(client), S_OK);
  SysFreeString(client);
  const std::string bytes(10 * 2048, 'x');
  const auto stream = com::ptr<IStream>::own(
      SHCreateMemStream(reinterpret_cast<const BYTE*>(bytes.data()), static_cast<UINT>(bytes.size())));
  EXPECT_EQ(writer->Write(stream.get()), S_OK);
  LONG last = 0;
  EXPECT_EQ(writer->get_LastWrittenAddressOfPreviousSession(&last), S_OK);
  EXPECT_EQ(last, 9);
  EXPECT_EQ(optical::open_image_medium(image, optical::access::reading)->sessions().size(), 1u);
  EXPECT_EQ(recorder->EjectMedia(), S_OK);
  EXPECT_EQ(writer->Write(stream.get()), E_IMAPI_RECORDER_MEDIA_NO_MEDIA);
  EXPECT_EQ(recorder->CloseTray(), S_OK);
}

TEST_F(recorders, are_not_shared_by_two_objects_that_write) {
  const auto mine = made<IDiscRecorder2>(L"IMAPI2.MsftDiscRecorder2");
  const auto other = made<IDiscRecorder2>(L"IMAPI2.MsftDiscRecorder2");
  const BSTR id = com::to_bstr(optical::recorder_id("burner")), client = SysAllocString(L"mine");
  EXPECT_EQ(mine->InitializeDiscRecorder(id), S_OK);
  EXPECT_EQ(other->InitializeDiscRecorder(id), S_OK);
  EXPECT_EQ(mine->AcquireExclusiveAccess(VARIANT_FALSE, client), S_OK);
  EXPECT_EQ(other->AcquireExclusiveAccess(VARIANT_FALSE, client), E_IMAPI_RECORDER_LOCKED);
  BSTR owner = nullptr;
  EXPECT_EQ(other->get_ExclusiveAccessOwner(&owner), S_OK);
  EXPECT_EQ(com::to_utf8(owner), "mine");
  SysFreeString(owner);
  EXPECT_EQ(mine->ReleaseExclusiveAccess(), S_OK);
  optical::recorder_folder(folder.path()).remove("burner");
  EXPECT_EQ(mine->AcquireExclusiveAccess(VARIANT_FALSE, client), static_cast<HRESULT>(0x80070037));
  SysFreeString(id);
  SysFreeString(client);
}

}  // namespace
}  // namespace comeback::server
