// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/data/safearray.hpp"
#include "com/object/enum_variant.hpp"

#include <cstddef>
#include <new>
#include <vector>

namespace comeback::imapi2fs {

/// A new array of what `as_variant` makes of the elements.
template <class T, class F>
[[nodiscard]] com::safe_array array_of(const std::vector<T>& elements, F&& as_variant) {
  auto made = com::variant_vector(static_cast<ULONG>(elements.size()));
  void* data = nullptr;
  if (FAILED(SafeArrayAccessData(made.get(), &data))) throw std::bad_alloc();
  for (std::size_t i = 0; i < elements.size(); ++i) {
    com::variant one = as_variant(elements[i]);
    static_cast<VARIANT*>(data)[i] = one.detach();
  }
  SafeArrayUnaccessData(made.get());
  return made;
}

/// A number as a VARIANT of VT_I4 or VT_UI4.
[[nodiscard]] inline com::variant number_variant(LONG value, VARTYPE type) {
  com::variant made;
  VARIANT* const v = made.put();
  v->vt = type;
  v->lVal = value;
  return made;
}

}  // namespace comeback::imapi2fs
