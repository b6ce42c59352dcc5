// SPDX-License-Identifier: Apache-2.0
#pragma once

// IDispatch from one table per interface. How a member is called is deduced from the type of its pointer; a
// parameter type without `variant_traits` does not compile.

#include "com/interface.hpp"
#include "com/variant_traits.hpp"

#include <cstddef>
#include <span>
#include <tuple>
#include <utility>

namespace comeback::com {

/// Where the values of a call come from and go to.
struct call_arguments {
  std::span<VARIANT> given;  ///< in the order of the prototype's end: the last argument first
  VARIANT* result;           ///< may be null
  UINT* bad_argument;        ///< index into `given`; never null
};

/// One row: a function of an interface that a script can call.
struct member {
  DISPID id;
  const wchar_t* name;
  WORD flags;  ///< DISPATCH_METHOD, _PROPERTYGET or _PROPERTYPUT
  HRESULT (*call)(IDispatch* self, const call_arguments& arguments);
};

namespace detail {

/// An argument handed in.
template <class T>
struct in_slot {
  using type = T;
  typename variant_traits<T>::holder value{};
  HRESULT load(const VARIANT& v) { return variant_traits<T>::from(v, value); }
  T pass() { return value.pass(); }
  HRESULT store(VARIANT*) { return S_OK; }
};

/// An argument that is filled: the result, or one given by reference.
template <class T>
struct out_slot {
  T value{};
  T* pass() { return &value; }
  HRESULT load(const VARIANT& v) { return v.vt & VT_BYREF && v.byref ? S_OK : DISP_E_TYPEMISMATCH; }
  HRESULT store(VARIANT* to) {
    VARIANT made{};
    variant_traits<T>::to(made, value);
    value = T{};
    if (!to) return VariantClear(&made);
    if (to->vt & VT_BYREF) return store_by_reference(*to, made);
    *to = made;
    return S_OK;
  }
};

/// Pointers to values and to pointers are filled; pointers to interfaces and arrays are handed in.
template <class P>
inline constexpr bool is_out = false;
template <class T>
inline constexpr bool is_out<T*> = has_variant_traits<T>;
template <>
inline constexpr bool is_out<BSTR> = false;

template <class P>
struct slot_of {
  using type = in_slot<P>;
};
template <class T>
  requires is_out<T*>
struct slot_of<T*> {
  using type = out_slot<T>;
};

template <bool has_result, class I, class... P>
HRESULT call(HRESULT (STDMETHODCALLTYPE I::*function)(P...), IDispatch* self, const call_arguments& with) {
  constexpr std::size_t count = sizeof...(P) - (has_result ? 1 : 0);
  if (with.given.size() != count) return DISP_E_BADPARAMCOUNT;
  std::tuple<typename slot_of<P>::type...> slots;
  const auto each = [&]<std::size_t... i>(std::index_sequence<i...>, auto&& step) {
    HRESULT hr = S_OK;
    (void)((*with.bad_argument = static_cast<UINT>(count - 1 - i),
            hr = step(std::get<i>(slots), count - 1 - i), SUCCEEDED(hr)) &&
           ...);
    return hr;
  };
  const auto indices = std::make_index_sequence<count>();
  HRESULT hr = each(indices, [&](auto& slot, std::size_t at) { return slot.load(with.given[at]); });
  if (FAILED(hr)) return hr;
  *with.bad_argument = no_argument;
  hr = std::apply([&](auto&... slot) { return (static_cast<I*>(self)->*function)(slot.pass()...); }, slots);
  if constexpr (has_result) std::get<count>(slots).store(with.result);
  if (FAILED(hr)) return member_failed(hr);
  const HRESULT stored =
      each(indices, [&](auto& slot, std::size_t at) { return slot.store(&with.given[at]); });
  return FAILED(stored) ? stored : hr;
}

template <auto function, bool has_result>
HRESULT call_member(IDispatch* self, const call_arguments& with) {
  return call<has_result>(function, self, with);
}

HRESULT call_opaque(IDispatch* self, const call_arguments& with);

}  // namespace detail

/// A property's getter; its last parameter is the result.
template <auto function>
constexpr member get(DISPID id, const wchar_t* name) {
  return {id, name, DISPATCH_PROPERTYGET, detail::call_member<function, true>};
}
template <auto function>
constexpr member put(DISPID id, const wchar_t* name) {
  return {id, name, DISPATCH_PROPERTYPUT, detail::call_member<function, false>};
}
/// A method whose last parameter is the result.
template <auto function>
constexpr member method(DISPID id, const wchar_t* name) {
  return {id, name, DISPATCH_METHOD, detail::call_member<function, true>};
}
/// A method without a result.
template <auto function>
constexpr member procedure(DISPID id, const wchar_t* name) {
  return {id, name, DISPATCH_METHOD, detail::call_member<function, false>};
}
/// A member that automation cannot carry: known by name, but late-bound calls give DISP_E_BADVARTYPE.
constexpr member opaque(DISPID id, const wchar_t* name, WORD flags) {
  return {id, name, flags, detail::call_opaque};
}

HRESULT find_names(std::span<const member> table, REFIID riid, LPOLESTR* names, UINT count,
                   DISPID* ids) noexcept;
HRESULT invoke(std::span<const member> table, IDispatch* self, DISPID id, REFIID riid, WORD flags,
               DISPPARAMS* params, VARIANT* result, EXCEPINFO* exception, UINT* bad_argument) noexcept;

}  // namespace comeback::com
