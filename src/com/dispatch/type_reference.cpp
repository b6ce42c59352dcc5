// SPDX-License-Identifier: Apache-2.0
// The types of the system that described members name: what objidl.h, oaidl.h and unknwn.h declare.
// Structures that no library of ours describes are shown as pointers to void.
#include "com/dispatch/type_reference.hpp"

#include <iterator>

#include <objidl.h>

namespace comeback::com {
namespace {

using parameters = std::span<const described_parameter>;

constexpr described_parameter of_IUnknown[] = {
    {L"riid", {VT_VOID, 1}, PARAMFLAG_FIN},
    {L"ppvObj", {VT_VOID, 2}, PARAMFLAG_FOUT},
};
constexpr described_function functions_of_IUnknown[] = {
    {DISPID_UNKNOWN, L"QueryInterface", DISPATCH_METHOD, FUNCFLAG_FRESTRICTED, 0,
     parameters(of_IUnknown).subspan(0, 2)},
    {DISPID_UNKNOWN, L"AddRef", DISPATCH_METHOD, FUNCFLAG_FRESTRICTED, 1, {}},
    {DISPID_UNKNOWN, L"Release", DISPATCH_METHOD, FUNCFLAG_FRESTRICTED, 2, {}},
};

constexpr described_parameter of_IDispatch[] = {
    {L"pctinfo", {VT_UINT, 1}, PARAMFLAG_FOUT},
    {L"iTInfo", {VT_UINT, 0}, PARAMFLAG_FIN},
    {L"lcid", {VT_UI4, 0}, PARAMFLAG_FIN},
    {L"ppTInfo", {VT_VOID, 2}, PARAMFLAG_FOUT},
    {L"riid", {VT_VOID, 1}, PARAMFLAG_FIN},
    {L"rgszNames", {VT_LPWSTR, 1}, PARAMFLAG_FIN},
    {L"cNames", {VT_UINT, 0}, PARAMFLAG_FIN},
    {L"lcid", {VT_UI4, 0}, PARAMFLAG_FIN},
    {L"rgDispId", {VT_I4, 1}, PARAMFLAG_FOUT},
    {L"dispIdMember", {VT_I4, 0}, PARAMFLAG_FIN},
    {L"riid", {VT_VOID, 1}, PARAMFLAG_FIN},
    {L"lcid", {VT_UI4, 0}, PARAMFLAG_FIN},
    {L"wFlags", {VT_UI2, 0}, PARAMFLAG_FIN},
    {L"pDispParams", {VT_VOID, 1}, PARAMFLAG_FIN},
    {L"pVarResult", {VT_VARIANT, 1}, PARAMFLAG_FOUT},
    {L"pExcepInfo", {VT_VOID, 1}, PARAMFLAG_FOUT},
    {L"puArgErr", {VT_UINT, 1}, PARAMFLAG_FOUT},
};
constexpr described_function functions_of_IDispatch[] = {
    {DISPID_UNKNOWN, L"GetTypeInfoCount", DISPATCH_METHOD, FUNCFLAG_FRESTRICTED, 3,
     parameters(of_IDispatch).subspan(0, 1)},
    {DISPID_UNKNOWN, L"GetTypeInfo", DISPATCH_METHOD, FUNCFLAG_FRESTRICTED, 4,
     parameters(of_IDispatch).subspan(1, 3)},
    {DISPID_UNKNOWN, L"GetIDsOfNames", DISPATCH_METHOD, FUNCFLAG_FRESTRICTED, 5,
     parameters(of_IDispatch).subspan(4, 5)},
    {DISPID_UNKNOWN, L"Invoke", DISPATCH_METHOD, FUNCFLAG_FRESTRICTED, 6,
     parameters(of_IDispatch).subspan(9, 8)},
};

constexpr described_parameter of_ISequentialStream[] = {
    {L"pv", {VT_VOID, 1}, PARAMFLAG_FOUT},     {L"cb", {VT_UI4, 0}, PARAMFLAG_FIN},
    {L"pcbRead", {VT_UI4, 1}, PARAMFLAG_FOUT}, {L"pv", {VT_VOID, 1}, PARAMFLAG_FIN},
    {L"cb", {VT_UI4, 0}, PARAMFLAG_FIN},       {L"pcbWritten", {VT_UI4, 1}, PARAMFLAG_FOUT},
};
constexpr described_function functions_of_ISequentialStream[] = {
    {DISPID_UNKNOWN, L"Read", DISPATCH_METHOD, 0, 3, parameters(of_ISequentialStream).subspan(0, 3)},
    {DISPID_UNKNOWN, L"Write", DISPATCH_METHOD, 0, 4, parameters(of_ISequentialStream).subspan(3, 3)},
};

constexpr described_parameter of_IStream[] = {
    {L"dlibMove", {VT_I8, 0}, PARAMFLAG_FIN},
    {L"dwOrigin", {VT_UI4, 0}, PARAMFLAG_FIN},
    {L"plibNewPosition", {VT_UI8, 1}, PARAMFLAG_FOUT},
    {L"libNewSize", {VT_UI8, 0}, PARAMFLAG_FIN},
    {L"pstm", {VT_USERDEFINED, 1, 0, &foreign_IStream}, PARAMFLAG_FIN},
    {L"cb", {VT_UI8, 0}, PARAMFLAG_FIN},
    {L"pcbRead", {VT_UI8, 1}, PARAMFLAG_FOUT},
    {L"pcbWritten", {VT_UI8, 1}, PARAMFLAG_FOUT},
    {L"grfCommitFlags", {VT_UI4, 0}, PARAMFLAG_FIN},
    {L"libOffset", {VT_UI8, 0}, PARAMFLAG_FIN},
    {L"cb", {VT_UI8, 0}, PARAMFLAG_FIN},
    {L"dwLockType", {VT_UI4, 0}, PARAMFLAG_FIN},
    {L"libOffset", {VT_UI8, 0}, PARAMFLAG_FIN},
    {L"cb", {VT_UI8, 0}, PARAMFLAG_FIN},
    {L"dwLockType", {VT_UI4, 0}, PARAMFLAG_FIN},
    {L"pstatstg", {VT_VOID, 1}, PARAMFLAG_FOUT},
    {L"grfStatFlag", {VT_UI4, 0}, PARAMFLAG_FIN},
    {L"ppstm", {VT_USERDEFINED, 2, 0, &foreign_IStream}, PARAMFLAG_FOUT},
};
constexpr described_function functions_of_IStream[] = {
    {DISPID_UNKNOWN, L"Seek", DISPATCH_METHOD, 0, 5, parameters(of_IStream).subspan(0, 3)},
    {DISPID_UNKNOWN, L"SetSize", DISPATCH_METHOD, 0, 6, parameters(of_IStream).subspan(3, 1)},
    {DISPID_UNKNOWN, L"CopyTo", DISPATCH_METHOD, 0, 7, parameters(of_IStream).subspan(4, 4)},
    {DISPID_UNKNOWN, L"Commit", DISPATCH_METHOD, 0, 8, parameters(of_IStream).subspan(8, 1)},
    {DISPID_UNKNOWN, L"Revert", DISPATCH_METHOD, 0, 9, {}},
    {DISPID_UNKNOWN, L"LockRegion", DISPATCH_METHOD, 0, 10, parameters(of_IStream).subspan(9, 3)},
    {DISPID_UNKNOWN, L"UnlockRegion", DISPATCH_METHOD, 0, 11, parameters(of_IStream).subspan(12, 3)},
    {DISPID_UNKNOWN, L"Stat", DISPATCH_METHOD, 0, 12, parameters(of_IStream).subspan(15, 2)},
    {DISPID_UNKNOWN, L"Clone", DISPATCH_METHOD, 0, 13, parameters(of_IStream).subspan(17, 1)},
};

constexpr described_parameter of_IEnumVARIANT[] = {
    {L"celt", {VT_UI4, 0}, PARAMFLAG_FIN},
    {L"rgVar", {VT_VARIANT, 1}, PARAMFLAG_FOUT},
    {L"pCeltFetched", {VT_UI4, 1}, PARAMFLAG_FOUT},
    {L"celt", {VT_UI4, 0}, PARAMFLAG_FIN},
    {L"ppEnum", {VT_USERDEFINED, 2, 0, &foreign_IEnumVARIANT}, PARAMFLAG_FOUT},
};
constexpr described_function functions_of_IEnumVARIANT[] = {
    {DISPID_UNKNOWN, L"Next", DISPATCH_METHOD, 0, 3, parameters(of_IEnumVARIANT).subspan(0, 3)},
    {DISPID_UNKNOWN, L"Skip", DISPATCH_METHOD, 0, 4, parameters(of_IEnumVARIANT).subspan(3, 1)},
    {DISPID_UNKNOWN, L"Reset", DISPATCH_METHOD, 0, 5, {}},
    {DISPID_UNKNOWN, L"Clone", DISPATCH_METHOD, 0, 6, parameters(of_IEnumVARIANT).subspan(4, 1)},
};

}  // namespace

constexpr described_type foreign_IUnknown{.kind = TKIND_INTERFACE,
                                          .id = &IID_IUnknown,
                                          .name = L"IUnknown",
                                          .flags = TYPEFLAG_FHIDDEN,
                                          .functions = functions_of_IUnknown,
                                          .size = sizeof(void*),
                                          .slots = 3};
constexpr described_type foreign_IDispatch{.kind = TKIND_INTERFACE,
                                           .id = &IID_IDispatch,
                                           .name = L"IDispatch",
                                           .flags = TYPEFLAG_FRESTRICTED,
                                           .base = &foreign_IUnknown,
                                           .functions = functions_of_IDispatch,
                                           .size = sizeof(void*),
                                           .slots = 7};
constexpr described_type foreign_ISequentialStream{.kind = TKIND_INTERFACE,
                                                   .id = &IID_ISequentialStream,
                                                   .name = L"ISequentialStream",
                                                   .flags = 0,
                                                   .base = &foreign_IUnknown,
                                                   .functions = functions_of_ISequentialStream,
                                                   .size = sizeof(void*),
                                                   .slots = 5};
constexpr described_type foreign_IStream{.kind = TKIND_INTERFACE,
                                         .id = &IID_IStream,
                                         .name = L"IStream",
                                         .flags = 0,
                                         .base = &foreign_ISequentialStream,
                                         .functions = functions_of_IStream,
                                         .size = sizeof(void*),
                                         .slots = 14};
constexpr described_type foreign_IEnumVARIANT{.kind = TKIND_INTERFACE,
                                              .id = &IID_IEnumVARIANT,
                                              .name = L"IEnumVARIANT",
                                              .flags = TYPEFLAG_FHIDDEN,
                                              .base = &foreign_IUnknown,
                                              .functions = functions_of_IEnumVARIANT,
                                              .size = sizeof(void*),
                                              .slots = 7};

namespace {

constexpr const described_type* foreign[] = {&foreign_IUnknown, &foreign_IDispatch,
                                             &foreign_ISequentialStream, &foreign_IStream,
                                             &foreign_IEnumVARIANT};

}  // namespace

HREFTYPE reference_to(const described_type* type) noexcept {
  HREFTYPE at = 0;
  for (const auto* known : foreign) {
    if (known == type) return at;
    ++at;
  }
  for (const auto* library : described_libraries())
    for (const auto* known : library->types) {
      if (known == type) return at;
      ++at;
    }
  return at;
}

const described_type* referred(HREFTYPE reference) noexcept {
  std::size_t at = reference & ~interface_view;
  if (at < std::size(foreign)) return foreign[at];
  at -= std::size(foreign);
  for (const auto* library : described_libraries()) {
    if (at < library->types.size()) return library->types[at];
    at -= library->types.size();
  }
  return nullptr;
}

}  // namespace comeback::com
