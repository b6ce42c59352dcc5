// SPDX-License-Identifier: Apache-2.0
#include "python/limits.hpp"

#include <string>

namespace comeback::python {

void limits::take(std::size_t count, std::size_t times) {
  if (count > 0 && times > left_ / count)
    throw py::value_error("comeback: the arrays of one call have at most " + std::to_string(most_elements) +
                          " elements");
  left_ -= count * times;
}

void limits::step() {
  if (++steps_ % 4096 == 0 && PyErr_CheckSignals() != 0) throw py::error_already_set();
}

limits::level::level(limits& of) : of_(of) {
  if (of_.levels_ >= most_levels) {
    PyErr_SetString(PyExc_RecursionError, "comeback: values lie too deep in each other, or in themselves");
    throw py::error_already_set();
  }
  ++of_.levels_;
}

}  // namespace comeback::python
