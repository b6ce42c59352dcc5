// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
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

/// Whether a VARIANT can be of this type at all.
[[nodiscard]] bool is_variant_type(VARTYPE type) noexcept;

/// What a VARIANT means once references are followed: VT_BYREF | VT_VARIANT and VT_BYREF | anything. The
/// result owns nothing. E_INVALIDARG for a null reference and for one that leads from VARIANT to VARIANT on
/// and on, DISP_E_BADVARTYPE for a type that no VARIANT has, before or behind a reference; `meant` then is
/// empty.
HRESULT dereference(const VARIANT& v, VARIANT& meant) noexcept;

/// VAR_TIMEVALUEONLY and VAR_DATEVALUEONLY, moved here, may stand beside the flags of VariantChangeType.
inline constexpr unsigned time_or_date_shift = 16;

/// The coercion of VariantChangeType. References are followed. `out` is written only on success, and what it
/// held is not cleared. DISP_E_TYPEMISMATCH, DISP_E_OVERFLOW, E_OUTOFMEMORY, and what `dereference` answers.
HRESULT convert(const VARIANT& v, ULONG flags, VARTYPE type, VARIANT& out) noexcept;
/// What is left once references are followed and objects have told their default property: neither of them,
/// unless an object was asked for nothing (`flags` with VARIANT_NOVALUEPROP). `held` keeps it alive.
HRESULT settle(const VARIANT& v, ULONG flags, variant& held, VARIANT& meant) noexcept;
/// The same from text to a type of number.
HRESULT convert_text(std::wstring_view text, ULONG flags, VARTYPE type, VARIANT& out) noexcept;

// The same for what members of interfaces take: VT_BOOL becomes "True" or "False".
HRESULT number_of(const VARIANT& v, LONGLONG low, LONGLONG high, LONGLONG& out) noexcept;
HRESULT number_of(const VARIANT& v, double& out) noexcept;
HRESULT truth_of(const VARIANT& v, VARIANT_BOOL& out) noexcept;
/// A new BSTR.
HRESULT text_of(const VARIANT& v, BSTR& out) noexcept;

}  // namespace comeback::com
