// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/dispatch/description.hpp"
#include "com/object/object.hpp"

#include <ocidl.h>

namespace comeback::com {

/// A new ITypeInfo of a described type; a dual interface shows itself as the dispinterface that scripts see.
/// E_POINTER, E_OUTOFMEMORY.
HRESULT get_type_info(const described_type& type, ITypeInfo** info) noexcept;

/// The same for an interface or class of the described libraries: what a sink of events needs, for its source
/// interface's IID. TYPE_E_ELEMENTNOTFOUND.
HRESULT get_type_info(REFGUID guid, ITypeInfo** info) noexcept;

/// The source interface that a class calls its sinks by; IID_NULL for a class without events.
[[nodiscard]] GUID default_source(REFGUID clsid) noexcept;

// As in object.hpp: Release is the only way to delete.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"

/// An entry of an object's list: IProvideClassInfo2 for the class.
/// `com::automation<IFileSystemImage3, com::class_info<&CLSID_MsftFileSystemImage>>`
template <const GUID* clsid>
class class_info : public IProvideClassInfo2 {
 public:
  HRESULT STDMETHODCALLTYPE GetClassInfo(ITypeInfo** info) noexcept override {
    return get_type_info(*clsid, info);
  }
  HRESULT STDMETHODCALLTYPE GetGUID(DWORD kind, GUID* guid) noexcept override {
    if (!guid) return E_POINTER;
    *guid = kind == GUIDKIND_DEFAULT_SOURCE_DISP_IID ? default_source(*clsid) : GUID{};
    return kind == GUIDKIND_DEFAULT_SOURCE_DISP_IID ? S_OK : E_INVALIDARG;
  }

 protected:
  ~class_info() = default;
};

#pragma GCC diagnostic pop

template <const GUID* clsid>
struct interface_of<class_info<clsid>> {
  using type = IProvideClassInfo2;
};

}  // namespace comeback::com
