// SPDX-License-Identifier: Apache-2.0
#include "com/dispatch/type_info.hpp"

#include "com/data/text.hpp"
#include "com/dispatch/automation.hpp"
#include "com/dispatch/type_library.hpp"
#include "com/made/VPCCOMInterfaces.hpp"
#include "com/made/imapi2fs.hpp"
#include "com/object/ptr.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <oleauto.h>

using namespace comeback;

namespace {

class task final : public com::automation<IVMTask, com::class_info<&CLSID_VMTask>> {
 public:
  HRESULT get_PercentCompleted(LONG* out) noexcept override {
    *out = 40;
    return S_OK;
  }
};
class machine final : public com::automation<IVMVirtualMachine, com::class_info<&CLSID_VMVirtualMachine>> {};

std::string take(BSTR text) {
  std::string words = text ? com::to_utf8(text) : "(none)";
  SysFreeString(text);
  return words;
}

std::string name_of(ITypeInfo& info, MEMBERID id = MEMBERID_NIL) {
  BSTR name = nullptr;
  DWORD context = 7;
  EXPECT_EQ(info.GetDocumentation(id, &name, nullptr, &context, nullptr), S_OK);
  EXPECT_EQ(context, 0u);
  return take(name);
}

com::ptr<ITypeInfo> info_of(IDispatch& object) {
  com::ptr<ITypeInfo> info;
  EXPECT_EQ(object.GetTypeInfo(0, 0, info.put()), S_OK);
  return info;
}

template <class I>
com::ptr<ITypeInfo> info_of() {
  com::ptr<ITypeInfo> info;
  EXPECT_EQ(com::get_type_info(__uuidof(I), info.put()), S_OK);
  return info;
}

TYPEATTR attributes_of(ITypeInfo& info) {
  TYPEATTR* held = nullptr;
  EXPECT_EQ(info.GetTypeAttr(&held), S_OK);
  const TYPEATTR copy = *held;
  info.ReleaseTypeAttr(held);
  return copy;
}

com::ptr<ITypeInfo> follow(ITypeInfo& info, UINT index) {
  HREFTYPE reference = 0;
  EXPECT_EQ(info.GetRefTypeOfImplType(index, &reference), S_OK);
  com::ptr<ITypeInfo> found;
  EXPECT_EQ(info.GetRefTypeInfo(reference, found.put()), S_OK);
  return found;
}

}  // namespace

TEST(type_info, every_object_has_one) {
  const auto made = com::make<task>();
  UINT count = 0;
  EXPECT_EQ(made->GetTypeInfoCount(&count), S_OK);
  EXPECT_EQ(count, 1u);
  ITypeInfo* second = nullptr;
  EXPECT_EQ(made->GetTypeInfo(1, 0, &second), DISP_E_BADINDEX);
  EXPECT_EQ(made->GetTypeInfo(0, 0, nullptr), E_POINTER);
  const auto info = info_of(*made);
  EXPECT_EQ(name_of(*info), "IVMTask");
  const auto attributes = attributes_of(*info);
  EXPECT_EQ(attributes.guid, IID_IVMTask);
  EXPECT_EQ(attributes.typekind, TKIND_DISPATCH);
  EXPECT_EQ(attributes.cFuncs, 10);
  EXPECT_TRUE(attributes.wTypeFlags & TYPEFLAG_FDUAL);
}

TEST(type_info, a_script_host_can_list_the_members) {
  const auto info = info_of<IFileSystemImage3>();
  std::vector<std::string> names;
  for (UINT i = 0; i < attributes_of(*info).cFuncs; ++i) {
    FUNCDESC* function = nullptr;
    ASSERT_EQ(info->GetFuncDesc(i, &function), S_OK);
    names.push_back(name_of(*info, function->memid));
    EXPECT_EQ(function->funckind, FUNC_DISPATCH);
    info->ReleaseFuncDesc(function);
  }
  EXPECT_EQ(names.size(), 55u);
  EXPECT_EQ(names.front(), "Root");
  EXPECT_THAT(names, testing::Contains("ProbeSpecificFileSystem"));
  FUNCDESC* none = nullptr;
  EXPECT_EQ(info->GetFuncDesc(55, &none), TYPE_E_ELEMENTNOTFOUND);
}

TEST(type_info, a_dual_interface_has_two_views) {
  const auto as_dispatch = info_of<IFileSystemImage3>();
  const auto as_interface = follow(*as_dispatch, static_cast<UINT>(-1));
  const auto attributes = attributes_of(*as_interface);
  EXPECT_EQ(attributes.typekind, TKIND_INTERFACE);
  EXPECT_EQ(attributes.cFuncs, 3);
  EXPECT_EQ(attributes.cbSizeVft, (7 + 55) * sizeof(void*));
  EXPECT_EQ(attributes_of(*follow(*as_interface, static_cast<UINT>(-1))).typekind, TKIND_DISPATCH);
  EXPECT_EQ(name_of(*follow(*as_dispatch, 0)), "IDispatch");
  const auto base = follow(*as_interface, 0);
  EXPECT_EQ(name_of(*base), "IFileSystemImage2");
  EXPECT_EQ(attributes_of(*base).typekind, TKIND_INTERFACE);
  FUNCDESC* function = nullptr;
  ASSERT_EQ(as_interface->GetFuncDesc(0, &function), S_OK);
  EXPECT_EQ(function->oVft, static_cast<SHORT>((7 + 52) * sizeof(void*)));
  EXPECT_EQ(function->elemdescFunc.tdesc.vt, VT_HRESULT);
  EXPECT_EQ(function->cParams, 1);
  as_interface->ReleaseFuncDesc(function);
}

TEST(type_info, tells_the_types_of_arguments_and_result) {
  const auto info = info_of<IFsiDirectoryItem>();
  wchar_t name[] = L"EnumFsiItems", tree[] = L"AddTree";
  LPOLESTR names[] = {tree};
  MEMBERID id = 0;
  ASSERT_EQ(info->GetIDsOfNames(names, 1, &id), S_OK);
  com::ptr<ITypeComp> compiler;
  ASSERT_EQ(info->GetTypeComp(compiler.put()), S_OK);
  com::ptr<ITypeInfo> owner;
  DESCKIND kind = DESCKIND_NONE;
  BINDPTR found{};
  ASSERT_EQ(compiler->Bind(tree, 0, INVOKE_FUNC, owner.put(), &kind, &found), S_OK);
  ASSERT_EQ(kind, DESCKIND_FUNCDESC);
  const FUNCDESC& function = *found.lpfuncdesc;
  EXPECT_EQ(function.memid, id);
  ASSERT_EQ(function.cParams, 2);
  EXPECT_EQ(function.lprgelemdescParam[0].tdesc.vt, VT_BSTR);
  EXPECT_EQ(function.lprgelemdescParam[1].tdesc.vt, VT_BOOL);
  EXPECT_EQ(function.lprgelemdescParam[1].paramdesc.wParamFlags, PARAMFLAG_FIN);
  EXPECT_EQ(function.elemdescFunc.tdesc.vt, VT_VOID);
  owner->ReleaseFuncDesc(found.lpfuncdesc);
  BSTR words[5]{};
  UINT count = 0;
  ASSERT_EQ(info->GetNames(id, words, 5, &count), S_OK);
  ASSERT_EQ(count, 3u);
  EXPECT_EQ(take(words[0]), "AddTree");
  EXPECT_EQ(take(words[1]), "sourceDirectory");
  EXPECT_EQ(take(words[2]), "includeBaseDirectory");
  // A result that is an interface is a pointer to a type that can be followed.
  ASSERT_EQ(compiler->Bind(name, 0, INVOKE_PROPERTYGET, owner.put(), &kind, &found), S_OK);
  const TYPEDESC& result = found.lpfuncdesc->elemdescFunc.tdesc;
  ASSERT_EQ(result.vt, VT_PTR);
  ASSERT_EQ(result.lptdesc->vt, VT_USERDEFINED);
  com::ptr<ITypeInfo> items;
  ASSERT_EQ(info->GetRefTypeInfo(result.lptdesc->hreftype, items.put()), S_OK);
  EXPECT_EQ(name_of(*items), "IEnumFsiItems");
  owner->ReleaseFuncDesc(found.lpfuncdesc);
  EXPECT_EQ(compiler->Bind(name, 0, INVOKE_PROPERTYPUT, owner.put(), &kind, &found), TYPE_E_TYPEMISMATCH);
}

TEST(type_info, calls_through_the_virtual_table) {
  const auto made = com::make<task>();
  const auto info = info_of(*made);
  wchar_t name[] = L"percentcompleted";
  LPOLESTR names[] = {name};
  MEMBERID id = 0;
  ASSERT_EQ(DispGetIDsOfNames(info.get(), names, 1, &id), S_OK);
  DISPPARAMS none{};
  VARIANT result{};
  ASSERT_EQ(DispInvoke(static_cast<IDispatch*>(made.get()), info.get(), id, DISPATCH_PROPERTYGET, &none,
                       &result, nullptr, nullptr),
            S_OK);
  EXPECT_EQ(result.lVal, 40);
  EXPECT_EQ(info->Invoke(nullptr, id, DISPATCH_PROPERTYGET, &none, &result, nullptr, nullptr), E_INVALIDARG);
}

TEST(type_info, a_class_tells_its_interfaces_and_events) {
  const auto provider = com::make<machine>().as<IProvideClassInfo2>();
  ASSERT_TRUE(provider);
  com::ptr<ITypeInfo> info;
  ASSERT_EQ(provider->GetClassInfo(info.put()), S_OK);
  EXPECT_EQ(name_of(*info), "VMVirtualMachine");
  const auto attributes = attributes_of(*info);
  EXPECT_EQ(attributes.typekind, TKIND_COCLASS);
  ASSERT_EQ(attributes.cImplTypes, 2);
  INT flags = 0;
  ASSERT_EQ(info->GetImplTypeFlags(1, &flags), S_OK);
  EXPECT_EQ(flags, IMPLTYPEFLAG_FDEFAULT | IMPLTYPEFLAG_FSOURCE);
  const auto events = follow(*info, 1);
  EXPECT_EQ(name_of(*events), "IVMVirtualMachineEvents");
  EXPECT_EQ(name_of(*events, 1), "OnStateChange");
  EXPECT_EQ(attributes_of(*events).typekind, TKIND_DISPATCH);
  GUID source{};
  ASSERT_EQ(provider->GetGUID(GUIDKIND_DEFAULT_SOURCE_DISP_IID, &source), S_OK);
  EXPECT_EQ(source, __uuidof(IVMVirtualMachineEvents));
  EXPECT_EQ(provider->GetGUID(5, &source), E_INVALIDARG);
  ASSERT_EQ(CoInitialize(nullptr), S_OK);
  void* object = nullptr;
  EXPECT_EQ(info->CreateInstance(nullptr, IID_IUnknown, &object), REGDB_E_CLASSNOTREG);
  CoUninitialize();
}

TEST(type_info, enumerations_have_constants) {
  com::ptr<ITypeLib> library;
  ASSERT_EQ(LoadRegTypeLib(*com::description_of<IVMTask>().library->id, 1, 0, 0, library.put()), S_OK);
  com::ptr<ITypeComp> compiler;
  ASSERT_EQ(library->GetTypeComp(compiler.put()), S_OK);
  wchar_t name[] = L"vmVMState_Running";
  com::ptr<ITypeInfo> owner;
  DESCKIND kind = DESCKIND_NONE;
  BINDPTR found{};
  ASSERT_EQ(compiler->Bind(name, 0, 0, owner.put(), &kind, &found), S_OK);
  ASSERT_EQ(kind, DESCKIND_VARDESC);
  EXPECT_EQ(found.lpvardesc->lpvarValue->lVal, vmVMState_Running);
  EXPECT_EQ(name_of(*owner), "VMVMState");
  EXPECT_EQ(attributes_of(*owner).typekind, TKIND_ENUM);
  EXPECT_EQ(name_of(*owner, found.lpvardesc->memid), "vmVMState_Running");
  owner->ReleaseVarDesc(found.lpvardesc);
  VARDESC* none = nullptr;
  EXPECT_EQ(owner->GetVarDesc(1000, &none), TYPE_E_ELEMENTNOTFOUND);
}

TEST(type_info, structures_have_fields) {
  const auto& library = *com::description_of<IVMTask>().library;
  const auto found = std::ranges::find(library.types, TKIND_RECORD, &com::described_type::kind);
  ASSERT_NE(found, library.types.end());
  com::ptr<ITypeInfo> info;
  ASSERT_EQ(com::get_type_info(**found, info.put()), S_OK);
  EXPECT_EQ(attributes_of(*info).cbSizeInstance, sizeof(GUESTOSVERSIONINFOEX));
  VARDESC* field = nullptr;
  ASSERT_EQ(info->GetVarDesc(1, &field), S_OK);
  EXPECT_EQ(field->varkind, VAR_PERINSTANCE);
  EXPECT_EQ(field->oInst, 4u);
  info->ReleaseVarDesc(field);
}

TEST(type_info, libraries_are_known_by_their_ids) {
  com::ptr<ITypeLib> library;
  EXPECT_EQ(LoadRegTypeLib(IID_IVMTask, 1, 0, 0, library.put()), TYPE_E_LIBNOTREGISTERED);
  for (const auto* known : com::described_libraries()) {
    EXPECT_EQ(LoadRegTypeLib(*known->id, 2, 0, 0, library.put()), TYPE_E_LIBNOTREGISTERED);
    ASSERT_EQ(LoadRegTypeLib(*known->id, 1, 0, 0, library.put()), S_OK);
    TLIBATTR* attributes = nullptr;
    ASSERT_EQ(library->GetLibAttr(&attributes), S_OK);
    EXPECT_EQ(attributes->guid, *known->id);
    library->ReleaseTLibAttr(attributes);
  }
}

// Every description of every type can be had, belongs to its library, and goes back without a leak.
TEST(type_info, all_of_it_can_be_read) {
  std::size_t functions = 0, interfaces = 0;
  for (const auto* known : com::described_libraries()) {
    com::ptr<ITypeLib> library;
    ASSERT_EQ(LoadRegTypeLib(*known->id, 1, 0, 0, library.put()), S_OK);
    for (UINT i = 0; i < library->GetTypeInfoCount(); ++i) {
      com::ptr<ITypeInfo> info;
      ASSERT_EQ(library->GetTypeInfo(i, info.put()), S_OK);
      com::ptr<ITypeLib> owner;
      UINT index = 0;
      ASSERT_EQ(info->GetContainingTypeLib(owner.put(), &index), S_OK);
      EXPECT_EQ(index, i);
      const auto attributes = attributes_of(*info);
      TYPEKIND kind = TKIND_MAX;
      ASSERT_EQ(library->GetTypeInfoType(i, &kind), S_OK);
      EXPECT_EQ(kind, attributes.typekind);
      for (UINT f = 0; f < attributes.cFuncs; ++f) {
        FUNCDESC* function = nullptr;
        ASSERT_EQ(info->GetFuncDesc(f, &function), S_OK);
        info->ReleaseFuncDesc(function);
      }
      for (UINT v = 0; v < attributes.cVars; ++v) {
        VARDESC* variable = nullptr;
        ASSERT_EQ(info->GetVarDesc(v, &variable), S_OK);
        EXPECT_EQ(name_of(*info, variable->memid), com::to_utf8(known->types[i]->values[v].name));
        info->ReleaseVarDesc(variable);
      }
      for (UINT part = 0; part < attributes.cImplTypes; ++part) EXPECT_NE(name_of(*follow(*info, part)), "");
      functions += known->types[i]->functions.size();
      interfaces += known->types[i]->functions.empty() ? 0 : 1;
    }
  }
  EXPECT_EQ(interfaces, 85u);
  EXPECT_EQ(functions, 698u);
}

TEST(type_info, what_no_type_of_ours_has_says_so) {
  const auto info = info_of<IVMTask>();
  EXPECT_EQ(info->GetDllEntry(0, INVOKE_FUNC, nullptr, nullptr, nullptr), TYPE_E_BADMODULEKIND);
  PVOID address = &address;
  EXPECT_EQ(info->AddressOfMember(0, INVOKE_FUNC, &address), TYPE_E_BADMODULEKIND);
  EXPECT_EQ(address, nullptr);
  void* object = nullptr;
  EXPECT_EQ(info->CreateInstance(nullptr, IID_IUnknown, &object), TYPE_E_WRONGTYPEKIND);
  BSTR name = nullptr;
  DWORD context = 0;
  EXPECT_EQ(info->GetDocumentation(4711, &name, nullptr, &context, nullptr), TYPE_E_ELEMENTNOTFOUND);
  com::ptr<ITypeInfo> none;
  EXPECT_EQ(info->GetRefTypeInfo(0x7FFF, none.put()), TYPE_E_ELEMENTNOTFOUND);
  EXPECT_EQ(com::get_type_info(IID_IClassFactory, none.put()), TYPE_E_ELEMENTNOTFOUND);
}

TEST(type_info, a_stream_is_a_sequential_stream) {
  // The argument of a member that takes one.
  const auto info = info_of<IFsiFileItem>();
  wchar_t name[] = L"Data";
  com::ptr<ITypeComp> compiler;
  ASSERT_EQ(info->GetTypeComp(compiler.put()), S_OK);
  com::ptr<ITypeInfo> owner, stream;
  DESCKIND kind = DESCKIND_NONE;
  BINDPTR found{};
  ASSERT_EQ(compiler->Bind(name, 0, INVOKE_PROPERTYGET, owner.put(), &kind, &found), S_OK);
  ASSERT_EQ(kind, DESCKIND_FUNCDESC);
  ASSERT_EQ(info->GetRefTypeInfo(found.lpfuncdesc->elemdescFunc.tdesc.lptdesc->hreftype, stream.put()), S_OK);
  owner->ReleaseFuncDesc(found.lpfuncdesc);
  EXPECT_EQ(name_of(*stream), "IStream");
  const auto sequential = follow(*stream, 0);
  EXPECT_EQ(name_of(*sequential), "ISequentialStream");
  EXPECT_EQ(attributes_of(*sequential).guid, IID_ISequentialStream);
  EXPECT_EQ(attributes_of(*sequential).cbSizeVft, 5 * sizeof(void*));
  EXPECT_EQ(name_of(*follow(*sequential, 0)), "IUnknown");
}

// What a system's type has of its own is its slots without its base's.
TEST(type_info, the_system_s_types_list_what_their_slots_hold) {
  auto type = follow(*info_of<IVMTask>(), 0);
  EXPECT_EQ(name_of(*type), "IDispatch");
  WORD slots = attributes_of(*type).cbSizeVft / sizeof(void*);
  EXPECT_EQ(slots, 7);
  for (;; slots = attributes_of(*type).cbSizeVft / sizeof(void*)) {
    const auto attributes = attributes_of(*type);
    if (!attributes.cImplTypes) break;
    const auto base = follow(*type, 0);
    EXPECT_EQ(slots - attributes.cFuncs, attributes_of(*base).cbSizeVft / sizeof(void*)) << name_of(*type);
    type = base;
  }
  EXPECT_EQ(attributes_of(*type).cFuncs, 3);
  EXPECT_EQ(name_of(*type), "IUnknown");
}

TEST(type_info, a_name_of_a_type_and_of_a_constant_is_the_constant) {
  static constexpr com::described_value values[] = {{L"Colour", 4, {}}};
  static constexpr com::described_type named{
      .kind = TKIND_ENUM, .id = &IID_NULL, .name = L"colour", .flags = 0};
  static constexpr com::described_type other{
      .kind = TKIND_ENUM, .id = &IID_NULL, .name = L"Other", .flags = 0, .values = values};
  static constexpr const com::described_type* types[] = {&named, &other};
  static constexpr com::described_library both{&IID_NULL, L"Both", 1, 0, types};
  com::ptr<ITypeLib> library;
  ASSERT_EQ(com::make_type_library(both, library.put()), S_OK);
  wchar_t name[] = L"Colour";
  com::ptr<ITypeInfo> owner;
  DESCKIND kind = DESCKIND_NONE;
  BINDPTR found{};
  ASSERT_EQ(library.as<ITypeComp>()->Bind(name, 0, 0, owner.put(), &kind, &found), S_OK);
  ASSERT_EQ(kind, DESCKIND_VARDESC);
  EXPECT_EQ(found.lpvardesc->lpvarValue->lVal, 4);
  owner->ReleaseVarDesc(found.lpvardesc);
}
