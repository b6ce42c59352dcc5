// SPDX-License-Identifier: Apache-2.0
// CoTaskMemAlloc and its kin, and IMalloc.

#include "com/data/memory.hpp"

#include <malloc.h>
#include <objbase.h>

LPVOID CoTaskMemAlloc(SIZE_T size) { return comeback::com::allocate(size); }

LPVOID CoTaskMemRealloc(LPVOID memory, SIZE_T size) {
  if (memory && size == 0) {
    comeback::com::release(memory);
    return nullptr;
  }
  return comeback::com::reallocate(memory, size);
}

void CoTaskMemFree(LPVOID memory) { comeback::com::release(memory); }

namespace {

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
// There is one, and it is always there.
class allocator final : public IMalloc {
 public:
  HRESULT QueryInterface(REFIID iid, void** out) noexcept override {
    if (!out) return E_POINTER;
    const bool had = iid == IID_IUnknown || iid == IID_IMalloc;
    *out = had ? static_cast<IMalloc*>(this) : nullptr;
    return had ? S_OK : E_NOINTERFACE;
  }
  ULONG AddRef() noexcept override { return 2; }
  ULONG Release() noexcept override { return 1; }
  void* Alloc(SIZE_T size) noexcept override { return CoTaskMemAlloc(size); }
  void* Realloc(void* memory, SIZE_T size) noexcept override { return CoTaskMemRealloc(memory, size); }
  void Free(void* memory) noexcept override { CoTaskMemFree(memory); }
  SIZE_T GetSize(void* memory) noexcept override {
    return memory ? ::malloc_usable_size(memory) : static_cast<SIZE_T>(-1);
  }
  int DidAlloc(void*) noexcept override { return -1; }
  void HeapMinimize() noexcept override { (void)::malloc_trim(0); }
};
#pragma GCC diagnostic pop

}  // namespace

HRESULT CoGetMalloc(DWORD context, LPMALLOC* allocator_out) {
  if (!allocator_out) return E_INVALIDARG;
  static allocator one;
  *allocator_out = context == 1 ? &one : nullptr;
  return context == 1 ? S_OK : E_INVALIDARG;
}
