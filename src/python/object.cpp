// SPDX-License-Identifier: Apache-2.0
#include "python/object.hpp"

#include "python/call.hpp"

#include <cstddef>
#include <utility>

#include <structmember.h>

namespace comeback::python {
namespace {

struct object_base {
  PyObject ob_base;
  PyObject* weak;
  PyObject* com;        // comeback._com.unknown
  PyObject* described;  // comeback.Interface
  PyObject* quick;      // its dictionary
  IDispatch* dispatch;
};

struct bound_base {
  PyObject ob_base;
  PyObject* weak;
  PyObject* owner;
  PyObject* member;
  DISPID id;
  WORD flags;
  bool plain;  // no value comes out by reference
};

// The classes in Python last as long as the process.
PyObject*& bound_class() {
  static PyObject* made = nullptr;
  return made;
}

template <class F>
PyObject* guarded(F&& made) {
  try {
    try {
      return std::forward<F>(made)().release().ptr();
    } catch (const com_failure& failure) {
      failure.raise();  // which is Python code, and may fail itself
    }
  } catch (py::error_already_set& e) {
    e.restore();
  } catch (const py::builtin_exception& e) {
    e.set_error();
  } catch (const std::exception& e) {
    PyErr_SetString(PyExc_RuntimeError, e.what());
  }
  return nullptr;
}

PyObject* bind(PyObject* owner, PyObject* row) {
  auto* const type = reinterpret_cast<PyTypeObject*>(bound_class());
  auto* const made = reinterpret_cast<bound_base*>(type->tp_alloc(type, 0));
  if (!made) return nullptr;
  made->owner = Py_NewRef(owner);
  made->member = Py_NewRef(PyTuple_GET_ITEM(row, 0));
  made->id = static_cast<DISPID>(PyLong_AsLong(PyTuple_GET_ITEM(row, 1)));
  made->flags = static_cast<WORD>(PyLong_AsLong(PyTuple_GET_ITEM(row, 2)));
  made->plain = PyTuple_GET_ITEM(row, 3) == Py_True;
  return reinterpret_cast<PyObject*>(made);
}

// Null without an error where the dictionary has no such name.
PyObject* quick_attribute(PyObject* self, PyObject* name) {
  const auto* const object = reinterpret_cast<object_base*>(self);
  if (!object->quick) return nullptr;
  PyObject* const found = PyDict_GetItemWithError(object->quick, name);
  if (!found) return nullptr;
  if (PyTuple_CheckExact(found)) return bind(self, found);
  const auto id = static_cast<DISPID>(PyLong_AsLong(found));
  return guarded([&] { return read_property(object->dispatch, id); });
}

// What the class or the instance has comes first, then the interface.
PyObject* get_attribute(PyObject* self, PyObject* name) {
  const bool may_have = Py_TYPE(self)->tp_dictoffset != 0 || _PyType_Lookup(Py_TYPE(self), name);
  if (may_have) {
    PyObject* const found = PyObject_GenericGetAttr(self, name);
    if (found || !PyErr_ExceptionMatches(PyExc_AttributeError)) return found;
    PyErr_Clear();
  }
  PyObject* const quick = quick_attribute(self, name);
  if (quick || PyErr_Occurred()) return quick;
  static PyObject* const slow = PyUnicode_InternFromString("_get_");
  return PyObject_CallMethodOneArg(self, slow, name);
}

int init_object(PyObject* self, PyObject* arguments, PyObject*) {
  auto* const object = reinterpret_cast<object_base*>(self);
  PyObject* com = nullptr;
  PyObject* described = nullptr;
  PyObject* quick = nullptr;
  if (!PyArg_ParseTuple(arguments, "OOO!", &com, &described, &PyDict_Type, &quick)) return -1;
  if (object->com) {
    PyErr_SetString(PyExc_TypeError, "comeback: an object is made once");
    return -1;
  }
  const PyObject* const done = guarded([&] {
    const auto& given = py::handle(com).cast<const unknown&>();
    auto dispatch = without_gil([&] { return given.object.query<IDispatch>(); });
    object->dispatch = dispatch.detach();
    return py::object(py::none());
  });
  if (!done) return -1;
  object->com = Py_NewRef(com);
  object->described = Py_NewRef(described);
  object->quick = Py_NewRef(quick);
  return 0;
}

void free_object(PyObject* self) {
  auto* const object = reinterpret_cast<object_base*>(self);
  PyTypeObject* const type = Py_TYPE(self);
  if (object->weak) PyObject_ClearWeakRefs(self);
  { const reference<IDispatch> gone(std::exchange(object->dispatch, nullptr)); }  // lets the GIL go
  Py_CLEAR(object->com);
  Py_CLEAR(object->described);
  Py_CLEAR(object->quick);
  type->tp_free(self);
  Py_DECREF(type);
}

bool has_none(PyObject* arguments) {
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(arguments); ++i)
    if (PyTuple_GET_ITEM(arguments, i) == Py_None) return true;
  return false;
}

// What needs no thought: arguments by position, none of them None, which may mean two things.
PyObject* call_bound(PyObject* self, PyObject* arguments, PyObject* named) {
  const auto* const bound = reinterpret_cast<bound_base*>(self);
  const bool named_any = named && PyDict_GET_SIZE(named) > 0;
  if (bound->plain && !named_any && !has_none(arguments)) {
    IDispatch* const dispatch = reinterpret_cast<object_base*>(bound->owner)->dispatch;
    return guarded([&] {
      return invoke(dispatch, bound->id, bound->flags, py::reinterpret_borrow<py::tuple>(arguments), {},
                    bound->member);
    });
  }
  PyObject* const slow = PyObject_GetAttrString(self, "_call_");
  if (!slow) return nullptr;
  PyObject* const made = PyObject_Call(slow, arguments, named);
  Py_DECREF(slow);
  return made;
}

int init_bound(PyObject* self, PyObject* arguments, PyObject*) {
  auto* const bound = reinterpret_cast<bound_base*>(self);
  PyObject* owner = nullptr;
  PyObject* member = nullptr;
  if (!PyArg_ParseTuple(arguments, "OO", &owner, &member)) return -1;
  Py_XSETREF(bound->owner, Py_NewRef(owner));
  Py_XSETREF(bound->member, Py_NewRef(member));
  return 0;
}

void free_bound(PyObject* self) {
  auto* const bound = reinterpret_cast<bound_base*>(self);
  PyTypeObject* const type = Py_TYPE(self);
  if (bound->weak) PyObject_ClearWeakRefs(self);
  Py_CLEAR(bound->owner);
  Py_CLEAR(bound->member);
  type->tp_free(self);
  Py_DECREF(type);
}

template <class T>
constexpr Py_ssize_t at(T offset) {
  return static_cast<Py_ssize_t>(offset);
}

PyMemberDef object_members[] = {
    {"_com_", T_OBJECT_EX, at(offsetof(object_base, com)), READONLY, nullptr},
    {"_interface", T_OBJECT_EX, at(offsetof(object_base, described)), READONLY, nullptr},
    {"__weaklistoffset__", T_PYSSIZET, at(offsetof(object_base, weak)), READONLY, nullptr},
    {}};
PyMemberDef bound_members[] = {
    {"_owner", T_OBJECT_EX, at(offsetof(bound_base, owner)), READONLY, nullptr},
    {"_member", T_OBJECT_EX, at(offsetof(bound_base, member)), READONLY, nullptr},
    {"__weaklistoffset__", T_PYSSIZET, at(offsetof(bound_base, weak)), READONLY, nullptr},
    {}};

template <class F>
void* slot(F* function) {
  return reinterpret_cast<void*>(function);
}

PyObject* type_of(const char* name, std::size_t size, PyType_Slot* slots) {
  PyType_Spec spec{name, static_cast<int>(size), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, slots};
  PyObject* const made = PyType_FromSpec(&spec);
  if (!made) throw py::error_already_set();
  return made;
}

}  // namespace

void add_objects(py::module_& module) {
  PyType_Slot of_object[] = {{Py_tp_new, slot(PyType_GenericNew)}, {Py_tp_init, slot(init_object)},
                             {Py_tp_dealloc, slot(free_object)},   {Py_tp_getattro, slot(get_attribute)},
                             {Py_tp_members, object_members},      {}};
  PyType_Slot of_bound[] = {{Py_tp_new, slot(PyType_GenericNew)}, {Py_tp_init, slot(init_bound)},
                            {Py_tp_dealloc, slot(free_bound)},    {Py_tp_call, slot(call_bound)},
                            {Py_tp_members, bound_members},       {}};
  module.attr("object_base") =
      py::reinterpret_steal<py::object>(type_of("comeback._com.object_base", sizeof(object_base), of_object));
  module.attr("bound_base") =
      py::reinterpret_steal<py::object>(type_of("comeback._com.bound_base", sizeof(bound_base), of_bound));
  module.def("set_bound", [](py::object made) { bound_class() = made.release().ptr(); });
}

}  // namespace comeback::python
