// SPDX-License-Identifier: Apache-2.0
#include "com/dispatch/automation.hpp"
#include "com/dispatch/type_info.hpp"
#include "com/made/VPCCOMInterfaces.hpp"
#include "com/object/ptr.hpp"

#include <gtest/gtest.h>

using namespace comeback;

namespace {

com::ptr<ITypeInfo> info_of(const GUID& id) {
  com::ptr<ITypeInfo> info;
  EXPECT_EQ(com::get_type_info(id, info.put()), S_OK);
  return info;
}

/// A client's object: it has a dual interface, and leaves the dispatching to the standard.
class client_task final : public com::unimplemented<IVMTask> {
 public:
  explicit client_task(bool& alive) : alive_(alive) { alive_ = true; }
  HRESULT begin() {
    return CreateStdDispatch(this, static_cast<IVMTask*>(this), info_of(IID_IVMTask).get(), inner_.put());
  }

  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** out) noexcept override {
    if (iid == IID_IDispatch) return inner_->QueryInterface(iid, out);
    const bool ours = iid == IID_IUnknown || iid == IID_IVMTask;
    *out = ours ? this : nullptr;
    return ours ? (AddRef(), S_OK) : E_NOINTERFACE;
  }
  ULONG STDMETHODCALLTYPE AddRef() noexcept override { return ++references_; }
  ULONG STDMETHODCALLTYPE Release() noexcept override {
    const ULONG left = --references_;
    if (left == 0) delete this;
    return left;
  }
  HRESULT STDMETHODCALLTYPE GetTypeInfoCount(UINT*) noexcept override { return E_NOTIMPL; }
  HRESULT STDMETHODCALLTYPE GetTypeInfo(UINT, LCID, ITypeInfo**) noexcept override { return E_NOTIMPL; }
  HRESULT STDMETHODCALLTYPE GetIDsOfNames(REFIID, LPOLESTR*, UINT, LCID, DISPID*) noexcept override {
    return E_NOTIMPL;
  }
  HRESULT STDMETHODCALLTYPE Invoke(DISPID, REFIID, LCID, WORD, DISPPARAMS*, VARIANT*, EXCEPINFO*,
                                   UINT*) noexcept override {
    return E_NOTIMPL;
  }
  HRESULT STDMETHODCALLTYPE get_PercentCompleted(LONG* out) noexcept override {
    *out = 40;
    return S_OK;
  }

 private:
  ~client_task() { alive_ = false; }
  bool& alive_;
  ULONG references_ = 1;
  com::ptr<IUnknown> inner_;
};

}  // namespace

TEST(std_dispatch, makes_an_object_usable_by_scripts) {
  bool alive = false;
  auto on = com::make<client_task>(alive);
  ASSERT_EQ(on->begin(), S_OK);
  auto late = on.as<IDispatch>();
  ASSERT_TRUE(late);
  wchar_t name[] = L"percentcompleted";
  LPOLESTR names = name;
  DISPID id = 0;
  ASSERT_EQ(late->GetIDsOfNames(IID_NULL, &names, 1, 0, &id), S_OK);
  EXPECT_EQ(late->GetIDsOfNames(IID_IUnknown, &names, 1, 0, &id), DISP_E_UNKNOWNINTERFACE);
  DISPPARAMS none{};
  VARIANT result{};
  ASSERT_EQ(late->Invoke(id, IID_NULL, 0, DISPATCH_PROPERTYGET, &none, &result, nullptr, nullptr), S_OK);
  EXPECT_EQ(result.lVal, 40);
  EXPECT_EQ(late->Invoke(id, IID_IUnknown, 0, DISPATCH_PROPERTYGET, &none, &result, nullptr, nullptr),
            DISP_E_UNKNOWNINTERFACE);
  UINT count = 0;
  com::ptr<ITypeInfo> info;
  EXPECT_EQ(late->GetTypeInfoCount(&count), S_OK);
  EXPECT_EQ(count, 1u);
  EXPECT_EQ(late->GetTypeInfo(0, 0, info.put()), S_OK);
  EXPECT_TRUE(info);
  EXPECT_EQ(late->GetTypeInfo(1, 0, info.put()), DISP_E_BADINDEX);
  EXPECT_EQ(late.as<IUnknown>().get(), on.as<IUnknown>().get());
  EXPECT_EQ(late.as<IVMTask>().get(), on.get());
  on = nullptr;
  EXPECT_TRUE(alive);  // the view counts on its object
  late = nullptr;
  EXPECT_FALSE(alive);
}

TEST(std_dispatch, refuses_what_it_cannot_call) {
  bool alive = false;
  const auto on = com::make<client_task>(alive);
  com::ptr<IUnknown> made;
  const auto info = info_of(IID_IVMTask);
  EXPECT_EQ(CreateStdDispatch(nullptr, on.get(), info.get(), made.put()), E_INVALIDARG);
  EXPECT_EQ(CreateStdDispatch(on.get(), nullptr, info.get(), made.put()), E_INVALIDARG);
  EXPECT_EQ(CreateStdDispatch(on.get(), on.get(), nullptr, made.put()), E_INVALIDARG);
  EXPECT_EQ(CreateStdDispatch(on.get(), on.get(), info.get(), nullptr), E_INVALIDARG);
  EXPECT_EQ(CreateStdDispatch(on.get(), on.get(), info_of(IID_IVMVirtualPCEvents).get(), made.put()),
            E_INVALIDARG);
}
