// SPDX-License-Identifier: Apache-2.0
// comeback_probe: an object whose members give back what they are given, so that values are seen on COM's
// side, and a source of events that calls from a thread of its own.
#include "com/dispatch/automation.hpp"
#include "com/made/VPCCOMInterfaces.hpp"
#include "com/object/ptr.hpp"
#include "python/reference.hpp"
#include "python/value.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cwchar>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include <objbase.h>
#include <ocidl.h>
#include <olectl.h>

using comeback::python::reference;
using comeback::python::unknown;

namespace {

// {9B0B6C5B-7C4C-4E0A-8C38-5A5B7C0E1D01}
constexpr IID iid_events = {0x9B0B6C5B, 0x7C4C, 0x4E0A, {0x8C, 0x38, 0x5A, 0x5B, 0x7C, 0x0E, 0x1D, 0x01}};

enum member : DISPID {
  item = 0,
  echo = 1,
  type = 2,
  fill = 3,
  fail = 4,
  as = 5,
  arguments = 6,
  fire = 7,
  sum = 8,
  fire_broken = 9
};
constexpr std::pair<const wchar_t*, DISPID> names[] = {{L"item", item}, {L"echo", echo},
                                                       {L"type", type}, {L"fill", fill},
                                                       {L"fail", fail}, {L"as", as},
                                                       {L"sum", sum},   {L"arguments", arguments},
                                                       {L"fire", fire}, {L"fire_broken", fire_broken},
                                                       {L"first", 0},   {L"second", 1},
                                                       {L"third", 2}};

std::atomic<int> living = 0;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"  // interfaces have no destructor at all

class probe final : public IDispatch, public IConnectionPointContainer, public IConnectionPoint {
 public:
  probe() { ++living; }
  probe(const probe&) = delete;
  probe& operator=(const probe&) = delete;

  HRESULT STDMETHODCALLTYPE QueryInterface(const IID& iid, void** out) noexcept override {
    *out = nullptr;
    if (IsEqualGUID(iid, IID_IUnknown) || IsEqualGUID(iid, IID_IDispatch))
      *out = static_cast<IDispatch*>(this);
    else if (IsEqualGUID(iid, IID_IConnectionPointContainer))
      *out = static_cast<IConnectionPointContainer*>(this);
    else if (IsEqualGUID(iid, IID_IConnectionPoint))
      *out = static_cast<IConnectionPoint*>(this);
    if (!*out) return E_NOINTERFACE;
    ++count_;
    return S_OK;
  }
  ULONG STDMETHODCALLTYPE AddRef() noexcept override { return ++count_; }
  ULONG STDMETHODCALLTYPE Release() noexcept override {
    const ULONG left = --count_;
    if (left == 0) delete this;
    return left;
  }

  HRESULT STDMETHODCALLTYPE GetTypeInfoCount(UINT* count) noexcept override { return *count = 0, S_OK; }
  HRESULT STDMETHODCALLTYPE GetTypeInfo(UINT, LCID, ITypeInfo** info) noexcept override {
    *info = nullptr;
    return DISP_E_BADINDEX;
  }
  HRESULT STDMETHODCALLTYPE GetIDsOfNames(REFIID, LPOLESTR* wanted, UINT count, LCID,
                                          DISPID* ids) noexcept override {
    HRESULT hr = S_OK;
    for (UINT i = 0; i < count; ++i) {
      ids[i] = DISPID_UNKNOWN;
      for (const auto& [name, id] : names)
        if (wcscasecmp(name, wanted[i]) == 0) ids[i] = id;
      if (ids[i] == DISPID_UNKNOWN) hr = DISP_E_UNKNOWNNAME;
    }
    return hr;
  }
  HRESULT STDMETHODCALLTYPE Invoke(DISPID id, REFIID, LCID, WORD flags, DISPPARAMS* params, VARIANT* result,
                                   EXCEPINFO* exception, UINT*) noexcept override {
    if (!(flags & DISPATCH_METHOD)) return DISP_E_MEMBERNOTFOUND;
    return call(id, *params, result, exception);
  }

  HRESULT STDMETHODCALLTYPE EnumConnectionPoints(IEnumConnectionPoints** out) noexcept override {
    *out = nullptr;
    return E_NOTIMPL;
  }
  HRESULT STDMETHODCALLTYPE FindConnectionPoint(REFIID iid, IConnectionPoint** out) noexcept override {
    *out = nullptr;
    if (!IsEqualGUID(iid, iid_events)) return CONNECT_E_NOCONNECTION;
    AddRef();
    *out = this;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE GetConnectionInterface(IID* iid) noexcept override {
    return *iid = iid_events, S_OK;
  }
  HRESULT STDMETHODCALLTYPE GetConnectionPointContainer(IConnectionPointContainer** out) noexcept override {
    AddRef();
    *out = this;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE Advise(IUnknown* sink, DWORD* cookie) noexcept override {
    sink_ = reference<IUnknown>::share(sink).query<IDispatch>();
    *cookie = 1;
    return sink_ ? S_OK : CONNECT_E_CANNOTCONNECT;
  }
  HRESULT STDMETHODCALLTYPE Unadvise(DWORD) noexcept override {
    sink_.reset();
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE EnumConnections(IEnumConnections** out) noexcept override {
    *out = nullptr;
    return E_NOTIMPL;
  }

 private:
  ~probe() { --living; }

  HRESULT call(DISPID id, DISPPARAMS& params, VARIANT* result, EXCEPINFO* exception) {
    VARIANT* const last = params.rgvarg;
    switch (id) {
      case item:
      case echo:
        return params.cArgs == 1 ? VariantCopy(result, last) : DISP_E_BADPARAMCOUNT;
      case type:
        result->vt = VT_I4;
        result->lVal = params.cArgs == 1 ? last->vt : -1;
        return S_OK;
      case fill:
        return filled(params);
      case fail:
        return failed(last->lVal, exception);
      case as:
        return VariantChangeType(result, &last[1], 0, static_cast<VARTYPE>(last->lVal));
      case arguments:
        result->vt = VT_BSTR;
        result->bstrVal = SysAllocString(told(params).c_str());
        return S_OK;
      case fire:
        return fired(*last, result);
      case fire_broken:
        return fired(broken(), result);
      default:
        return DISP_E_MEMBERNOTFOUND;
    }
  }
  // A DECIMAL with more digits behind the point than there are.
  static VARIANT broken() {
    VARIANT value{};
    value.decVal.scale = 200;
    value.decVal.Lo64 = 1;
    value.vt = VT_DECIMAL;
    return value;
  }
  // fill(value, BYREF place)
  static HRESULT filled(const DISPPARAMS& params) {
    VARIANT& place = params.rgvarg[0];
    if (!(place.vt & VT_BYREF)) return DISP_E_TYPEMISMATCH;
    VARIANT value{};
    const VARTYPE wanted = place.vt & ~VT_BYREF;
    if (wanted == VT_VARIANT) return VariantCopy(place.pvarVal, &params.rgvarg[1]);
    const HRESULT hr = VariantChangeType(&value, &params.rgvarg[1], 0, wanted);
    if (FAILED(hr)) return hr;
    if (wanted == VT_I4) *place.plVal = value.lVal;
    if (wanted == VT_R8) *place.pdblVal = value.dblVal;
    if (wanted == VT_BOOL) *place.pboolVal = value.boolVal;
    if (wanted == VT_BSTR) SysFreeString(std::exchange(*place.pbstrVal, value.bstrVal));
    return S_OK;
  }
  static HRESULT failed(LONG code, EXCEPINFO* exception) {
    if (!exception) return code;
    exception->scode = code;
    exception->bstrSource = SysAllocString(L"the probe");
    exception->bstrDescription = SysAllocString(L"It was asked to.");
    return DISP_E_EXCEPTION;
  }
  // "1 2" by position, "2=3" by name.
  static std::wstring told(const DISPPARAMS& params) {
    std::wstring text;
    for (UINT i = params.cArgs; i-- > 0;) {
      if (i < params.cNamedArgs) text += std::to_wstring(params.rgdispidNamedArgs[i]) + L"=";
      text += params.rgvarg[i].vt == VT_ERROR ? L"-" : std::to_wstring(params.rgvarg[i].lVal);
      text += L" ";
    }
    return text;
  }
  // On a thread that Python has never seen; what the sink answers comes back.
  HRESULT fired(const VARIANT& value, VARIANT* result) {
    const reference<IDispatch> sink = sink_;
    if (!sink) return E_FAIL;
    HRESULT hr = E_FAIL;
    std::thread([&] {
      VARIANT argument = value;
      DISPPARAMS params{&argument, nullptr, 1, 0};
      VARIANT answer{};
      hr = sink->Invoke(1, IID_NULL, 0, DISPATCH_METHOD, &params, &answer, nullptr, nullptr);
      VariantClear(&answer);
    }).join();
    result->vt = VT_ERROR;
    result->scode = hr;
    return S_OK;
  }

  std::atomic<ULONG> count_{0};
  reference<IDispatch> sink_;
};

#pragma GCC diagnostic pop

// A task that ends when it is told to, by Cancel.
class waiting_task final : public comeback::com::automation<IVMTask> {
 public:
  HRESULT STDMETHODCALLTYPE WaitForCompletion(LONG timeout) noexcept override {
    if (timeout < -1) return E_INVALIDARG;
    std::unique_lock lock(mutex_);
    if (timeout < 0)
      changed_.wait(lock, [&] { return complete_; });
    else
      changed_.wait_for(lock, std::chrono::milliseconds(timeout), [&] { return complete_; });
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE get_IsComplete(VARIANT_BOOL* out) noexcept override {
    const std::lock_guard lock(mutex_);
    *out = complete_ ? VARIANT_TRUE : VARIANT_FALSE;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE Cancel() noexcept override {
    const std::lock_guard lock(mutex_);
    complete_ = true;
    changed_.notify_all();
    return S_OK;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool complete_ = false;
};

unknown make_task() {
  const auto made = comeback::com::make<waiting_task>();
  return {reference<IUnknown>::share(static_cast<IDispatch*>(made.get()))};
}

}  // namespace

PYBIND11_MODULE(comeback_probe, module) {
  module.def("make", [] { return unknown{reference<IUnknown>::share(static_cast<IDispatch*>(new probe))}; });
  module.def("make_task", make_task);
  module.def("living", [] { return living.load(); });
}
