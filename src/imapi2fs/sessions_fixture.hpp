// SPDX-License-Identifier: Apache-2.0
// Internal: for tests of this folder.
#pragma once

// Multisession objects and a recorder of a client's own making, and media that are image files.

#include "com/made/imapi2.hpp"
#include "com/object/arrays.hpp"
#include "com/object/enum_variant.hpp"
#include "imapi2fs/fixture.hpp"
#include "optical/image_medium.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <imapi2fserror.h>

namespace comeback::imapi2fs {

class test_recorder final
    : public com::automation<IDiscRecorder2, com::class_info<&CLSID_MsftDiscRecorder2>> {
 public:
  HRESULT get_ActiveDiscRecorder(BSTR* out) noexcept override {
    return boundary(out, [] { return std::string("burner"); });
  }
};

/// What a client's object says; each answer can fail instead.
struct told {
  HRESULT hr = S_OK;
  LONG value = 0;
  HRESULT to(LONG* out) const {
    if (SUCCEEDED(hr)) *out = value;
    return hr;
  }
};

template <class Interface, const GUID* clsid>
class test_session : public com::automation<Interface, com::class_info<clsid>> {
 public:
  bool supported = true, in_use = false;
  HRESULT support = S_OK;
  com::ptr<IDiscRecorder2> recorder = com::make<test_recorder>();
  int asked_for_use = 0;

  HRESULT get_IsSupportedOnCurrentMediaState(VARIANT_BOOL* out) noexcept override {
    if (FAILED(support)) return support;
    *out = supported ? VARIANT_TRUE : VARIANT_FALSE;
    return S_OK;
  }
  HRESULT put_InUse(VARIANT_BOOL value) noexcept override {
    in_use = value != VARIANT_FALSE;
    return S_OK;
  }
  HRESULT get_InUse(VARIANT_BOOL* out) noexcept override {
    ++asked_for_use;
    *out = in_use ? VARIANT_TRUE : VARIANT_FALSE;
    return S_OK;
  }
  HRESULT get_ImportRecorder(IDiscRecorder2** out) noexcept override {
    *out = com::ptr<IDiscRecorder2>(recorder).detach();
    return S_OK;
  }
};

class test_sequential final
    : public test_session<IMultisessionSequential, &CLSID_MsftMultisessionSequential> {
 public:
  told previous{S_OK, 0}, next{S_OK, 20000}, room{S_OK, 100000};
  HRESULT get_StartAddressOfPreviousSession(LONG* out) noexcept override { return previous.to(out); }
  HRESULT get_NextWritableAddress(LONG* out) noexcept override { return next.to(out); }
  HRESULT get_FreeSectorsOnMedia(LONG* out) noexcept override { return room.to(out); }
};

class test_random final : public test_session<IMultisessionRandomWrite, &CLSID_MsftMultisessionRandomWrite> {
 public:
  told unit{S_OK, 16}, all{S_OK, 2295104};
  HRESULT get_WriteUnitSize(LONG* out) noexcept override { return unit.to(out); }
  HRESULT get_TotalSectorsOnMedia(LONG* out) noexcept override { return all.to(out); }
};

/// Neither kind.
class test_other final : public test_session<IMultisession, &CLSID_MsftMultisessionSequential> {};

class sessions_facade : public image_facade {
 protected:
  void SetUp() override {
    image_facade::SetUp();
    image = new_image();
    ASSERT_EQ(image->get_Root(root.put()), S_OK);
  }
  com::ptr<IFileSystemImage> new_image() {
    return com::make<file_system_image>([] { return noon; }, folder.string(),
                                        [this](std::string_view id) {
                                          EXPECT_EQ(id, "burner");
                                          return optical::open_image_medium(disc, optical::access::reading);
                                        },
                                        rule);
  }
  static com::safe_array array(const std::vector<IDispatch*>& objects) {
    return com::array_of(objects, [](IDispatch* one) { return com::dispatch_variant(one); });
  }
  HRESULT put(const std::vector<IDispatch*>& objects) {
    const auto made = array(objects);
    return image->put_MultisessionInterfaces(made.get());
  }
  static std::vector<IDispatch*> got(const com::ptr<IFileSystemImage>& from) {
    SAFEARRAY* out = nullptr;
    EXPECT_EQ(from->get_MultisessionInterfaces(&out), S_OK);
    const com::safe_array held(out);
    std::vector<IDispatch*> all;
    LONG high = -1;
    EXPECT_EQ(SafeArrayGetUBound(out, 1, &high), S_OK);
    for (LONG i = 0; i <= high; ++i) {
      com::variant one;
      EXPECT_EQ(SafeArrayGetElement(out, &i, one.put()), S_OK);
      EXPECT_EQ(one.get().vt, VT_DISPATCH);
      all.push_back(one.get().pdispVal);
    }
    return all;
  }

  const std::filesystem::path disc = folder / "disc.iso";
  second_iso9660 rule = second_iso9660::made;  // of images that are made
  com::ptr<test_sequential> sequential = com::make<test_sequential>();
  com::ptr<test_random> random = com::make<test_random>();
};

}  // namespace comeback::imapi2fs
