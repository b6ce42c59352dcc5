// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC system_header

// Connection points: how a source of events finds its sinks; and what tells a host which class an object is.
// Any of it may be called from any thread; a sink is called on the thread where the event happens.
// Shapes: the pages of ocidl.h in Microsoft's Win32 reference.

#include <oaidl.h>

struct IConnectionPointContainer;

typedef struct tagCONNECTDATA {
  IUnknown* pUnk;  ///< the sink, with a reference of the receiver's own
  DWORD dwCookie;
} CONNECTDATA, *LPCONNECTDATA;
static_assert(sizeof(CONNECTDATA) == 16);

struct IEnumConnections : IUnknown {
  virtual HRESULT STDMETHODCALLTYPE Next(ULONG count, CONNECTDATA* items, ULONG* fetched) = 0;
  virtual HRESULT STDMETHODCALLTYPE Skip(ULONG count) = 0;
  virtual HRESULT STDMETHODCALLTYPE Reset() = 0;
  virtual HRESULT STDMETHODCALLTYPE Clone(IEnumConnections** other) = 0;

  HRESULT Next(ULONG count, CONNECTDATA* items, unsigned long* fetched) const {
    ULONG n = 0;
    const HRESULT hr = const_cast<IEnumConnections*>(this)->Next(count, items, &n);
    if (fetched) *fetched = n;
    return hr;
  }

 protected:
  ~IEnumConnections() = default;
};
typedef IEnumConnections* LPENUMCONNECTIONS;

/// One outgoing interface of a source. Advise holds a reference to the sink until Unadvise.
struct IConnectionPoint : IUnknown {
  virtual HRESULT STDMETHODCALLTYPE GetConnectionInterface(IID* iid) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetConnectionPointContainer(IConnectionPointContainer** container) = 0;
  virtual HRESULT STDMETHODCALLTYPE Advise(IUnknown* sink, DWORD* cookie) = 0;
  virtual HRESULT STDMETHODCALLTYPE Unadvise(DWORD cookie) = 0;
  virtual HRESULT STDMETHODCALLTYPE EnumConnections(IEnumConnections** connections) = 0;

  HRESULT Advise(IUnknown* sink, unsigned long* cookie) const {
    DWORD value = 0;
    const HRESULT hr =
        const_cast<IConnectionPoint*>(this)->Advise(sink, cookie ? &value : static_cast<DWORD*>(nullptr));
    if (cookie) *cookie = value;
    return hr;
  }

 protected:
  ~IConnectionPoint() = default;
};
typedef IConnectionPoint* LPCONNECTIONPOINT;

struct IEnumConnectionPoints : IUnknown {
  virtual HRESULT STDMETHODCALLTYPE Next(ULONG count, IConnectionPoint** items, ULONG* fetched) = 0;
  virtual HRESULT STDMETHODCALLTYPE Skip(ULONG count) = 0;
  virtual HRESULT STDMETHODCALLTYPE Reset() = 0;
  virtual HRESULT STDMETHODCALLTYPE Clone(IEnumConnectionPoints** other) = 0;

  HRESULT Next(ULONG count, IConnectionPoint** items, unsigned long* fetched) const {
    ULONG n = 0;
    const HRESULT hr = const_cast<IEnumConnectionPoints*>(this)->Next(count, items, &n);
    if (fetched) *fetched = n;
    return hr;
  }

 protected:
  ~IEnumConnectionPoints() = default;
};
typedef IEnumConnectionPoints* LPENUMCONNECTIONPOINTS;

struct IConnectionPointContainer : IUnknown {
  virtual HRESULT STDMETHODCALLTYPE EnumConnectionPoints(IEnumConnectionPoints** points) = 0;
  virtual HRESULT STDMETHODCALLTYPE FindConnectionPoint(REFIID iid, IConnectionPoint** point) = 0;

 protected:
  ~IConnectionPointContainer() = default;
};
typedef IConnectionPointContainer* LPCONNECTIONPOINTCONTAINER;

struct IPropertyNotifySink : IUnknown {
  virtual HRESULT STDMETHODCALLTYPE OnChanged(DISPID property) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnRequestEdit(DISPID property) = 0;

 protected:
  ~IPropertyNotifySink() = default;
};
typedef IPropertyNotifySink* LPPROPERTYNOTIFYSINK;

struct IProvideClassInfo : IUnknown {
  virtual HRESULT STDMETHODCALLTYPE GetClassInfo(ITypeInfo** info) = 0;

 protected:
  ~IProvideClassInfo() = default;
};
typedef IProvideClassInfo* LPPROVIDECLASSINFO;

typedef enum tagGUIDKIND : int { GUIDKIND_DEFAULT_SOURCE_DISP_IID = 1 } GUIDKIND;

struct IProvideClassInfo2 : IProvideClassInfo {
  virtual HRESULT STDMETHODCALLTYPE GetGUID(DWORD kind, GUID* guid) = 0;

 protected:
  ~IProvideClassInfo2() = default;
};
typedef IProvideClassInfo2* LPPROVIDECLASSINFO2;

COMEBACK_UUID(IID_, IProvideClassInfo, 0xB196B283, 0xBAB4, 0x101A, 0xB6, 0x9C, 0x00, 0xAA, 0x00, 0x34, 0x1D,
              0x07)
COMEBACK_UUID(IID_, IConnectionPointContainer, 0xB196B284, 0xBAB4, 0x101A, 0xB6, 0x9C, 0x00, 0xAA, 0x00, 0x34,
              0x1D, 0x07)
COMEBACK_UUID(IID_, IEnumConnectionPoints, 0xB196B285, 0xBAB4, 0x101A, 0xB6, 0x9C, 0x00, 0xAA, 0x00, 0x34,
              0x1D, 0x07)
COMEBACK_UUID(IID_, IConnectionPoint, 0xB196B286, 0xBAB4, 0x101A, 0xB6, 0x9C, 0x00, 0xAA, 0x00, 0x34, 0x1D,
              0x07)
COMEBACK_UUID(IID_, IEnumConnections, 0xB196B287, 0xBAB4, 0x101A, 0xB6, 0x9C, 0x00, 0xAA, 0x00, 0x34, 0x1D,
              0x07)
COMEBACK_UUID(IID_, IPropertyNotifySink, 0x9BFBBC02, 0xEFF1, 0x101A, 0x84, 0xED, 0x00, 0xAA, 0x00, 0x34, 0x1D,
              0x07)
COMEBACK_UUID(IID_, IProvideClassInfo2, 0xA6BC3AC0, 0xDBAA, 0x11CE, 0x9D, 0xE3, 0x00, 0xAA, 0x00, 0x4B, 0xB8,
              0x51)
