// SPDX-License-Identifier: Apache-2.0
#include "com/dispatch/record_fields.hpp"

#include "com/data/memory.hpp"
#include "com/data/safearray_layout.hpp"
#include "com/data/value_size.hpp"
#include "com/data/variant.hpp"
#include "com/dispatch/record_info.hpp"
#include "com/object/ptr.hpp"

#include <algorithm>
#include <cstring>

namespace comeback::com::fields {

namespace {

// VT_EMPTY for what a structure of automation cannot have: pointers to anything but interfaces.
VARTYPE stored_type(const used_type& used) noexcept {
  if (used.type != VT_USERDEFINED && used.pointers > 0) return VT_EMPTY;
  if (used.type == VT_SAFEARRAY) return VT_ARRAY | VT_VARIANT;
  if (used.type != VT_USERDEFINED) return used.type;
  const TYPEKIND kind = used.user->kind;
  if (kind == TKIND_ENUM && used.pointers == 0) return VT_I4;
  if (kind == TKIND_RECORD && used.pointers == 0) return VT_RECORD;
  if ((kind != TKIND_INTERFACE && kind != TKIND_DISPATCH) || used.pointers != 1) return VT_EMPTY;
  return used.user->is_dual() || kind == TKIND_DISPATCH ? VT_DISPATCH : VT_UNKNOWN;
}

}  // namespace

place place_of(const described_value& field, void* data) noexcept {
  place p;
  p.type = stored_type(field.type);
  p.user = field.type.user;
  p.is_array = field.type.count != 0;
  p.count = p.is_array ? field.type.count : 1;
  p.size = p.type == VT_RECORD        ? p.user->size
           : (p.type & VT_ARRAY) != 0 ? ULONG{sizeof(SAFEARRAY*)}
                                      : value_size(p.type);
  p.at = static_cast<std::uint8_t*>(data) + field.value;
  return p;
}

bool is_carried(const described_type& type) noexcept {
  return type.kind == TKIND_RECORD && std::ranges::all_of(type.values, [](const described_value& field) {
           const VARTYPE stored = stored_type(field.type);
           return stored == VT_RECORD ? is_carried(*field.type.user)
                                      : (stored & VT_ARRAY) != 0 || value_size(stored) != 0;
         });
}

bool is_object(VARTYPE type) noexcept { return type == VT_DISPATCH || type == VT_UNKNOWN; }

void clear_one(const place& p) noexcept {
  if (p.type == VT_RECORD)
    clear_fields(*p.user, p.at);
  else if (p.type & VT_ARRAY)
    SafeArrayDestroy(*reinterpret_cast<SAFEARRAY**>(p.at));
  else
    layout::clear_element(p.type, p.at);
}

namespace {

void clear_all(const place& p) noexcept {
  for (ULONG i = 0; i < p.count; ++i) clear_one(p.element(i));
}

}  // namespace

void clear_fields(const described_type& type, void* data) noexcept {
  for (const auto& field : type.values) clear_all(place_of(field, data));
  std::memset(data, 0, type.size);
}

namespace {

// Into zeroes; nothing to clear there after a failure.
HRESULT copy_one(const place& p, void* from) noexcept {
  if (p.type == VT_RECORD) return copy_fields(*p.user, p.at, from);
  if (p.type & VT_ARRAY) {
    auto*& array = *reinterpret_cast<SAFEARRAY**>(p.at);
    return SafeArrayCopy(*static_cast<SAFEARRAY**>(from), &array);
  }
  const HRESULT hr = layout::copy_element(p.type, p.size, p.at, from);
  if (FAILED(hr)) std::memset(p.at, 0, p.size);
  return hr;
}

}  // namespace

HRESULT copy_fields(const described_type& type, void* to, void* from) noexcept {
  for (const auto& field : type.values) {
    const place into = place_of(field, to), of = place_of(field, from);
    for (ULONG i = 0; i < into.count; ++i)
      if (const HRESULT hr = copy_one(into.element(i), of.element(i).at); FAILED(hr)) {
        clear_fields(type, to);
        return hr;
      }
  }
  return S_OK;
}

namespace {

/// Values that are made before they replace others.
class workshop {
 public:
  explicit workshop(const place& like) noexcept : made_(like) {
    made_.at = static_cast<std::uint8_t*>(allocate(like.bytes()));
    if (made_.at) std::memset(made_.at, 0, like.bytes());
  }
  workshop(const workshop&) = delete;
  workshop& operator=(const workshop&) = delete;
  ~workshop() {
    if (!made_.at) return;
    clear_all(made_);
    release(made_.at);
  }
  [[nodiscard]] bool is_there() const noexcept { return made_.at != nullptr; }
  [[nodiscard]] const place& made() const noexcept { return made_; }
  void replace(const place& old) const noexcept { std::swap_ranges(old.at, old.at + old.bytes(), made_.at); }

 private:
  place made_;
};

// A value as a VARIANT that the caller owns.
HRESULT read_one(const place& p, VARIANT& out) noexcept {
  if (p.type == VT_VARIANT) return VariantCopy(&out, reinterpret_cast<const VARIANT*>(p.at));
  if (p.type == VT_RECORD) {
    ptr<IRecordInfo> info;
    if (const HRESULT hr = get_record_info(*p.user, info.put()); FAILED(hr)) return hr;
    if (const HRESULT hr = info->RecordCreateCopy(p.at, &out.pvRecord); FAILED(hr)) return hr;
    out.pRecInfo = info.detach();
  } else if (p.type == VT_DECIMAL) {
    std::memcpy(&out.decVal, p.at, sizeof out.decVal);
  } else {
    place into = p;
    into.at = reinterpret_cast<std::uint8_t*>(&out.llVal);
    if (const HRESULT hr = copy_one(into, p.at); FAILED(hr)) return hr;
  }
  out.vt = p.type;
  return S_OK;
}

HRESULT read_array(const place& p, VARIANT& out) noexcept {
  ptr<IRecordInfo> info;
  if (p.type == VT_RECORD)
    if (const HRESULT hr = get_record_info(*p.user, info.put()); FAILED(hr)) return hr;
  SAFEARRAY* const array = SafeArrayCreateVectorEx(p.type, 0, p.count, info.get());
  if (!array) return E_OUTOFMEMORY;
  place into = p;
  into.at = static_cast<std::uint8_t*>(array->pvData);
  for (ULONG i = 0; i < p.count; ++i)
    if (const HRESULT hr = copy_one(into.element(i), p.element(i).at); FAILED(hr)) {
      SafeArrayDestroy(array);
      return hr;
    }
  out.vt = static_cast<VARTYPE>(VT_ARRAY | p.type);
  out.parray = array;
  return S_OK;
}

HRESULT default_property(IDispatch& of, VARIANT& value) noexcept {
  DISPPARAMS none{};
  return of.Invoke(DISPID_VALUE, IID_NULL, 0, DISPATCH_PROPERTYGET, &none, &value, nullptr, nullptr);
}

HRESULT make_object(const place& into, const VARIANT& v) noexcept {
  VARIANT meant{};
  if (const HRESULT hr = dereference(v, meant); FAILED(hr)) return hr;
  if (!is_object(meant.vt)) return DISP_E_TYPEMISMATCH;
  if (!meant.punkVal) return S_OK;
  const IID& wanted = into.user                  ? *into.user->id
                      : into.type == VT_DISPATCH ? __uuidof(IDispatch)
                                                 : __uuidof(IUnknown);
  const HRESULT hr = meant.punkVal->QueryInterface(wanted, reinterpret_cast<void**>(into.at));
  return FAILED(hr) ? DISP_E_TYPEMISMATCH : S_OK;
}

HRESULT make_record(const place& into, const VARIANT& v) noexcept {
  ptr<IRecordInfo> info;
  if (const HRESULT hr = get_record_info(*into.user, info.put()); FAILED(hr)) return hr;
  void* from = nullptr;
  if (const HRESULT hr = record_in(v, *info, from); FAILED(hr)) return hr;
  return from ? copy_fields(*into.user, into.at, from) : S_OK;
}

// By the usual coercions, into zeroes.
HRESULT make_one(const place& into, const VARIANT& v) noexcept {
  if (into.type == VT_VARIANT) return VariantCopyInd(reinterpret_cast<VARIANT*>(into.at), &v);
  if (into.type == VT_RECORD) return make_record(into, v);
  if (is_object(into.type)) return make_object(into, v);
  VARIANT value{};
  if (const HRESULT hr = convert(v, 0, into.type, value); FAILED(hr)) return hr;
  if (into.type == VT_DECIMAL)
    std::memcpy(into.at, &value.decVal, into.size);
  else
    std::memcpy(into.at, &value.llVal, into.size);
  return S_OK;
}

bool fits(const place& into, const SAFEARRAY& array) noexcept {
  if (array.cDims != 1 || array.rgsabound[0].cElements != into.count || array.cbElements != into.size ||
      !array.pvData || layout::element_type(&array) != into.type)
    return false;
  if (into.type != VT_RECORD) return true;
  ptr<IRecordInfo> info;
  return layout::record_of(&array) && SUCCEEDED(get_record_info(*into.user, info.put())) &&
         info->IsMatchingType(layout::record_of(&array));
}

HRESULT make_element(const place& into, void* from) noexcept {
  if (!is_object(into.type)) return copy_one(into, from);
  VARIANT borrowed{};
  borrowed.vt = into.type;
  borrowed.punkVal = *static_cast<IUnknown**>(from);
  return make_object(into, borrowed);
}

HRESULT make_array(const place& into, const VARIANT& v) noexcept {
  VARIANT meant{};
  if (const HRESULT hr = dereference(v, meant); FAILED(hr)) return hr;
  if (meant.vt != (VT_ARRAY | into.type) || !meant.parray || !fits(into, *meant.parray))
    return DISP_E_TYPEMISMATCH;
  for (ULONG i = 0; i < into.count; ++i)
    if (const HRESULT hr = make_element(into.element(i), layout::element_at(meant.parray, i)); FAILED(hr))
      return hr;
  return S_OK;
}

}  // namespace

HRESULT assign(const place& field, const VARIANT& v) noexcept {
  workshop fresh(field);
  if (!fresh.is_there()) return E_OUTOFMEMORY;
  const HRESULT hr = field.is_array ? make_array(fresh.made(), v) : make_one(fresh.made(), v);
  if (SUCCEEDED(hr)) fresh.replace(field);
  return hr;
}

namespace {

HRESULT put_default_property(const place& field, VARIANT& v) noexcept {
  auto* const object = *reinterpret_cast<IDispatch**>(field.at);
  if (field.type != VT_DISPATCH || !object) return E_INVALIDARG;
  DISPID name = DISPID_PROPERTYPUT;
  DISPPARAMS params{&v, &name, 1, 1};
  return object->Invoke(DISPID_VALUE, IID_NULL, 0, DISPATCH_PROPERTYPUT, &params, nullptr, nullptr, nullptr);
}

}  // namespace

HRESULT put(const place& field, VARIANT& v) noexcept {
  if (is_object(field.type) && !field.is_array) return put_default_property(field, v);
  if (field.type != VT_VARIANT || v.vt != VT_DISPATCH || !v.pdispVal) return assign(field, v);
  variant value;
  if (const HRESULT hr = default_property(*v.pdispVal, *value.put()); FAILED(hr)) return hr;
  return assign(field, value.get());
}

HRESULT read(const place& field, VARIANT& out) noexcept {
  return field.is_array ? read_array(field, out) : read_one(field, out);
}

}  // namespace comeback::com::fields
