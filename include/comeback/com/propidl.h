// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC system_header

// PROPVARIANT and property storage. A PROPVARIANT is laid out as a VARIANT, and has more kinds of value.
// Shapes: the pages of propidl.h in Microsoft's Win32 reference.

#include <cstring>

#include <objbase.h>
#include <oleauto.h>

typedef ULONG PROPID;
typedef struct tagBLOB {
  ULONG cbSize;
  BYTE* pBlobData;
} BLOB, *LPBLOB;
typedef struct tagBSTRBLOB {
  ULONG cbSize;
  BYTE* pData;
} BSTRBLOB;

typedef struct tagPROPVARIANT PROPVARIANT, *LPPROPVARIANT;
typedef const PROPVARIANT& REFPROPVARIANT;

/// Counted arrays, `pElems` allocated with CoTaskMemAlloc.
#define COMEBACK_COUNTED(TYPE, NAME) \
  typedef struct tag##NAME {         \
    ULONG cElems;                    \
    TYPE* pElems;                    \
  } NAME;
COMEBACK_COUNTED(CHAR, CAC)
COMEBACK_COUNTED(UCHAR, CAUB)
COMEBACK_COUNTED(SHORT, CAI)
COMEBACK_COUNTED(USHORT, CAUI)
COMEBACK_COUNTED(LONG, CAL)
COMEBACK_COUNTED(ULONG, CAUL)
COMEBACK_COUNTED(LARGE_INTEGER, CAH)
COMEBACK_COUNTED(ULARGE_INTEGER, CAUH)
COMEBACK_COUNTED(FLOAT, CAFLT)
COMEBACK_COUNTED(DOUBLE, CADBL)
COMEBACK_COUNTED(VARIANT_BOOL, CABOOL)
COMEBACK_COUNTED(SCODE, CASCODE)
COMEBACK_COUNTED(CY, CACY)
COMEBACK_COUNTED(DATE, CADATE)
COMEBACK_COUNTED(FILETIME, CAFILETIME)
COMEBACK_COUNTED(CLSID, CACLSID)
COMEBACK_COUNTED(BSTR, CABSTR)
COMEBACK_COUNTED(LPSTR, CALPSTR)
COMEBACK_COUNTED(LPWSTR, CALPWSTR)
COMEBACK_COUNTED(PROPVARIANT, CAPROPVARIANT)

struct tagPROPVARIANT {
  union {
    struct {
      VARTYPE vt;
      WORD wReserved1, wReserved2, wReserved3;
      union {
        CHAR cVal;
        UCHAR bVal;
        SHORT iVal;
        USHORT uiVal;
        LONG lVal;
        ULONG ulVal;
        INT intVal;
        UINT uintVal;
        LARGE_INTEGER hVal;
        ULARGE_INTEGER uhVal;
        FLOAT fltVal;
        DOUBLE dblVal;
        VARIANT_BOOL boolVal;
        SCODE scode;
        CY cyVal;
        DATE date;
        FILETIME filetime;
        CLSID* puuid;
        BSTR bstrVal;
        BSTRBLOB bstrblobVal;
        BLOB blob;
        LPSTR pszVal;
        LPWSTR pwszVal;
        IUnknown* punkVal;
        IDispatch* pdispVal;
        IStream* pStream;
        SAFEARRAY* parray;
        CAC cac;
        CAUB caub;
        CAI cai;
        CAUI caui;
        CAL cal;
        CAUL caul;
        CAH cah;
        CAUH cauh;
        CAFLT caflt;
        CADBL cadbl;
        CABOOL cabool;
        CASCODE cascode;
        CACY cacy;
        CADATE cadate;
        CAFILETIME cafiletime;
        CACLSID cauuid;
        CABSTR cabstr;
        CALPSTR calpstr;
        CALPWSTR calpwstr;
        CAPROPVARIANT capropvar;
        CHAR* pcVal;
        UCHAR* pbVal;
        SHORT* piVal;
        USHORT* puiVal;
        LONG* plVal;
        ULONG* pulVal;
        INT* pintVal;
        UINT* puintVal;
        FLOAT* pfltVal;
        DOUBLE* pdblVal;
        VARIANT_BOOL* pboolVal;
        DECIMAL* pdecVal;
        SCODE* pscode;
        CY* pcyVal;
        DATE* pdate;
        BSTR* pbstrVal;
        IUnknown** ppunkVal;
        IDispatch** ppdispVal;
        SAFEARRAY** pparray;
        PROPVARIANT* pvarVal;
      };
    };
    DECIMAL decVal;
  };
};
static_assert(sizeof(PROPVARIANT) == sizeof(VARIANT));

inline void PropVariantInit(PROPVARIANT* value) { std::memset(static_cast<void*>(value), 0, sizeof *value); }

inline HRESULT PropVariantClear(PROPVARIANT* value);

namespace comeback_sdk {
/// Frees the elements that own something, then the array.
inline void clear_vector(PROPVARIANT& value) {
  for (ULONG i = 0; value.caul.pElems && i < value.caul.cElems; ++i) {
    switch (value.vt & VT_TYPEMASK) {
      case VT_BSTR:
        SysFreeString(value.cabstr.pElems[i]);
        break;
      case VT_LPSTR:
        CoTaskMemFree(value.calpstr.pElems[i]);
        break;
      case VT_LPWSTR:
        CoTaskMemFree(value.calpwstr.pElems[i]);
        break;
      case VT_VARIANT:
        PropVariantClear(&value.capropvar.pElems[i]);
        break;
      default:
        break;
    }
  }
  CoTaskMemFree(value.caul.pElems);
}
}  // namespace comeback_sdk

/// Frees what the value owns and leaves VT_EMPTY. Null is S_OK.
inline HRESULT PropVariantClear(PROPVARIANT* value) {
  if (!value) return S_OK;
  if (value->vt & VT_VECTOR) {
    comeback_sdk::clear_vector(*value);
  } else if (value->vt == VT_LPSTR || value->vt == VT_LPWSTR || value->vt == VT_CLSID) {
    CoTaskMemFree(value->pszVal);
  } else if (value->vt == VT_BLOB || value->vt == VT_BLOB_OBJECT) {
    CoTaskMemFree(value->blob.pBlobData);
  } else if (value->vt == VT_STREAM || value->vt == VT_STREAMED_OBJECT) {
    if (value->pStream) value->pStream->Release();
  } else if (value->vt != VT_FILETIME) {
    const HRESULT hr = VariantClear(reinterpret_cast<VARIANT*>(value));
    if (FAILED(hr)) return hr;
  }
  PropVariantInit(value);
  return S_OK;
}

#define PRSPEC_INVALID 0xFFFFFFFFu
#define PRSPEC_LPWSTR 0u
#define PRSPEC_PROPID 1u

typedef struct tagPROPSPEC {
  ULONG ulKind;  ///< PRSPEC_LPWSTR or PRSPEC_PROPID
  union {
    PROPID propid;
    LPOLESTR lpwstr;
  };
} PROPSPEC;

typedef struct tagSTATPROPSTG {
  LPOLESTR lpwstrName;
  PROPID propid;
  VARTYPE vt;
} STATPROPSTG;

typedef struct tagSTATPROPSETSTG {
  FMTID fmtid;
  CLSID clsid;
  DWORD grfFlags;
  FILETIME mtime, ctime, atime;
  DWORD dwOSVersion;
} STATPROPSETSTG;

struct IEnumSTATPROPSTG : IUnknown {
  virtual HRESULT STDMETHODCALLTYPE Next(ULONG count, STATPROPSTG* items, ULONG* fetched) = 0;
  virtual HRESULT STDMETHODCALLTYPE Skip(ULONG count) = 0;
  virtual HRESULT STDMETHODCALLTYPE Reset() = 0;
  virtual HRESULT STDMETHODCALLTYPE Clone(IEnumSTATPROPSTG** other) = 0;

  HRESULT Next(ULONG count, STATPROPSTG* items, unsigned long* fetched) const {
    ULONG n = 0;
    const HRESULT hr = const_cast<IEnumSTATPROPSTG*>(this)->Next(count, items, &n);
    if (fetched) *fetched = n;
    return hr;
  }

 protected:
  ~IEnumSTATPROPSTG() = default;
};

struct IPropertyStorage : IUnknown {
  virtual HRESULT STDMETHODCALLTYPE ReadMultiple(ULONG count, const PROPSPEC which[],
                                                 PROPVARIANT values[]) = 0;
  virtual HRESULT STDMETHODCALLTYPE WriteMultiple(ULONG count, const PROPSPEC which[],
                                                  const PROPVARIANT values[], PROPID first_name) = 0;
  virtual HRESULT STDMETHODCALLTYPE DeleteMultiple(ULONG count, const PROPSPEC which[]) = 0;
  virtual HRESULT STDMETHODCALLTYPE ReadPropertyNames(ULONG count, const PROPID ids[], LPOLESTR names[]) = 0;
  virtual HRESULT STDMETHODCALLTYPE WritePropertyNames(ULONG count, const PROPID ids[],
                                                       const LPOLESTR names[]) = 0;
  virtual HRESULT STDMETHODCALLTYPE DeletePropertyNames(ULONG count, const PROPID ids[]) = 0;
  virtual HRESULT STDMETHODCALLTYPE Commit(DWORD flags) = 0;
  virtual HRESULT STDMETHODCALLTYPE Revert() = 0;
  virtual HRESULT STDMETHODCALLTYPE Enum(IEnumSTATPROPSTG** properties) = 0;
  virtual HRESULT STDMETHODCALLTYPE SetTimes(const FILETIME* created, const FILETIME* read,
                                             const FILETIME* written) = 0;
  virtual HRESULT STDMETHODCALLTYPE SetClass(REFCLSID clsid) = 0;
  virtual HRESULT STDMETHODCALLTYPE Stat(STATPROPSETSTG* stat) = 0;

 protected:
  ~IPropertyStorage() = default;
};

COMEBACK_UUID(IID_, IPropertyStorage, 0x00000138, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46)
COMEBACK_UUID(IID_, IEnumSTATPROPSTG, 0x00000139, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46)
