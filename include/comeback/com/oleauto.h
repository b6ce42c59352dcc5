// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC system_header

// BSTR, VARIANT, SAFEARRAY and error information. Every function may be called from any thread; a given
// VARIANT or SAFEARRAY belongs to one thread at a time.

#include <oaidl.h>

COMEBACK_API BSTR SysAllocString(const OLECHAR* text);
COMEBACK_API BSTR SysAllocStringLen(const OLECHAR* text, UINT length);
COMEBACK_API BSTR SysAllocStringByteLen(LPCSTR bytes, UINT size);
COMEBACK_API INT SysReAllocString(BSTR* string, const OLECHAR* text);
COMEBACK_API INT SysReAllocStringLen(BSTR* string, const OLECHAR* text, UINT length);
COMEBACK_API void SysFreeString(BSTR string);
COMEBACK_API UINT SysStringLen(BSTR string);      ///< in units of OLECHAR
COMEBACK_API UINT SysStringByteLen(BSTR string);  ///< in bytes

COMEBACK_API void VariantInit(VARIANTARG* variant);
COMEBACK_API HRESULT VariantClear(VARIANTARG* variant);
COMEBACK_API HRESULT VariantCopy(VARIANTARG* to, const VARIANTARG* from);
COMEBACK_API HRESULT VariantCopyInd(VARIANT* to, const VARIANTARG* from);

COMEBACK_API SAFEARRAY* SafeArrayCreate(VARTYPE type, UINT dimensions, SAFEARRAYBOUND* bounds);
COMEBACK_API SAFEARRAY* SafeArrayCreateVector(VARTYPE type, LONG lower_bound, ULONG count);
COMEBACK_API HRESULT SafeArrayDestroy(SAFEARRAY* array);
COMEBACK_API HRESULT SafeArrayCopy(SAFEARRAY* array, SAFEARRAY** copy);
COMEBACK_API UINT SafeArrayGetDim(SAFEARRAY* array);
COMEBACK_API UINT SafeArrayGetElemsize(SAFEARRAY* array);
COMEBACK_API HRESULT SafeArrayGetLBound(SAFEARRAY* array, UINT dimension, LONG* bound);
COMEBACK_API HRESULT SafeArrayGetUBound(SAFEARRAY* array, UINT dimension, LONG* bound);
COMEBACK_API HRESULT SafeArrayGetVartype(SAFEARRAY* array, VARTYPE* type);
COMEBACK_API HRESULT SafeArrayGetElement(SAFEARRAY* array, LONG* indices, void* element);
COMEBACK_API HRESULT SafeArrayPutElement(SAFEARRAY* array, LONG* indices, void* element);
COMEBACK_API HRESULT SafeArrayAccessData(SAFEARRAY* array, void** data);
COMEBACK_API HRESULT SafeArrayUnaccessData(SAFEARRAY* array);
COMEBACK_API HRESULT SafeArrayLock(SAFEARRAY* array);
COMEBACK_API HRESULT SafeArrayUnlock(SAFEARRAY* array);

COMEBACK_API HRESULT SetErrorInfo(ULONG reserved, IErrorInfo* info);
COMEBACK_API HRESULT GetErrorInfo(ULONG reserved,
                                  IErrorInfo** info);  ///< S_FALSE and null where there is none
COMEBACK_API HRESULT CreateErrorInfo(ICreateErrorInfo** info);

// The same with this system's 64-bit long. More than 32 dimensions are refused by the functions themselves.
inline HRESULT SafeArrayGetLBound(SAFEARRAY* array, UINT dimension, long* bound) {
  LONG value = 0;
  const HRESULT hr = SafeArrayGetLBound(array, dimension, bound ? &value : static_cast<LONG*>(nullptr));
  if (SUCCEEDED(hr)) *bound = value;
  return hr;
}
inline HRESULT SafeArrayGetUBound(SAFEARRAY* array, UINT dimension, long* bound) {
  LONG value = 0;
  const HRESULT hr = SafeArrayGetUBound(array, dimension, bound ? &value : static_cast<LONG*>(nullptr));
  if (SUCCEEDED(hr)) *bound = value;
  return hr;
}
namespace comeback_sdk {
template <class F>
HRESULT with_indices(F function, SAFEARRAY* array, const long* indices, void* element) {
  LONG narrow[32] = {};
  const UINT dimensions = SafeArrayGetDim(array);
  if (!array || !indices || dimensions > 32) return E_INVALIDARG;
  for (UINT i = 0; i < dimensions; ++i) {
    narrow[i] = static_cast<LONG>(indices[i]);
    if (narrow[i] != indices[i]) return DISP_E_BADINDEX;
  }
  return function(array, narrow, element);
}
}  // namespace comeback_sdk
inline HRESULT SafeArrayGetElement(SAFEARRAY* array, long* indices, void* element) {
  return comeback_sdk::with_indices<HRESULT (*)(SAFEARRAY*, LONG*, void*)>(SafeArrayGetElement, array,
                                                                           indices, element);
}
inline HRESULT SafeArrayPutElement(SAFEARRAY* array, long* indices, void* element) {
  return comeback_sdk::with_indices<HRESULT (*)(SAFEARRAY*, LONG*, void*)>(SafeArrayPutElement, array,
                                                                           indices, element);
}

// Type libraries. The described ones are part of this library and need no registration; TYPE_E_LIBNOTREGISTERED.
COMEBACK_API HRESULT LoadRegTypeLib(REFGUID guid, WORD major, WORD minor, LCID lcid, ITypeLib** library);
/// The halves of an IDispatch that an object makes from type information of its own interface.
COMEBACK_API HRESULT DispGetIDsOfNames(ITypeInfo* info, LPOLESTR* names, UINT count, DISPID* ids);
COMEBACK_API HRESULT DispInvoke(void* self, ITypeInfo* info, DISPID id, WORD flags, DISPPARAMS* params,
                                VARIANT* result, EXCEPINFO* exception, UINT* bad_argument);

#define V_UNION(x, member) ((x)->member)
#define V_VT(x) ((x)->vt)
#define V_ISBYREF(x) (V_VT(x) & VT_BYREF)
#define V_ISARRAY(x) (V_VT(x) & VT_ARRAY)
#define V_I1(x) V_UNION(x, cVal)
#define V_I2(x) V_UNION(x, iVal)
#define V_I4(x) V_UNION(x, lVal)
#define V_I8(x) V_UNION(x, llVal)
#define V_UI1(x) V_UNION(x, bVal)
#define V_UI2(x) V_UNION(x, uiVal)
#define V_UI4(x) V_UNION(x, ulVal)
#define V_UI8(x) V_UNION(x, ullVal)
#define V_INT(x) V_UNION(x, intVal)
#define V_UINT(x) V_UNION(x, uintVal)
#define V_R4(x) V_UNION(x, fltVal)
#define V_R8(x) V_UNION(x, dblVal)
#define V_CY(x) V_UNION(x, cyVal)
#define V_DATE(x) V_UNION(x, date)
#define V_BSTR(x) V_UNION(x, bstrVal)
#define V_BOOL(x) V_UNION(x, boolVal)
#define V_ERROR(x) V_UNION(x, scode)
#define V_UNKNOWN(x) V_UNION(x, punkVal)
#define V_DISPATCH(x) V_UNION(x, pdispVal)
#define V_ARRAY(x) V_UNION(x, parray)
#define V_BYREF(x) V_UNION(x, byref)
#define V_VARIANTREF(x) V_UNION(x, pvarVal)
