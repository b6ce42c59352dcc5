// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/data/safearray.hpp"
#include "com/data/text.hpp"
#include "com/data/variant.hpp"

#include <cstddef>
#include <new>
#include <string_view>
#include <vector>

namespace comeback::com {

/// Ends an access to an array's data: one that is locked could not be destroyed.
class array_access {
 public:
  explicit array_access(SAFEARRAY* array) : array_(array) {
    if (FAILED(SafeArrayAccessData(array, &data_))) throw std::bad_alloc();
  }
  array_access(const array_access&) = delete;
  array_access& operator=(const array_access&) = delete;
  ~array_access() { SafeArrayUnaccessData(array_); }

  [[nodiscard]] VARIANT* data() const noexcept { return static_cast<VARIANT*>(data_); }

 private:
  SAFEARRAY* array_;
  void* data_ = nullptr;
};

/// A new array of what `as_variant` makes of the elements.
template <class T, class F>
[[nodiscard]] safe_array array_of(const std::vector<T>& elements, F&& as_variant) {
  auto made = variant_vector(static_cast<ULONG>(elements.size()));
  const array_access to(made.get());
  for (std::size_t i = 0; i < elements.size(); ++i) {
    variant one = as_variant(elements[i]);
    to.data()[i] = one.detach();
  }
  return made;
}

/// A number as a VARIANT of VT_I4 or VT_UI4.
[[nodiscard]] inline variant number_variant(LONG value, VARTYPE type) {
  variant made;
  VARIANT* const v = made.put();
  v->vt = type;
  v->lVal = value;
  return made;
}

/// Text as a VARIANT of VT_BSTR; throws std::bad_alloc.
[[nodiscard]] inline variant text_variant(std::string_view text) {
  variant made;
  VARIANT* const v = made.put();
  v->bstrVal = to_bstr(text);
  v->vt = VT_BSTR;
  return made;
}

}  // namespace comeback::com
