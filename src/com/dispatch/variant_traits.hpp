// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/data/safearray.hpp"
#include "com/dispatch/record_info.hpp"

#include <concepts>
#include <limits>
#include <type_traits>

namespace comeback::com {

inline constexpr UINT no_argument = static_cast<UINT>(-1);

/// How a type crosses IDispatch. `from` fills a holder whose `pass()` is the argument (the holder owns what a
/// conversion made); `to` gives the value away.
template <class T>
struct variant_traits;

template <class T>
concept has_variant_traits = requires(VARIANT& v, T value) { variant_traits<T>::to(v, value); };

/// Writes through a VT_BYREF variant and takes `made` over.
HRESULT store_by_reference(VARIANT& reference, VARIANT& made) noexcept;
/// S_OK where a value of `type` can be written through `reference`, DISP_E_TYPEMISMATCH where not.
HRESULT takes(const VARIANT& reference, VARTYPE type) noexcept;

template <class T>
struct plain_holder {
  T value{};
  T pass() const { return value; }
};

template <class T, VARTYPE type>
struct integer_traits {
  using holder = plain_holder<T>;
  static HRESULT from(const VARIANT& v, holder& out) {
    LONGLONG value = 0;
    const HRESULT hr = number_of(v, std::numeric_limits<T>::min(), std::numeric_limits<T>::max(), value);
    out.value = static_cast<T>(value);
    return hr;
  }
  static void to(VARIANT& v, T value) {
    v.vt = type;
    v.llVal = value;
  }
};
template <>
struct variant_traits<LONG> : integer_traits<LONG, VT_I4> {};
template <>
struct variant_traits<ULONG> : integer_traits<ULONG, VT_UI4> {};
template <>
struct variant_traits<LONGLONG> : integer_traits<LONGLONG, VT_I8> {};
template <>
struct variant_traits<BYTE> : integer_traits<BYTE, VT_UI1> {};

/// Every `short` of these interfaces is a VARIANT_BOOL.
template <>
struct variant_traits<VARIANT_BOOL> {
  using holder = plain_holder<VARIANT_BOOL>;
  static HRESULT from(const VARIANT& v, holder& out) { return truth_of(v, out.value); }
  static void to(VARIANT& v, VARIANT_BOOL value) {
    v.vt = VT_BOOL;
    v.boolVal = value;
  }
};

/// Every `double` of these interfaces is a DATE.
template <>
struct variant_traits<DATE> {
  using holder = plain_holder<DATE>;
  static HRESULT from(const VARIANT& v, holder& out) {
    VARIANT made{};
    const HRESULT hr = convert(v, 0, VT_DATE, made);
    out.value = made.date;
    return hr;
  }
  static void to(VARIANT& v, DATE value) {
    v.vt = VT_DATE;
    v.date = value;
  }
};

template <class E>
  requires std::is_enum_v<E>
struct variant_traits<E> {
  using holder = plain_holder<E>;
  static HRESULT from(const VARIANT& v, holder& out) {
    plain_holder<LONG> number;
    const HRESULT hr = variant_traits<LONG>::from(v, number);
    out.value = static_cast<E>(number.value);
    return hr;
  }
  static void to(VARIANT& v, E value) { variant_traits<LONG>::to(v, static_cast<LONG>(value)); }
};

template <>
struct variant_traits<BSTR> {
  struct holder {
    BSTR value = nullptr;
    holder() = default;
    holder(const holder&) = delete;
    holder& operator=(const holder&) = delete;
    ~holder() { SysFreeString(value); }
    BSTR pass() const { return value; }
  };
  static HRESULT from(const VARIANT& v, holder& out) { return text_of(v, out.value); }
  static void to(VARIANT& v, BSTR value) {
    v.vt = VT_BSTR;
    v.bstrVal = value;
  }
};

template <>
struct variant_traits<VARIANT> {
  using holder = plain_holder<VARIANT>;
  static HRESULT from(const VARIANT& v, holder& out) { return dereference(v, out.value); }
  static void to(VARIANT& v, VARIANT value) { v = value; }
};

template <>
struct variant_traits<SAFEARRAY*> {
  using holder = plain_holder<SAFEARRAY*>;
  static HRESULT from(const VARIANT& v, holder& out) {
    VARIANT meant{};
    if (const HRESULT hr = dereference(v, meant); FAILED(hr)) return hr;
    if (!(meant.vt & VT_ARRAY)) return DISP_E_TYPEMISMATCH;
    out.value = meant.parray;
    return S_OK;
  }
  static void to(VARIANT& v, SAFEARRAY* value) {
    VARTYPE type = VT_VARIANT;
    SafeArrayGetVartype(value, &type);
    v.vt = VT_ARRAY | type;
    v.parray = value;
  }
};

/// A structure in memory of CoTaskMemAlloc, which the VARIANT takes over.
template <class T>
  requires is_record<T>
struct variant_traits<T*> {
  using holder = plain_holder<T*>;
  static HRESULT from(const VARIANT& v, holder& out) {
    void* found = nullptr;
    const HRESULT hr = record_in(v, record_info_of<T>(), found);
    out.value = static_cast<T*>(found);
    return hr;
  }
  static void to(VARIANT& v, T* value) {
    v.vt = VT_RECORD;
    v.pvRecord = value;
    v.pRecInfo = &record_info_of<T>();
    v.pRecInfo->AddRef();
  }
};

template <std::derived_from<IUnknown> I>
struct variant_traits<I*> {
  struct holder {
    I* value = nullptr;
    holder() = default;
    holder(const holder&) = delete;
    holder& operator=(const holder&) = delete;
    ~holder() {
      if (value) value->Release();
    }
    I* pass() const { return value; }
  };
  static HRESULT from(const VARIANT& v, holder& out) {
    VARIANT meant{};
    if (const HRESULT hr = dereference(v, meant); FAILED(hr)) return hr;
    if (meant.vt != VT_DISPATCH && meant.vt != VT_UNKNOWN) return DISP_E_TYPEMISMATCH;
    if (!meant.punkVal) return S_OK;
    const HRESULT hr = meant.punkVal->QueryInterface(__uuidof(I), reinterpret_cast<void**>(&out.value));
    return FAILED(hr) ? DISP_E_TYPEMISMATCH : S_OK;
  }
  static void to(VARIANT& v, I* value) {
    if constexpr (std::derived_from<I, IDispatch>) {
      v.vt = VT_DISPATCH;
      v.pdispVal = value;
    } else {
      v.vt = VT_UNKNOWN;
      v.punkVal = value;
    }
  }
};

}  // namespace comeback::com
