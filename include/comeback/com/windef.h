// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC system_header

// The basic types. Windows integers keep their Windows widths: LONG and its kin have 32 bits although this
// system's `long` has 64, and WCHAR is this system's wchar_t, one code point a unit, so that L"…" literals
// and std::wstring work unmodified. Plain values.
// Shapes: the page "Windows Data Types" of Microsoft's Win32 reference.

#include <cstddef>
#include <cstdint>

#include <specstrings.h>

#define COMEBACK_API extern "C" __attribute__((visibility("default")))

#define STDMETHODCALLTYPE
#define STDAPICALLTYPE
#define WINAPI
#define WINAPIV
#define APIENTRY
#define CALLBACK
#ifndef __stdcall
#define __stdcall
#endif
#ifndef __cdecl
#define __cdecl
#endif
#define EXTERN_C extern "C"
#define STDAPI EXTERN_C HRESULT STDAPICALLTYPE
#define STDAPI_(type) EXTERN_C type STDAPICALLTYPE
#define HUGEP
// What says nothing here. An id given as text cannot be known to __uuidof: see COMEBACK_UUID.
#define DECLSPEC_UUID(text)
#define DECLSPEC_NOVTABLE
#define DECLSPEC_SELECTANY
#ifndef __declspec
#define __declspec(...)
#endif
#ifndef __int64
#define __int64 long long
#endif
#define CONST const
#define VOID void
#ifndef TRUE
#define TRUE 1
#endif
#ifndef FALSE
#define FALSE 0
#endif

typedef int BOOL, INT, LONG, HRESULT, SCODE, DISPID, MEMBERID, INT32, LONG32;
typedef unsigned int UINT, ULONG, DWORD, LCID, HREFTYPE, UINT32, ULONG32, DWORD32;
typedef long long LONGLONG, INT64, LONG64;
typedef unsigned long long ULONGLONG, UINT64, ULONG64, DWORDLONG, DWORD64;
typedef short SHORT, VARIANT_BOOL, INT16;
typedef unsigned short USHORT, WORD, VARTYPE, ATOM, LANGID, UINT16;
typedef char CHAR;
typedef signed char INT8;
typedef unsigned char BYTE, BOOLEAN, UCHAR, UINT8;
typedef float FLOAT;
typedef double DOUBLE, DATE;
typedef std::intptr_t INT_PTR, LONG_PTR;
typedef std::uintptr_t UINT_PTR, ULONG_PTR, DWORD_PTR;
typedef std::size_t SIZE_T;
typedef std::ptrdiff_t SSIZE_T;
typedef wchar_t WCHAR, OLECHAR;

typedef void *PVOID, *LPVOID, *HANDLE, *HINSTANCE, *HMODULE, *HWND, *HGLOBAL, *HLOCAL, *HMETAFILE;
typedef const void* LPCVOID;
typedef BOOL *PBOOL, *LPBOOL;
typedef BYTE *PBYTE, *LPBYTE;
typedef LONG *PLONG, *LPLONG;
typedef ULONG* PULONG;
typedef DWORD *PDWORD, *LPDWORD;
typedef CHAR *LPSTR, *PSTR;
typedef const CHAR *LPCSTR, *PCSTR;
#ifdef UNICODE
typedef WCHAR TCHAR;
#define TEXT(text) L##text
#else
typedef CHAR TCHAR;
#define TEXT(text) text
#endif
typedef TCHAR *LPTSTR, *PTSTR;
typedef const TCHAR *LPCTSTR, *PCTSTR;
typedef WCHAR *LPWSTR, *PWSTR;
typedef const WCHAR *LPCWSTR, *PCWSTR;
typedef OLECHAR* LPOLESTR;
typedef const OLECHAR* LPCOLESTR;
typedef OLECHAR* BSTR;  ///< points behind a 32-bit length in bytes
typedef BSTR* LPBSTR;

typedef union _LARGE_INTEGER {
  struct {
    DWORD LowPart;
    LONG HighPart;
  };
  struct {
    DWORD LowPart;
    LONG HighPart;
  } u;
  LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;

typedef union _ULARGE_INTEGER {
  struct {
    DWORD LowPart;
    DWORD HighPart;
  };
  struct {
    DWORD LowPart;
    DWORD HighPart;
  } u;
  ULONGLONG QuadPart;
} ULARGE_INTEGER, *PULARGE_INTEGER;

typedef struct _FILETIME {
  DWORD dwLowDateTime, dwHighDateTime;  ///< 100 ns since 1601-01-01 UTC
} FILETIME, *LPFILETIME;

#define VARIANT_TRUE ((VARIANT_BOOL)-1)
#define VARIANT_FALSE ((VARIANT_BOOL)0)
#define MAX_PATH 260
#define INFINITE 0xFFFFFFFFu
#define INVALID_HANDLE_VALUE ((HANDLE)(LONG_PTR)-1)
#define MAKELANGID(primary, sub) ((WORD)((((WORD)(sub)) << 10) | (WORD)(primary)))
#define MAKELCID(language, sort) ((DWORD)((((DWORD)((WORD)(sort))) << 16) | ((DWORD)((WORD)(language)))))
#define LANG_NEUTRAL 0x00
#define LANG_ENGLISH 0x09
#define SUBLANG_NEUTRAL 0x00
#define SUBLANG_DEFAULT 0x01
#define SUBLANG_ENGLISH_US 0x01
#define SORT_DEFAULT 0x0
#define LANG_USER_DEFAULT MAKELANGID(LANG_NEUTRAL, SUBLANG_DEFAULT)
#define LANG_SYSTEM_DEFAULT MAKELANGID(LANG_NEUTRAL, 0x02)
#define LOCALE_USER_DEFAULT MAKELCID(LANG_USER_DEFAULT, SORT_DEFAULT)
#define LOCALE_SYSTEM_DEFAULT MAKELCID(LANG_SYSTEM_DEFAULT, SORT_DEFAULT)
#define LOCALE_NEUTRAL MAKELCID(MAKELANGID(LANG_NEUTRAL, SUBLANG_NEUTRAL), SORT_DEFAULT)
#define LOCALE_INVARIANT 0x007Fu
#define OLESTR(text) L##text

// Bit operators for enumerations that are masks.
#define DEFINE_ENUM_FLAG_OPERATORS(E)                                                  \
  constexpr E operator|(E a, E b) noexcept { return static_cast<E>(int(a) | int(b)); } \
  constexpr E operator&(E a, E b) noexcept { return static_cast<E>(int(a) & int(b)); } \
  constexpr E operator^(E a, E b) noexcept { return static_cast<E>(int(a) ^ int(b)); } \
  constexpr E operator~(E a) noexcept { return static_cast<E>(~int(a)); }              \
  inline E& operator|=(E& a, E b) noexcept { return a = a | b; }                       \
  inline E& operator&=(E& a, E b) noexcept { return a = a & b; }                       \
  inline E& operator^=(E& a, E b) noexcept { return a = a ^ b; }

static_assert(sizeof(LONG) == 4 && sizeof(LONGLONG) == 8 && sizeof(WCHAR) == 4 && sizeof(LARGE_INTEGER) == 8);
