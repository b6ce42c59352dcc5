// SPDX-License-Identifier: Apache-2.0
// CreateStdDispatch: an IDispatch made of type information, inside an object of somebody else.

#include "com/object/ptr.hpp"

#include <atomic>
#include <new>

#include <oleauto.h>

namespace comeback::com {
namespace {

// Release is the only way to delete; see object.hpp.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"

/// What the outer object's clients see: it counts and asks for interfaces there.
class outer_view final : public IDispatch {
 public:
  outer_view(IUnknown& outer, void* self, ITypeInfo* info) noexcept
      : outer_(outer), self_(self), info_(info) {}

  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** out) override {
    return outer_.QueryInterface(iid, out);
  }
  ULONG STDMETHODCALLTYPE AddRef() override { return outer_.AddRef(); }
  ULONG STDMETHODCALLTYPE Release() override { return outer_.Release(); }
  HRESULT STDMETHODCALLTYPE GetTypeInfoCount(UINT* count) override {
    if (!count) return E_POINTER;
    *count = 1;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE GetTypeInfo(UINT index, LCID, ITypeInfo** info) override {
    if (!info) return E_POINTER;
    *info = index == 0 ? ptr(info_).detach() : nullptr;
    return index == 0 ? S_OK : DISP_E_BADINDEX;
  }
  HRESULT STDMETHODCALLTYPE GetIDsOfNames(REFIID riid, LPOLESTR* names, UINT count, LCID,
                                          DISPID* ids) override {
    return riid == IID_NULL ? info_->GetIDsOfNames(names, count, ids) : DISP_E_UNKNOWNINTERFACE;
  }
  HRESULT STDMETHODCALLTYPE Invoke(DISPID id, REFIID riid, LCID, WORD flags, DISPPARAMS* params,
                                   VARIANT* result, EXCEPINFO* exception, UINT* bad_argument) override {
    if (riid != IID_NULL) return DISP_E_UNKNOWNINTERFACE;
    return info_->Invoke(self_, id, flags, params, result, exception, bad_argument);
  }

 private:
  IUnknown& outer_;  // holds us, so it is not held
  void* self_;
  ptr<ITypeInfo> info_;
};

/// The private IUnknown, which the outer object alone has.
class std_dispatch final : public IUnknown {
 public:
  std_dispatch(IUnknown& outer, void* self, ITypeInfo* info) noexcept : view_(outer, self, info) {}

  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** out) override {
    if (!out) return E_POINTER;
    *out = nullptr;
    if (iid == IID_IUnknown) return *out = static_cast<IUnknown*>(this), AddRef(), S_OK;
    if (iid == IID_IDispatch) return *out = static_cast<IDispatch*>(&view_), view_.AddRef(), S_OK;
    return E_NOINTERFACE;
  }
  ULONG STDMETHODCALLTYPE AddRef() override { return refs_.fetch_add(1, std::memory_order_relaxed) + 1; }
  ULONG STDMETHODCALLTYPE Release() override {
    const ULONG left = refs_.fetch_sub(1, std::memory_order_acq_rel) - 1;
    if (left == 0) delete this;
    return left;
  }

 private:
  ~std_dispatch() = default;

  outer_view view_;
  std::atomic<ULONG> refs_{1};
};

#pragma GCC diagnostic pop

// A pure dispinterface is called through the object's own Invoke, which would be this one: no end.
bool has_virtual_table(ITypeInfo& info) noexcept {
  TYPEATTR* attributes = nullptr;
  if (FAILED(info.GetTypeAttr(&attributes))) return false;
  const bool has = attributes->typekind == TKIND_INTERFACE || (attributes->wTypeFlags & TYPEFLAG_FDUAL) != 0;
  info.ReleaseTypeAttr(attributes);
  return has;
}

}  // namespace
}  // namespace comeback::com

HRESULT CreateStdDispatch(IUnknown* outer, void* self, ITypeInfo* info, IUnknown** made) {
  if (!made) return E_INVALIDARG;
  *made = nullptr;
  if (!outer || !self || !info || !comeback::com::has_virtual_table(*info)) return E_INVALIDARG;
  *made = new (std::nothrow) comeback::com::std_dispatch(*outer, self, info);
  return *made ? S_OK : E_OUTOFMEMORY;
}
