// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC system_header

// GUIDs: the type, comparing, naming, and __uuidof. Plain values: from any thread.
// Shapes: the pages of guiddef.h in Microsoft's Win32 reference; "__uuidof Operator" of its C++ reference.

#include <cstring>

#include <windef.h>

typedef struct _GUID {
  DWORD Data1;
  WORD Data2, Data3;
  BYTE Data4[8];
} GUID, IID, CLSID, FMTID, UUID;
static_assert(sizeof(GUID) == 16);

typedef const GUID& REFGUID;
typedef const IID& REFIID;
typedef const CLSID& REFCLSID;
typedef GUID *LPGUID, *LPIID, *LPCLSID;

inline bool IsEqualGUID(REFGUID a, REFGUID b) noexcept { return std::memcmp(&a, &b, sizeof a) == 0; }
inline bool IsEqualIID(REFIID a, REFIID b) noexcept { return IsEqualGUID(a, b); }
inline bool IsEqualCLSID(REFCLSID a, REFCLSID b) noexcept { return IsEqualGUID(a, b); }
inline bool InlineIsEqualGUID(REFGUID a, REFGUID b) noexcept { return IsEqualGUID(a, b); }
inline bool operator==(REFGUID a, REFGUID b) noexcept { return IsEqualGUID(a, b); }
inline bool operator!=(REFGUID a, REFGUID b) noexcept { return !IsEqualGUID(a, b); }

inline constexpr GUID GUID_NULL{};
#define IID_NULL GUID_NULL
#define CLSID_NULL GUID_NULL

/// A constant that every source may define, with <initguid.h> or without.
#define DEFINE_GUID(NAME, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8) \
  inline constexpr GUID NAME {                                       \
    l, w1, w2, { b1, b2, b3, b4, b5, b6, b7, b8 }                    \
  }

namespace comeback_sdk {
/// The id of an interface or class; pointers, references and cv-qualifiers are looked through.
template <class T>
struct uuid_of;
template <class T>
struct uuid_of<T*> : uuid_of<T> {};
template <class T>
struct uuid_of<T&> : uuid_of<T> {};
template <class T>
struct uuid_of<const T> : uuid_of<T> {};
}  // namespace comeback_sdk

/// `__uuidof(T)` and `__uuidof(expression)` are static objects: `&__uuidof(T)` fits a template argument.
#ifndef __uuidof
#define __uuidof(...) (::comeback_sdk::uuid_of<__typeof__(__VA_ARGS__)>::value)
#endif

/// Gives the declared type NAME its id, and the constant PREFIX##NAME.
#define COMEBACK_UUID(PREFIX, NAME, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8) \
  template <>                                                                  \
  struct comeback_sdk::uuid_of<NAME> {                                         \
    static constexpr GUID value{l, w1, w2, {b1, b2, b3, b4, b5, b6, b7, b8}};  \
  };                                                                           \
  inline constexpr const GUID& PREFIX##NAME = comeback_sdk::uuid_of<NAME>::value;

/// The same without the constant, under the name that MinGW has for it.
#ifndef __CRT_UUID_DECL
#define __CRT_UUID_DECL(NAME, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8)      \
  template <>                                                                 \
  struct comeback_sdk::uuid_of<NAME> {                                        \
    static constexpr GUID value{l, w1, w2, {b1, b2, b3, b4, b5, b6, b7, b8}}; \
  };
#endif
