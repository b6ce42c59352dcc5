// SPDX-License-Identifier: Apache-2.0
#pragma once

// IDispatch from one table per interface. How a member is called is deduced from the type of its pointer; a
// parameter type without `variant_traits` does not compile.

#include "com/dispatch/description.hpp"
#include "com/dispatch/variant_traits.hpp"
#include "com/object/interface.hpp"

#include <cstddef>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>

namespace comeback::com {

/// What a caller hands in for an argument that it leaves out: VT_ERROR with DISP_E_PARAMNOTFOUND.
[[nodiscard]] constexpr bool is_omitted(const VARIANT& v) noexcept {
  return v.vt == VT_ERROR && v.scode == DISP_E_PARAMNOTFOUND;
}

/// Where the values of a call come from and go to.
struct call_arguments {
  std::span<VARIANT* const> given;  ///< in the order of the prototype, one for each argument, none null
  VARIANT* result;                  ///< may be null
  std::size_t bad = 0;              ///< which of `given` could not be used
  HRESULT answer = S_OK;  ///< what the member itself answered, where the call gives DISP_E_EXCEPTION
};

/// One row: a function of an interface that a script can call.
struct member {
  DISPID id;
  WORD kind;  ///< DISPATCH_METHOD, _PROPERTYGET or _PROPERTYPUT
  HRESULT (*call)(IDispatch* self, call_arguments& arguments);
  const described_function* about;
};

/// More arguments than any member has.
inline constexpr std::size_t max_arguments = 16;

namespace detail {

/// An argument handed in. One that is left out (Invoke lets only optional ones through) has its type's zero;
/// a VARIANT shows the member that it was.
template <class T>
struct in_slot {
  using type = T;
  typename variant_traits<T>::holder value{};
  HRESULT load(const VARIANT& v) {
    if constexpr (!std::is_same_v<T, VARIANT>)
      if (is_omitted(v)) return S_OK;
    return variant_traits<T>::from(v, value);
  }
  T pass() { return value.pass(); }
  HRESULT store(VARIANT*) { return S_OK; }
};

/// An argument that is filled: the result, or one given by reference.
template <class T>
struct out_slot {
  T value{};
  T* pass() { return &value; }
  HRESULT load(const VARIANT& v) {
    if (is_omitted(v)) return S_OK;
    VARIANT made{};
    variant_traits<T>::to(made, T{});
    const VARTYPE type = std::is_same_v<T, VARIANT> ? VARTYPE{VT_VARIANT} : made.vt;
    VariantClear(&made);
    return takes(v, type);
  }
  HRESULT store(VARIANT* to) {
    VARIANT made{};
    variant_traits<T>::to(made, value);
    value = T{};
    if (!to || is_omitted(*to)) return VariantClear(&made);
    if (to->vt & VT_BYREF) return store_by_reference(*to, made);
    *to = made;
    return S_OK;
  }
};

/// The array behind a member that fills a buffer.
class filled_array {
 public:
  filled_array(VARIANT& to, ULONG count) noexcept;
  filled_array(const filled_array&) = delete;
  filled_array& operator=(const filled_array&) = delete;
  ~filled_array() { VariantClear(&made_); }
  [[nodiscard]] HRESULT state() const noexcept { return state_; }
  [[nodiscard]] ULONG* numbers() const noexcept { return static_cast<ULONG*>(made_.parray->pvData); }
  HRESULT store() noexcept;

 private:
  VARIANT& to_;
  VARIANT made_{};
  HRESULT state_;
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
HRESULT call(HRESULT (STDMETHODCALLTYPE I::*function)(P...), IDispatch* self, call_arguments& with) {
  constexpr std::size_t count = sizeof...(P) - (has_result ? 1 : 0);
  static_assert(count <= max_arguments);
  std::tuple<typename slot_of<P>::type...> slots;
  const auto each = [&]<std::size_t... i>(std::index_sequence<i...>, auto&& step) {
    (step(std::get<i>(slots), i), ...);
  };
  const auto indices = std::make_index_sequence<count>();
  HRESULT failed = S_OK;  // the first failure, which is that of the argument `with.bad`
  const auto note = [&](HRESULT now, std::size_t i) {
    if (FAILED(now) && SUCCEEDED(failed)) failed = now, with.bad = i;
  };
  each(indices, [&](auto& slot, std::size_t i) {
    if (SUCCEEDED(failed)) note(slot.load(*with.given[i]), i);
  });
  if (FAILED(failed)) return failed;
  const HRESULT hr =
      std::apply([&](auto&... slot) { return (static_cast<I*>(self)->*function)(slot.pass()...); }, slots);
  with.answer = hr;
  // What one argument cannot take does not keep the others from getting theirs, or they would leak.
  each(indices, [&](auto& slot, std::size_t i) { note(slot.store(with.given[i]), i); });
  const bool good = SUCCEEDED(hr) && SUCCEEDED(failed);
  if constexpr (has_result) std::get<count>(slots).store(good ? with.result : nullptr);
  return FAILED(hr) ? DISP_E_EXCEPTION : FAILED(failed) ? failed : hr;
}

template <auto function, bool has_result>
HRESULT call_member(IDispatch* self, call_arguments& with) {
  return call<has_result>(function, self, with);
}

/// A member whose only argument is a buffer of `count` numbers: late bound it is an array by reference.
template <auto function, ULONG count, class I>
HRESULT call_filling(IDispatch* self, call_arguments& with) {
  filled_array array(*with.given[0], count);
  if (FAILED(array.state())) return array.state();
  with.answer = (static_cast<I*>(self)->*function)(array.numbers());
  return FAILED(with.answer) ? DISP_E_EXCEPTION : array.store();
}

template <class I, class... P>
I* owner_of(HRESULT (STDMETHODCALLTYPE I::*)(P...));

HRESULT call_opaque(IDispatch* self, call_arguments& with);

}  // namespace detail

/// A member that is called by its type.
template <auto function, bool has_result>
constexpr member bound(const described_function& about) {
  return {about.id, about.kind, detail::call_member<function, has_result>, &about};
}
/// A member that fills a buffer of `count` numbers.
template <auto function, ULONG count>
constexpr member filling(const described_function& about) {
  using owner = std::remove_pointer_t<decltype(detail::owner_of(function))>;
  return {about.id, about.kind, detail::call_filling<function, count, owner>, &about};
}
/// A member that automation cannot carry: known by name, but late-bound calls give DISP_E_BADVARTYPE.
constexpr member opaque(const described_function& about) {
  return {about.id, about.kind, detail::call_opaque, &about};
}

/// Names are compared without regard to case, in ASCII: no locale changes what a script means.
[[nodiscard]] bool same_name(const wchar_t* one, const wchar_t* other) noexcept;

/// The first name is a member's, the others its arguments': those have their positions as ids. A name that is
/// not found gets DISPID_UNKNOWN and makes the answer DISP_E_UNKNOWNNAME.
HRESULT find_names(std::span<const member> table, REFIID riid, LPOLESTR* names, UINT count,
                   DISPID* ids) noexcept;
/// IDispatch::Invoke for an object whose interface has this table. DISP_E_MEMBERNOTFOUND, _BADPARAMCOUNT,
/// _PARAMNOTFOUND, _PARAMNOTOPTIONAL, _TYPEMISMATCH, _OVERFLOW, _BADVARTYPE (the last five with
/// `bad_argument`), DISP_E_EXCEPTION with `exception` where the member itself failed. `of` is the interface
/// that a failure without error information is said to come from.
HRESULT invoke(std::span<const member> table, IDispatch* self, DISPID id, REFIID riid, WORD flags,
               DISPPARAMS* params, VARIANT* result, EXCEPINFO* exception, UINT* bad_argument,
               REFIID of = IID_NULL) noexcept;

}  // namespace comeback::com
