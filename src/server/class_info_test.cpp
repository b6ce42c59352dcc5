// SPDX-License-Identifier: Apache-2.0
// From an object alone to its class, its interfaces, and a sink of its events: as a script host goes.

#include "base/error.hpp"
#include "base/temporary_folder.hpp"
#include "com/data/text.hpp"
#include "com/dispatch/description.hpp"
#include "com/object/ptr.hpp"
#include "machine/fake_machine.hpp"
#include "server/services.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <imapi2fs.h>
#include <ocidl.h>
#include <oleauto.h>

namespace comeback::server {
namespace {

com::ptr<ITypeInfo> part_with(ITypeInfo& type, INT wanted) {
  for (UINT i = 0;; ++i) {
    INT flags = 0;
    HREFTYPE reference = 0;
    com::ptr<ITypeInfo> found;
    if (FAILED(type.GetImplTypeFlags(i, &flags))) return found;
    if (flags != wanted) continue;
    EXPECT_EQ(type.GetRefTypeOfImplType(i, &reference), S_OK);
    EXPECT_EQ(type.GetRefTypeInfo(reference, found.put()), S_OK);
    return found;
  }
}

GUID id_of(ITypeInfo& type) {
  TYPEATTR* held = nullptr;
  EXPECT_EQ(type.GetTypeAttr(&held), S_OK);
  const GUID id = held->guid;
  type.ReleaseTypeAttr(held);
  return id;
}

std::string take(BSTR words) {
  std::string text = com::to_utf8(words);
  SysFreeString(words);
  return text;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
/// Knows nothing but the type information of an outgoing interface. The test owns it.
class described_sink final : public IDispatch {
 public:
  explicit described_sink(ITypeInfo& type) : id_(id_of(type)) {
    FUNCDESC* function = nullptr;
    for (UINT i = 0; SUCCEEDED(type.GetFuncDesc(i, &function)); ++i) {
      BSTR names[8]{};
      UINT count = 0;
      EXPECT_EQ(type.GetNames(function->memid, names, 8, &count), S_OK);
      auto& known = names_[function->memid];
      for (UINT n = 0; n < count; ++n) known.push_back(take(names[n]));
      EXPECT_EQ(count, static_cast<UINT>(function->cParams) + 1);
      type.ReleaseFuncDesc(function);
    }
  }
  std::vector<std::string> heard;

  HRESULT QueryInterface(REFIID iid, void** out) override {
    const bool known = iid == IID_IUnknown || iid == IID_IDispatch || iid == id_;
    *out = known ? this : nullptr;
    return known ? S_OK : E_NOINTERFACE;
  }
  ULONG AddRef() override { return 2; }
  ULONG Release() override { return 1; }
  HRESULT GetTypeInfoCount(UINT*) override { return E_NOTIMPL; }
  HRESULT GetTypeInfo(UINT, LCID, ITypeInfo**) override { return E_NOTIMPL; }
  HRESULT GetIDsOfNames(REFIID, LPOLESTR*, UINT, LCID, DISPID*) override { return E_NOTIMPL; }
  HRESULT Invoke(DISPID id, REFIID, LCID, WORD, DISPPARAMS* given, VARIANT*, EXCEPINFO*, UINT*) override {
    const auto found = names_.find(id);
    if (found == names_.end()) return DISP_E_MEMBERNOTFOUND;
    std::string line = found->second[0];
    for (UINT i = 0; i < given->cArgs; ++i)
      line += " " + found->second[i + 1] + "=" + value(given->rgvarg[given->cArgs - 1 - i]);
    heard.push_back(line);
    return S_OK;
  }

 private:
  static std::string value(const VARIANT& v) {
    if (v.vt == VT_DISPATCH) return "object";
    return v.vt == VT_BSTR ? com::to_utf8(v.bstrVal) : std::to_string(v.lVal);
  }

  GUID id_;
  std::map<DISPID, std::vector<std::string>> names_;
};
#pragma GCC diagnostic pop

class no_machines final : public machine::fake_hypervisor {
 public:
  bool gone = false;
  [[nodiscard]] std::vector<std::shared_ptr<machine::virtual_machine>> machines() const override {
    if (gone) throw base::error(base::errc::exception, "The daemon does not answer.");
    return {};
  }
};

class class_info : public testing::Test {
 protected:
  void SetUp() override {
    register_classes([this]() -> virtualpc::backend {
      return {.machines = connection, .channels = [](const auto&) { return nullptr; }, .tasks = nullptr};
    });
    ASSERT_EQ(CoInitializeEx(nullptr, COINIT_MULTITHREADED), S_OK);
  }
  void TearDown() override {
    connection->gone = true;  // the next test connects for itself
    CoUninitialize();
  }

  std::shared_ptr<no_machines> connection = std::make_shared<no_machines>();
};

TEST_F(class_info, leads_from_every_object_to_its_interfaces) {
  int built = 0;
  for (const auto* library : com::described_libraries())
    for (const auto* type : library->types) {
      com::ptr<IUnknown> made;
      if (type->kind != TKIND_COCLASS ||
          FAILED(CoCreateInstance(*type->id, nullptr, CLSCTX_ALL, IID_PPV_ARGS(made.put()))))
        continue;
      SCOPED_TRACE(com::to_utf8(type->name));
      ++built;
      EXPECT_TRUE(type->flags & TYPEFLAG_FCANCREATE);
      const auto provider = made.as<IProvideClassInfo2>();
      ASSERT_TRUE(provider);
      EXPECT_TRUE(made.as<IProvideClassInfo>());
      com::ptr<ITypeInfo> own;
      ASSERT_EQ(provider->GetClassInfo(own.put()), S_OK);
      EXPECT_EQ(id_of(*own), *type->id);
      const auto main = part_with(*own, IMPLTYPEFLAG_FDEFAULT);
      ASSERT_TRUE(main);
      com::ptr<IUnknown> as_main;
      EXPECT_EQ(made->QueryInterface(id_of(*main), reinterpret_cast<void**>(as_main.put())), S_OK);
      const auto source = part_with(*own, IMPLTYPEFLAG_FDEFAULT | IMPLTYPEFLAG_FSOURCE);
      GUID told{};
      EXPECT_EQ(provider->GetGUID(GUIDKIND_DEFAULT_SOURCE_DISP_IID, &told), S_OK);
      EXPECT_EQ(told, source ? id_of(*source) : GUID{});  // classes without events have none
      EXPECT_EQ(provider->GetGUID(99, &told), E_INVALIDARG);
      EXPECT_EQ(provider->GetGUID(GUIDKIND_DEFAULT_SOURCE_DISP_IID, nullptr), E_POINTER);
      EXPECT_EQ(provider->GetClassInfo(nullptr), E_POINTER);
    }
  EXPECT_EQ(built, 7);
}

TEST_F(class_info, is_all_that_a_sink_needs) {
  com::ptr<IFileSystemImage> image;
  ASSERT_EQ(CoCreateInstance(CLSID_MsftFileSystemImage, nullptr, CLSCTX_ALL, IID_PPV_ARGS(image.put())),
            S_OK);
  com::ptr<ITypeInfo> own;
  ASSERT_EQ(image.as<IProvideClassInfo>()->GetClassInfo(own.put()), S_OK);
  const auto source = part_with(*own, IMPLTYPEFLAG_FDEFAULT | IMPLTYPEFLAG_FSOURCE);
  ASSERT_TRUE(source);
  described_sink sink(*source);
  com::ptr<IConnectionPoint> point;
  ASSERT_EQ(image.as<IConnectionPointContainer>()->FindConnectionPoint(id_of(*source), point.put()), S_OK);
  DWORD cookie = 0;
  ASSERT_EQ(point->Advise(&sink, &cookie), S_OK);

  const base::temporary_folder folder;
  std::ofstream(folder.path() / "a") << std::string(3000, 'x');
  com::ptr<IFsiDirectoryItem> root;
  ASSERT_EQ(image->get_Root(root.put()), S_OK);
  const BSTR path = com::to_bstr(folder.path().native());
  EXPECT_EQ(root->AddTree(path, VARIANT_FALSE), S_OK);
  SysFreeString(path);
  EXPECT_THAT(sink.heard,
              testing::ElementsAre("Update object=object currentFile=\\a copiedSectors=0 totalSectors=2",
                                   "Update object=object currentFile=\\a copiedSectors=2 totalSectors=2"));
  EXPECT_EQ(point->Unadvise(cookie), S_OK);
}

}  // namespace
}  // namespace comeback::server
