// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include <ocidl.h>

namespace comeback::com {

/// What an interface derives from; made by tools/idl for the described ones.
template <class I>
struct base_of;
template <>
struct base_of<IUnknown> {
  using type = void;
};
template <>
struct base_of<IDispatch> {
  using type = IUnknown;
};
template <>
struct base_of<IClassFactory> {
  using type = IUnknown;
};
template <>
struct base_of<ISequentialStream> {
  using type = IUnknown;
};
template <>
struct base_of<IStream> {
  using type = ISequentialStream;
};
template <>
struct base_of<IEnumVARIANT> {
  using type = IUnknown;
};
template <>
struct base_of<IErrorInfo> {
  using type = IUnknown;
};
template <>
struct base_of<ICreateErrorInfo> {
  using type = IUnknown;
};
template <>
struct base_of<ISupportErrorInfo> {
  using type = IUnknown;
};
template <>
struct base_of<ITypeInfo> {
  using type = IUnknown;
};
template <>
struct base_of<ITypeLib> {
  using type = IUnknown;
};
template <>
struct base_of<ITypeComp> {
  using type = IUnknown;
};
template <>
struct base_of<IRecordInfo> {
  using type = IUnknown;
};
template <>
struct base_of<IConnectionPointContainer> {
  using type = IUnknown;
};
template <>
struct base_of<IConnectionPoint> {
  using type = IUnknown;
};
template <>
struct base_of<IEnumConnectionPoints> {
  using type = IUnknown;
};
template <>
struct base_of<IEnumConnections> {
  using type = IUnknown;
};
template <>
struct base_of<IPropertyNotifySink> {
  using type = IUnknown;
};
template <>
struct base_of<IProvideClassInfo> {
  using type = IUnknown;
};
template <>
struct base_of<IProvideClassInfo2> {
  using type = IProvideClassInfo;
};

/// An interface all of whose members answer E_NOTIMPL; facades override what is built. Made by tools/idl.
template <class I>
class unimplemented;

/// E_NOTIMPL, with error information that names the member.
HRESULT not_implemented(const wchar_t* member) noexcept;

struct member;
/// The dispatch table of an interface, its bases' members included, sorted by DISPID. Made by tools/idl.
template <class I>
std::span<const member> members_of() noexcept;

}  // namespace comeback::com
