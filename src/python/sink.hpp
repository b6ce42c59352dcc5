// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "python/value.hpp"

#include <ocidl.h>

namespace comeback::python {

/// A sink that calls Python: comeback._com.connection. `handler(dispid, arguments)` is called on the thread
/// of the event, with the GIL; what it raises is reported by sys.unraisablehook and becomes E_FAIL for the
/// source. Python's collector of cycles sees the handler: one that keeps its own connection goes when nobody
/// else keeps either.
class connection {
 public:
  /// Throws com_failure: E_NOINTERFACE (no events), CONNECT_E_….
  connection(const unknown& source, const std::wstring& iid, py::object handler);
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  ~connection();
  /// No event finds the handler any more; one that runs on another thread may still be in it. May be
  /// repeated.
  void close() noexcept;
  /// Borrowed; null once closed.
  [[nodiscard]] PyObject* handler() const noexcept;

 private:
  class sink;  // NOLINT(cppcoreguidelines-virtual-class-destructor): Release deletes, nobody else may
  reference<IConnectionPoint> point_;
  sink* sink_;
  DWORD cookie_ = 0;
};

/// No sink calls Python after this: for the end of the interpreter. Waits for running events as `close` does.
void close_all_sinks() noexcept;

}  // namespace comeback::python
