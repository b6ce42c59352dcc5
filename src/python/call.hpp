// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "python/value.hpp"

#include <string>
#include <vector>

namespace comeback::python {

/// The {CLSID} of a ProgID; throws com_failure.
[[nodiscard]] py::str clsid_of(const std::wstring& name);
/// {CLSID} or ProgID; throws com_failure.
[[nodiscard]] unknown create(const std::wstring& name);
/// IDispatch::GetIDsOfNames: the member's id, then its arguments'.
[[nodiscard]] std::vector<DISPID> ids_of_names(const unknown& object, const std::vector<std::wstring>& names);
/// IDispatch::Invoke. `arguments` are in the order of the prototype; `named` are the ids of the last ones of
/// them. An argument with `_variant_` and `_store_` is by reference where its type says so, and is told the
/// new value. `about` is None or the comeback.Member that is called, which the error then names.
[[nodiscard]] py::object invoke(const unknown& object, DISPID id, WORD flags, const py::tuple& arguments,
                                const std::vector<DISPID>& named, const py::object& about);

/// The same on an IDispatch, which may be null: E_NOINTERFACE.
[[nodiscard]] py::object invoke(IDispatch* dispatch, DISPID id, WORD flags, const py::tuple& arguments,
                                const std::vector<DISPID>& named, py::handle about);
/// A property without arguments: no allocation but Python's own where the value is a number.
[[nodiscard]] py::object read_property(IDispatch* dispatch, DISPID id);

/// A collection's IEnumVARIANT as a Python iterator.
class enumerator {
 public:
  explicit enumerator(reference<IEnumVARIANT> items) : items_(std::move(items)) {}
  [[nodiscard]] py::object next();  ///< throws StopIteration

 private:
  reference<IEnumVARIANT> items_;
};
/// By DISPID_NEWENUM.
[[nodiscard]] enumerator enumerate(const unknown& object);

}  // namespace comeback::python
