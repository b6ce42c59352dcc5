// SPDX-License-Identifier: Apache-2.0
#include "com/data/variant.hpp"

#include <new>
#include <utility>

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

// The table of VARENUM: no array of nothing and no reference to it, and a VARIANT only in the one or behind
// the other.
bool is_known(VARTYPE vt) noexcept {
  const int type = vt & VT_TYPEMASK, around = vt & ~VT_TYPEMASK;
  if ((around & ~(VT_BYREF | VT_ARRAY)) != 0) return false;
  if (around == 0 ? type == VT_VARIANT : type <= VT_NULL) return false;
  return type <= VT_DECIMAL || (type >= VT_I1 && type <= VT_UINT) || type == VT_RECORD;
}

// A VARIANT that is made does not hold a reference that somebody else would own.
bool is_target(VARTYPE vt) noexcept { return is_known(vt) && !(vt & VT_BYREF); }

// Empty before anything is released: that may come back and look.
HRESULT clear(VARIANT& v) noexcept {
  const VARIANT old = std::exchange(v, VARIANT{});
  if (old.vt & VT_BYREF) return S_OK;
  if (old.vt & VT_ARRAY) {
    const HRESULT hr = SafeArrayDestroy(old.parray);
    if (FAILED(hr)) v = old;
    return hr;
  }
  if (old.vt == VT_RECORD) clear_record(old);
  if (old.vt == VT_BSTR) SysFreeString(old.bstrVal);
  if ((old.vt == VT_DISPATCH || old.vt == VT_UNKNOWN) && old.punkVal) old.punkVal->Release();
  return S_OK;
}

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
  return comeback::com::clear(*variant);
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
  VARIANT meant{};
  const HRESULT hr = comeback::com::dereference(*from, meant);
  return FAILED(hr) ? hr : VariantCopy(to, &meant);
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
