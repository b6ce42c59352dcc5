// SPDX-License-Identifier: Apache-2.0
// What clients call that write an IDispatch by hand, or look for a type library by the name of its module:
// DispGetParam, LoadTypeLib, LoadTypeLibEx.

#include "com/dispatch/description.hpp"
#include "com/dispatch/dispatch.hpp"
#include "com/dispatch/type_library.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <oleauto.h>

namespace comeback::com {
namespace {

/// Where in rgvarg the argument stands: by position where it has no name, else by its name.
std::optional<UINT> find_argument(const DISPPARAMS& params, UINT position) noexcept {
  const UINT positional = params.cArgs - params.cNamedArgs;
  if (position < positional) return params.cArgs - 1 - position;
  for (UINT i = 0; i < params.cNamedArgs; ++i)
    if (params.rgdispidNamedArgs[i] == static_cast<DISPID>(position)) return i;
  return {};
}

bool is_whole(const DISPPARAMS& params) noexcept {
  return params.cNamedArgs <= params.cArgs && (params.rgvarg || !params.cArgs) &&
         (params.rgdispidNamedArgs || !params.cNamedArgs);
}

struct module_name {
  const wchar_t* file;
  const wchar_t* library;
};
/// The files that hold the libraries on Windows.
constexpr std::array<module_name, 3> modules = {
    {{L"imapi2.dll", L"IMAPI2"}, {L"imapi2fs.dll", L"IMAPI2FS"}, {L"vpc.exe", L"VirtualPC"}}};

/// "…\imapi2.dll\1" names the first library in the file: the file without its folder and that number.
std::wstring_view file_of(std::wstring_view path) noexcept {
  const auto last = [&] { return path.find_last_of(L"\\/"); };
  if (path.ends_with(L"\\1")) path.remove_suffix(2);
  return last() == std::wstring_view::npos ? path : path.substr(last() + 1);
}

bool same_ascii(std::wstring_view a, std::wstring_view b) noexcept {
  const auto lower = [](wchar_t c) { return c >= L'A' && c <= L'Z' ? c - L'A' + L'a' : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace
}  // namespace comeback::com

using namespace comeback;

HRESULT DispGetParam(DISPPARAMS* params, UINT position, VARTYPE type, VARIANT* result, UINT* bad_argument) {
  if (!params || !result || !com::is_whole(*params)) return E_INVALIDARG;
  const auto at = com::find_argument(*params, position);
  if (!at) return DISP_E_PARAMNOTFOUND;
  const HRESULT hr = VariantChangeType(result, &params->rgvarg[*at], 0, type);
  if (FAILED(hr) && bad_argument) *bad_argument = *at;
  return hr;
}

HRESULT LoadTypeLib(LPCOLESTR file, ITypeLib** library) {
  if (!file || !library) return E_INVALIDARG;
  *library = nullptr;
  const std::wstring_view name = com::file_of(file);
  const auto* const module = std::ranges::find_if(
      com::modules, [&](const com::module_name& known) { return com::same_ascii(known.file, name); });
  if (module == com::modules.end()) return TYPE_E_CANTLOADLIBRARY;
  for (const auto* described : com::described_libraries())
    if (std::wstring_view(described->name) == module->library)
      return com::make_type_library(*described, library);
  return TYPE_E_CANTLOADLIBRARY;
}

HRESULT LoadTypeLibEx(LPCOLESTR file, REGKIND kind, ITypeLib** library) {
  if (kind != REGKIND_DEFAULT && kind != REGKIND_REGISTER && kind != REGKIND_NONE) return E_INVALIDARG;
  return LoadTypeLib(file, library);
}
