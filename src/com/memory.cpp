// SPDX-License-Identifier: Apache-2.0
#include "com/memory.hpp"

#include <cstdlib>

#include <objbase.h>

namespace comeback::com {
namespace {

constexpr int unlimited = -1;
thread_local int granted_here = unlimited;

bool granted() noexcept {
  if (granted_here == unlimited) return true;
  if (granted_here == 0) return false;
  --granted_here;
  return true;
}

}  // namespace

void* allocate(std::size_t size) noexcept { return granted() ? std::malloc(size ? size : 1) : nullptr; }
void* reallocate(void* memory, std::size_t size) noexcept {
  return granted() ? std::realloc(memory, size ? size : 1) : nullptr;
}
void release(void* memory) noexcept { std::free(memory); }

allocation_limit::allocation_limit(int granted) noexcept { granted_here = granted; }
allocation_limit::~allocation_limit() { granted_here = unlimited; }

}  // namespace comeback::com

LPVOID CoTaskMemAlloc(SIZE_T size) { return comeback::com::allocate(size); }

LPVOID CoTaskMemRealloc(LPVOID memory, SIZE_T size) {
  if (memory && size == 0) {
    comeback::com::release(memory);
    return nullptr;
  }
  return comeback::com::reallocate(memory, size);
}

void CoTaskMemFree(LPVOID memory) { comeback::com::release(memory); }
