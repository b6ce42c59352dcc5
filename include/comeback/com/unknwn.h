// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC system_header

// IUnknown and IClassFactory, and the words that interfaces are written with. AddRef and Release may be
// called from any thread. Shapes: the pages of unknwn.h in Microsoft's Win32 reference.

#include <guiddef.h>
#include <winerror.h>

#ifndef interface
#define interface struct
#endif
#define PURE = 0
#define THIS_
#define THIS void
#define STDMETHOD(name) virtual HRESULT STDMETHODCALLTYPE name
#define STDMETHOD_(type, name) virtual type STDMETHODCALLTYPE name
#define STDMETHODIMP HRESULT STDMETHODCALLTYPE
#define STDMETHODIMP_(type) type STDMETHODCALLTYPE
#define BEGIN_INTERFACE
#define END_INTERFACE
/// The id as text is not known to __uuidof: COMEBACK_UUID behind the interface tells it.
#define MIDL_INTERFACE(text) struct
#define DECLARE_INTERFACE_IID(name, text) DECLARE_INTERFACE(name)
#define DECLARE_INTERFACE_IID_(name, base, text) DECLARE_INTERFACE_(name, base)
#define DECLARE_INTERFACE(name) struct name
#define DECLARE_INTERFACE_(name, base) struct name : public base

/// No interface has data or a virtual destructor: slots are those of the documentation, counted from 0. Its
/// destructor is protected: objects are released, not deleted, and a client that implements one is not
/// warned. Every object of this library counts its references from any thread, and may be called from any
/// thread unless its interface says otherwise.
struct IUnknown {
  virtual HRESULT STDMETHODCALLTYPE QueryInterface(REFIID riid, void** object) = 0;
  virtual ULONG STDMETHODCALLTYPE AddRef() = 0;
  virtual ULONG STDMETHODCALLTYPE Release() = 0;

  template <class Q>
  HRESULT QueryInterface(Q** object) {
    return QueryInterface(__uuidof(Q), reinterpret_cast<void**>(object));
  }

 protected:
  ~IUnknown() = default;
};
typedef IUnknown* LPUNKNOWN;

struct IClassFactory : IUnknown {
  virtual HRESULT STDMETHODCALLTYPE CreateInstance(IUnknown* outer, REFIID riid, void** object) = 0;
  virtual HRESULT STDMETHODCALLTYPE LockServer(BOOL lock) = 0;

 protected:
  ~IClassFactory() = default;
};

COMEBACK_UUID(IID_, IUnknown, 0x00000000, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46)
COMEBACK_UUID(IID_, IClassFactory, 0x00000001, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46)

inline bool IsEqualUnknown(REFIID iid) noexcept { return IsEqualIID(iid, IID_IUnknown); }
inline bool InlineIsEqualUnknown(REFIID iid) noexcept { return IsEqualUnknown(iid); }

template <class T>
void** IID_PPV_ARGS_Helper(T** object) noexcept {
  static_cast<void>(static_cast<IUnknown*>(*object));  // only interface pointers
  return reinterpret_cast<void**>(object);
}
#define IID_PPV_ARGS(object) __uuidof(**(object)), IID_PPV_ARGS_Helper(object)
