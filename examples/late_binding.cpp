// SPDX-License-Identifier: Apache-2.0
// The way of scripts: no interface is known but IDispatch; members are found by their names.
//
//   late_binding FOLDER

#include <cstdio>
#include <initializer_list>
#include <vector>

#include <comdef.h>
#include <windows.h>

namespace {

DISPID id_of(IDispatch* object, const wchar_t* name) {
  DISPID id = DISPID_UNKNOWN;
  LPOLESTR names[] = {const_cast<LPOLESTR>(name)};
  _com_util::CheckError(object->GetIDsOfNames(IID_NULL, names, 1, LOCALE_USER_DEFAULT, &id));
  return id;
}

_variant_t invoke(IDispatch* object, WORD kind, const wchar_t* name,
                  std::initializer_list<_variant_t> given = {}) {
  // Arguments stand in reverse order; the value of a property has a name of its own.
  std::vector<_variant_t> arguments(std::rbegin(given), std::rend(given));
  DISPID put = DISPID_PROPERTYPUT;
  DISPPARAMS params{arguments.data(), nullptr, static_cast<UINT>(arguments.size()), 0};
  if (kind == DISPATCH_PROPERTYPUT) {
    params.rgdispidNamedArgs = &put;
    params.cNamedArgs = 1;
  }
  _variant_t result;
  EXCEPINFO exception{};
  UINT bad_argument = 0;
  const HRESULT hr = object->Invoke(id_of(object, name), IID_NULL, LOCALE_USER_DEFAULT, kind, &params,
                                    &result, &exception, &bad_argument);
  const _bstr_t source(exception.bstrSource, false), help(exception.bstrHelpFile, false);
  const _bstr_t description(exception.bstrDescription, false);
  if (hr == DISP_E_EXCEPTION && description.length() != 0)
    std::fprintf(stderr, "%s\n", static_cast<const char*>(description));
  _com_util::CheckError(hr == DISP_E_EXCEPTION ? exception.scode : hr);
  return result;
}

_variant_t get(IDispatch* object, const wchar_t* name) { return invoke(object, DISPATCH_PROPERTYGET, name); }

void run(const char* folder) {
  const IDispatchPtr image("IMAPI2FS.MsftFileSystemImage");
  invoke(image, DISPATCH_PROPERTYPUT, L"volumename", {L"LATE"});  // in any case
  invoke(image, DISPATCH_PROPERTYPUT, L"FreeMediaBlocks", {0});
  const IDispatchPtr root = get(image, L"Root");
  invoke(root, DISPATCH_METHOD, L"AddTree", {folder, false});
  const IDispatchPtr result = invoke(image, DISPATCH_METHOD, L"CreateResultImage");
  const _bstr_t name = get(image, L"VolumeName");
  std::printf("%s: %d files, %d blocks of %d bytes\n", static_cast<const char*>(name),
              static_cast<int>(get(image, L"FileCount")), static_cast<int>(get(result, L"TotalBlocks")),
              static_cast<int>(get(result, L"BlockSize")));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  CoInitialize(nullptr);
  int status = 0;
  try {
    run(argv[1]);
  } catch (const _com_error& e) {
    std::fprintf(stderr, "0x%08X %s\n", static_cast<unsigned>(e.Error()), e.ErrorMessage());
    status = 1;
  }
  CoUninitialize();
  return status;
}
