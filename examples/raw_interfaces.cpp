// SPDX-License-Identifier: Apache-2.0
// An image with raw interface pointers: every call checked, every reference given back by hand.
//
//   raw_interfaces FOLDER OUTPUT.iso

#include <cstdio>
#include <string>

#include <imapi2fs.h>
#include <shlwapi.h>
#include <windows.h>

namespace {

HRESULT copy_all(IStream* from, LPCWSTR path) {
  STATSTG stat{};
  IStream* to = nullptr;
  ULARGE_INTEGER written{};
  HRESULT hr = from->Stat(&stat, STATFLAG_NONAME);
  if (SUCCEEDED(hr)) hr = SHCreateStreamOnFileEx(path, STGM_WRITE | STGM_CREATE, 0, TRUE, nullptr, &to);
  if (SUCCEEDED(hr)) hr = from->CopyTo(to, stat.cbSize, nullptr, &written);
  if (to) to->Release();
  if (SUCCEEDED(hr)) std::printf("%llu bytes\n", written.QuadPart);
  return hr;
}

HRESULT write_image(IFileSystemImage* image, BSTR folder, LPCWSTR path) {
  IFsiDirectoryItem* root = nullptr;
  IFileSystemImageResult* result = nullptr;
  IStream* stream = nullptr;
  HRESULT hr = image->put_FileSystemsToCreate(FsiFileSystemISO9660 | FsiFileSystemJoliet);
  if (SUCCEEDED(hr)) hr = image->get_Root(&root);
  if (SUCCEEDED(hr)) hr = root->AddTree(folder, VARIANT_FALSE);
  if (SUCCEEDED(hr)) hr = image->CreateResultImage(&result);
  if (SUCCEEDED(hr)) hr = result->get_ImageStream(&stream);
  if (SUCCEEDED(hr)) hr = copy_all(stream, path);
  if (stream) stream->Release();
  if (result) result->Release();
  if (root) root->Release();
  return hr;
}

std::wstring wide(const char* text) { return {text, text + std::string(text).size()}; }

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  HRESULT hr = CoInitializeEx(nullptr, COINIT_MULTITHREADED);
  if (FAILED(hr)) return 1;
  IFileSystemImage* image = nullptr;
  hr = CoCreateInstance(CLSID_MsftFileSystemImage, nullptr, CLSCTX_ALL, IID_PPV_ARGS(&image));
  if (SUCCEEDED(hr)) {
    const BSTR folder = SysAllocString(wide(argv[1]).c_str());
    hr = write_image(image, folder, wide(argv[2]).c_str());
    SysFreeString(folder);
    image->Release();
  }
  if (FAILED(hr)) std::fprintf(stderr, "failed: 0x%08X\n", static_cast<unsigned>(hr));
  CoUninitialize();
  return SUCCEEDED(hr) ? 0 : 1;
}
