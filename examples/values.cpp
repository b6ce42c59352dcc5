// SPDX-License-Identifier: Apache-2.0
// Values of automation: _bstr_t and _variant_t, conversions, dates, and what a failed conversion looks like.

#include <cstdio>

#include <comdef.h>
#include <imapi2fs.h>

_COM_SMARTPTR_TYPEDEF(IFileSystemImage, __uuidof(IFileSystemImage));
_COM_SMARTPTR_TYPEDEF(IFsiDirectoryItem, __uuidof(IFsiDirectoryItem));
_COM_SMARTPTR_TYPEDEF(IFsiItem, __uuidof(IFsiItem));

using _com_util::CheckError;

namespace {

void texts() {
  _bstr_t name = L"K\u00F6ln";
  name += " 2026";
  std::printf("%s has %u letters\n", static_cast<const char*>(name), name.length());
}

void numbers() {
  const _variant_t text = L"1234";
  std::printf("\"1234\" is %d, and half of it %g\n", static_cast<int>(text), static_cast<double>(text) / 2);
  try {
    static_cast<void>(static_cast<short>(_variant_t(70000)));
  } catch (const _com_error& e) {
    std::printf("70000 is no short: 0x%08X\n", static_cast<unsigned>(e.Error()));
  }
}

void dates() {
  const IFileSystemImagePtr image(__uuidof(MsftFileSystemImage));
  IFsiDirectoryItemPtr root;
  CheckError(image->get_Root(&root));
  CheckError(root->AddDirectory(_bstr_t(L"papers")));
  IFsiItemPtr papers;
  CheckError(root->get_Item(_bstr_t(L"papers"), &papers));
  CheckError(papers->put_LastModifiedTime(46000.75));
  DATE when = 0;
  CheckError(papers->get_LastModifiedTime(&when));
  const _bstr_t shown = _variant_t(when, VT_DATE);
  std::printf("%s\n", static_cast<const char*>(shown));
}

}  // namespace

int main() {
  CoInitialize(nullptr);
  int status = 0;
  try {
    texts();
    numbers();
    dates();
  } catch (const _com_error& e) {
    std::fprintf(stderr, "0x%08X %s\n", static_cast<unsigned>(e.Error()), e.ErrorMessage());
    status = 1;
  }
  CoUninitialize();
  return status;
}
