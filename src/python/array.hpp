// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "python/value.hpp"

namespace comeback::python {

/// Tuples in tuples, one level a dimension; one dimension of bytes is bytes; a null array is None.
[[nodiscard]] py::object from_array(SAFEARRAY* array);
void bytes_to_array(py::handle bytes, VARIANT& to);
/// Throws TypeError for what is no sequence.
void sequence_to_array(py::handle sequence, VARTYPE element, VARIANT& to, limits& within);

}  // namespace comeback::python
