// SPDX-License-Identifier: Apache-2.0
#include "com/dispatch/type_library.hpp"

#include "com/dispatch/dispatch.hpp"
#include "com/dispatch/type_info.hpp"
#include "com/object/object.hpp"
#include "com/object/ptr.hpp"

#include <algorithm>
#include <cwchar>
#include <memory>
#include <new>
#include <optional>

#include <oleauto.h>

namespace comeback::com {
namespace {

struct named {
  const described_type* type;
  const wchar_t* name;
  MEMBERID id;
};

bool has_constant(const described_type& type, const wchar_t* name) noexcept {
  return type.kind == TKIND_ENUM && std::ranges::any_of(type.values, [&](const described_value& value) {
           return same_name(value.name, name);
         });
}

/// Everything of a type that bears the name: the type itself, a member, a constant.
std::optional<named> find_in(const described_type& type, const wchar_t* name) noexcept {
  if (same_name(type.name, name)) return named{&type, type.name, MEMBERID_NIL};
  for (const auto& function : type.functions)
    if (same_name(function.name, name)) return named{&type, function.name, function.id};
  for (std::size_t i = 0; i < type.values.size(); ++i)
    if (same_name(type.values[i].name, name))
      return named{&type, type.values[i].name, static_cast<MEMBERID>(i)};
  return std::nullopt;
}

class type_library final : public object<ITypeLib, ITypeComp> {
 public:
  explicit type_library(const described_library& library) : library_(library) {}

  UINT STDMETHODCALLTYPE GetTypeInfoCount() noexcept override {
    return static_cast<UINT>(library_.types.size());
  }
  HRESULT STDMETHODCALLTYPE GetTypeInfo(UINT index, ITypeInfo** info) noexcept override {
    if (!info) return E_INVALIDARG;
    *info = nullptr;
    return index < library_.types.size() ? get_type_info(*library_.types[index], info)
                                         : TYPE_E_ELEMENTNOTFOUND;
  }
  HRESULT STDMETHODCALLTYPE GetTypeInfoType(UINT index, TYPEKIND* kind) noexcept override {
    if (!kind) return E_INVALIDARG;
    if (index >= library_.types.size()) return TYPE_E_ELEMENTNOTFOUND;
    const auto& type = *library_.types[index];
    *kind = type.is_dual() ? TKIND_DISPATCH : type.kind;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE GetTypeInfoOfGuid(REFGUID guid, ITypeInfo** info) noexcept override {
    if (!info) return E_INVALIDARG;
    *info = nullptr;
    const auto found = std::ranges::find_if(library_.types, [&](const auto* t) { return *t->id == guid; });
    return found == library_.types.end() || guid == IID_NULL ? TYPE_E_ELEMENTNOTFOUND
                                                             : get_type_info(**found, info);
  }

  HRESULT STDMETHODCALLTYPE GetLibAttr(TLIBATTR** out) noexcept override {
    if (!out) return E_INVALIDARG;
    *out = new (std::nothrow) TLIBATTR{};
    if (!*out) return E_OUTOFMEMORY;
    (*out)->guid = *library_.id;
    (*out)->syskind = SYS_WIN64;
    (*out)->wMajorVerNum = library_.major;
    (*out)->wMinorVerNum = library_.minor;
    return S_OK;
  }
  void STDMETHODCALLTYPE ReleaseTLibAttr(TLIBATTR* attributes) noexcept override {
    std::unique_ptr<TLIBATTR>(attributes).reset();
  }

  HRESULT STDMETHODCALLTYPE GetTypeComp(ITypeComp** out) noexcept override {
    if (!out) return E_INVALIDARG;
    AddRef();
    *out = this;
    return S_OK;
  }

  HRESULT STDMETHODCALLTYPE GetDocumentation(INT index, BSTR* name, BSTR* text, DWORD* context,
                                             BSTR* file) noexcept override {
    if (text) *text = nullptr;
    if (file) *file = nullptr;
    if (context) *context = 0;
    if (index < -1 || index >= static_cast<INT>(library_.types.size())) return TYPE_E_ELEMENTNOTFOUND;
    if (!name) return S_OK;
    *name = SysAllocString(index < 0 ? library_.name : library_.types[static_cast<std::size_t>(index)]->name);
    return *name ? S_OK : E_OUTOFMEMORY;
  }

  HRESULT STDMETHODCALLTYPE IsName(LPOLESTR name, ULONG, BOOL* found) noexcept override {
    if (!name || !found) return E_INVALIDARG;
    *found = 0;
    for (const auto* type : library_.types)
      if (const auto here = find_in(*type, name)) {
        std::wmemcpy(name, here->name, std::wcslen(here->name));  // names differ in case only
        *found = 1;
        break;
      }
    return S_OK;
  }

  HRESULT STDMETHODCALLTYPE FindName(LPOLESTR name, ULONG, ITypeInfo** infos, MEMBERID* ids,
                                     USHORT* count) noexcept override {
    if (!name || !infos || !ids || !count) return E_INVALIDARG;
    const USHORT room = *count;
    *count = 0;
    for (const auto* type : library_.types) {
      if (*count == room) break;
      const auto here = find_in(*type, name);
      if (!here) continue;
      if (const HRESULT hr = get_type_info(*type, &infos[*count]); FAILED(hr)) return hr;
      ids[*count] = here->id;
      ++*count;
    }
    return S_OK;
  }

  // As a compiler sees a library: constants of enumerations by name, then types.
  HRESULT STDMETHODCALLTYPE Bind(LPOLESTR name, ULONG hash, WORD flags, ITypeInfo** info, DESCKIND* kind,
                                 BINDPTR* found) noexcept override {
    if (!name || !info || !kind || !found) return E_INVALIDARG;
    *info = nullptr;
    *kind = DESCKIND_NONE;
    *found = {};
    for (const auto* type : library_.types) {
      if (!has_constant(*type, name)) continue;
      ptr<ITypeInfo> owner;
      if (const HRESULT hr = get_type_info(*type, owner.put()); FAILED(hr)) return hr;
      return owner.as<ITypeComp>()->Bind(name, hash, flags, info, kind, found);
    }
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE BindType(LPOLESTR name, ULONG, ITypeInfo** info,
                                     ITypeComp** compiler) noexcept override {
    if (!name || !info || !compiler) return E_INVALIDARG;
    *info = nullptr;
    *compiler = nullptr;
    for (const auto* type : library_.types)
      if (same_name(type->name, name)) return get_type_info(*type, info);
    return S_OK;
  }

 private:
  const described_library& library_;
};

}  // namespace

HRESULT make_type_library(const described_library& library, ITypeLib** out) noexcept {
  if (!out) return E_POINTER;
  *out = nullptr;
  try {
    *out = make<type_library>(library).detach();
    return S_OK;
  } catch (const std::bad_alloc&) {
    return E_OUTOFMEMORY;
  }
}

}  // namespace comeback::com

using namespace comeback;

HRESULT LoadRegTypeLib(REFGUID guid, WORD major, WORD minor, LCID, ITypeLib** library) {
  if (!library) return E_INVALIDARG;
  *library = nullptr;
  for (const auto* known : com::described_libraries())
    if (*known->id == guid && known->major == major && known->minor >= minor)
      return com::make_type_library(*known, library);
  return TYPE_E_LIBNOTREGISTERED;
}

HRESULT DispGetIDsOfNames(ITypeInfo* info, LPOLESTR* names, UINT count, DISPID* ids) {
  return info ? info->GetIDsOfNames(names, count, ids) : E_INVALIDARG;
}

HRESULT DispInvoke(void* self, ITypeInfo* info, DISPID id, WORD flags, DISPPARAMS* params, VARIANT* result,
                   EXCEPINFO* exception, UINT* bad_argument) {
  return info ? info->Invoke(self, id, flags, params, result, exception, bad_argument) : E_INVALIDARG;
}
