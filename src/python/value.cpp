// SPDX-License-Identifier: Apache-2.0
#include "python/value.hpp"

#include "python/array.hpp"

#include <limits>
#include <string>
#include <utility>

namespace comeback::python {
namespace {

// Objects of Python that last as long as the process: never destroyed, for the interpreter may be gone by
// then. They are there from the beginning: an import gives the GIL up, and who then waited for the first one
// to be made would keep the GIL from it.
struct known_objects {
  py::object wrapper, decimal, com_error, date, to_date, from_date;
};
known_objects& known() {
  static auto* made = new known_objects;
  return *made;
}

std::wstring as_text(const VARIANT& value) {
  owned_variant text;
  check(VariantChangeType(&text, const_cast<VARIANT*>(&value), 0, VT_BSTR));
  return {text->bstrVal ? text->bstrVal : L"", SysStringLen(text->bstrVal)};
}

void text_to(py::handle text, VARIANT& to) {
  const std::wstring units = to_wide(text);
  to.bstrVal = SysAllocStringLen(units.data(), static_cast<UINT>(units.size()));
  if (!to.bstrVal) throw com_failure(E_OUTOFMEMORY);
  to.vt = VT_BSTR;
}

void decimal_to(py::handle value, VARIANT& to) {
  owned_variant text;
  // "f" writes no exponent.
  text_to(call_python(attribute_of(value, "__format__"), py::make_tuple("f")), text.get());
  check(VariantChangeType(&to, &text, 0, VT_DECIMAL));
}

void integer_to(py::handle value, VARIANT& to) {
  int overflow = 0;
  const long long number = PyLong_AsLongLongAndOverflow(value.ptr(), &overflow);
  if (number == -1 && PyErr_Occurred()) throw py::error_already_set();
  if (overflow == 0) {
    const bool small =
        number >= std::numeric_limits<LONG>::min() && number <= std::numeric_limits<LONG>::max();
    to.vt = small ? VT_I4 : VT_I8;
    to.llVal = number;
    return;
  }
  const unsigned long long positive = PyLong_AsUnsignedLongLong(value.ptr());
  if (PyErr_Occurred()) throw py::error_already_set();
  to.vt = VT_UI8;
  to.ullVal = positive;
}

void object_to(IUnknown* object, VARIANT& to) {
  const auto shared = reference<IUnknown>::share(object);
  if (auto dispatch = shared.query<IDispatch>()) {
    to.vt = VT_DISPATCH;
    to.pdispVal = reference<IDispatch>(dispatch).get();
    to.pdispVal->AddRef();
    return;
  }
  to.vt = VT_UNKNOWN;
  to.punkVal = object;
  if (object) object->AddRef();
}

bool is_bytes(py::handle value) {
  return PyBytes_Check(value.ptr()) || PyByteArray_Check(value.ptr()) || PyMemoryView_Check(value.ptr());
}

bool number_to(py::handle value, VARIANT& to) {
  PyObject* const p = value.ptr();
  if (PyBool_Check(p)) {
    to.vt = VT_BOOL;
    to.boolVal = p == Py_True ? VARIANT_TRUE : VARIANT_FALSE;
  } else if (PyLong_Check(p)) {
    integer_to(value, to);
  } else if (PyFloat_Check(p)) {
    to.vt = VT_R8;
    to.dblVal = PyFloat_AsDouble(p);
  } else if (PyIndex_Check(p)) {
    const auto index = py::reinterpret_steal<py::object>(or_never([&] { return PyNumber_Index(p); }));
    if (!index) throw py::error_already_set();
    integer_to(index, to);
  } else {
    return false;
  }
  return true;
}

// A number with or without sign, or the exception of a failed call.
void error_to(py::handle value, VARIANT& to) {
  const bool thrown = py::isinstance(value, known().com_error);
  const py::object code = thrown ? py::object(value.attr("code")) : py::reinterpret_borrow<py::object>(value);
  const long long number = PyLong_AsLongLong(code.ptr());
  if (PyErr_Occurred()) throw py::error_already_set();
  if (number < std::numeric_limits<LONG>::min() || number > std::numeric_limits<ULONG>::max())
    throw com_failure(DISP_E_OVERFLOW);
  to.vt = VT_ERROR;
  to.scode = static_cast<SCODE>(number);
}

bool plain_to(py::handle value, VARIANT& to) {
  if (value.is_none()) return to.vt = VT_NULL, true;
  if (number_to(value, to)) return true;
  if (py::isinstance<py::str>(value)) return text_to(value, to), true;
  if (py::isinstance(value, known().decimal)) return decimal_to(value, to), true;
  if (py::isinstance(value, known().com_error)) return error_to(value, to), true;
  if (py::isinstance(value, known().date)) {
    to.date = call_python(known().to_date, py::make_tuple(value)).cast<double>();
    to.vt = VT_DATE;
    return true;
  }
  return false;
}

py::object from_number(const VARIANT& v) {
  switch (v.vt) {
    case VT_I1:
      return py::int_(static_cast<int>(v.cVal));
    case VT_I2:
      return py::int_(v.iVal);
    case VT_I4:
    case VT_INT:
    case VT_ERROR:
      return py::int_(v.lVal);
    case VT_I8:
      return py::int_(v.llVal);
    case VT_UI1:
      return py::int_(static_cast<unsigned>(v.bVal));
    case VT_UI2:
      return py::int_(v.uiVal);
    case VT_UI4:
    case VT_UINT:
      return py::int_(v.ulVal);
    case VT_UI8:
      return py::int_(v.ullVal);
    case VT_R4:
      return py::float_(static_cast<double>(v.fltVal));
    case VT_R8:
      return py::float_(v.dblVal);
    case VT_BOOL:
      return py::bool_(v.boolVal != VARIANT_FALSE);
    default:
      return {};
  }
}

py::type_error cannot_be_handed(py::handle value) {
  return py::type_error("comeback: '" + std::string(Py_TYPE(value.ptr())->tp_name) +
                        "' objects cannot be handed to COM");
}

// -1 where it is none.
long type_code(py::handle value) {
  int overflow = 0;
  if (!PyLong_Check(value.ptr())) return -1;
  const long number = PyLong_AsLongAndOverflow(value.ptr(), &overflow);
  return overflow == 0 && number >= 0 && number <= std::numeric_limits<VARTYPE>::max() ? number : -1;
}

}  // namespace

std::optional<typed_value> typed_value_of(py::handle value) {
  const py::object method = attribute_of(value, "_variant_");
  if (!method) return {};
  const py::object parts = call_python(method, py::tuple());
  PyObject* const p = parts.ptr();
  const bool is_pair = PyTuple_Check(p) && PyTuple_GET_SIZE(p) == 2;
  const long type = is_pair ? type_code(PyTuple_GET_ITEM(p, 0)) : -1;
  if (type < 0)
    throw py::type_error("comeback: a typed value is a pair of a type, 0 to 65535, and a value; not " +
                         py::repr(parts).cast<std::string>());
  return typed_value{static_cast<VARTYPE>(type), py::reinterpret_borrow<py::object>(PyTuple_GET_ITEM(p, 1))};
}

void owned_variant::clear() noexcept {
  const VARTYPE type = value_.vt;
  if (type == VT_DISPATCH || type == VT_UNKNOWN) {
    const reference<IUnknown> gone(value_.punkVal);  // lets the GIL go
    value_ = VARIANT{};
    return;
  }
  VariantClear(&value_);
}

py::object from_variant(const VARIANT& value) {
  if (value.vt & VT_BYREF) {
    owned_variant meant;
    check(VariantCopyInd(&meant, const_cast<VARIANT*>(&value)));
    return from_variant(meant.get());
  }
  if (value.vt & VT_ARRAY) return from_array(value.parray);
  switch (value.vt) {
    case VT_EMPTY:
    case VT_NULL:
      return py::none();
    case VT_BSTR:
      return to_python({value.bstrVal ? value.bstrVal : L"", SysStringLen(value.bstrVal)});
    case VT_DATE:
      return call_python(known().from_date, py::make_tuple(value.date));
    case VT_CY:
    case VT_DECIMAL:
      return known().decimal(to_python(as_text(value)));
    case VT_DISPATCH:
    case VT_UNKNOWN:
      return wrap(reference<IUnknown>::share(value.punkVal));
    default:
      break;
  }
  if (py::object number = from_number(value)) return number;
  throw py::type_error("VARIANT type " + std::to_string(value.vt) + " has no value in Python");
}

void to_variant(py::handle value, VARIANT& to, limits& within) {
  // First what is quick to know, and may come in millions.
  if (PyList_CheckExact(value.ptr()) || PyTuple_CheckExact(value.ptr()))
    return sequence_to_array(value, VT_VARIANT, to, within);
  if (plain_to(value, to)) return;
  if (const py::object object = attribute_of(value, "_com_")) {
    if (!py::isinstance<unknown>(object)) throw cannot_be_handed(value);
    object_to(object.cast<unknown&>().object.get(), to);
  } else if (py::isinstance<unknown>(value)) {
    object_to(value.cast<unknown&>().object.get(), to);
  } else if (const auto typed = typed_value_of(value)) {
    const limits::level deeper(within);
    to_variant(typed->value, typed->type, to, within);
  } else if (is_bytes(value)) {
    bytes_to_array(value, to);
  } else if (PyList_Check(value.ptr()) || PyTuple_Check(value.ptr())) {
    sequence_to_array(value, VT_VARIANT, to, within);
  } else {
    throw cannot_be_handed(value);
  }
}

void to_variant(py::handle value, VARTYPE type, VARIANT& to, limits& within) {
  const VARTYPE wanted = type & ~VT_BYREF;
  if (wanted & VT_ARRAY) {
    if (is_bytes(value)) return bytes_to_array(value, to);
    return sequence_to_array(value, wanted & VT_TYPEMASK, to, within);
  }
  if (value.is_none() && (wanted == VT_DISPATCH || wanted == VT_UNKNOWN)) {
    to.vt = wanted;
    to.punkVal = nullptr;
    return;
  }
  if (wanted == VT_ERROR) return error_to(value, to);
  if (wanted == VT_NULL || wanted == VT_EMPTY) return void(to.vt = wanted);
  owned_variant natural;
  to_variant(value, natural.get(), within);
  if (wanted == VT_VARIANT || wanted == natural->vt) return std::swap(natural.get(), to);
  // A null stands for the type's zero: a place that a call shall fill.
  if (natural->vt == VT_NULL) natural->vt = VT_EMPTY;
  const HRESULT hr = VariantChangeType(&to, &natural, 0, wanted);
  if (FAILED(hr)) throw com_failure(hr);
}

void add_values() {
  const py::module_ helpers = py::module_::import("comeback._values");
  known().decimal = py::module_::import("decimal").attr("Decimal");
  known().com_error = helpers.attr("com_error");
  known().date = helpers.attr("date");
  known().to_date = helpers.attr("to_date");
  known().from_date = helpers.attr("from_date");
}

void set_wrapper(py::object made) { known().wrapper = std::move(made); }

py::object wrap(reference<IUnknown> object) {
  if (!object) return py::none();
  return call_python(known().wrapper, py::make_tuple(unknown{std::move(object)}));
}

}  // namespace comeback::python
