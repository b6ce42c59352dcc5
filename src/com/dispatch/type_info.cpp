// SPDX-License-Identifier: Apache-2.0
#include "com/dispatch/type_info.hpp"

#include "com/dispatch/dispatch.hpp"
#include "com/dispatch/type_block.hpp"
#include "com/dispatch/type_library.hpp"
#include "com/dispatch/type_reference.hpp"
#include "com/object/ptr.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>
#include <vector>

#include <objbase.h>
#include <oleauto.h>

namespace comeback::com {
namespace {

HRESULT give(BSTR* out, std::wstring_view text) noexcept {
  if (!out) return S_OK;
  *out = SysAllocStringLen(text.data(), static_cast<UINT>(text.size()));
  return *out ? S_OK : E_OUTOFMEMORY;
}

// Scripts see nothing of IUnknown and IDispatch.
std::vector<const described_function*> functions_of(const described_type& type, bool with_bases) {
  std::vector<const described_function*> all;
  if (with_bases && type.base && type.base->library) all = functions_of(*type.base, true);
  for (const auto& function : type.functions) all.push_back(&function);
  return all;
}

template <class Body>
HRESULT guarded(Body&& body) noexcept try {
  return body();
} catch (const std::bad_alloc&) {
  return E_OUTOFMEMORY;
}

class type_info final : public object<ITypeInfo, ITypeComp> {
 public:
  type_info(const described_type& type, bool dispatch_view)
      : type_(type), dispatch_(dispatch_view), functions_(functions_of(type, dispatch_view)) {}

  HRESULT STDMETHODCALLTYPE GetTypeAttr(TYPEATTR** out) noexcept override {
    if (!out) return E_INVALIDARG;
    *out = new (std::nothrow) TYPEATTR{};
    if (!*out) return E_OUTOFMEMORY;
    TYPEATTR& a = **out;
    a.guid = *type_.id;
    a.memidConstructor = a.memidDestructor = MEMBERID_NIL;
    a.cbSizeInstance = type_.size;
    a.typekind = dispatch_ ? TKIND_DISPATCH : type_.kind;
    a.cFuncs = static_cast<WORD>(functions_.size());
    a.cVars = static_cast<WORD>(type_.values.size());
    a.cImplTypes = type_.kind == TKIND_COCLASS ? static_cast<WORD>(type_.parts.size()) : type_.base ? 1 : 0;
    a.cbSizeVft = static_cast<WORD>((dispatch_ ? 7U : type_.slots) * sizeof(void*));
    a.cbAlignment = type_.kind == TKIND_ENUM || type_.kind == TKIND_RECORD ? 4 : sizeof(void*);
    a.wTypeFlags = type_.flags;
    a.wMajorVerNum = type_.library ? type_.library->major : 0;
    a.wMinorVerNum = type_.library ? type_.library->minor : 0;
    return S_OK;
  }
  void STDMETHODCALLTYPE ReleaseTypeAttr(TYPEATTR* a) noexcept override {
    std::unique_ptr<TYPEATTR>(a).reset();
  }

  HRESULT STDMETHODCALLTYPE GetTypeComp(ITypeComp** out) noexcept override {
    if (!out) return E_INVALIDARG;
    AddRef();
    *out = this;
    return S_OK;
  }

  HRESULT STDMETHODCALLTYPE GetFuncDesc(UINT index, FUNCDESC** out) noexcept override {
    if (!out) return E_INVALIDARG;
    *out = nullptr;
    if (index >= functions_.size()) return TYPE_E_ELEMENTNOTFOUND;
    return guarded([&] {
      *out = describe(*functions_[index]);
      return S_OK;
    });
  }
  void STDMETHODCALLTYPE ReleaseFuncDesc(FUNCDESC* desc) noexcept override { block<FUNCDESC>::release(desc); }

  HRESULT STDMETHODCALLTYPE GetVarDesc(UINT index, VARDESC** out) noexcept override {
    if (!out) return E_INVALIDARG;
    *out = nullptr;
    if (index >= type_.values.size()) return TYPE_E_ELEMENTNOTFOUND;
    return guarded([&] {
      *out = describe(index);
      return S_OK;
    });
  }
  void STDMETHODCALLTYPE ReleaseVarDesc(VARDESC* desc) noexcept override { block<VARDESC>::release(desc); }

  HRESULT STDMETHODCALLTYPE GetNames(MEMBERID id, BSTR* names, UINT size, UINT* count) noexcept override {
    if (!names || !count) return E_INVALIDARG;
    *count = 0;
    const auto add = [&](const wchar_t* name) {
      if (*count == size) return S_OK;
      const HRESULT hr = give(&names[*count], name);
      if (SUCCEEDED(hr)) ++*count;
      return hr;
    };
    if (const auto* const value = value_of(id)) return add(value->name);
    const auto* const function = function_of(id, 0);
    if (!function) return TYPE_E_ELEMENTNOTFOUND;
    HRESULT hr = add(function->name);
    // The new value of a property and a result have no names here.
    const auto arguments = function->arguments();
    const std::size_t named = arguments.size() - (function->kind == DISPATCH_PROPERTYPUT ? 1 : 0);
    for (std::size_t i = 0; i < named && SUCCEEDED(hr); ++i) hr = add(arguments[i].name);
    return hr;
  }

  HRESULT STDMETHODCALLTYPE GetRefTypeOfImplType(UINT index, HREFTYPE* out) noexcept override {
    if (!out) return E_INVALIDARG;
    if (index == static_cast<UINT>(-1) && type_.is_dual()) {
      *out = reference_to(&type_) | (dispatch_ ? interface_view : 0);
      return S_OK;
    }
    if (type_.kind == TKIND_COCLASS && index < type_.parts.size()) {
      *out = reference_to(type_.parts[index].type);
      return S_OK;
    }
    if (index > 0 || !type_.base) return TYPE_E_ELEMENTNOTFOUND;
    *out = dispatch_ ? reference_to(&foreign_IDispatch) : reference_to(type_.base) | interface_view;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE GetImplTypeFlags(UINT index, INT* out) noexcept override {
    if (!out) return E_INVALIDARG;
    *out = 0;
    if (type_.kind != TKIND_COCLASS) return index == 0 && type_.base ? S_OK : TYPE_E_ELEMENTNOTFOUND;
    if (index >= type_.parts.size()) return TYPE_E_ELEMENTNOTFOUND;
    *out = type_.parts[index].flags;
    return S_OK;
  }

  HRESULT STDMETHODCALLTYPE GetIDsOfNames(LPOLESTR* names, UINT count, MEMBERID* ids) noexcept override {
    if (!names || !ids || count == 0) return E_INVALIDARG;
    if (type_.members) return find_names(type_.members(), IID_NULL, names, count, ids);
    std::fill_n(ids, count, MEMBERID_NIL);
    if (!names[0] || !id_of(names[0], ids[0])) return DISP_E_UNKNOWNNAME;
    return count == 1 ? S_OK : DISP_E_UNKNOWNNAME;
  }

  HRESULT STDMETHODCALLTYPE Invoke(PVOID self, MEMBERID id, WORD flags, DISPPARAMS* params, VARIANT* result,
                                   EXCEPINFO* exception, UINT* bad_argument) noexcept override {
    if (!self || !params) return E_INVALIDARG;
    if (!type_.members) return TYPE_E_WRONGTYPEKIND;
    auto* const on = static_cast<IDispatch*>(self);
    // A dispinterface has no virtual table to call.
    if (type_.kind == TKIND_DISPATCH)
      return on->Invoke(id, IID_NULL, 0, flags, params, result, exception, bad_argument);
    return invoke(type_.members(), on, id, IID_NULL, flags, params, result, exception, bad_argument);
  }

  HRESULT STDMETHODCALLTYPE GetDocumentation(MEMBERID id, BSTR* name, BSTR* text, DWORD* context,
                                             BSTR* file) noexcept override {
    if (text) *text = nullptr;
    if (file) *file = nullptr;
    if (context) *context = 0;
    const wchar_t* const found = name_of(id);
    return found ? give(name, found) : TYPE_E_ELEMENTNOTFOUND;
  }

  // Nothing here is a module of C functions.
  HRESULT STDMETHODCALLTYPE GetDllEntry(MEMBERID, INVOKEKIND, BSTR* library, BSTR* name,
                                        WORD* ordinal) noexcept override {
    if (library) *library = nullptr;
    if (name) *name = nullptr;
    if (ordinal) *ordinal = 0;
    return TYPE_E_BADMODULEKIND;
  }
  HRESULT STDMETHODCALLTYPE AddressOfMember(MEMBERID, INVOKEKIND, PVOID* address) noexcept override {
    if (!address) return E_INVALIDARG;
    *address = nullptr;
    return TYPE_E_BADMODULEKIND;
  }
  HRESULT STDMETHODCALLTYPE GetMops(MEMBERID id, BSTR* mops) noexcept override {
    if (!mops) return E_INVALIDARG;
    *mops = nullptr;  // there is no marshalling between processes, so nothing to say about it
    return name_of(id) ? S_OK : TYPE_E_ELEMENTNOTFOUND;
  }

  HRESULT STDMETHODCALLTYPE GetRefTypeInfo(HREFTYPE reference, ITypeInfo** out) noexcept override {
    if (!out) return E_INVALIDARG;
    *out = nullptr;
    const auto* const type = referred(reference);
    if (!type) return TYPE_E_ELEMENTNOTFOUND;
    return guarded([&] {
      *out = make<type_info>(
                 *type, type->kind == TKIND_DISPATCH || (type->is_dual() && !(reference & interface_view)))
                 .detach();
      return S_OK;
    });
  }

  HRESULT STDMETHODCALLTYPE CreateInstance(IUnknown* outer, REFIID riid, PVOID* out) noexcept override {
    if (!out) return E_INVALIDARG;
    *out = nullptr;
    if (type_.kind != TKIND_COCLASS) return TYPE_E_WRONGTYPEKIND;
    return CoCreateInstance(*type_.id, outer, CLSCTX_INPROC_SERVER, riid, out);
  }

  HRESULT STDMETHODCALLTYPE GetContainingTypeLib(ITypeLib** library, UINT* index) noexcept override {
    if (!library) return E_INVALIDARG;
    *library = nullptr;
    if (!type_.library) return TYPE_E_CANTLOADLIBRARY;  // the system's own types are described by no library
    const auto types = type_.library->types;
    if (index) *index = static_cast<UINT>(std::ranges::find(types, &type_) - types.begin());
    return make_type_library(*type_.library, library);
  }

  HRESULT STDMETHODCALLTYPE Bind(LPOLESTR name, ULONG, WORD flags, ITypeInfo** info, DESCKIND* kind,
                                 BINDPTR* found) noexcept override {
    if (!name || !info || !kind || !found) return E_INVALIDARG;
    *info = nullptr;
    *kind = DESCKIND_NONE;
    *found = {};
    return guarded([&] {
      MEMBERID id = MEMBERID_NIL;
      if (!id_of(name, id)) return S_OK;
      const auto* const function = function_of(id, flags);
      if (!function && !value_of(id)) return TYPE_E_TYPEMISMATCH;
      if (function)
        found->lpfuncdesc = describe(*function);
      else
        found->lpvardesc = describe(static_cast<UINT>(id));
      *kind = function ? DESCKIND_FUNCDESC : DESCKIND_VARDESC;
      AddRef();
      *info = this;
      return S_OK;
    });
  }
  // The members of a type are no types.
  HRESULT STDMETHODCALLTYPE BindType(LPOLESTR name, ULONG, ITypeInfo** info,
                                     ITypeComp** compiler) noexcept override {
    if (!name || !info || !compiler) return E_INVALIDARG;
    *info = nullptr;
    *compiler = nullptr;
    return S_OK;
  }

 private:
  FUNCDESC* describe(const described_function& function) const {
    auto made = std::make_unique<block<FUNCDESC>>();
    FUNCDESC& d = *made;
    d.memid = function.id;
    d.funckind = dispatch_ ? FUNC_DISPATCH : FUNC_PUREVIRTUAL;
    d.invkind = static_cast<INVOKEKIND>(function.kind);
    d.callconv = CC_STDCALL;
    d.wFuncFlags = function.flags;
    d.oVft = static_cast<SHORT>(function.slot < 0 ? 0 : function.slot * static_cast<int>(sizeof(void*)));
    // A script sees what comes back as the result; the virtual table has an HRESULT there.
    const auto shown = dispatch_ ? function.arguments() : function.parameters;
    const bool counts = function.slot == 1 || function.slot == 2;  // AddRef and Release
    d.elemdescFunc.tdesc =
        dispatch_ ? result_of(function, *made) : TYPEDESC{{}, counts ? VARTYPE{VT_UI4} : VARTYPE{VT_HRESULT}};
    for (const auto& parameter : shown) {
      ELEMDESC& element = made->elements.emplace_back();
      element.tdesc = made->type_of(parameter.type);
      element.paramdesc.wParamFlags = parameter.flags;
      d.cParamsOpt = static_cast<SHORT>(d.cParamsOpt + (parameter.is_optional() ? 1 : 0));
    }
    d.cParams = static_cast<SHORT>(shown.size());
    d.lprgelemdescParam = made->elements.data();
    return made.release();
  }
  static TYPEDESC result_of(const described_function& function, block<FUNCDESC>& into) {
    if (!function.has_result()) return {{}, VT_VOID};
    const used_type& type = function.parameters.back().type;
    return into.type_of(type, type.pointers - 1U);
  }

  VARDESC* describe(UINT index) const {
    auto made = std::make_unique<block<VARDESC>>();
    const described_value& value = type_.values[index];
    VARDESC& d = *made;
    d.memid = static_cast<MEMBERID>(index);
    d.elemdescVar.tdesc = made->type_of(value.type);
    if (type_.kind == TKIND_ENUM) {
      d.varkind = VAR_CONST;
      made->value.vt = VT_I4;
      made->value.lVal = value.value;
      d.lpvarValue = &made->value;
    } else {
      d.varkind = VAR_PERINSTANCE;
      d.oInst = static_cast<ULONG>(value.value);
    }
    return made.release();
  }

  // Constants and fields have their positions as ids.
  const described_value* value_of(MEMBERID id) const noexcept {
    return id >= 0 && static_cast<std::size_t>(id) < type_.values.size()
               ? &type_.values[static_cast<std::size_t>(id)]
               : nullptr;
  }
  const described_function* function_of(MEMBERID id, WORD kinds) const noexcept {
    const auto found = std::ranges::find_if(functions_, [&](const described_function* f) {
      return f->id == id && id != MEMBERID_NIL && (!kinds || (f->kind & kinds));
    });
    return found == functions_.end() ? nullptr : *found;
  }
  bool id_of(const wchar_t* name, MEMBERID& id) const noexcept {
    for (const auto* f : functions_)
      if (same_name(f->name, name)) return id = f->id, f->id != MEMBERID_NIL;
    for (std::size_t i = 0; i < type_.values.size(); ++i)
      if (same_name(type_.values[i].name, name)) return id = static_cast<MEMBERID>(i), true;
    return false;
  }
  const wchar_t* name_of(MEMBERID id) const noexcept {
    if (id == MEMBERID_NIL) return type_.name;
    if (const auto* const value = value_of(id)) return value->name;
    const auto* const function = function_of(id, 0);
    return function ? function->name : nullptr;
  }

  const described_type& type_;
  const bool dispatch_;
  const std::vector<const described_function*> functions_;
};

}  // namespace

HRESULT get_type_info(const described_type& type, ITypeInfo** info) noexcept {
  if (!info) return E_POINTER;
  *info = nullptr;
  return guarded([&] {
    *info = make<type_info>(type, type.is_dual() || type.kind == TKIND_DISPATCH).detach();
    return S_OK;
  });
}

const described_type* find_type(REFGUID guid) noexcept {
  if (guid == IID_NULL) return nullptr;
  for (const auto* library : described_libraries())
    for (const auto* type : library->types)
      if (*type->id == guid) return type;
  return nullptr;
}

HRESULT get_type_info(REFGUID guid, ITypeInfo** info) noexcept {
  if (!info) return E_POINTER;
  *info = nullptr;
  const auto* const type = find_type(guid);
  return type ? get_type_info(*type, info) : TYPE_E_ELEMENTNOTFOUND;
}

GUID default_source(REFGUID clsid) noexcept {
  constexpr INT wanted = IMPLTYPEFLAG_FDEFAULT | IMPLTYPEFLAG_FSOURCE;
  if (const auto* const type = find_type(clsid))
    for (const auto& part : type->parts)
      if (part.flags == wanted) return *part.type->id;
  return IID_NULL;
}

}  // namespace comeback::com
