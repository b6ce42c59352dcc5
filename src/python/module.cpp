// SPDX-License-Identifier: Apache-2.0
// comeback._com: COM as Python's own types, without any wish of its own. What scripts see lies in
// comeback/*.py.

#include "python/call.hpp"
#include "python/object.hpp"
#include "python/sink.hpp"
#include "python/stream.hpp"
#include "python/type_info.hpp"

#include <objbase.h>
#include <pybind11/stl.h>

namespace comeback::python {
namespace {

void initialize(DWORD flags) { check(CoInitializeEx(nullptr, flags)); }

// The last one lets running tasks finish.
void uninitialize() {
  without_gil([] { CoUninitialize(); });
}

std::uintptr_t identity(const unknown& object) {
  return reinterpret_cast<std::uintptr_t>(object.object.query<IUnknown>().get());
}

void add_calls(py::module_& module) {
  module.def("initialize", initialize);
  module.def("uninitialize", uninitialize);
  module.def("create", [](const py::str& name) { return create(to_wide(name)); });
  module.def("clsid_of", [](const py::str& name) { return clsid_of(to_wide(name)); });
  module.def("ids_of_names", [](const unknown& object, const std::vector<py::str>& names) {
    std::vector<std::wstring> wide;
    wide.reserve(names.size());
    for (const py::str& name : names) wide.push_back(to_wide(name));
    return ids_of_names(object, wide);
  });
  module.def("invoke",
             py::overload_cast<const unknown&, DISPID, WORD, const py::tuple&, const std::vector<DISPID>&,
                               const py::object&>(invoke),
             py::arg(), py::arg(), py::arg(), py::arg(), py::arg(), py::arg("about") = py::none());
  module.def("enumerate", enumerate);
  module.def("describe", describe);
  module.def("interface_id", interface_id);
  module.def("is_stream", [](const unknown& object) { return bool(object.object.query<IStream>()); });
  module.def("describe_events", describe_events);
  module.def("set_wrapper", set_wrapper);
  module.def("close_all_sinks", close_all_sinks);
  module.def("sentence_of", [](std::int64_t hr) { return to_python(sentence_of(static_cast<HRESULT>(hr))); });
}

connection* connection_of(PyObject* self) {
  auto* const instance = reinterpret_cast<py::detail::instance*>(self);
  const auto holder = instance->get_value_and_holder();
  return holder.holder_constructed() ? holder.value_ptr<connection>() : nullptr;
}

int visit_connection(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  if (const connection* const given = connection_of(self)) Py_VISIT(given->handler());
  return 0;
}

int clear_connection(PyObject* self) {
  if (connection* const given = connection_of(self)) given->close();
  return 0;
}

void seen_by_collector(PyHeapTypeObject* heap_type) {
  PyTypeObject& type = heap_type->ht_type;
  type.tp_flags |= Py_TPFLAGS_HAVE_GC;
  type.tp_traverse = visit_connection;
  type.tp_clear = clear_connection;
}

void add_classes(py::module_& module) {
  py::class_<unknown>(module, "unknown").def_property_readonly("identity", identity);
  py::class_<enumerator>(module, "enumerator")
      .def("__iter__", [](py::object self) { return self; })
      .def("__next__", &enumerator::next);
  py::class_<connection>(module, "connection", py::custom_type_setup(seen_by_collector))
      .def(py::init([](const unknown& source, const py::str& iid, py::object handler) {
        return std::make_unique<connection>(source, to_wide(iid), std::move(handler));
      }))
      .def("close", &connection::close);
  py::class_<stream>(module, "stream")
      .def_static("of", &stream::of)
      .def_static("on_file",
                  [](const py::str& path, DWORD mode) { return stream::on_file(to_wide(path), mode); })
      .def_static("on_memory", &stream::on_memory)
      .def("read", &stream::read)
      .def("read_into", &stream::read_into)
      .def("write", &stream::write)
      .def("seek", &stream::seek)
      .def("set_size", &stream::set_size)
      .def("commit", &stream::commit)
      .def("copy_to", &stream::copy_to)
      .def("clone", &stream::clone)
      .def_property_readonly("size", &stream::size)
      .def_property_readonly("object", &stream::object);
}

}  // namespace
}  // namespace comeback::python

PYBIND11_MODULE(_com, module) {
  comeback::python::add_errors(module);
  comeback::python::add_values();
  comeback::python::add_classes(module);
  comeback::python::add_calls(module);
  comeback::python::add_objects(module);
}
