// SPDX-License-Identifier: Apache-2.0
// Nothing but these four: a test that must see what happens without memory brings its own in their place
// (limited_memory.cpp), and the linker then leaves this file out.

#include "com/data/memory.hpp"

#include <cstdlib>

namespace comeback::com {

void* allocate(std::size_t size) noexcept { return std::malloc(size ? size : 1); }
void* allocate_zeros(std::size_t size) noexcept { return std::calloc(size ? size : 1, 1); }
void* reallocate(void* memory, std::size_t size) noexcept { return std::realloc(memory, size ? size : 1); }
void release(void* memory) noexcept { std::free(memory); }

}  // namespace comeback::com
