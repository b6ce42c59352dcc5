// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "python/error.hpp"
#include "python/limits.hpp"
#include "python/reference.hpp"

#include <optional>

namespace comeback::python {

/// What an object is to Python before it is wrapped: comeback._com.unknown.
struct unknown {
  reference<IUnknown> object;
};

/// A VARIANT that frees what it holds.
class owned_variant {
 public:
  owned_variant() = default;
  owned_variant(const owned_variant&) = delete;
  owned_variant& operator=(const owned_variant&) = delete;
  ~owned_variant() { clear(); }
  void clear() noexcept;
  VARIANT* operator&() noexcept { return &value_; }
  VARIANT* operator->() noexcept { return &value_; }
  VARIANT& get() noexcept { return value_; }

 private:
  VARIANT value_{};
};

// Values, in both directions; all need the GIL.
//   EMPTY, NULL, an object that is null: None        integers: int        R4, R8: float      BOOL: bool
//   BSTR: str       DATE: datetime without zone      CY, DECIMAL: Decimal ERROR: int         objects: wrapped
//   arrays of bytes with one dimension: bytes        other arrays: tuples in tuples
// Other way: int is VT_I4, VT_I8 or VT_UI8, the first that holds it; None is VT_NULL; sequences are arrays of
// VARIANT, with more dimensions where all parts are sequences of one length.

/// By reference: what is referred to.
[[nodiscard]] py::object from_variant(const VARIANT& value);
/// Throws TypeError, OverflowError, ValueError, RecursionError. `to` is VT_EMPTY before. One `limits` serves
/// all values of a call.
void to_variant(py::handle value, VARIANT& to, limits& within);
/// The same with the type that is wanted, which may be VT_ARRAY | type; TypeError where it cannot be had.
void to_variant(py::handle value, VARTYPE type, VARIANT& to, limits& within);

struct typed_value {
  VARTYPE type;
  py::object value;
};
/// What `_variant_` of a value answers; nothing for a value without. Throws TypeError for what is no answer.
[[nodiscard]] std::optional<typed_value> typed_value_of(py::handle value);

/// Called once, by the module: what values are made of in Python.
void add_values();
/// How Python sees objects: the wrapper that comeback sets, called with an `unknown`.
void set_wrapper(py::object wrapper);
[[nodiscard]] py::object wrap(reference<IUnknown> object);

}  // namespace comeback::python
