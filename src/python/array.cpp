// SPDX-License-Identifier: Apache-2.0
#include "python/array.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

namespace comeback::python {
namespace {

constexpr std::size_t most_dimensions = 8;

struct array_destroyer {
  void operator()(SAFEARRAY* array) const { SafeArrayDestroy(array); }
};
using owned_array = std::unique_ptr<SAFEARRAY, array_destroyer>;

bool is_sequence(py::handle value) { return PyList_Check(value.ptr()) || PyTuple_Check(value.ptr()); }

struct range {
  LONG first, last;
};

range range_of(SAFEARRAY* array, UINT dimension) {
  range r{};
  check(SafeArrayGetLBound(array, dimension, &r.first));
  check(SafeArrayGetUBound(array, dimension, &r.last));
  return r;
}

py::object element_at(SAFEARRAY* array, VARTYPE type, std::vector<LONG>& at) {
  owned_variant element;
  if (type == VT_VARIANT) {
    check(SafeArrayGetElement(array, at.data(), &element));
  } else if (type == VT_DECIMAL) {
    check(SafeArrayGetElement(array, at.data(), &element->decVal));
    element->vt = VT_DECIMAL;
  } else {
    check(SafeArrayGetElement(array, at.data(), &element->llVal));
    element->vt = type;
  }
  return from_variant(element.get());
}

// The leftmost dimension is the outermost tuple.
py::object level(SAFEARRAY* array, VARTYPE type, std::vector<LONG>& at, UINT dimension) {
  const range r = range_of(array, dimension + 1);
  py::list items;
  for (LONG i = r.first; i <= r.last; ++i) {
    at[dimension] = i;
    items.append(dimension + 1 == at.size() ? element_at(array, type, at)
                                            : level(array, type, at, dimension + 1));
  }
  return py::tuple(items);
}

py::object bytes_of(SAFEARRAY* array) {
  const range r = range_of(array, 1);
  void* data = nullptr;
  check(SafeArrayAccessData(array, &data));
  py::object made = py::bytes(static_cast<const char*>(data), static_cast<std::size_t>(r.last - r.first + 1));
  SafeArrayUnaccessData(array);
  return made;
}

std::size_t size_of(py::handle sequence) {
  return static_cast<std::size_t>(PySequence_Fast_GET_SIZE(sequence.ptr()));
}

// As they are stored, whatever a class says of itself. The list may change while it is gone through, for
// values may be Python code.
template <class F>
void for_each_item(py::handle sequence, F&& action) {
  for (std::size_t i = 0; i < size_of(sequence); ++i)
    action(i, py::reinterpret_borrow<py::object>(
                  PySequence_Fast_GET_ITEM(sequence.ptr(), static_cast<Py_ssize_t>(i))));
}

bool all_have(const std::vector<py::object>& parts, std::size_t length) {
  return std::all_of(parts.begin(), parts.end(),
                     [&](const py::object& each) { return is_sequence(each) && size_of(each) == length; });
}

std::vector<py::object> items_of(const std::vector<py::object>& parts, limits& within) {
  std::vector<py::object> items;
  for (const py::object& part : parts)
    for_each_item(part, [&](std::size_t, py::object item) {
      within.step();
      items.push_back(std::move(item));
    });
  return items;
}

// [[1, 2], [3, 4]] has two dimensions, [[1], 2] and [[1, 2], [3]] have one. What holds itself has no end: the
// count of levels has.
std::vector<ULONG> shape_of(py::handle sequence, limits& within) {
  std::vector<ULONG> shape;
  std::vector<py::object> parts{py::reinterpret_borrow<py::object>(sequence)};
  while (shape.size() < most_dimensions) {
    const std::size_t length = size_of(parts[0]);
    if (!all_have(parts, length)) break;
    within.take(length, parts.size());
    shape.push_back(static_cast<ULONG>(length));
    if (length == 0 || !is_sequence(py::handle(PySequence_Fast_GET_ITEM(parts[0].ptr(), 0)))) break;
    parts = items_of(parts, within);
  }
  return shape;
}

void put_element(SAFEARRAY* array, VARTYPE type, std::vector<LONG>& at, py::handle value, limits& within) {
  within.step();
  owned_variant element;
  to_variant(value, type, element.get(), within);
  void* where = &element->llVal;
  if (type == VT_VARIANT) where = &element;
  if (type == VT_DECIMAL) where = &element->decVal;
  if (type == VT_BSTR || type == VT_DISPATCH || type == VT_UNKNOWN) where = element->punkVal;
  check(SafeArrayPutElement(array, at.data(), where));
}

void put_level(SAFEARRAY* array, VARTYPE type, std::vector<LONG>& at, UINT dimension, py::handle sequence,
               limits& within) {
  if (!is_sequence(sequence)) throw py::value_error("comeback: a list has changed while it was handed over");
  for_each_item(sequence, [&](std::size_t i, const py::object& item) {
    at[dimension] = static_cast<LONG>(i);
    if (dimension + 1 == at.size())
      put_element(array, type, at, item, within);
    else
      put_level(array, type, at, dimension + 1, item, within);
  });
}

}  // namespace

py::object from_array(SAFEARRAY* array) {
  if (!array) return py::none();
  VARTYPE type = VT_VARIANT;
  check(SafeArrayGetVartype(array, &type));
  if (type == VT_UI1 && SafeArrayGetDim(array) == 1) return bytes_of(array);
  std::vector<LONG> at(SafeArrayGetDim(array));
  return level(array, type, at, 0);
}

void bytes_to_array(py::handle bytes, VARIANT& to) {
  const py::bytes whole = py::reinterpret_steal<py::bytes>(PyBytes_FromObject(bytes.ptr()));
  if (!whole) throw py::error_already_set();
  const auto size = static_cast<std::size_t>(PyBytes_GET_SIZE(whole.ptr()));
  if (size > 0x7FFFFFFF) throw com_failure(E_OUTOFMEMORY);
  owned_array array(SafeArrayCreateVector(VT_UI1, 0, static_cast<ULONG>(size)));
  if (!array) throw com_failure(E_OUTOFMEMORY);
  void* data = nullptr;
  check(SafeArrayAccessData(array.get(), &data));
  if (size > 0) std::memcpy(data, PyBytes_AS_STRING(whole.ptr()), size);
  SafeArrayUnaccessData(array.get());
  to.parray = array.release();
  to.vt = VT_ARRAY | VT_UI1;
}

void sequence_to_array(py::handle sequence, VARTYPE element, VARIANT& to, limits& within) {
  if (!is_sequence(sequence)) throw py::type_error("comeback: an array is made from a list or tuple");
  const limits::level deeper(within);
  within.take(limits::elements_an_array, 1);
  const std::vector<ULONG> shape = shape_of(sequence, within);
  std::vector<SAFEARRAYBOUND> bounds;
  bounds.reserve(shape.size());
  for (const ULONG count : shape) bounds.push_back({count, 0});
  owned_array array(SafeArrayCreate(element, static_cast<UINT>(bounds.size()), bounds.data()));
  if (!array) throw com_failure(E_INVALIDARG);
  std::vector<LONG> at(shape.size());
  put_level(array.get(), element, at, 0, sequence, within);
  to.parray = array.release();
  to.vt = static_cast<VARTYPE>(VT_ARRAY | element);
}

}  // namespace comeback::python
