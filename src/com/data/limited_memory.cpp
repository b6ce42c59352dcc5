// SPDX-License-Identifier: Apache-2.0
#include "com/data/limited_memory.hpp"

#include "com/data/memory.hpp"

#include <cstdlib>
#include <new>

namespace {

constexpr int unlimited = -1;
thread_local int allocations = unlimited, news = unlimited;
thread_local std::size_t news_asked = 0;

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
new_limit::new_limit(int granted) noexcept { news = granted; }
new_limit::~new_limit() { news = unlimited; }
new_count::new_count() noexcept : before_(news_asked) {}
std::size_t new_count::taken() const noexcept { return news_asked - before_; }

}  // namespace comeback::com

[[gnu::noinline]] void* operator new(std::size_t size) {
  ++news_asked;
  void* const memory = granted(news) ? std::malloc(size ? size : 1) : nullptr;
  if (!memory) throw std::bad_alloc();
  return memory;
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++news_asked;
  return granted(news) ? std::malloc(size ? size : 1) : nullptr;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
