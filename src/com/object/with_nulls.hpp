// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/object/interface.hpp"

#include <utility>

namespace comeback::com {

/// For tests: calls a member with a null pointer, or zero, for each argument.
template <class On, class I, class... P>
[[nodiscard]] HRESULT with_nulls(const On& on, HRESULT (STDMETHODCALLTYPE I::*member)(P...)) {
  return (on.get()->*member)(P{}...);
}

}  // namespace comeback::com
