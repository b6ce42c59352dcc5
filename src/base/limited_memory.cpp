// SPDX-License-Identifier: Apache-2.0
#include "base/limited_memory.hpp"

#include <cstdlib>
#include <new>

namespace {

constexpr int unlimited = -1;
thread_local int news = unlimited;
thread_local std::size_t news_asked = 0;

void* granted(std::size_t size) noexcept {
  ++news_asked;
  if (news == 0) return nullptr;
  if (news != unlimited) --news;
  return std::malloc(size ? size : 1);
}

}  // namespace

namespace comeback::base {

new_limit::new_limit(int granted) noexcept { news = granted; }
new_limit::~new_limit() { news = unlimited; }
new_count::new_count() noexcept : before_(news_asked) {}
std::size_t new_count::taken() const noexcept { return news_asked - before_; }

}  // namespace comeback::base

[[gnu::noinline]] void* operator new(std::size_t size) {
  void* const memory = granted(size);
  if (!memory) throw std::bad_alloc();
  return memory;
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return granted(size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
