// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "python/value.hpp"

namespace comeback::python {

/// Adds the two types that comeback._dispatch builds on, `object_base` and `bound_base`. Both answer from the
/// dictionary of their interface without running Python code, {name as it was spelled: DISPID of a property
/// that is read without arguments, or (member, DISPID, flags, whether a plain call does)}, and leave all else
/// to `_get_` and `_call_` of the class in Python.
void add_objects(py::module_& module);

}  // namespace comeback::python
