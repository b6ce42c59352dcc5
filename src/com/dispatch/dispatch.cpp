// SPDX-License-Identifier: Apache-2.0
#include "com/dispatch/dispatch.hpp"

#include "com/data/value_size.hpp"
#include "com/object/error_info.hpp"
#include "com/object/ptr.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace comeback::com {
namespace {

constexpr WORD all_puts = DISPATCH_PROPERTYPUT | DISPATCH_PROPERTYPUTREF;

constexpr VARIANT omitted() {
  VARIANT v{};
  v.vt = VT_ERROR;
  v.scode = DISP_E_PARAMNOTFOUND;
  return v;
}

auto rows_of(std::span<const member> table, DISPID id) noexcept {
  return std::ranges::equal_range(table, id, {}, &member::id);
}

const member* find(std::span<const member> table, DISPID id, WORD flags) noexcept {
  // Scripts assign objects with either kind of put.
  if (flags & all_puts) flags = DISPATCH_PROPERTYPUT;
  const auto* row = std::ranges::lower_bound(table, id, {}, &member::id).base();
  for (const auto* const end = table.data() + table.size(); row != end && row->id == id; ++row)
    if (row->kind & flags) return row;
  return nullptr;
}

using placed = std::array<VARIANT*, max_arguments>;

// A complete list has its last argument first; one that was never given has the index it would have there.
UINT index_of(const DISPPARAMS& params, const VARIANT* argument, std::size_t position, std::size_t count) {
  const auto* const begin = params.rgvarg;
  if (begin && argument >= begin && argument < begin + params.cArgs)
    return static_cast<UINT>(argument - begin);
  return static_cast<UINT>(count - 1 - position);
}

HRESULT place_named(const DISPPARAMS& params, WORD kind, std::size_t count, placed& at, UINT& bad) noexcept {
  for (UINT i = 0; i < params.cNamedArgs; ++i) {
    DISPID position = params.rgdispidNamedArgs[i];
    if (position == DISPID_PROPERTYPUT && kind == DISPATCH_PROPERTYPUT)
      position = static_cast<DISPID>(count - 1);
    const bool known = position >= 0 && static_cast<std::size_t>(position) < count;
    if (!known || at[static_cast<std::size_t>(position)]) {
      bad = i;
      return DISP_E_PARAMNOTFOUND;
    }
    at[static_cast<std::size_t>(position)] = &params.rgvarg[i];
  }
  return S_OK;
}

HRESULT fill_gaps(const described_function& about, const DISPPARAMS& params, placed& at, UINT& bad) noexcept {
  static constinit VARIANT missing = omitted();  // nobody writes to it
  const auto arguments = about.arguments();
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const bool given = at[i] != nullptr;
    if (!given) at[i] = &missing;
    if (!is_omitted(*at[i]) || arguments[i].is_optional()) continue;
    if (!given && !params.cNamedArgs) return DISP_E_BADPARAMCOUNT;
    bad = index_of(params, at[i], i, arguments.size());
    return DISP_E_PARAMNOTOPTIONAL;
  }
  return S_OK;
}

// The page of Invoke has one code for an argument that is no VARIANT: a type that there is not, and a
// reference to nothing.
HRESULT check_types(const DISPPARAMS& params, UINT& bad) noexcept {
  VARIANT meant{};
  for (UINT i = params.cArgs; i > 0; --i)
    if (FAILED(dereference(params.rgvarg[i - 1], meant))) return bad = i - 1, DISP_E_BADVARTYPE;
  return S_OK;
}

// The new value of a property has a name; it is the first of those that have one.
bool names_new_value(const DISPPARAMS& params) noexcept {
  return params.cNamedArgs > 0 && params.rgdispidNamedArgs[0] == DISPID_PROPERTYPUT;
}

// Puts each argument where the prototype has it.
HRESULT place(const described_function& about, const DISPPARAMS& params, placed& at, UINT& bad) noexcept {
  const std::size_t count = about.arguments().size();
  if (params.cArgs > count || params.cNamedArgs > params.cArgs) return DISP_E_BADPARAMCOUNT;
  if ((params.cArgs && !params.rgvarg) || (params.cNamedArgs && !params.rgdispidNamedArgs))
    return E_INVALIDARG;
  if (const HRESULT hr = check_types(params, bad); FAILED(hr)) return hr;
  if (about.kind == DISPATCH_PROPERTYPUT && params.cArgs && !names_new_value(params))
    return bad = 0, DISP_E_PARAMNOTFOUND;
  for (UINT i = 0; i < params.cArgs - params.cNamedArgs; ++i) at[i] = &params.rgvarg[params.cArgs - 1 - i];
  if (params.cNamedArgs)
    if (const HRESULT hr = place_named(params, about.kind, count, at, bad); FAILED(hr)) return hr;
  return fill_gaps(about, params, at, bad);
}

// `collection(3)`: a property without arguments whose object has a default member.
bool leads_to_default_member(const member& found, const DISPPARAMS& params) noexcept {
  if (found.kind != DISPATCH_PROPERTYGET || !params.cArgs || found.about->parameters.size() != 1)
    return false;
  const used_type& type = found.about->parameters[0].type;
  return type.type == VT_DISPATCH || (type.user && type.user->is_dual());
}

// A failed member is DISP_E_EXCEPTION with its own code in scode. `wcode` stays 0: exactly one of them is
// set.
void fill(EXCEPINFO* exception, HRESULT code, REFIID of) noexcept {
  if (!exception) return;
  *exception = EXCEPINFO{};
  exception->scode = code;
  ptr<IErrorInfo> info;
  if (GetErrorInfo(0, info.put()) != S_OK) {
    set_error_info(code, {}, of);
    if (GetErrorInfo(0, info.put()) != S_OK) return;
  }
  info->GetSource(&exception->bstrSource);
  if (!exception->bstrSource) exception->bstrSource = SysAllocString(source_of(of));
  info->GetDescription(&exception->bstrDescription);
  info->GetHelpFile(&exception->bstrHelpFile);
  info->GetHelpContext(&exception->dwHelpContext);
}

struct call_outcome {
  DISPPARAMS* params;
  VARIANT* result;
  EXCEPINFO* exception;
  UINT* bad_argument;
  const IID& of;
};

// A client's own object (DispInvoke, CreateStdDispatch) may throw.
HRESULT call_guarded(const member& found, IDispatch* self, call_arguments& with) noexcept try {
  return found.call(self, with);
} catch (...) {
  with.answer = publish_current_exception();
  return DISP_E_EXCEPTION;
}

HRESULT call(const member& found, IDispatch* self, const call_outcome& out) noexcept {
  placed at;  // only what is used is cleared: a read without arguments shall cost little
  const std::size_t count = found.about->arguments().size();
  std::fill_n(at.begin(), count, nullptr);
  if (const HRESULT hr = place(*found.about, *out.params, at, *out.bad_argument); FAILED(hr)) return hr;
  VARIANT* const result = found.kind == DISPATCH_PROPERTYPUT ? nullptr : out.result;  // which a put ignores
  if (result) *result = VARIANT{};
  SetErrorInfo(0, nullptr);
  call_arguments with{.given = {at.data(), count}, .result = result};
  const HRESULT hr = call_guarded(found, self, with);
  if (FAILED(with.answer))
    fill(out.exception, with.answer, out.of);
  else if (FAILED(hr) && count > 0)
    *out.bad_argument = index_of(*out.params, at[with.bad], with.bad, count);
  return hr;
}

HRESULT call_default_member(const member& found, IDispatch* self, const call_outcome& out) noexcept {
  DISPPARAMS none{};
  VARIANT object{};
  const HRESULT hr = call(found, self, {&none, &object, out.exception, out.bad_argument, out.of});
  if (FAILED(hr)) return hr;
  const ptr<IDispatch> on = ptr<IDispatch>::own(object.pdispVal);
  if (!on) return DISP_E_BADPARAMCOUNT;
  return on->Invoke(DISPID_VALUE, IID_NULL, 0, DISPATCH_METHOD | DISPATCH_PROPERTYGET, out.params, out.result,
                    out.exception, out.bad_argument);
}

// Every 32-bit number may also be called an INT.
VARTYPE plain(VARTYPE type) noexcept {
  return type == VT_INT ? VARTYPE{VT_I4} : type == VT_UINT ? VARTYPE{VT_UI4} : type;
}

HRESULT replace_array(SAFEARRAY*& at, VARIANT& made) noexcept {
  if (at)
    if (const HRESULT hr = SafeArrayDestroy(at); FAILED(hr)) {
      VariantClear(&made);
      return hr;
    }
  at = made.parray;
  return S_OK;
}

// The structure stays where the caller has it.
HRESULT replace_record(const VARIANT& reference, VARIANT& made) noexcept {
  const bool fits = reference.pRecInfo && made.pRecInfo && reference.pRecInfo->IsMatchingType(made.pRecInfo);
  const HRESULT hr =
      fits ? reference.pRecInfo->RecordCopy(made.pvRecord, reference.pvRecord) : DISP_E_TYPEMISMATCH;
  VariantClear(&made);
  return hr;
}

}  // namespace

HRESULT takes(const VARIANT& reference, VARTYPE type) noexcept {
  if (!(reference.vt & VT_BYREF) || !reference.byref) return DISP_E_TYPEMISMATCH;
  const VARTYPE has = reference.vt & ~VT_BYREF;
  return has == VT_VARIANT || plain(has) == type ? S_OK : DISP_E_TYPEMISMATCH;
}

HRESULT store_by_reference(VARIANT& reference, VARIANT& made) noexcept {
  const VARTYPE type = reference.vt & ~VT_BYREF;
  if (type == VT_VARIANT) {
    if (const HRESULT hr = VariantClear(reference.pvarVal); FAILED(hr)) {
      VariantClear(&made);
      return hr;
    }
    *reference.pvarVal = made;
    return S_OK;
  }
  if (type & VT_ARRAY) return replace_array(*reference.pparray, made);
  if (type == VT_RECORD) return replace_record(reference, made);
  if (type == VT_BSTR) SysFreeString(*reference.pbstrVal);
  if ((type == VT_DISPATCH || type == VT_UNKNOWN) && *reference.ppunkVal) (*reference.ppunkVal)->Release();
  std::memcpy(reference.byref, &made.llVal, value_size(type));
  return S_OK;
}

detail::filled_array::filled_array(VARIANT& to, ULONG count) noexcept
    : to_(to), state_(is_omitted(to) ? S_OK : takes(to, VT_ARRAY | VT_UI4)) {
  if (FAILED(state_)) return;
  made_.parray = SafeArrayCreateVector(VT_UI4, 0, count);
  if (!made_.parray)
    state_ = E_OUTOFMEMORY;
  else
    made_.vt = VT_ARRAY | VT_UI4;
}

HRESULT detail::filled_array::store() noexcept {
  if (is_omitted(to_)) return S_OK;
  VARIANT given = std::exchange(made_, VARIANT{});
  return store_by_reference(to_, given);
}

HRESULT detail::call_opaque(IDispatch*, call_arguments&) { return DISP_E_BADVARTYPE; }

bool same_name(const wchar_t* one, const wchar_t* other) noexcept {
  const auto lower = [](wchar_t c) { return c >= L'A' && c <= L'Z' ? static_cast<wchar_t>(c + 32) : c; };
  for (; lower(*one) == lower(*other); ++one, ++other)
    if (!*one) return true;
  return false;
}

namespace {

// Getter and setter of a property share its id, so an argument's name may be either's.
DISPID position_of(std::span<const member> table, DISPID id, const wchar_t* name) noexcept {
  for (const member& m : rows_of(table, id)) {
    const auto arguments = m.about->arguments();
    for (std::size_t i = 0; i < arguments.size(); ++i)
      if (name && same_name(arguments[i].name, name)) return static_cast<DISPID>(i);
  }
  return DISPID_UNKNOWN;
}

}  // namespace

HRESULT find_names(std::span<const member> table, REFIID riid, LPOLESTR* names, UINT count,
                   DISPID* ids) noexcept {
  if (riid != IID_NULL) return DISP_E_UNKNOWNINTERFACE;
  if (!names || !ids || count == 0) return E_INVALIDARG;
  std::fill_n(ids, count, DISPID_UNKNOWN);
  const auto found = std::ranges::find_if(
      table, [&](const member& m) { return names[0] && same_name(m.about->name, names[0]); });
  if (found == table.end()) return DISP_E_UNKNOWNNAME;
  ids[0] = found->id;
  for (UINT i = 1; i < count; ++i) ids[i] = position_of(table, found->id, names[i]);
  return std::find(ids, ids + count, DISPID_UNKNOWN) == ids + count ? S_OK : DISP_E_UNKNOWNNAME;
}

HRESULT invoke(std::span<const member> table, IDispatch* self, DISPID id, REFIID riid, WORD flags,
               DISPPARAMS* params, VARIANT* result, EXCEPINFO* exception, UINT* bad_argument,
               REFIID of) noexcept {
  if (riid != IID_NULL) return DISP_E_UNKNOWNINTERFACE;
  if (!params) return E_INVALIDARG;
  const member* const found = find(table, id, flags);
  if (!found) return DISP_E_MEMBERNOTFOUND;
  UINT unused = 0;
  const call_outcome out{params, result, exception, bad_argument ? bad_argument : &unused, of};
  return leads_to_default_member(*found, *params) ? call_default_member(*found, self, out)
                                                  : call(*found, self, out);
}

}  // namespace comeback::com
