// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include <oleauto.h>

namespace comeback::com {

/// Owns a VARIANT.
class variant {
 public:
  variant() noexcept { VariantInit(&value_); }
  explicit variant(const VARIANT& copied);  ///< throws std::bad_alloc
  variant(variant&& o) noexcept : value_(o.detach()) {}
  variant(const variant& o) : variant(o.value_) {}
  variant& operator=(variant o) noexcept {
    std::swap(value_, o.value_);
    return *this;
  }
  ~variant() { VariantClear(&value_); }

  [[nodiscard]] const VARIANT& get() const noexcept { return value_; }
  VARIANT* put() noexcept {
    VariantClear(&value_);
    return &value_;
  }
  [[nodiscard]] VARIANT detach() noexcept {
    const VARIANT taken = value_;
    VariantInit(&value_);
    return taken;
  }

 private:
  VARIANT value_;
};

/// What a VARIANT means once references are followed: VT_BYREF | VT_VARIANT and VT_BYREF | anything. The
/// result owns nothing.
[[nodiscard]] VARIANT without_reference(const VARIANT& v) noexcept;

// Coercions of automation: numbers, VT_BOOL, numeric strings, VT_EMPTY as zero. References are followed.
// DISP_E_TYPEMISMATCH, DISP_E_OVERFLOW.
HRESULT number_of(const VARIANT& v, LONGLONG low, LONGLONG high, LONGLONG& out) noexcept;
HRESULT number_of(const VARIANT& v, double& out) noexcept;
HRESULT truth_of(const VARIANT& v, VARIANT_BOOL& out) noexcept;
/// A new BSTR.
HRESULT text_of(const VARIANT& v, BSTR& out) noexcept;

}  // namespace comeback::com
