// SPDX-License-Identifier: Apache-2.0
// The same with _com_ptr_t and _bstr_t: failures are exceptions, and nothing is given back by hand.
//
//   smart_pointers FOLDER OUTPUT.iso

#include <cstdio>

#include <comdef.h>
#include <imapi2fs.h>
#include <shlwapi.h>

_COM_SMARTPTR_TYPEDEF(IFileSystemImage, __uuidof(IFileSystemImage));
_COM_SMARTPTR_TYPEDEF(IFileSystemImageResult, __uuidof(IFileSystemImageResult));
_COM_SMARTPTR_TYPEDEF(IFsiDirectoryItem, __uuidof(IFsiDirectoryItem));
_COM_SMARTPTR_TYPEDEF(IFsiItem, __uuidof(IFsiItem));

using _com_util::CheckError;

namespace {

void list(const IFsiDirectoryItemPtr& root) {
  IEnumVARIANTPtr items;
  CheckError(root->get__NewEnum(&items));
  for (_variant_t item; items->Next(1, item.GetAddress(), nullptr) == S_OK;) {
    IFsiItemPtr entry;  // a folder hands out the paths of its items
    CheckError(root->get_Item(_bstr_t(item), &entry));
    _bstr_t name;
    CheckError(entry->get_Name(name.GetAddress()));
    std::printf("  %s\n", static_cast<const char*>(name));
  }
}

void save(const IFileSystemImagePtr& image, const _bstr_t& path) {
  IFileSystemImageResultPtr result;
  CheckError(image->CreateResultImage(&result));
  IStreamPtr from, to;
  CheckError(result->get_ImageStream(&from));
  CheckError(SHCreateStreamOnFileEx(path, STGM_WRITE | STGM_CREATE, 0, TRUE, nullptr, &to));
  ULARGE_INTEGER everything{}, written{};
  everything.QuadPart = ~0ULL;
  CheckError(from->CopyTo(to, everything, nullptr, &written));
  std::printf("%llu bytes\n", written.QuadPart);
}

void run(const _bstr_t& folder, const _bstr_t& path) {
  const IFileSystemImagePtr image(L"IMAPI2FS.MsftFileSystemImage");
  CheckError(image->put_VolumeName(_bstr_t(L"SMART")));
  IFsiDirectoryItemPtr root;
  CheckError(image->get_Root(&root));
  CheckError(root->AddTree(folder, VARIANT_FALSE));
  list(root);
  save(image, path);
  // What is missing says so, with the words of the object.
  const HRESULT hr = root->AddTree(_bstr_t(L"/nowhere"), VARIANT_FALSE);
  if (FAILED(hr)) _com_issue_errorex(hr, root, __uuidof(root));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  CoInitialize(nullptr);
  int status = 1;
  try {
    run(argv[1], argv[2]);
  } catch (const _com_error& e) {
    std::printf("0x%08X %s\n", static_cast<unsigned>(e.Error()), e.ErrorMessage());
    if (e.Description().length() != 0) std::printf("%s\n", static_cast<const char*>(e.Description()));
    status = 0;  // the one that run() ends with
  }
  CoUninitialize();
  return status;
}
