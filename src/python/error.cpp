// SPDX-License-Identifier: Apache-2.0
#include "python/error.hpp"

#include "python/reference.hpp"

#include <utility>

#include <windows.h>

namespace comeback::python {
namespace {

std::wstring take_string(BSTR& text) {
  std::wstring result = text ? std::wstring(text, SysStringLen(text)) : std::wstring();
  SysFreeString(std::exchange(text, nullptr));
  return result;
}

excep_info of_this_thread() {
  excep_info result;
  reference<IErrorInfo> info;
  if (GetErrorInfo(0, info.put()) != S_OK) return result;
  BSTR source = nullptr;
  BSTR description = nullptr;
  (void)info->GetSource(&source);
  (void)info->GetDescription(&description);
  result.source = take_string(source);
  result.description = take_string(description);
  return result;
}

py::object text_or_none(const std::wstring& text) {
  if (text.empty()) return py::none();
  return to_python(text);
}

py::object& exception_class() {
  static auto* made = new py::object;  // outlives the interpreter: never destroyed
  return *made;
}

void translate(std::exception_ptr thrown) {
  try {
    if (thrown) std::rethrow_exception(std::move(thrown));
  } catch (const com_failure& failure) {
    failure.raise();
  }
}

}  // namespace

excep_info excep_info::take(EXCEPINFO& info) {
  if (info.pfnDeferredFillIn) (void)info.pfnDeferredFillIn(&info);
  return {take_string(info.bstrSource), take_string(info.bstrDescription), take_string(info.bstrHelpFile),
          info.dwHelpContext, info.scode};
}

com_failure::com_failure(HRESULT hr) : hr_(hr), info_(of_this_thread()), argument_(-1) {}

com_failure::com_failure(HRESULT hr, excep_info info, int argument, std::wstring sentence)
    : hr_(hr), info_(std::move(info)), argument_(argument), sentence_(std::move(sentence)) {}

void com_failure::raise() const {
  py::object details = py::none();
  if (info_.scode != S_OK || !info_.description.empty())
    details = py::make_tuple(0, text_or_none(info_.source), text_or_none(info_.description),
                             text_or_none(info_.help_file), info_.help_context, info_.scode);
  const py::object argument = argument_ < 0 ? py::object(py::none()) : py::object(py::int_(argument_));
  const py::str sentence = to_python(sentence_.empty() ? sentence_of(hr_) : sentence_);
  const py::object made = call_python(exception_class(), py::make_tuple(hr_, sentence, details, argument));
  PyErr_SetObject(exception_class().ptr(), made.ptr());
}

py::str to_python(std::wstring_view text) {
  PyObject* made = PyUnicode_FromWideChar(text.data(), static_cast<Py_ssize_t>(text.size()));
  if (made) return py::reinterpret_steal<py::str>(made);
  PyErr_Clear();
  std::wstring mended(text);
  for (wchar_t& unit : mended)
    if (static_cast<unsigned>(unit) > 0x10FFFF) unit = 0xFFFD;
  made = PyUnicode_FromWideChar(mended.data(), static_cast<Py_ssize_t>(mended.size()));
  if (!made) throw py::error_already_set();
  return py::reinterpret_steal<py::str>(made);
}

std::wstring to_wide(py::handle text) {
  Py_ssize_t length = 0;
  wchar_t* const units = PyUnicode_AsWideCharString(text.ptr(), &length);
  if (!units) throw py::error_already_set();
  const std::unique_ptr<wchar_t, void (*)(void*)> owner(units, PyMem_Free);
  return {units, static_cast<std::size_t>(length)};
}

std::wstring sentence_of(HRESULT hr) {
  wchar_t text[1024] = {};
  const DWORD length = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, nullptr,
                                      static_cast<DWORD>(hr), 0, text, 1024, nullptr);
  std::wstring result(text, length);
  while (!result.empty() && (result.back() == L'\n' || result.back() == L'\r')) result.pop_back();
  return result;
}

void add_errors(py::module_& module) {
  exception_class() = py::module_::import("comeback._errors").attr("com_error");
  module.attr("com_error") = exception_class();
  py::register_exception_translator(translate);
}

}  // namespace comeback::python
