// SPDX-License-Identifier: Apache-2.0
#include "python/call.hpp"

#include <algorithm>
#include <deque>
#include <memory>
#include <utility>

#include <objbase.h>
#include <pybind11/stl.h>

namespace comeback::python {
namespace {

reference<IDispatch> dispatch_of(const unknown& object) {
  auto dispatch = object.object.query<IDispatch>();
  if (!dispatch) throw com_failure(E_NOINTERFACE);
  return dispatch;
}

// "AddTree(source: str) -> None, argument source: A value has the wrong type."
std::wstring told_of(py::handle about, HRESULT hr, int argument) {
  const py::object tell = attribute_of(about, "told");
  return to_wide(call_python(tell, py::make_tuple(to_python(sentence_of(hr)), argument)));
}

// Automation's own codes say nothing of the member that was called.
[[noreturn]] void fail(HRESULT hr, EXCEPINFO& exception, int argument, py::handle about) {
  excep_info info = excep_info::take(exception);
  const bool names_argument = hr == DISP_E_TYPEMISMATCH || hr == DISP_E_PARAMNOTFOUND ||
                              hr == DISP_E_OVERFLOW || hr == DISP_E_PARAMNOTOPTIONAL ||
                              hr == DISP_E_BADVARTYPE;
  argument = names_argument ? argument : -1;
  const bool unclear = HRESULT_FACILITY(hr) == FACILITY_DISPATCH && hr != DISP_E_EXCEPTION;
  if (!unclear || about.is_none()) throw com_failure(hr, std::move(info), argument);
  throw com_failure(hr, std::move(info), argument, told_of(about, hr, argument));
}

// What is no VARIANT of the caller's for sure; asking for an attribute that is not there costs an exception.
bool is_plain(py::handle value) {
  return PyLong_CheckExact(value.ptr()) || PyUnicode_CheckExact(value.ptr()) || PyBool_Check(value.ptr()) ||
         PyFloat_CheckExact(value.ptr()) || value.is_none();
}

// The arguments of one call, in the order that Invoke wants: the last comes first.
class call_frame {
 public:
  call_frame(const py::tuple& arguments, const std::vector<DISPID>& named)
      : names_(named.rbegin(), named.rend()), values_(arguments.size()), targets_(arguments.size()) {
    passed_.resize(arguments.size());
    for (std::size_t i = 0; i < arguments.size(); ++i) load(arguments[i], arguments.size() - 1 - i);
  }
  DISPPARAMS params() {
    return {passed_.data(), names_.empty() ? nullptr : names_.data(), static_cast<UINT>(passed_.size()),
            static_cast<UINT>(names_.size())};
  }
  /// What the call wrote by reference goes back to where it came from.
  void store() {
    for (std::size_t i = 0; i < targets_.size(); ++i)
      if (targets_[i])
        (void)call_python(targets_[i].attr("_store_"), py::make_tuple(from_variant(values_[i].get())));
  }
  /// From Invoke's index to the position in the call.
  [[nodiscard]] int position(UINT index) const {
    return index < passed_.size() ? static_cast<int>(passed_.size() - 1 - index) : -1;
  }

 private:
  void load(py::handle argument, std::size_t at) {
    to_variant(argument, values_[at].get(), within_);
    passed_[at] = values_[at].get();
    if (is_plain(argument) || !attribute_of(argument, "_store_")) return;
    const auto typed = typed_value_of(argument);
    if (!typed || !(typed->type & VT_BYREF)) return;
    targets_[at] = py::reinterpret_borrow<py::object>(argument);
    refer(passed_[at], values_[at].get(), typed->type);
  }
  static void refer(VARIANT& to, VARIANT& value, VARTYPE type) {
    to = VARIANT{};
    to.vt = type;
    if ((type & ~VT_BYREF) == VT_VARIANT)
      to.pvarVal = &value;
    else if ((type & ~VT_BYREF) == VT_DECIMAL)
      to.pdecVal = &value.decVal;
    else
      to.byref = &value.llVal;
  }

  limits within_;
  std::vector<DISPID> names_;
  std::deque<owned_variant> values_;  // they stay where they are: references point at them
  std::vector<py::object> targets_;
  std::vector<VARIANT> passed_;
};

}  // namespace

unknown create(const std::wstring& name) {
  reference<IUnknown> object;
  const HRESULT hr = without_gil([&] {
    CLSID id{};
    const HRESULT found = CLSIDFromString(name.c_str(), &id);
    if (FAILED(found)) return found;
    return CoCreateInstance(id, nullptr, CLSCTX_ALL, IID_IUnknown, reinterpret_cast<void**>(object.put()));
  });
  check(hr);
  return {std::move(object)};
}

py::str clsid_of(const std::wstring& name) {
  CLSID id{};
  check(CLSIDFromString(name.c_str(), &id));
  wchar_t text[40] = {};
  StringFromGUID2(id, text, 40);
  return to_python(text);
}

std::vector<DISPID> ids_of_names(const unknown& object, const std::vector<std::wstring>& names) {
  const auto dispatch = dispatch_of(object);
  std::vector<DISPID> ids(names.size(), DISPID_UNKNOWN);
  std::vector<LPOLESTR> texts;
  texts.reserve(names.size());
  for (const std::wstring& name : names) texts.push_back(const_cast<LPOLESTR>(name.c_str()));
  const auto count = static_cast<UINT>(texts.size());
  check(without_gil([&] { return dispatch->GetIDsOfNames(IID_NULL, texts.data(), count, 0, ids.data()); }));
  return ids;
}

py::object invoke(const unknown& object, DISPID id, WORD flags, const py::tuple& arguments,
                  const std::vector<DISPID>& named, const py::object& about) {
  return invoke(dispatch_of(object).get(), id, flags, arguments, named, about);
}

py::object invoke(IDispatch* dispatch, DISPID id, WORD flags, const py::tuple& arguments,
                  const std::vector<DISPID>& named, py::handle about) {
  if (!dispatch) throw com_failure(E_NOINTERFACE);
  call_frame frame(arguments, named);
  DISPPARAMS params = frame.params();
  owned_variant result;
  EXCEPINFO exception{};
  auto bad = static_cast<UINT>(-1);
  const bool puts = (flags & (DISPATCH_PROPERTYPUT | DISPATCH_PROPERTYPUTREF)) != 0;
  const HRESULT hr = without_gil([&] {
    return dispatch->Invoke(id, IID_NULL, 0, flags, &params, puts ? nullptr : &result, &exception, &bad);
  });
  if (FAILED(hr)) fail(hr, exception, frame.position(bad), about);
  frame.store();
  return from_variant(result.get());
}

py::object read_property(IDispatch* dispatch, DISPID id) {
  if (!dispatch) throw com_failure(E_NOINTERFACE);
  DISPPARAMS none{};
  owned_variant result;
  EXCEPINFO exception{};
  const HRESULT hr = without_gil([&] {
    return dispatch->Invoke(id, IID_NULL, 0, DISPATCH_PROPERTYGET, &none, &result, &exception, nullptr);
  });
  if (FAILED(hr)) fail(hr, exception, -1, py::none());
  return from_variant(result.get());
}

py::object enumerator::next() {
  owned_variant item;
  ULONG fetched = 0;
  const HRESULT hr = without_gil([&] { return items_->Next(1, &item, &fetched); });
  check(hr);
  if (fetched == 0) throw py::stop_iteration();
  return from_variant(item.get());
}

enumerator enumerate(const unknown& object) {
  const auto dispatch = dispatch_of(object);
  DISPPARAMS none{};
  owned_variant result;
  check(without_gil([&] {
    return dispatch->Invoke(DISPID_NEWENUM, IID_NULL, 0, DISPATCH_METHOD | DISPATCH_PROPERTYGET, &none,
                            &result, nullptr, nullptr);
  }));
  const bool is_object = result->vt == VT_UNKNOWN || result->vt == VT_DISPATCH;
  const auto given = reference<IUnknown>::share(is_object ? result->punkVal : nullptr);
  auto items = given.query<IEnumVARIANT>();
  if (!items) throw com_failure(E_NOINTERFACE);
  return enumerator(std::move(items));
}

}  // namespace comeback::python
