// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "python/value.hpp"

#include <string>

namespace comeback::python {

/// What an object's ITypeInfo says: (iid, name, functions), each function (dispid, name, kind, parameters,
/// result), each parameter (name, flags, vartype). None for an object without.
[[nodiscard]] py::object describe(const unknown& object);
/// The IID that `describe` begins with, as 16 bytes; None for an object without.
[[nodiscard]] py::object interface_id(const unknown& object);
/// The interfaces that the object's connection points have, each as `describe` has it: they are looked up in
/// the library that describes the object itself.
[[nodiscard]] py::list describe_events(const unknown& object);

}  // namespace comeback::python
