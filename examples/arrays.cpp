// SPDX-License-Identifier: Apache-2.0
// SAFEARRAYs: what a member returns, and one that is made here.

#include <cstdio>

#include <imapi2fs.h>
#include <windows.h>

namespace {

// Element by element: any number of dimensions, any lower bound.
HRESULT print_levels(IFileSystemImage* image) {
  SAFEARRAY* levels = nullptr;
  HRESULT hr = image->get_ISO9660InterchangeLevelsSupported(&levels);
  long first = 0, last = -1;
  if (SUCCEEDED(hr)) hr = SafeArrayGetLBound(levels, 1, &first);
  if (SUCCEEDED(hr)) hr = SafeArrayGetUBound(levels, 1, &last);
  std::printf("interchange levels:");
  for (long i = first; SUCCEEDED(hr) && i <= last; ++i) {
    VARIANT level;
    VariantInit(&level);
    hr = SafeArrayGetElement(levels, &i, &level);
    if (SUCCEEDED(hr)) std::printf(" %u", static_cast<unsigned>(V_UI4(&level)));
    VariantClear(&level);
  }
  std::printf("\n");
  if (levels) SafeArrayDestroy(levels);
  return hr;
}

// All at once: the elements lie one behind the other while the array is locked.
HRESULT sum_of_squares() {
  SAFEARRAY* squares = SafeArrayCreateVector(VT_I4, 1, 10);
  if (!squares) return E_OUTOFMEMORY;
  for (LONG i = 1; i <= 10; ++i) {
    LONG square = i * i;
    SafeArrayPutElement(squares, &i, &square);
  }
  void* data = nullptr;
  HRESULT hr = SafeArrayAccessData(squares, &data);
  LONG sum = 0;
  for (int i = 0; SUCCEEDED(hr) && i < 10; ++i) sum += static_cast<LONG*>(data)[i];
  if (SUCCEEDED(hr)) hr = SafeArrayUnaccessData(squares);
  std::printf("sum of squares: %d\n", sum);
  SafeArrayDestroy(squares);
  return hr;
}

}  // namespace

int main() {
  CoInitialize(nullptr);
  IFileSystemImage* image = nullptr;
  HRESULT hr = CoCreateInstance(CLSID_MsftFileSystemImage, nullptr, CLSCTX_ALL, IID_PPV_ARGS(&image));
  if (SUCCEEDED(hr)) hr = print_levels(image);
  if (SUCCEEDED(hr)) hr = sum_of_squares();
  if (image) image->Release();
  CoUninitialize();
  return SUCCEEDED(hr) ? 0 : 1;
}
