// SPDX-License-Identifier: Apache-2.0
#include "com/dispatch.hpp"

#include "com/error_info.hpp"
#include "com/ptr.hpp"

#include <algorithm>
#include <cstring>
#include <cwchar>

namespace comeback::com {
namespace {

constexpr WORD all_puts = DISPATCH_PROPERTYPUT | DISPATCH_PROPERTYPUTREF;

const member* find(std::span<const member> table, DISPID id, WORD flags) noexcept {
  // Scripts assign objects with either kind of put.
  if (flags & all_puts) flags = DISPATCH_PROPERTYPUT;
  const auto [first, last] = std::ranges::equal_range(table, id, {}, &member::id);
  const auto found = std::find_if(first, last, [&](const member& m) { return (m.flags & flags) != 0; });
  return found == last ? nullptr : &*found;
}

HRESULT check(const DISPPARAMS& params, WORD flags) noexcept {
  if (params.cArgs && !params.rgvarg) return E_INVALIDARG;
  if (!(flags & all_puts)) return params.cNamedArgs ? DISP_E_NONAMEDARGS : S_OK;
  if (params.cNamedArgs == 0) return S_OK;  // some hosts leave the name of the new value out
  if (params.cNamedArgs > 1 || !params.rgdispidNamedArgs) return DISP_E_NONAMEDARGS;
  return params.rgdispidNamedArgs[0] == DISPID_PROPERTYPUT ? S_OK : DISP_E_NONAMEDARGS;
}

// A failed member is DISP_E_EXCEPTION with its own code in scode. `wcode` stays 0: exactly one of them is
// set.
void fill(EXCEPINFO* exception, HRESULT code) noexcept {
  if (!exception) return;
  *exception = EXCEPINFO{};
  exception->scode = code;
  ptr<IErrorInfo> info;
  if (GetErrorInfo(0, info.put()) != S_OK) return;
  info->GetSource(&exception->bstrSource);
  info->GetDescription(&exception->bstrDescription);
  info->GetHelpFile(&exception->bstrHelpFile);
  info->GetHelpContext(&exception->dwHelpContext);
}

thread_local HRESULT failed_with = S_OK;

}  // namespace

// Tells a member's own failure from one of Invoke's: both may have the same code.
HRESULT member_failed(HRESULT hr) noexcept {
  failed_with = hr;
  return DISP_E_EXCEPTION;
}

HRESULT store_by_reference(VARIANT& reference, VARIANT& made) noexcept {
  if (reference.vt == (VT_BYREF | VT_VARIANT)) {
    VariantClear(reference.pvarVal);
    *reference.pvarVal = made;
    return S_OK;
  }
  if ((reference.vt & ~VT_BYREF) != made.vt) {
    VariantClear(&made);
    return DISP_E_TYPEMISMATCH;
  }
  switch (made.vt) {
    case VT_I4:
    case VT_UI4:
      *reference.plVal = made.lVal;
      return S_OK;
    case VT_BOOL:
      *reference.pboolVal = made.boolVal;
      return S_OK;
    case VT_BSTR:
      SysFreeString(*reference.pbstrVal);
      *reference.pbstrVal = made.bstrVal;
      return S_OK;
    default:
      VariantClear(&made);
      return DISP_E_TYPEMISMATCH;
  }
}

HRESULT detail::call_opaque(IDispatch*, const call_arguments&) { return DISP_E_BADVARTYPE; }

HRESULT find_names(std::span<const member> table, REFIID riid, LPOLESTR* names, UINT count,
                   DISPID* ids) noexcept {
  if (riid != IID_NULL) return DISP_E_UNKNOWNINTERFACE;
  if (!names || !ids || count == 0) return E_INVALIDARG;
  std::fill_n(ids, count, DISPID_UNKNOWN);
  const auto found = std::ranges::find_if(
      table, [&](const member& m) { return names[0] && wcscasecmp(m.name, names[0]) == 0; });
  if (found == table.end()) return DISP_E_UNKNOWNNAME;
  ids[0] = found->id;
  return count == 1 ? S_OK : DISP_E_UNKNOWNNAME;  // names of arguments are not known
}

HRESULT invoke(std::span<const member> table, IDispatch* self, DISPID id, REFIID riid, WORD flags,
               DISPPARAMS* params, VARIANT* result, EXCEPINFO* exception, UINT* bad_argument) noexcept {
  if (riid != IID_NULL) return DISP_E_UNKNOWNINTERFACE;
  if (!params) return E_INVALIDARG;
  if (const HRESULT hr = check(*params, flags); FAILED(hr)) return hr;
  const member* const found = find(table, id, flags);
  if (!found) return DISP_E_MEMBERNOTFOUND;
  UINT unused = 0;
  if (result) VariantInit(result);
  SetErrorInfo(0, nullptr);
  failed_with = S_OK;
  const HRESULT hr =
      found->call(self, {{params->rgvarg, params->cArgs}, result, bad_argument ? bad_argument : &unused});
  if (failed_with == S_OK || hr != DISP_E_EXCEPTION) return hr;
  fill(exception, failed_with);
  return hr;
}

}  // namespace comeback::com
