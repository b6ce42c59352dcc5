// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include <ocidl.h>

namespace comeback::com {

/// What an interface derives from; made by tools/idl for the described ones.
template <class I>
struct base_of;
#define COMEBACK_BASE(interface, base) \
  template <>                          \
  struct base_of<interface> {          \
    using type = base;                 \
  }
COMEBACK_BASE(IUnknown, void);
COMEBACK_BASE(IDispatch, IUnknown);
COMEBACK_BASE(IClassFactory, IUnknown);
COMEBACK_BASE(ISequentialStream, IUnknown);
COMEBACK_BASE(IStream, ISequentialStream);
COMEBACK_BASE(IEnumVARIANT, IUnknown);
COMEBACK_BASE(IErrorInfo, IUnknown);
COMEBACK_BASE(ICreateErrorInfo, IUnknown);
COMEBACK_BASE(ISupportErrorInfo, IUnknown);
COMEBACK_BASE(ITypeInfo, IUnknown);
COMEBACK_BASE(ITypeLib, IUnknown);
COMEBACK_BASE(ITypeComp, IUnknown);
COMEBACK_BASE(IRecordInfo, IUnknown);
COMEBACK_BASE(IConnectionPointContainer, IUnknown);
COMEBACK_BASE(IConnectionPoint, IUnknown);
COMEBACK_BASE(IEnumConnectionPoints, IUnknown);
COMEBACK_BASE(IEnumConnections, IUnknown);
COMEBACK_BASE(IPropertyNotifySink, IUnknown);
COMEBACK_BASE(IProvideClassInfo, IUnknown);
COMEBACK_BASE(IProvideClassInfo2, IProvideClassInfo);
#undef COMEBACK_BASE

/// An interface all of whose members answer E_NOTIMPL; facades override what is built. Made by tools/idl.
template <class I>
class unimplemented;

/// E_NOTIMPL, with error information that names the member of the interface.
HRESULT not_implemented(const wchar_t* member, REFIID of) noexcept;

struct member;
/// The dispatch table of an interface, its bases' members included, sorted by DISPID. Made by tools/idl.
template <class I>
std::span<const member> members_of() noexcept;

}  // namespace comeback::com
