// SPDX-License-Identifier: Apache-2.0
// What a VARIANT means: references are followed, objects tell their default property.

#include "com/data/value_size.hpp"
#include "com/data/variant.hpp"

#include <cstring>

namespace comeback::com {
namespace {

// An object whose default property is an object, and so on: followed this far, since it may be a ring.
constexpr int most_default_properties = 16;

HRESULT default_property(IDispatch* object, VARIANT& value) noexcept {
  DISPPARAMS none{};
  const HRESULT hr = object->Invoke(DISPID_VALUE, IID{}, 0, DISPATCH_PROPERTYGET | DISPATCH_METHOD, &none,
                                    &value, nullptr, nullptr);
  return FAILED(hr) ? DISP_E_TYPEMISMATCH : S_OK;
}

}  // namespace

HRESULT settle(const VARIANT& given, ULONG flags, variant& held, VARIANT& meant) noexcept {
  if (const HRESULT hr = dereference(given, meant); FAILED(hr)) return hr;
  for (int step = 0; meant.vt == VT_DISPATCH; ++step) {
    if ((flags & VARIANT_NOVALUEPROP) || !meant.pdispVal || step == most_default_properties)
      return DISP_E_TYPEMISMATCH;
    VARIANT value{};
    if (const HRESULT hr = default_property(meant.pdispVal, value); FAILED(hr)) return hr;
    *held.put() = value;  // what held `meant` goes here
    if (const HRESULT hr = dereference(value, meant); FAILED(hr)) return hr;
  }
  return S_OK;
}

HRESULT dereference(const VARIANT& given, VARIANT& meant) noexcept {
  VARIANT v = given;
  meant = VARIANT{};
  // A chain of VT_BYREF | VT_VARIANT is not allowed; two steps are followed, no loop.
  for (int step = 0; step < 2 && v.vt == (VT_BYREF | VT_VARIANT); ++step) {
    if (!v.pvarVal) return E_INVALIDARG;
    v = *v.pvarVal;
  }
  if (!is_variant_type(v.vt)) return DISP_E_BADVARTYPE;
  if (!(v.vt & VT_BYREF)) return meant = v, S_OK;
  if (v.vt == (VT_BYREF | VT_RECORD)) {  // which always points at the structure
    if (!v.pvRecord || !v.pRecInfo) return E_INVALIDARG;
    v.vt = VT_RECORD;
    return meant = v, S_OK;
  }
  if (!v.byref || v.vt == (VT_BYREF | VT_VARIANT)) return E_INVALIDARG;
  const auto type = static_cast<VARTYPE>(v.vt & ~VT_BYREF);
  const std::size_t size = type & VT_ARRAY ? sizeof(SAFEARRAY*) : value_size(type);
  if (type == VT_DECIMAL) {
    meant.decVal = *v.pdecVal;  // covers the type as well
  } else {
    std::memcpy(&meant.llVal, v.byref, size);
  }
  meant.vt = type;
  return S_OK;
}

}  // namespace comeback::com
