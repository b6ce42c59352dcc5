// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/dispatch/description.hpp"

#include <cstddef>
#include <cstdint>

#include <oleauto.h>

/// The fields of an instance of a described structure. An instance is raw memory in which all pointers are
/// owned; zeroes are an empty one.
namespace comeback::com::fields {

/// One value in an instance; an array of fixed length has `count` of them.
struct place {
  VARTYPE type = VT_EMPTY;
  ULONG size = 0;
  ULONG count = 1;
  bool is_array = false;
  const described_type* user = nullptr;
  std::uint8_t* at = nullptr;

  [[nodiscard]] place element(ULONG index) const noexcept {
    place one = *this;
    one.at += std::size_t{index} * size;
    one.count = 1;
    one.is_array = false;
    return one;
  }
  [[nodiscard]] std::size_t bytes() const noexcept { return std::size_t{size} * count; }
};

[[nodiscard]] place place_of(const described_value& field, void* data) noexcept;
/// Whether automation has types for all of its fields.
[[nodiscard]] bool is_carried(const described_type& type) noexcept;
[[nodiscard]] bool is_object(VARTYPE type) noexcept;

void clear_one(const place& at) noexcept;
/// Leaves zeroes.
void clear_fields(const described_type& type, void* data) noexcept;
/// Into zeroes; all or nothing.
HRESULT copy_fields(const described_type& type, void* to, void* from) noexcept;
/// A copy that the caller owns; `out` is empty.
HRESULT read(const place& field, VARIANT& out) noexcept;
/// By the usual coercions; a field stays as it was where the value does not fit.
HRESULT assign(const place& field, const VARIANT& v) noexcept;
/// By the rules of INVOKE_PROPERTYPUT (irecordinfo-putfield.md).
HRESULT put(const place& field, VARIANT& v) noexcept;

}  // namespace comeback::com::fields
