// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/parsed.hpp"
#include "com/data/safearray.hpp"
#include "com/data/text.hpp"
#include "com/object/error_info.hpp"
#include "com/object/ptr.hpp"

#include <concepts>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace comeback::com {

/// A body may return this, or an empty std::optional: the cleared out value stays and the call gives S_FALSE.
inline constexpr std::nullopt_t no_answer = std::nullopt;

/// A value of the core as the type of an out argument. Throws where it does not fit.
template <class Out, class Value>
Out to_abi(Value&& value) {
  using plain = std::remove_cvref_t<Value>;
  if constexpr (std::is_same_v<Out, BSTR>)
    return to_bstr(value);
  else if constexpr (std::is_same_v<plain, bool>)
    return value ? VARIANT_TRUE : VARIANT_FALSE;
  else if constexpr (std::is_enum_v<Out> || std::is_enum_v<plain>)
    return static_cast<Out>(value);
  else if constexpr (std::integral<Out>) {
    if (!std::in_range<Out>(value))
      throw base::error(base::errc{static_cast<std::uint32_t>(DISP_E_OVERFLOW)},
                        "The number does not fit 32 bits.");
    return static_cast<Out>(value);
  } else if constexpr (requires { value.detach(); })
    return value.detach();
  else
    return static_cast<Out>(std::forward<Value>(value));
}

template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};

/// Runs the body of a member with one out argument: clears it and the thread's error information, fills it,
/// and turns what is thrown into an HRESULT and error information. This and its fellow below hold the only
/// `catch (...)` of the facades.
template <class Out, class Body>
HRESULT boundary(Out* out, Body&& body, const documented* only = nullptr) noexcept try {
  if (!out) return publish(E_POINTER);
  clear_error_info();
  *out = Out{};
  auto value = std::forward<Body>(body)();
  if constexpr (is_optional<decltype(value)>::value) {
    if (!value) return S_FALSE;
    *out = to_abi<Out>(*std::move(value));
  } else {
    *out = to_abi<Out>(std::move(value));
  }
  return S_OK;
} catch (...) {
  return publish_current_exception(only);
}

/// The same for a member without an out argument.
template <std::invocable Body>
HRESULT boundary(Body&& body, const documented* only = nullptr) noexcept try {
  clear_error_info();
  std::forward<Body>(body)();
  return S_OK;
} catch (...) {
  return publish_current_exception(only);
}

}  // namespace comeback::com
