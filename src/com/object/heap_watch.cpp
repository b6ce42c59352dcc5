// SPDX-License-Identifier: Apache-2.0
#include "com/object/heap_watch.hpp"

#include <cstdlib>
#include <new>

namespace comeback::com {
namespace {

thread_local bool refuses = false;
thread_local std::size_t taken_here = 0;

}  // namespace

heap_watch::heap_watch(memory there_is) noexcept {
  taken_here = 0;
  refuses = there_is == memory::none;
}
heap_watch::~heap_watch() { refuses = false; }

std::size_t heap_watch::taken() const noexcept { return taken_here; }

}  // namespace comeback::com

using namespace comeback::com;

// NOLINTBEGIN(cppcoreguidelines-no-malloc): below operator new there is nothing else
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++taken_here;
  void* const made = refuses ? nullptr : std::malloc(size ? size : 1);
  if (!made) throw std::bad_alloc();
  return made;
}
[[gnu::noinline]] void operator delete(void* made) noexcept { std::free(made); }
[[gnu::noinline]] void operator delete(void* made, std::size_t) noexcept { std::free(made); }
// NOLINTEND(cppcoreguidelines-no-malloc)
