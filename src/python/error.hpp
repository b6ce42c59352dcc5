// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "python/gil.hpp"

#include <exception>
#include <string>
#include <string_view>

#include <oleauto.h>
#include <pybind11/pybind11.h>

namespace comeback::python {

/// What a failed call said about itself. Owns nothing that is COM's.
struct excep_info {
  std::wstring source, description, help_file;
  DWORD help_context = 0;
  SCODE scode = S_OK;

  /// Takes the strings of `info` over and frees them.
  static excep_info take(EXCEPINFO& info);
};

/// Becomes comeback.com_error in Python; thrown with or without the GIL.
class com_failure : public std::exception {
 public:
  explicit com_failure(HRESULT hr);  ///< with this thread's IErrorInfo, which is taken
  /// `sentence` stands for the code's own where it is not empty.
  com_failure(HRESULT hr, excep_info info, int argument, std::wstring sentence = {});
  [[nodiscard]] const char* what() const noexcept override { return "a call into COM failed"; }
  [[nodiscard]] HRESULT code() const noexcept { return hr_; }
  void raise() const;  ///< sets the Python error; needs the GIL

 private:
  HRESULT hr_;
  excep_info info_;
  int argument_;  ///< the position in the call, from 0, or -1
  std::wstring sentence_;
};

inline void check(HRESULT hr) {
  if (FAILED(hr)) throw com_failure(hr);
}

/// Text in both directions: one code point a unit; what Python cannot hold becomes U+FFFD.
[[nodiscard]] py::str to_python(std::wstring_view text);
[[nodiscard]] std::wstring to_wide(py::handle text);
/// The sentence of a code, from FormatMessage.
[[nodiscard]] std::wstring sentence_of(HRESULT hr);

/// Called once, by the module: comeback.com_error and what translates `com_failure` into it.
void add_errors(py::module_& module);

}  // namespace comeback::python
