// SPDX-License-Identifier: Apache-2.0
#include "python/type_info.hpp"

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include <objbase.h>
#include <ocidl.h>

namespace comeback::python {
namespace {

template <class T>
using described = std::unique_ptr<T, std::function<void(T*)>>;

described<TYPEATTR> attributes_of(ITypeInfo& info) {
  TYPEATTR* given = nullptr;
  check(info.GetTypeAttr(&given));
  return {given, [&info](TYPEATTR* p) { info.ReleaseTypeAttr(p); }};
}

described<FUNCDESC> function_at(ITypeInfo& info, UINT index) {
  FUNCDESC* given = nullptr;
  check(info.GetFuncDesc(index, &given));
  return {given, [&info](FUNCDESC* p) { info.ReleaseFuncDesc(p); }};
}

std::wstring take_string(BSTR& text) {
  std::wstring result = text ? std::wstring(text, SysStringLen(text)) : std::wstring();
  SysFreeString(std::exchange(text, nullptr));
  return result;
}

// The member's name, then its parameters'.
std::vector<std::wstring> names_of(ITypeInfo& info, const FUNCDESC& function) {
  std::vector<BSTR> names(static_cast<std::size_t>(function.cParams) + 1);
  UINT count = 0;
  check(info.GetNames(function.memid, names.data(), static_cast<UINT>(names.size()), &count));
  std::vector<std::wstring> result;
  result.reserve(names.size());
  for (BSTR& name : names) result.push_back(take_string(name));
  return result;
}

// As a VARIANT has it: LONG* is VT_BYREF | VT_I4, an interface VT_DISPATCH, an enumeration VT_I4.
VARTYPE type_of(ITypeInfo& info, const TYPEDESC& type) {
  switch (type.vt) {
    case VT_PTR: {
      const VARTYPE to = type_of(info, *type.lptdesc);
      if (type.lptdesc->vt == VT_USERDEFINED && to == VT_DISPATCH) return VT_DISPATCH;
      return static_cast<VARTYPE>(to | VT_BYREF);
    }
    case VT_SAFEARRAY:
      return static_cast<VARTYPE>(VT_ARRAY | type_of(info, *type.lptdesc));
    case VT_USERDEFINED: {
      reference<ITypeInfo> user;
      if (FAILED(info.GetRefTypeInfo(type.hreftype, user.put()))) return VT_VARIANT;
      return attributes_of(*user.get())->typekind == TKIND_ENUM ? VT_I4 : VT_DISPATCH;
    }
    default:
      return type.vt;
  }
}

py::tuple function_row(ITypeInfo& info, const FUNCDESC& function) {
  const std::vector<std::wstring> names = names_of(info, function);
  py::list parameters;
  for (SHORT i = 0; i < function.cParams; ++i) {
    const ELEMDESC& parameter = function.lprgelemdescParam[i];
    parameters.append(py::make_tuple(to_python(names[static_cast<std::size_t>(i) + 1]),
                                     parameter.paramdesc.wParamFlags, type_of(info, parameter.tdesc)));
  }
  return py::make_tuple(function.memid, to_python(names[0]), static_cast<int>(function.invkind),
                        py::tuple(parameters), type_of(info, function.elemdescFunc.tdesc));
}

py::tuple interface_row(ITypeInfo& info) {
  const auto attributes = attributes_of(info);
  BSTR name = nullptr;
  (void)info.GetDocumentation(MEMBERID_NIL, &name, nullptr, static_cast<DWORD*>(nullptr), nullptr);
  py::list functions;
  for (UINT i = 0; i < attributes->cFuncs; ++i) functions.append(function_row(info, *function_at(info, i)));
  wchar_t iid[40] = {};
  StringFromGUID2(attributes->guid, iid, 40);
  return py::make_tuple(to_python(iid), to_python(take_string(name)), py::tuple(functions));
}

reference<ITypeInfo> info_of(const unknown& object) {
  const auto dispatch = object.object.query<IDispatch>();
  UINT count = 0;
  reference<ITypeInfo> info;
  if (!dispatch || FAILED(dispatch->GetTypeInfoCount(&count)) || count == 0) return {};
  if (FAILED(dispatch->GetTypeInfo(0, 0, info.put()))) return {};
  return info;
}

}  // namespace

py::object describe(const unknown& object) {
  const reference<ITypeInfo> info = info_of(object);
  if (!info) return py::none();
  return interface_row(*info.get());
}

py::object interface_id(const unknown& object) {
  const reference<ITypeInfo> info = info_of(object);
  if (!info) return py::none();
  const auto attributes = attributes_of(*info.get());
  return py::bytes(reinterpret_cast<const char*>(&attributes->guid), sizeof attributes->guid);
}

py::list describe_events(const unknown& object) {
  py::list result;
  const auto container = object.object.query<IConnectionPointContainer>();
  const reference<ITypeInfo> info = info_of(object);
  reference<IEnumConnectionPoints> points;
  reference<ITypeLib> library;
  UINT index = 0;
  if (!container || !info) return result;
  check(info->GetContainingTypeLib(library.put(), &index));
  check(container->EnumConnectionPoints(points.put()));
  reference<IConnectionPoint> point;
  ULONG fetched = 0;
  while (points->Next(1, point.put(), &fetched) == S_OK) {
    IID iid{};
    reference<ITypeInfo> part;
    check(point->GetConnectionInterface(&iid));
    if (SUCCEEDED(library->GetTypeInfoOfGuid(iid, part.put()))) result.append(interface_row(*part.get()));
  }
  return result;
}

}  // namespace comeback::python
