// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/dispatch/dispatch.hpp"
#include "com/dispatch/type_info.hpp"
#include "com/object/boundary.hpp"
#include "com/object/object.hpp"

namespace comeback::com {

/// An object that scripts can use too: IDispatch from the tables of its first interface, ISupportErrorInfo
/// for that interface and its bases. Members the class does not override answer E_NOTIMPL.
template <class First, class... Rest>
// NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor): Release deletes, nobody else may
class automation : public object<unimplemented<First>, ISupportErrorInfo, Rest...> {
 public:
  HRESULT STDMETHODCALLTYPE GetTypeInfoCount(UINT* count) noexcept override {
    if (!count) return E_POINTER;
    *count = 1;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE GetTypeInfo(UINT index, LCID, ITypeInfo** info) noexcept override {
    if (!info) return E_POINTER;
    *info = nullptr;
    return index == 0 ? get_type_info(description_of<First>(), info) : DISP_E_BADINDEX;
  }
  HRESULT STDMETHODCALLTYPE GetIDsOfNames(REFIID riid, LPOLESTR* names, UINT count, LCID,
                                          DISPID* ids) noexcept override {
    return find_names(members_of<First>(), riid, names, count, ids);
  }
  HRESULT STDMETHODCALLTYPE Invoke(DISPID id, REFIID riid, LCID, WORD flags, DISPPARAMS* params,
                                   VARIANT* result, EXCEPINFO* exception,
                                   UINT* bad_argument) noexcept override {
    return invoke(members_of<First>(), this, id, riid, flags, params, result, exception, bad_argument,
                  __uuidof(First));
  }
  HRESULT STDMETHODCALLTYPE InterfaceSupportsErrorInfo(REFIID riid) noexcept override {
    return supports<First>(riid) ? S_OK : S_FALSE;
  }

 protected:
  ~automation() override = default;

  /// `com::boundary` for the members: their failures bear the interface, and the class as source.
  template <class... A>
  static HRESULT boundary(A&&... arguments) noexcept {
    const HRESULT hr = com::boundary(std::forward<A>(arguments)...);
    if (FAILED(hr)) name_origin(__uuidof(First));
    return hr;
  }

 private:
  template <class I>
  static bool supports(REFIID riid) noexcept {
    if constexpr (std::is_same_v<I, IDispatch>)
      return false;
    else
      return riid == __uuidof(I) || supports<typename base_of<I>::type>(riid);
  }
};

}  // namespace comeback::com
