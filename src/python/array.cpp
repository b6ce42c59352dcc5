// SPDX-License-Identifier: Apache-2.0
#include "python/array.hpp"

#include <cstring>
#include <memory>
#include <vector>

namespace comeback::python {
namespace {

constexpr std::size_t most_dimensions = 8;
constexpr std::size_t most_elements = std::size_t{1} << 26;  // a list may hold itself, many times

struct array_destroyer {
  void operator()(SAFEARRAY* array) const { SafeArrayDestroy(array); }
};
using owned_array = std::unique_ptr<SAFEARRAY, array_destroyer>;

bool is_sequence(py::handle value) { return PyList_Check(value.ptr()) || PyTuple_Check(value.ptr()); }

// RecursionError for a list that holds itself.
class one_deeper {
 public:
  one_deeper() {
    if (Py_EnterRecursiveCall(" while making an array")) throw py::error_already_set();
  }
  one_deeper(const one_deeper&) = delete;
  one_deeper& operator=(const one_deeper&) = delete;
  ~one_deeper() { Py_LeaveRecursiveCall(); }
};

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

// [[1, 2], [3, 4]] has two dimensions, [[1], 2] and [[1, 2], [3]] have one. What holds itself has no end: the
// count of levels has.
std::vector<ULONG> shape_of(py::handle sequence) {
  std::vector<ULONG> shape;
  py::object part = py::reinterpret_borrow<py::object>(sequence);
  std::vector<py::object> parts{part};
  while (!parts.empty() && shape.size() < most_dimensions) {
    const std::size_t length = py::len(parts[0]);
    std::vector<py::object> next;
    for (const py::object& each : parts) {
      if (!is_sequence(each) || py::len(each) != length) return shape;
    }
    if (length > 0 && parts.size() > most_elements / length)
      throw py::value_error("comeback: the array is too large");
    shape.push_back(static_cast<ULONG>(length));
    for (const py::object& each : parts)
      for (const py::handle item : each) next.push_back(py::reinterpret_borrow<py::object>(item));
    if (next.empty() || !is_sequence(next[0])) break;
    parts = std::move(next);
  }
  return shape;
}

void put_element(SAFEARRAY* array, VARTYPE type, std::vector<LONG>& at, py::handle value) {
  owned_variant element;
  to_variant(value, type, element.get());
  void* where = &element->llVal;
  if (type == VT_VARIANT) where = &element;
  if (type == VT_DECIMAL) where = &element->decVal;
  if (type == VT_BSTR || type == VT_DISPATCH || type == VT_UNKNOWN) where = element->punkVal;
  check(SafeArrayPutElement(array, at.data(), where));
}

void put_level(SAFEARRAY* array, VARTYPE type, std::vector<LONG>& at, UINT dimension, py::handle sequence) {
  LONG i = 0;
  for (const py::handle item : sequence) {
    at[dimension] = i++;
    if (dimension + 1 == at.size())
      put_element(array, type, at, item);
    else
      put_level(array, type, at, dimension + 1, item);
  }
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

void sequence_to_array(py::handle sequence, VARTYPE element, VARIANT& to) {
  if (!is_sequence(sequence)) throw py::type_error("comeback: an array is made from a list or tuple");
  const one_deeper guard;
  const std::vector<ULONG> shape = shape_of(sequence);
  std::vector<SAFEARRAYBOUND> bounds;
  bounds.reserve(shape.size());
  for (const ULONG count : shape) bounds.push_back({count, 0});
  owned_array array(SafeArrayCreate(element, static_cast<UINT>(bounds.size()), bounds.data()));
  if (!array) throw com_failure(E_INVALIDARG);
  std::vector<LONG> at(shape.size());
  put_level(array.get(), element, at, 0, sequence);
  to.parray = array.release();
  to.vt = static_cast<VARTYPE>(VT_ARRAY | element);
}

}  // namespace comeback::python
