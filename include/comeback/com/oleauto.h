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

/// The fields of a date; the first of January is day 1 of its year. What goes from fields to a DATE ignores
/// milliseconds, takes days up to 31 for the days of the next month where this one is shorter, and day 0 for
/// the last of the month before; other fields must be right. E_INVALIDARG.
typedef struct {
  SYSTEMTIME st;
  USHORT wDayOfYear;
} UDATE;
#define VAR_VALIDDATE 0x0004u
COMEBACK_API HRESULT VarDateFromUdate(UDATE* fields, ULONG flags, DATE* date);
COMEBACK_API HRESULT VarDateFromUdateEx(UDATE* fields, LCID lcid, ULONG flags, DATE* date);
COMEBACK_API HRESULT VarUdateFromDate(DATE date, ULONG flags, UDATE* fields);

#define VARCMP_LT 0
#define VARCMP_EQ 1
#define VARCMP_GT 2
#define VARCMP_NULL 3
#ifndef NORM_IGNORECASE
#define NORM_IGNORECASE 0x00000001u
#define NORM_IGNORENONSPACE 0x00000002u
#define NORM_IGNORESYMBOLS 0x00000004u
#define NORM_IGNOREWIDTH 0x00000008u
#define NORM_IGNOREKANATYPE 0x00000040u
#define NORM_IGNOREKASHIDA 0x00040000u
#endif
/// VARCMP_LT, _EQ, _GT, or VARCMP_NULL where one is a null pointer or VT_NULL. References are followed and
/// objects stand for their default property. Text is compared by code points whatever lcid says, a null
/// string as an empty one; it is greater than any number. DISP_E_TYPEMISMATCH (arrays, errors),
/// DISP_E_OVERFLOW (not a number), E_INVALIDARG (a flag other than NORM_IGNORECASE and NORM_IGNOREWIDTH).
COMEBACK_API HRESULT VarCmp(LPVARIANT left, LPVARIANT right, LCID lcid, ULONG flags);
COMEBACK_API HRESULT VarBstrCmp(BSTR left, BSTR right, LCID lcid, ULONG flags);
/// One string behind the other, as a new one; null strings are empty. E_INVALIDARG, E_OUTOFMEMORY.
COMEBACK_API HRESULT VarBstrCat(BSTR left, BSTR right, BSTR* joined);

// VarXFromY, one function for every two automation types: HRESULT VarXFromY(Y value, X* out). Strings are
// invariant English; what takes a locale ignores it. DISP_E_TYPEMISMATCH, DISP_E_OVERFLOW, E_OUTOFMEMORY,
// E_INVALIDARG (null). A string that is made belongs to the caller.
// clang-format off
#define COMEBACK_VAR_SOURCES(ROW, X, Out) \
  ROW(X, Out, UI1, BYTE) \
  ROW(X, Out, I2, SHORT) \
  ROW(X, Out, I4, LONG) \
  ROW(X, Out, I8, LONG64) \
  ROW(X, Out, R4, FLOAT) \
  ROW(X, Out, R8, DOUBLE) \
  ROW(X, Out, Cy, CY) \
  ROW(X, Out, Date, DATE) \
  ROW(X, Out, Bool, VARIANT_BOOL) \
  ROW(X, Out, I1, CHAR) \
  ROW(X, Out, UI2, USHORT) \
  ROW(X, Out, UI4, ULONG) \
  ROW(X, Out, UI8, ULONG64) \
  ROW(X, Out, Dec, const DECIMAL*)
// clang-format on
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

// INT and UINT are LONG and ULONG.
#define VarBoolFromInt VarBoolFromI4
#define VarBoolFromUint VarBoolFromUI4
#define VarBstrFromInt VarBstrFromI4
#define VarBstrFromUint VarBstrFromUI4
#define VarCyFromInt VarCyFromI4
#define VarCyFromUint VarCyFromUI4
#define VarDateFromInt VarDateFromI4
#define VarDateFromUint VarDateFromUI4
#define VarDecFromInt VarDecFromI4
#define VarDecFromUint VarDecFromUI4
#define VarI1FromInt VarI1FromI4
#define VarI1FromUint VarI1FromUI4
#define VarI2FromInt VarI2FromI4
#define VarI2FromUint VarI2FromUI4
#define VarI4FromUint VarI4FromUI4
#define VarI8FromInt VarI8FromI4
#define VarI8FromUint VarI8FromUI4
#define VarIntFromBool VarI4FromBool
#define VarIntFromCy VarI4FromCy
#define VarIntFromDate VarI4FromDate
#define VarIntFromDec VarI4FromDec
#define VarIntFromDisp VarI4FromDisp
#define VarIntFromI1 VarI4FromI1
#define VarIntFromI2 VarI4FromI2
#define VarIntFromI8 VarI4FromI8
#define VarIntFromR4 VarI4FromR4
#define VarIntFromR8 VarI4FromR8
#define VarIntFromStr VarI4FromStr
#define VarIntFromUI1 VarI4FromUI1
#define VarIntFromUI2 VarI4FromUI2
#define VarIntFromUI4 VarI4FromUI4
#define VarIntFromUI8 VarI4FromUI8
#define VarIntFromUint VarI4FromUI4
#define VarR4FromInt VarR4FromI4
#define VarR4FromUint VarR4FromUI4
#define VarR8FromInt VarR8FromI4
#define VarR8FromUint VarR8FromUI4
#define VarUI1FromInt VarUI1FromI4
#define VarUI1FromUint VarUI1FromUI4
#define VarUI2FromInt VarUI2FromI4
#define VarUI2FromUint VarUI2FromUI4
#define VarUI4FromInt VarUI4FromI4
#define VarUI8FromInt VarUI8FromI4
#define VarUI8FromUint VarUI8FromUI4
#define VarUintFromBool VarUI4FromBool
#define VarUintFromCy VarUI4FromCy
#define VarUintFromDate VarUI4FromDate
#define VarUintFromDec VarUI4FromDec
#define VarUintFromDisp VarUI4FromDisp
#define VarUintFromI1 VarUI4FromI1
#define VarUintFromI2 VarUI4FromI2
#define VarUintFromI4 VarUI4FromI4
#define VarUintFromI8 VarUI4FromI8
#define VarUintFromInt VarUI4FromI4
#define VarUintFromR4 VarUI4FromR4
#define VarUintFromR8 VarUI4FromR8
#define VarUintFromStr VarUI4FromStr
#define VarUintFromUI1 VarUI4FromUI1
#define VarUintFromUI2 VarUI4FromUI2
#define VarUintFromUI8 VarUI4FromUI8

// Type libraries. The described ones are part of this library and need no registration;
// TYPE_E_LIBNOTREGISTERED.
COMEBACK_API HRESULT LoadRegTypeLib(REFGUID guid, WORD major, WORD minor, LCID lcid, ITypeLib** library);
/// By the module that holds it on Windows, with or without a folder: imapi2.dll, imapi2fs.dll, vpc.exe. Files
/// are not read: TYPE_E_CANTLOADLIBRARY for any other; E_INVALIDARG. Nothing is registered.
COMEBACK_API HRESULT LoadTypeLib(LPCOLESTR file, ITypeLib** library);
COMEBACK_API HRESULT LoadTypeLibEx(LPCOLESTR file, REGKIND kind, ITypeLib** library);
/// The halves of an IDispatch that an object makes from type information of its own interface.
COMEBACK_API HRESULT DispGetIDsOfNames(ITypeInfo* info, LPOLESTR* names, UINT count, DISPID* ids);
COMEBACK_API HRESULT DispInvoke(void* self, ITypeInfo* info, DISPID id, WORD flags, DISPPARAMS* params,
                                VARIANT* result, EXCEPINFO* exception, UINT* bad_argument);

/// For an Invoke written by hand: a copy of the argument at a position (0 is the first, though it stands
/// last) or of the one named so (DISPID_PROPERTYPUT), in the type that is asked for; *result was initialised.
/// An argument with a name is not found by its place. DISP_E_PARAMNOTFOUND, E_INVALIDARG, and the codes of
/// VariantChangeType, with which *bad_argument is its index in rgvarg.
COMEBACK_API HRESULT DispGetParam(DISPPARAMS* params, UINT position, VARTYPE type, VARIANT* result,
                                  UINT* bad_argument);

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
