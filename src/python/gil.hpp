// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <type_traits>
#include <utility>

#include <pybind11/pybind11.h>
#include <unistd.h>

namespace comeback::python {

namespace py = pybind11;

/// Runs what may ask for the GIL, and throws no exception of C++. Where the interpreter ends meanwhile,
/// Python ends the thread by unwinding it, which would run destructors without the GIL, or std::terminate:
/// the thread stops here instead, for good. By a destructor, not by a catch: that cannot be where another
/// exception is handled.
template <class F>
auto or_never(F&& ask) {
  class left {
   public:
    left() = default;
    left(const left&) = delete;
    left& operator=(const left&) = delete;
    ~left() {
      while (!orderly_) pause();
    }
    void orderly() { orderly_ = true; }

   private:
    bool orderly_ = false;
  };
  left way_out;
  if constexpr (std::is_void_v<decltype(ask())>) {
    std::forward<F>(ask)();
    way_out.orderly();
  } else {
    auto answer = std::forward<F>(ask)();
    way_out.orderly();
    return answer;
  }
}

/// This thread without the GIL. pybind11's own does more than is needed for each of our calls.
class gil_released {
 public:
  gil_released() : state_(PyEval_SaveThread()) {}
  gil_released(const gil_released&) = delete;
  gil_released& operator=(const gil_released&) = delete;
  ~gil_released() {
    or_never([this] { PyEval_RestoreThread(state_); });
  }

 private:
  PyThreadState* state_;
};

/// A call into COM: other Python threads run meanwhile. Nothing of Python may be touched inside.
template <class F>
auto without_gil(F&& call) {
  const gil_released released;
  return std::forward<F>(call)();
}

/// Python code, called where C++ frames are above: it may give the GIL up, and find the interpreter ended
/// when it wants it back. Throws what was raised.
[[nodiscard]] inline py::object call_python(py::handle callee, const py::tuple& arguments) {
  PyObject* const made = or_never([&] { return PyObject_Call(callee.ptr(), arguments.ptr(), nullptr); });
  if (!made) throw py::error_already_set();
  return py::reinterpret_steal<py::object>(made);
}
/// An attribute, which may be Python code too; null where there is none. What else reading it raises goes on.
[[nodiscard]] inline py::object attribute_of(py::handle value, const char* name) {
  PyObject* const found = or_never([&] { return PyObject_GetAttrString(value.ptr(), name); });
  if (found) return py::reinterpret_steal<py::object>(found);
  if (!PyErr_ExceptionMatches(PyExc_AttributeError)) throw py::error_already_set();
  PyErr_Clear();
  return {};
}

}  // namespace comeback::python
