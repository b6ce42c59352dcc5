// SPDX-License-Identifier: Apache-2.0
// comeback_bench_python: what python_bench.py measures. An object of COM, and one that pybind11 makes.
#include "com/dispatch/automation.hpp"
#include "com/made/VPCCOMInterfaces.hpp"
#include "com/object/ptr.hpp"
#include "python/value.hpp"

#include <string>

namespace {

namespace py = pybind11;
using comeback::python::reference;
using comeback::python::unknown;

class task final : public comeback::com::automation<IVMTask> {
 public:
  HRESULT STDMETHODCALLTYPE get_PercentCompleted(LONG* out) noexcept override {
    *out = 40;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE get_Description(BSTR* out) noexcept override {
    *out = SysAllocString(L"Logging off");
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE Cancel() noexcept override { return S_OK; }
};

struct plain_task {
  [[nodiscard]] int percent() const { return 40; }
  [[nodiscard]] std::wstring description() const { return L"Logging off"; }
  void cancel() const {}
};

unknown make_task() {
  const auto made = comeback::com::make<task>();
  return {reference<IUnknown>::share(static_cast<IDispatch*>(made.get()))};
}

}  // namespace

PYBIND11_MODULE(comeback_bench_python, module) {
  module.def("com_task", make_task);
  py::class_<plain_task>(module, "Task")
      .def(py::init<>())
      .def_property_readonly("PercentCompleted", &plain_task::percent)
      .def_property_readonly("Description", &plain_task::description)
      .def("Cancel", &plain_task::cancel);
}
