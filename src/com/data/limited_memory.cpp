// SPDX-License-Identifier: Apache-2.0
#include "com/data/limited_memory.hpp"

#include "com/data/memory.hpp"

#include <cstdlib>

namespace {

constexpr int unlimited = -1;
thread_local int allocations = unlimited;

bool granted(int& left) noexcept {
  if (left == unlimited) return true;
  if (left == 0) return false;
  --left;
  return true;
}

}  // namespace

namespace comeback::com {

void* allocate(std::size_t size) noexcept {
  return granted(allocations) ? std::malloc(size ? size : 1) : nullptr;
}
void* allocate_zeros(std::size_t size) noexcept {
  return granted(allocations) ? std::calloc(size ? size : 1, 1) : nullptr;
}
void* reallocate(void* memory, std::size_t size) noexcept {
  return granted(allocations) ? std::realloc(memory, size ? size : 1) : nullptr;
}
void release(void* memory) noexcept { std::free(memory); }

allocation_limit::allocation_limit(int granted) noexcept { allocations = granted; }
allocation_limit::~allocation_limit() { allocations = unlimited; }

}  // namespace comeback::com
