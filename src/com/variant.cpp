// SPDX-License-Identifier: Apache-2.0
#include "com/variant.hpp"

#include <new>

namespace comeback::com {
namespace {

HRESULT copy_record(VARIANT& to, const VARIANT& from) {
  to.pvRecord = nullptr;
  if (!from.pRecInfo) return S_OK;
  if (from.pvRecord)
    if (const HRESULT hr = from.pRecInfo->RecordCreateCopy(from.pvRecord, &to.pvRecord); FAILED(hr))
      return hr;
  to.pRecInfo->AddRef();
  return S_OK;
}

void clear_record(const VARIANT& v) noexcept {
  if (!v.pRecInfo) return;
  if (v.pvRecord) v.pRecInfo->RecordDestroy(v.pvRecord);
  v.pRecInfo->Release();
}

HRESULT copy_into(VARIANT& to, const VARIANT& from) {
  to = from;
  if (from.vt & VT_BYREF) return S_OK;
  if (from.vt & VT_ARRAY) {
    to.parray = nullptr;
    return from.parray ? SafeArrayCopy(from.parray, &to.parray) : S_OK;
  }
  switch (from.vt) {
    case VT_BSTR:
      to.bstrVal = from.bstrVal ? SysAllocStringByteLen(reinterpret_cast<LPCSTR>(from.bstrVal),
                                                        SysStringByteLen(from.bstrVal))
                                : nullptr;
      return from.bstrVal && !to.bstrVal ? E_OUTOFMEMORY : S_OK;
    case VT_RECORD:
      return copy_record(to, from);
    case VT_DISPATCH:
    case VT_UNKNOWN:
      if (to.punkVal) to.punkVal->AddRef();
      return S_OK;
    default:
      return S_OK;
  }
}

bool is_known(VARTYPE vt) noexcept {
  const int type = vt & VT_TYPEMASK;
  return (vt & ~(VT_TYPEMASK | VT_BYREF | VT_ARRAY)) == 0 &&
         (type <= VT_DECIMAL || (type >= VT_I1 && type <= VT_UINT) || type == VT_RECORD);
}

// A VARIANT does not hold a VARIANT or a reference that somebody else would own.
bool is_target(VARTYPE vt) noexcept { return is_known(vt) && vt != VT_VARIANT && !(vt & VT_BYREF); }

}  // namespace

bool is_variant_type(VARTYPE type) noexcept { return is_known(type); }

variant::variant(const VARIANT& copied) {
  VariantInit(&value_);
  if (VariantCopy(&value_, &copied) == E_OUTOFMEMORY) throw std::bad_alloc();
}

}  // namespace comeback::com

void VariantInit(VARIANTARG* variant) {
  if (variant) *variant = VARIANT{};
}

HRESULT VariantClear(VARIANTARG* variant) {
  if (!variant) return E_INVALIDARG;
  if (!comeback::com::is_known(variant->vt)) return DISP_E_BADVARTYPE;
  if (!(variant->vt & VT_BYREF)) {
    if (variant->vt & VT_ARRAY) {
      if (variant->parray)
        if (const HRESULT hr = SafeArrayDestroy(variant->parray); FAILED(hr)) return hr;
    } else if (variant->vt == VT_BSTR) {
      SysFreeString(variant->bstrVal);
    } else if (variant->vt == VT_RECORD) {
      comeback::com::clear_record(*variant);
    } else if ((variant->vt == VT_DISPATCH || variant->vt == VT_UNKNOWN) && variant->punkVal) {
      variant->punkVal->Release();
    }
  }
  VariantInit(variant);
  return S_OK;
}

HRESULT VariantCopy(VARIANTARG* to, const VARIANTARG* from) {
  if (!to || !from) return E_INVALIDARG;
  if (to == from) return S_OK;
  if (!comeback::com::is_known(from->vt)) return DISP_E_BADVARTYPE;
  VARIANT fresh{};
  if (const HRESULT hr = comeback::com::copy_into(fresh, *from); FAILED(hr)) return hr;
  if (const HRESULT hr = VariantClear(to); FAILED(hr)) {
    VariantClear(&fresh);
    return hr;
  }
  *to = fresh;
  return S_OK;
}

HRESULT VariantCopyInd(VARIANT* to, const VARIANTARG* from) {
  if (!to || !from) return E_INVALIDARG;
  const VARIANT meant = comeback::com::without_reference(*from);
  return VariantCopy(to, &meant);
}

HRESULT VariantChangeTypeEx(VARIANTARG* to, const VARIANTARG* from, LCID, USHORT flags, VARTYPE type) {
  if (!to || !from) return E_INVALIDARG;
  if (!comeback::com::is_known(from->vt) || !comeback::com::is_known(type)) return DISP_E_BADVARTYPE;
  if (!comeback::com::is_target(type)) return DISP_E_TYPEMISMATCH;
  VARIANT made{};
  if (const HRESULT hr = comeback::com::convert(*from, flags, type, made); FAILED(hr)) return hr;
  if (const HRESULT hr = VariantClear(to); FAILED(hr)) {
    VariantClear(&made);
    return hr;
  }
  *to = made;
  return S_OK;
}

HRESULT VariantChangeType(VARIANTARG* to, const VARIANTARG* from, USHORT flags, VARTYPE type) {
  return VariantChangeTypeEx(to, from, 0, flags, type);
}
