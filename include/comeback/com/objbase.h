// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC system_header

// Starting, finding classes, making objects, and the memory that calls hand over. All from any thread.
// Shapes and codes: the pages of objbase.h and combaseapi.h in Microsoft's Win32 reference.

#include <oleauto.h>
#include <winnt.h>

typedef enum tagCOINIT : int {
  COINIT_APARTMENTTHREADED = 0x2,
  COINIT_MULTITHREADED = 0x0,
  COINIT_DISABLE_OLE1DDE = 0x4,
  COINIT_SPEED_OVER_MEMORY = 0x8
} COINIT;

/// S_OK the first time in a thread, S_FALSE after that; each successful call needs its CoUninitialize.
/// Objects are free-threaded: the kind of apartment asked for is remembered, a differing second one is
/// RPC_E_CHANGED_MODE.
COMEBACK_API HRESULT CoInitialize(LPVOID reserved);
COMEBACK_API HRESULT CoInitializeEx(LPVOID reserved, DWORD flags);
/// The last one of the process lets running tasks finish.
COMEBACK_API void CoUninitialize(void);

#define RPC_C_AUTHN_NONE 0
#define RPC_C_AUTHN_WINNT 10
#define RPC_C_AUTHN_DEFAULT 0xFFFFFFFFu
#define RPC_C_AUTHZ_NONE 0
#define RPC_C_AUTHZ_DEFAULT 0xFFFFFFFFu
#define RPC_C_AUTHN_LEVEL_DEFAULT 0
#define RPC_C_AUTHN_LEVEL_NONE 1
#define RPC_C_AUTHN_LEVEL_CONNECT 2
#define RPC_C_AUTHN_LEVEL_CALL 3
#define RPC_C_AUTHN_LEVEL_PKT 4
#define RPC_C_AUTHN_LEVEL_PKT_INTEGRITY 5
#define RPC_C_AUTHN_LEVEL_PKT_PRIVACY 6
#define RPC_C_IMP_LEVEL_DEFAULT 0
#define RPC_C_IMP_LEVEL_ANONYMOUS 1
#define RPC_C_IMP_LEVEL_IDENTIFY 2
#define RPC_C_IMP_LEVEL_IMPERSONATE 3
#define RPC_C_IMP_LEVEL_DELEGATE 4
#define EOAC_NONE 0

/// S_OK: calls stay in the process, and whom they speak for is settled by the process's user. `reserved1` and
/// `reserved3` must be null: E_INVALIDARG.
inline HRESULT CoInitializeSecurity(PVOID, LONG, PVOID, void* reserved1, DWORD, DWORD, void*, DWORD,
                                    void* reserved3) noexcept {
  return reserved1 || reserved3 ? E_INVALIDARG : S_OK;
}
/// S_OK for any object, E_INVALIDARG for null: there are no proxies, and nobody else to speak for.
inline HRESULT CoSetProxyBlanket(IUnknown* object, DWORD, DWORD, OLECHAR*, DWORD, DWORD, void*,
                                 DWORD) noexcept {
  return object ? S_OK : E_INVALIDARG;
}

COMEBACK_API HRESULT CoCreateInstance(REFCLSID clsid, IUnknown* outer, DWORD context, REFIID riid,
                                      LPVOID* object);
COMEBACK_API HRESULT CoGetClassObject(REFCLSID clsid, DWORD context, LPVOID server, REFIID riid,
                                      LPVOID* object);

/// One interface asked of CoCreateInstanceEx: what it gave, with a reference of the caller's.
typedef struct tagMULTI_QI {
  const IID* pIID;
  IUnknown* pItf;
  HRESULT hr;
} MULTI_QI;

/// Another machine. There is none: a name is CO_E_NOT_SUPPORTED.
typedef struct _COSERVERINFO {
  DWORD dwReserved1;
  LPOLESTR pwszName;
  void* pAuthInfo;
  DWORD dwReserved2;
} COSERVERINFO;

/// Several interfaces of one new object. S_OK with all of them, CO_S_NOTALLINTERFACES with some,
/// E_NOINTERFACE with none; each has its own answer in `hr`.
COMEBACK_API HRESULT CoCreateInstanceEx(REFCLSID clsid, IUnknown* outer, DWORD context, COSERVERINFO* server,
                                        DWORD count, MULTI_QI* results);
/// What the library exports for hosts that load it themselves. It needs no CoInitialize.
COMEBACK_API HRESULT DllGetClassObject(REFCLSID clsid, REFIID riid, LPVOID* object);
/// Always S_FALSE: the library stays loaded, since tasks may run on after the last object is gone.
COMEBACK_API HRESULT DllCanUnloadNow(void);

COMEBACK_API HRESULT CLSIDFromProgID(LPCOLESTR progid, CLSID* clsid);
/// The same: there is nothing to install.
COMEBACK_API HRESULT CLSIDFromProgIDEx(LPCOLESTR progid, CLSID* clsid);
/// The caller frees *progid with CoTaskMemFree.
COMEBACK_API HRESULT ProgIDFromCLSID(REFCLSID clsid, LPOLESTR* progid);
/// "{…}" or a ProgID; GUID_NULL for a null pointer.
COMEBACK_API HRESULT CLSIDFromString(LPCOLESTR text, CLSID* clsid);
COMEBACK_API HRESULT IIDFromString(LPCOLESTR text, IID* iid);
/// The number of units written, the ending null included; 0 when the buffer is too small (39 are needed).
COMEBACK_API int StringFromGUID2(REFGUID guid, LPOLESTR buffer, int size);
/// In upper case, with braces. The caller frees *text with CoTaskMemFree.
COMEBACK_API HRESULT StringFromCLSID(REFCLSID clsid, LPOLESTR* text);
COMEBACK_API HRESULT StringFromIID(REFIID iid, LPOLESTR* text);
/// A random one (RFC 4122, version 4).
COMEBACK_API HRESULT CoCreateGuid(GUID* guid);

COMEBACK_API LPVOID CoTaskMemAlloc(SIZE_T size);
COMEBACK_API LPVOID CoTaskMemRealloc(LPVOID memory, SIZE_T size);
COMEBACK_API void CoTaskMemFree(LPVOID memory);

/// The memory of CoTaskMemAlloc as an object.
struct IMalloc : IUnknown {
  virtual void* STDMETHODCALLTYPE Alloc(SIZE_T size) = 0;
  virtual void* STDMETHODCALLTYPE Realloc(void* memory, SIZE_T size) = 0;
  virtual void STDMETHODCALLTYPE Free(void* memory) = 0;
  virtual SIZE_T STDMETHODCALLTYPE GetSize(void* memory) = 0;
  virtual int STDMETHODCALLTYPE DidAlloc(void* memory) = 0;
  virtual void STDMETHODCALLTYPE HeapMinimize() = 0;

 protected:
  ~IMalloc() = default;
};
typedef IMalloc* LPMALLOC;
COMEBACK_UUID(IID_, IMalloc, 0x00000002, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46)

/// The one allocator of the process; `context` must be 1. It needs no CoInitialize.
COMEBACK_API HRESULT CoGetMalloc(DWORD context, LPMALLOC* allocator);

/// A stream on global memory, of its whole size, or on new and empty memory for null. Fixed memory does not
/// grow: STG_E_MEDIUMFULL. With delete_on_release the memory is freed with the last stream on it.
COMEBACK_API HRESULT CreateStreamOnHGlobal(HGLOBAL memory, BOOL delete_on_release, IStream** stream);
/// The memory of such a stream; it may be larger than the stream. E_INVALIDARG for any other.
COMEBACK_API HRESULT GetHGlobalFromStream(IStream* stream, HGLOBAL* memory);
