// SPDX-License-Identifier: Apache-2.0
#pragma once

// Raising events: one object an event, made from the member of the outgoing interface.

#include "com/events/connection_points.hpp"

#include <algorithm>
#include <array>
#include <concepts>
#include <iterator>
#include <type_traits>

namespace comeback::com {

/// A value as an argument of Invoke that stays the caller's.
template <class T>
[[nodiscard]] VARIANT borrowed(T value) noexcept {
  VARIANT v{};
  if constexpr (std::is_same_v<T, VARIANT>) {
    v = value;
  } else if constexpr (std::is_same_v<T, BSTR>) {
    v.vt = VT_BSTR;
    v.bstrVal = value;
  } else if constexpr (std::is_same_v<T, VARIANT_BOOL>) {
    v.vt = VT_BOOL;
    v.boolVal = value;
  } else if constexpr (std::is_same_v<T, LONG> || std::is_enum_v<T>) {
    v.vt = VT_I4;
    v.lVal = static_cast<LONG>(value);
  } else {
    static_assert(std::convertible_to<T, IDispatch*>);
    v.vt = VT_DISPATCH;
    v.pdispVal = value;
  }
  return v;
}

namespace detail {
using sink_call = HRESULT (*)(const void* with, const connection& to);
void tell_sinks(connection_point& at, sink_call call, const void* with) noexcept;
}  // namespace detail

/// Calls every sink of a point, in the order they came, on this thread, and without a lock. What a sink
/// returns or throws, and its error information, are its own affair; the next is called all the same. One
/// that was unadvised since is left out. The source lives until the last has returned; a caller that has no
/// reference of its own must not touch it after that. An event for which there is no memory is lost.
template <class Call>
void tell_sinks(connection_point& at, const Call& call) noexcept {
  detail::tell_sinks(
      at, [](const void* with, const connection& to) { return (*static_cast<const Call*>(with))(to); },
      &call);
}

/// IDispatch::Invoke of a sink. The arguments are in the order of the prototype; their order is turned.
HRESULT invoke_sink(IDispatch& sink, DISPID id, std::span<VARIANT> arguments);

/// One event. A sink is called through Invoke; one that has no Invoke (E_NOTIMPL) and gave the interface,
/// through its slot. Not the other way round: sinks made from type information answer for the interface
/// without having its slots.
template <class I, class... P>
struct event {
  HRESULT (STDMETHODCALLTYPE I::*member)(P...);
  DISPID id;

  void raise(connection_point& at, std::type_identity_t<P>... values) const noexcept {
    tell_sinks(at, [&](const connection& to) {
      std::array<VARIANT, sizeof...(P)> arguments{borrowed(values)...};
      const HRESULT hr = invoke_sink(*to.sink, id, arguments);
      if (hr != E_NOTIMPL || !to.has_interface) return hr;
      return (static_cast<I*>(to.sink.get())->*member)(values...);
    });
  }
};
template <class I, class... P>
event(HRESULT (STDMETHODCALLTYPE I::*)(P...), DISPID) -> event<I, P...>;  // clang 16 does not find it itself

/// One event of a dispinterface, which has no slots: its sinks hear through Invoke alone. `name` is for
/// people, and for the tables of docs/compatibility.
template <class... P>
struct dispatch_event {
  const char* name;  ///< "IVMVirtualMachineEvents::OnReset"
  DISPID id;

  void raise(connection_point& at, P... values) const noexcept {
    tell_sinks(at, [&](const connection& to) {
      std::array<VARIANT, sizeof...(P)> arguments{borrowed(values)...};
      return invoke_sink(*to.sink, id, arguments);
    });
  }
};

}  // namespace comeback::com
