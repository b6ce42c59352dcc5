// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC system_header

// BSTR, VARIANT, SAFEARRAY, DATE, the conversions between automation types, and error information. Every
// function may be called from any thread; a given VARIANT or SAFEARRAY belongs to one thread at a time.
// Shapes and codes: the pages of oleauto.h in Microsoft's Win32 reference.

#include <minwinbase.h>
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

#define VARIANT_NOVALUEPROP 0x01
#define VARIANT_ALPHABOOL 0x02
#define VARIANT_NOUSEROVERRIDE 0x04
#define VARIANT_CALENDAR_HIJRI 0x08
#define VARIANT_LOCALBOOL 0x10
#define VAR_TIMEVALUEONLY 0x00000001u
#define VAR_DATEVALUEONLY 0x00000002u

/// Converts *from into a VARIANT of another type and puts it into *to, which is cleared first; both may be
/// the same. Strings are read and written in invariant English, whatever lcid says. VARIANT_ALPHABOOL: a
/// VT_BOOL becomes "True" or "False" and not "-1" or "0". VARIANT_NOVALUEPROP: objects are not asked for
/// their default property. DISP_E_TYPEMISMATCH, DISP_E_OVERFLOW, DISP_E_BADVARTYPE, E_OUTOFMEMORY,
/// E_INVALIDARG (null); *to is then as it was.
COMEBACK_API HRESULT VariantChangeType(VARIANTARG* to, const VARIANTARG* from, USHORT flags, VARTYPE type);
COMEBACK_API HRESULT VariantChangeTypeEx(VARIANTARG* to, const VARIANTARG* from, LCID lcid, USHORT flags,
                                         VARTYPE type);
/// The bytes of a string as an array of VT_UI1, and back.
COMEBACK_API HRESULT VectorFromBstr(BSTR text, SAFEARRAY** array);
COMEBACK_API HRESULT BstrFromVector(SAFEARRAY* array, BSTR* text);

// DATE: days since 1899-12-30, the fraction is the time of day. These answer TRUE or FALSE.
COMEBACK_API INT VariantTimeToSystemTime(DOUBLE time, LPSYSTEMTIME system_time);  ///< to the second
COMEBACK_API INT SystemTimeToVariantTime(LPSYSTEMTIME system_time, DOUBLE* time);
COMEBACK_API INT VariantTimeToDosDateTime(DOUBLE time, USHORT* dos_date, USHORT* dos_time);
COMEBACK_API INT DosDateTimeToVariantTime(USHORT dos_date, USHORT dos_time, DOUBLE* time);

// VarXFromY, one function for every two automation types: HRESULT VarXFromY(Y value, X* out). Strings are
// invariant English; what takes a locale ignores it. DISP_E_TYPEMISMATCH, DISP_E_OVERFLOW, E_OUTOFMEMORY,
// E_INVALIDARG (null). A string that is made belongs to the caller.
#define COMEBACK_VAR_SOURCES(ROW, X, Out)                                                                \
  ROW(X, Out, UI1, BYTE)                                                                                 \
  ROW(X, Out, I2, SHORT)                                                                                 \
  ROW(X, Out, I4, LONG)                                                                                  \
  ROW(X, Out, I8, LONG64)                                                                                \
  ROW(X, Out, R4, FLOAT)                                                                                 \
  ROW(X, Out, R8, DOUBLE)                                                                                \
  ROW(X, Out, Cy, CY)                                                                                    \
  ROW(X, Out, Date, DATE)                                                                                \
  ROW(X, Out, Bool, VARIANT_BOOL) ROW(X, Out, I1, CHAR) ROW(X, Out, UI2, USHORT) ROW(X, Out, UI4, ULONG) \
      ROW(X, Out, UI8, ULONG64) ROW(X, Out, Dec, const DECIMAL*)
#define COMEBACK_VAR_TARGETS(ROW) \
  ROW(UI1, BYTE)                  \
  ROW(I2, SHORT)                  \
  ROW(I4, LONG)                   \
  ROW(I8, LONG64)                 \
  ROW(R4, FLOAT)                  \
  ROW(R8, DOUBLE)                 \
  ROW(Cy, CY)                     \
  ROW(Date, DATE)                 \
  ROW(Bool, VARIANT_BOOL) ROW(I1, CHAR) ROW(UI2, USHORT) ROW(UI4, ULONG) ROW(UI8, ULONG64) ROW(Dec, DECIMAL)
#define COMEBACK_VAR_FROM(X, Out, Y, In) COMEBACK_API HRESULT Var##X##From##Y(In value, Out* out);
#define COMEBACK_VAR_TEXT(X, Out, Y, In) \
  COMEBACK_API HRESULT Var##X##From##Y(In value, LCID lcid, ULONG flags, Out* out);
#define COMEBACK_VAR_TO(X, Out)                                                           \
  COMEBACK_VAR_SOURCES(COMEBACK_VAR_FROM, X, Out)                                         \
  COMEBACK_API HRESULT Var##X##FromStr(LPCOLESTR text, LCID lcid, ULONG flags, Out* out); \
  COMEBACK_API HRESULT Var##X##FromDisp(IDispatch* object, LCID lcid, Out* out);
COMEBACK_VAR_TARGETS(COMEBACK_VAR_TO)
COMEBACK_VAR_SOURCES(COMEBACK_VAR_TEXT, Bstr, BSTR)
COMEBACK_API HRESULT VarBstrFromDisp(IDispatch* object, LCID lcid, ULONG flags, BSTR* out);

COMEBACK_API SAFEARRAY* SafeArrayCreate(VARTYPE type, UINT dimensions, SAFEARRAYBOUND* bounds);
COMEBACK_API SAFEARRAY* SafeArrayCreateVector(VARTYPE type, LONG lower_bound, ULONG count);
/// `extra` is the interface id of an array of objects, or null; of VT_RECORD the IRecordInfo, which the array
/// keeps a reference to.
COMEBACK_API SAFEARRAY* SafeArrayCreateEx(VARTYPE type, UINT dimensions, SAFEARRAYBOUND* bounds, PVOID extra);
COMEBACK_API SAFEARRAY* SafeArrayCreateVectorEx(VARTYPE type, LONG lower_bound, ULONG count, PVOID extra);
/// Descriptors whose bounds (and, without a type, cbElements and fFeatures) the caller fills in before
/// SafeArrayAllocData.
COMEBACK_API HRESULT SafeArrayAllocDescriptor(UINT dimensions, SAFEARRAY** array);
COMEBACK_API HRESULT SafeArrayAllocDescriptorEx(VARTYPE type, UINT dimensions, SAFEARRAY** array);
COMEBACK_API HRESULT SafeArrayAllocData(SAFEARRAY* array);
COMEBACK_API HRESULT SafeArrayDestroy(SAFEARRAY* array);
COMEBACK_API HRESULT SafeArrayDestroyData(SAFEARRAY* array);
COMEBACK_API HRESULT SafeArrayDestroyDescriptor(SAFEARRAY* array);
COMEBACK_API HRESULT SafeArrayCopy(SAFEARRAY* array, SAFEARRAY** copy);
/// Into an array of the same shape and type; what stood there is cleared. Whole or not at all.
COMEBACK_API HRESULT SafeArrayCopyData(SAFEARRAY* from, SAFEARRAY* to);
/// Changes the rightmost dimension; what falls off is cleared, what is new is zero.
COMEBACK_API HRESULT SafeArrayRedim(SAFEARRAY* array, SAFEARRAYBOUND* bound);
COMEBACK_API HRESULT SafeArraySetIID(SAFEARRAY* array, REFGUID iid);
COMEBACK_API HRESULT SafeArrayGetIID(SAFEARRAY* array, GUID* iid);
/// Of arrays with FADF_RECORD; E_INVALIDARG for others. What Get gives is a new reference.
COMEBACK_API HRESULT SafeArraySetRecordInfo(SAFEARRAY* array, IRecordInfo* info);
COMEBACK_API HRESULT SafeArrayGetRecordInfo(SAFEARRAY* array, IRecordInfo** info);
COMEBACK_API UINT SafeArrayGetDim(SAFEARRAY* array);
COMEBACK_API UINT SafeArrayGetElemsize(SAFEARRAY* array);
COMEBACK_API HRESULT SafeArrayGetLBound(SAFEARRAY* array, UINT dimension, LONG* bound);
COMEBACK_API HRESULT SafeArrayGetUBound(SAFEARRAY* array, UINT dimension, LONG* bound);
COMEBACK_API HRESULT SafeArrayGetVartype(SAFEARRAY* array, VARTYPE* type);
COMEBACK_API HRESULT SafeArrayGetElement(SAFEARRAY* array, LONG* indices, void* element);
COMEBACK_API HRESULT SafeArrayPutElement(SAFEARRAY* array, LONG* indices, void* element);
/// The address of an element; the caller holds a lock while using it.
COMEBACK_API HRESULT SafeArrayPtrOfIndex(SAFEARRAY* array, LONG* indices, void** element);
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
inline HRESULT SafeArrayPtrOfIndex(SAFEARRAY* array, long* indices, void** element) {
  if (element) *element = nullptr;
  return comeback_sdk::with_indices(
      [](SAFEARRAY* a, LONG* narrow, void* out) {
        return SafeArrayPtrOfIndex(a, narrow, static_cast<void**>(out));
      },
      array, indices, element);
}
#define COMEBACK_VAR_LONG(X, Out, Y, In)                              \
  inline HRESULT Var##X##From##Y(In value, Out* out) {                \
    decltype(comeback_sdk::narrow(*out)) made = 0;                    \
    const HRESULT hr = Var##X##From##Y(value, out ? &made : nullptr); \
    if (SUCCEEDED(hr)) *out = static_cast<Out>(made);                 \
    return hr;                                                        \
  }
#define COMEBACK_VAR_LONGS(X, Out)                                                   \
  COMEBACK_VAR_SOURCES(COMEBACK_VAR_LONG, X, Out)                                    \
  inline HRESULT Var##X##FromStr(LPCOLESTR text, LCID lcid, ULONG flags, Out* out) { \
    decltype(comeback_sdk::narrow(*out)) made = 0;                                   \
    const HRESULT hr = Var##X##FromStr(text, lcid, flags, out ? &made : nullptr);    \
    if (SUCCEEDED(hr)) *out = static_cast<Out>(made);                                \
    return hr;                                                                       \
  }                                                                                  \
  inline HRESULT Var##X##FromDisp(IDispatch* object, LCID lcid, Out* out) {          \
    decltype(comeback_sdk::narrow(*out)) made = 0;                                   \
    const HRESULT hr = Var##X##FromDisp(object, lcid, out ? &made : nullptr);        \
    if (SUCCEEDED(hr)) *out = static_cast<Out>(made);                                \
    return hr;                                                                       \
  }
namespace comeback_sdk {
LONG narrow(long);
ULONG narrow(unsigned long);
}  // namespace comeback_sdk
COMEBACK_VAR_LONGS(I4, long)
COMEBACK_VAR_LONGS(UI4, unsigned long)

// Type libraries. The described ones are part of this library and need no registration;
// TYPE_E_LIBNOTREGISTERED.
COMEBACK_API HRESULT LoadRegTypeLib(REFGUID guid, WORD major, WORD minor, LCID lcid, ITypeLib** library);
/// The halves of an IDispatch that an object makes from type information of its own interface.
COMEBACK_API HRESULT DispGetIDsOfNames(ITypeInfo* info, LPOLESTR* names, UINT count, DISPID* ids);
COMEBACK_API HRESULT DispInvoke(void* self, ITypeInfo* info, DISPID id, WORD flags, DISPPARAMS* params,
                                VARIANT* result, EXCEPINFO* exception, UINT* bad_argument);

/// An IDispatch for the object at `self` (the interface that `info` describes), made of its type information.
/// It is aggregated: *made is its private IUnknown, which `outer` holds and asks for IDispatch; all that it
/// gives out counts on `outer`, which must live as long as `self`. E_INVALIDARG, E_OUTOFMEMORY.
COMEBACK_API HRESULT CreateStdDispatch(IUnknown* outer, void* self, ITypeInfo* info, IUnknown** made);

/// The structures of the type libraries. E_INVALIDARG (null, or a library or structure nobody knows);
/// TYPE_E_UNSUPFORMAT: the type information is not of a structure.
COMEBACK_API HRESULT GetRecordInfoFromTypeInfo(ITypeInfo* type, IRecordInfo** info);
COMEBACK_API HRESULT GetRecordInfoFromGuids(REFGUID library, ULONG major, ULONG minor, LCID lcid,
                                            REFGUID structure, IRecordInfo** info);

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
#define V_DECIMAL(x) V_UNION(x, decVal)
#define V_RECORD(x) V_UNION(x, pvRecord)
#define V_RECORDINFO(x) V_UNION(x, pRecInfo)
#define V_I1REF(x) V_UNION(x, pcVal)
#define V_I2REF(x) V_UNION(x, piVal)
#define V_I4REF(x) V_UNION(x, plVal)
#define V_I8REF(x) V_UNION(x, pllVal)
#define V_UI1REF(x) V_UNION(x, pbVal)
#define V_UI2REF(x) V_UNION(x, puiVal)
#define V_UI4REF(x) V_UNION(x, pulVal)
#define V_UI8REF(x) V_UNION(x, pullVal)
#define V_INTREF(x) V_UNION(x, pintVal)
#define V_UINTREF(x) V_UNION(x, puintVal)
#define V_R4REF(x) V_UNION(x, pfltVal)
#define V_R8REF(x) V_UNION(x, pdblVal)
#define V_CYREF(x) V_UNION(x, pcyVal)
#define V_DATEREF(x) V_UNION(x, pdate)
#define V_BSTRREF(x) V_UNION(x, pbstrVal)
#define V_BOOLREF(x) V_UNION(x, pboolVal)
#define V_ERRORREF(x) V_UNION(x, pscode)
#define V_DECIMALREF(x) V_UNION(x, pdecVal)
#define V_UNKNOWNREF(x) V_UNION(x, ppunkVal)
#define V_DISPATCHREF(x) V_UNION(x, ppdispVal)
#define V_ARRAYREF(x) V_UNION(x, pparray)
